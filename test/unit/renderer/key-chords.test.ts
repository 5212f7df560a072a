/** Pressed keys as texts. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { chordOf, isReserved } from '../../../renderer/state/key-chords.ts';

const pressed = (key: string, ...held: ('ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey')[]) => ({
  ...{ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
  ...Object.fromEntries(held.map((one) => [one, true])),
});

test('Ctrl is Mod everywhere but on macOS, where Cmd is', () => {
  assert.equal(chordOf(pressed('k', 'ctrlKey'), false), 'Mod+K');
  assert.equal(chordOf(pressed('k', 'metaKey'), true), 'Mod+K');
  assert.equal(chordOf(pressed('k', 'ctrlKey'), true), 'Ctrl+K');
  assert.equal(chordOf(pressed('k', 'metaKey'), false), null);
});

test('a chord has one spelling', () => {
  assert.equal(chordOf(pressed('P', 'shiftKey', 'ctrlKey', 'altKey'), false), 'Mod+Alt+Shift+P');
  assert.equal(chordOf(pressed('ArrowLeft', 'altKey'), false), 'Alt+Left');
  assert.equal(chordOf(pressed(' ', 'ctrlKey'), false), 'Mod+Space');
  assert.equal(chordOf(pressed('+', 'ctrlKey'), false), 'Mod++');
  assert.equal(chordOf(pressed('F7', 'shiftKey'), false), 'Shift+F7');
});

test('keys alone are no chord, nor those that only go with others', () => {
  for (const key of ['a', 'Enter', 'ArrowUp', 'Control', 'Dead', 'ä'])
    assert.equal(chordOf(pressed(key), false), null);
  assert.equal(chordOf(pressed('Control', 'ctrlKey'), false), null);
  assert.equal(chordOf(pressed('A', 'shiftKey'), false), null);
});

test('what edits texts and works windows can not be given away', () => {
  for (const chord of ['Mod+C', 'Mod+V', 'Mod+Z', 'Mod+Shift+Z', 'Mod+W', 'Alt+F4', 'Mod+0', 'Mod++', 'F5'])
    assert.ok(isReserved(chord, false), chord);
  for (const chord of ['Mod+K', 'Mod+Shift+K', 'Alt+C', 'F7', 'Mod+Alt+C'])
    assert.ok(!isReserved(chord, false), chord);
  // As a file may spell it.
  assert.ok(isReserved('Ctrl+V', false) && isReserved('Mod+Ctrl+V', false));
  assert.ok(isReserved('Mod+V', true) && !isReserved('Ctrl+V', true));
});
