/** Names from archives, where there is room for a short one. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { briefName } from '../../../renderer/parts/words.ts';

test('a name that fits is left as it is', () => {
  assert.equal(briefName('digits'), 'digits');
  assert.equal(briefName('a'.repeat(64)), 'a'.repeat(64));
});

test('a name of a megabyte becomes a short one, which says that more was there', () => {
  assert.equal(briefName('9'.repeat(1_000_000)), `${'9'.repeat(60)}…`);
});

test('what is invisible in a short name is shown', () => {
  assert.equal(briefName('a\u202egnp.py'), 'a\\u{202e}gnp.py');
});
