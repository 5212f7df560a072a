import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocksOf, diffSequences } from '../../../core/diff/sequence.ts';
import { randomOf } from '../../support/random.ts';
import { longestCommon } from './samples.ts';

const sequence = (random: ReturnType<typeof randomOf>, most: number, kinds: number) =>
  Int32Array.from({ length: random.pick(most) }, () => random.pick(kinds));

const unmarked = (items: Int32Array, marks: Uint8Array) => items.filter((_, at) => marks[at] === 0);

test('what is left unmarked is the same on both sides, and as long as can be', () => {
  for (let seed = 1; seed <= 1500; seed++) {
    const random = randomOf(seed);
    const kinds = random.oneOf([2, 3, 10, 60]);
    const [before, after] = [sequence(random, 60, kinds), sequence(random, 60, kinds)];
    const marks = diffSequences(before, after, { left: 1e9 });
    const kept = unmarked(before, marks.before);
    assert.deepEqual(kept, unmarked(after, marks.after), `seed ${seed}`);
    assert.equal(kept.length, longestCommon(before, after), `seed ${seed}`);
    assert.equal(marks.isShortest, true);
  }
});

test('a spent budget gives a right difference all the same, and says so', () => {
  let longer = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const random = randomOf(seed);
    const kinds = random.oneOf([2, 50, 5000]);
    const [before, after] = [sequence(random, 3000, kinds), sequence(random, 3000, kinds)];
    for (const left of [0, 1000, 100_000]) {
      const marks = diffSequences(before, after, { left });
      assert.deepEqual(unmarked(before, marks.before), unmarked(after, marks.after), `seed ${seed}`);
      if (!marks.isShortest) longer++;
    }
  }
  assert.ok(longer > 30);
});

test('lines that stand once on either side are kept in line where the budget is spent', () => {
  const before = Int32Array.from({ length: 4000 }, (_, at) => (at % 2 === 0 ? 0 : at));
  const after = Int32Array.from({ length: 4000 }, (_, at) => (at % 2 === 0 ? (at % 4 === 0 ? 0 : 5000) : at));
  const marks = diffSequences(before, after, { left: 0 });
  assert.equal(marks.isShortest, false);
  const kept = marks.before.filter((mark) => mark === 0).length;
  assert.ok(kept >= 2000, `${kept} are kept`);
});

test('a budget is spent no further than by one round of the search', () => {
  const random = randomOf(7);
  const [before, after] = [0, 1].map(() => Int32Array.from({ length: 20_000 }, () => random.pick(4))) as [
    Int32Array,
    Int32Array,
  ];
  const steps = { left: 100_000 };
  const marks = diffSequences(before, after, steps);
  assert.equal(marks.isShortest, false);
  assert.ok(steps.left > -20_000_000, `${steps.left}`);
});

test('blocks cover the marks and nothing else', () => {
  const blocks = blocksOf({
    before: Uint8Array.from([0, 1, 1, 0, 0]),
    after: Uint8Array.from([0, 1, 0, 0, 1]),
  });
  assert.deepEqual(blocks, [
    { beforeStart: 1, beforeEnd: 3, afterStart: 1, afterEnd: 2 },
    { beforeStart: 5, beforeEnd: 5, afterStart: 4, afterEnd: 5 },
  ]);
});
