import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CommandName, commands, keysOf } from '../../../core/contract/commands.ts';
import { manners, mannersOf } from '../../../core/contract/platform.ts';

test('the manners of a platform are found by its name, and on Linux by its desktop', () => {
  assert.equal(mannersOf('darwin', ''), 'macos');
  assert.equal(mannersOf('win32', ''), 'windows');
  assert.equal(mannersOf('linux', 'ubuntu:GNOME'), 'gnome');
  assert.equal(mannersOf('linux', 'KDE'), 'kde');
  assert.equal(mannersOf('linux', 'LXQt'), 'kde');
  assert.equal(mannersOf('freebsd', ''), 'gnome');
});

test('the table of manners says what the specification of the interface says', () => {
  const column = (
    key: 'lastWindowClosed' | 'removeFromList' | 'showInFolder' | 'unsavedMark' | 'fullScreen',
  ) => Object.values(manners).map((row) => row[key]);
  assert.deepEqual(column('lastWindowClosed'), ['stay', 'quit', 'quit', 'quit']);
  assert.deepEqual(column('removeFromList'), ['Backspace', 'Delete', 'Delete', 'Delete']);
  assert.deepEqual(column('fullScreen'), ['Ctrl+Cmd+F', 'F11', 'F11', 'F11']);
  assert.deepEqual(column('unsavedMark'), ['file', 'star', 'star', 'star']);
  assert.deepEqual(column('showInFolder'), [
    'Reveal in Finder',
    'Show in File Explorer',
    'Open Containing Folder',
    'Open Containing Folder',
  ]);
  assert.deepEqual(
    Object.values(manners).map(({ settings }) => settings.menu),
    ['app', 'file', 'edit', 'edit'],
  );
  assert.deepEqual(
    Object.values(manners).map(({ dialogButtons }) => dialogButtons[0]),
    ['cancel', 'action', 'cancel', 'action'],
  );
  assert.deepEqual(
    Object.values(manners).map(({ redo }) => redo),
    [['Cmd+Shift+Z'], ['Ctrl+Y', 'Ctrl+Shift+Z'], ['Ctrl+Shift+Z', 'Ctrl+Y'], ['Ctrl+Shift+Z', 'Ctrl+Y']],
  );
});

test('keys are written as the platform writes them', () => {
  assert.equal(keysOf('open-archive', manners.macos), 'Cmd+O');
  assert.equal(keysOf('open-archive', manners.kde), 'Ctrl+O');
  assert.equal(keysOf('add-note', manners.macos), 'Ctrl+Alt+M');
  assert.equal(keysOf('add-note', manners.gnome), 'Ctrl+M');
  assert.equal(keysOf('prove', manners.gnome), null);
});

test('no command takes a single letter for itself', () => {
  for (const row of Object.values(manners))
    for (const name of Object.keys(commands) as CommandName[])
      assert.match(keysOf(name, row) ?? 'F1', /\+|^F\d+$/, name);
});
