import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedWords, type Stretches } from '../../../core/diff/words.ts';
import { randomOf } from '../../support/random.ts';

function compare(before: readonly string[], after: readonly string[], left = 1e6) {
  const block = { beforeStart: 0, beforeEnd: before.length, afterStart: 0, afterEnd: after.length };
  return changedWords([block], before, after, { left });
}

function without(text: string, stretches: Stretches): string {
  let rest = '';
  let at = 0;
  for (const [start, end] of stretches) {
    assert.ok(at <= start && start < end && end <= text.length);
    rest += text.slice(at, start);
    at = end;
  }
  return rest + text.slice(at);
}

const marked = (text: string, stretches: Stretches = []) =>
  stretches.map(([start, end]) => text.slice(start, end));

test('without the words that changed both lines say the same, and no character is cut in two', () => {
  let shown = 0;
  for (let seed = 1; seed <= 3000; seed++) {
    const random = randomOf(seed);
    const pieces = ['a', 'bc', ' ', '  ', '(', '.', '_', 'é', '😀', '🚀', '漢', '1', '\t'];
    const before = random.text(pieces, random.pick(12));
    const after =
      random.pick(3) === 0
        ? random.text(pieces, 6)
        : before.replace(random.oneOf(pieces), random.text(pieces, 2));
    const words = compare([before], [after]);
    const [old, new_] = [words.before.get(0) ?? [], words.after.get(0) ?? []];
    if (old.length + new_.length === 0) continue;
    shown++;
    assert.equal(without(before, old), without(after, new_), `seed ${seed}`);
    for (const part of [...marked(before, old), ...marked(after, new_)])
      assert.equal(Buffer.from(part).toString(), part, `seed ${seed}`);
  }
  assert.ok(shown > 500);
});

test('a word is marked whole', () => {
  const words = compare(['x = no_grad()'], ['x = no_guard()']);
  assert.deepEqual(marked('x = no_grad()', words.before.get(0)), ['no_grad']);
  assert.deepEqual(marked('x = no_guard()', words.after.get(0)), ['no_guard']);
});

test('lines that share hardly anything are not picked apart', () => {
  const { before, after, isComplete } = compare(['import numpy as np'], ['}']);
  assert.deepEqual([before.size, after.size, isComplete], [0, 0, true]);
});

test('a changed line among new ones is held against the one that it is most like', () => {
  const words = compare(['value = load(path, 4)'], ['# how many at once', '', 'value = load(path, 8)']);
  assert.deepEqual([...words.after.keys()], [2]);
});

test('long lines are marked from the first difference to the last, and it is said', () => {
  const [start, end] = ['begin '.repeat(3000), ' end'.repeat(3000)];
  const [before, after] = [`${start}${'a b '.repeat(2000)}${end}`, `${start}${'c d '.repeat(2000)}${end}`];
  const words = compare([before], [after]);
  assert.equal(words.isComplete, false);
  assert.equal(words.before.get(0)?.length, 1);
  assert.equal(without(before, words.before.get(0) ?? []), without(after, words.after.get(0) ?? []));
});

test('a spent budget leaves the rest of the lines unmarked, and it is said', () => {
  const lines = (last: string) => Array.from({ length: 50 }, (_, at) => `line ${at} of ${last}`);
  const words = compare(lines('a'), lines('b'), 200);
  assert.equal(words.isComplete, false);
  assert.ok(words.before.size > 0 && words.before.size < 50);
});
