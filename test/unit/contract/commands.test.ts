/** Keys of commands: what may be given to them, what clashes, and how it is written on each platform. */
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  checkKeyChanges,
  clashesOf,
  commands,
  isChord,
  keysOf,
  labelAlone,
} from '../../../core/contract/commands.ts';
import { manners } from '../../../core/contract/platform.ts';

test('keys with Ctrl, Cmd or Alt and function keys may be given; what a person types may not', () => {
  for (const chord of [
    'Mod+K',
    'Mod+Shift+K',
    'Ctrl+Alt+K',
    'Alt+Left',
    'F7',
    'Shift+F12',
    'Mod++',
    'Mod+\\',
  ])
    assert.ok(isChord(chord), chord);
  for (const chord of [
    'K',
    'Shift+K',
    'Left',
    'Space',
    'Mod+',
    'Mod+k',
    'Mod+ä',
    'Mod+Tab',
    'Shift+Mod+K',
    '',
    7,
  ])
    assert.ok(!isChord(chord), String(chord));
});

test("changed keys take the place of a command's own, on each platform in its words", () => {
  const changes = { verify: 'Mod+Alt+V', find: null };
  assert.equal(keysOf('verify', manners.macos, changes), 'Cmd+Alt+V');
  assert.equal(keysOf('verify', manners.gnome, changes), 'Ctrl+Alt+V');
  assert.equal(keysOf('find', manners.gnome, changes), null);
  assert.equal(keysOf('filter', manners.gnome, changes), 'Ctrl+Shift+F');
});

test('no command has the keys of another one, and a change that would is told', () => {
  for (const row of Object.values(manners)) assert.deepEqual(clashesOf({}, row), []);
  assert.deepEqual(clashesOf({ verify: 'Mod+D' }, manners.gnome), [['verify', 'compare']]);
  assert.deepEqual(clashesOf({ verify: 'Mod+D', compare: 'F9' }, manners.gnome), []);
});

test('of a broken file only what can be used is taken', () => {
  const given = { verify: 'Mod+D', find: null, compare: 'D', nothing: 'Mod+N', constructor: 'Mod+K' };
  assert.deepEqual(checkKeyChanges(given), { verify: 'Mod+D', find: null });
  for (const value of [null, 1, 'x', []]) assert.deepEqual(checkKeyChanges(value), {});
});

test('a command that stands in a menu "Copy" says so where it stands alone', () => {
  assert.equal(labelAlone('copy-path'), 'Copy Path');
  assert.equal(labelAlone('find-next'), commands['find-next'].label);
});
