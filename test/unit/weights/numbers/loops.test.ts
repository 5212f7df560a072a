import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlockPair } from '../../../../core/weights/numbers/decode.ts';
import { blockNumbers, tableStep } from '../../../../core/weights/numbers/loops.ts';
import { numbersByPattern } from '../../../../core/weights/numbers/small-floats.ts';

const pair = new BlockPair();
const [before, after] = [pair.before.numbers, pair.after.numbers];

/** The same numbers each time, from -1 to 1, some of them zero and some equal on both sides. */
function fill(): void {
  let seed = 1;
  const next = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  for (let at = 0; at < blockNumbers; at++) {
    before[at] = next() < 0.1 ? 0 : 2 * next() - 1;
    after[at] = next() < 0.3 ? (before[at] as number) : 2 * next() - 1;
  }
}

/** As one would write it down first. */
function plainSums(from: number, end: number, deltaOf: (at: number) => number) {
  const sums = { abs: 0, squares: 0, product: 0, squaresBefore: 0, squaresAfter: 0 };
  const ends = { largest: 0, largestBefore: 0, largestAfter: 0, changed: 0 };
  for (let at = from; at < end; at++) {
    const [a, b, delta] = [before[at] as number, after[at] as number, deltaOf(at)];
    sums.abs += Math.abs(delta);
    sums.squares += delta ** 2;
    sums.product += a * b;
    sums.squaresBefore += a ** 2;
    sums.squaresAfter += b ** 2;
    ends.largest = Math.max(ends.largest, Math.abs(delta));
    ends.largestBefore = Math.max(ends.largestBefore, Math.abs(a));
    ends.largestAfter = Math.max(ends.largestAfter, Math.abs(b));
    if (delta !== 0) ends.changed++;
  }
  return { sums, ends };
}

const stretches = [
  [0, blockNumbers],
  [0, blockNumbers - 1],
  [7, 4096],
  [7, 4097],
  [12_345, 12_346],
  [12_345, 12_347],
  [blockNumbers - 1, blockNumbers],
  [5, 5],
] as const;

for (const [from, end] of stretches)
  for (const areGiven of [false, true])
    test(`sums from ${from} to ${end} are those of a plain loop, differences ${areGiven ? 'given' : 'found'}`, () => {
      fill();
      for (let at = 0; at < blockNumbers; at++) pair.deltas[at] = areGiven ? (at % 5) - 2 : Number.NaN;
      const { sums, ends } = plainSums(from, end, (at) =>
        areGiven ? (at % 5) - 2 : (after[at] as number) - (before[at] as number),
      );
      const found = pair.sum(from, end, areGiven);
      for (const [name, wanted] of Object.entries(ends)) assert.equal(found[name as 'largest'], wanted, name);
      for (const [name, wanted] of Object.entries(sums))
        assert.ok(Math.abs(found[name as 'abs'] - wanted) <= 1e-12 * (Math.abs(wanted) || 1), name);
    });

test('a number that is none reaches the sums, wherever it stands', () => {
  for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    for (const side of [before, after])
      for (const at of [0, 1, 2, 4, 5, 6]) {
        fill();
        side[at] = odd;
        const { abs, squares, squaresBefore, squaresAfter } = pair.sum(0, 7, false);
        assert.ok(!Number.isFinite(abs + squares + squaresBefore + squaresAfter), `${odd} at ${at}`);
      }
});

for (const [from, end] of stretches)
  test(`numbers from ${from} to ${end} fall into their bins, those on an edge into the upper one`, () => {
    fill();
    for (let at = 0; at < blockNumbers; at += 3) before[at] = (at % 1023) / 512 - 1;
    pair.sum(from, end, false);
    pair.table.fill(0);
    pair.count(from, end, 512, 256, 128);
    const wanted = new Uint32Array(3 * tableStep);
    const scales = [512, 256, 128];
    for (let at = from; at < end; at++)
      for (const [which, numbers] of [before, after, pair.deltas].entries()) {
        const bin = Math.floor((numbers[at] as number) * (scales[which] as number)) + 512 + which * tableStep;
        wanted[bin] = (wanted[bin] as number) + 1;
      }
    assert.deepEqual(pair.table, wanted);
  });

test('the largest number below the end of a range is counted, beyond the last bin where it is rounded to it', () => {
  const below = 1 - 2 ** -53;
  before.set([below, -below, -1, 1 - 2 ** -24]);
  after.fill(0, 0, 4);
  pair.sum(0, 4, false);
  pair.table.fill(0);
  pair.count(0, 4, 512, 512, 256);
  assert.deepEqual([pair.table[1024], pair.table[1023], pair.table[0]], [1, 1, 2]);
});

for (const dtype of ['float16', 'bfloat16'] as const)
  test(`each pattern of ${dtype} becomes its number`, () => {
    const table = numbersByPattern(dtype);
    const block = pair.after;
    const patterns = new Uint16Array(block.bytes.buffer, block.bytes.byteOffset, blockNumbers);
    const stored = { dtype, shape: [], strides: [], start: 0, littleEndian: true, count: blockNumbers };
    for (let from = 0; from < 65536; from += blockNumbers) {
      for (let at = 0; at < blockNumbers; at++) patterns[at] = from + at;
      block.decode(stored, 0, blockNumbers);
      for (let at = 0; at < blockNumbers; at++)
        if (!Object.is(block.numbers[at], table[from + at]))
          assert.fail(`${from + at} is ${block.numbers[at]} instead of ${table[from + at]}`);
    }
  });
