/** What the pictures of numbers are made of: heights, warmth, edges, and the words for each place. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { shareWords } from '../../../../core/contract/format.ts';
import {
  edgesOf,
  heightOf,
  highest,
  outlineOf,
  pictureHeight,
  ticksOf,
} from '../../../../renderer/tensors/bars.ts';
import { heatOf, heatSteps, leastOf, stretchOf, stretchWords } from '../../../../renderer/tensors/heat.ts';
import { numberWords, shapeWords } from '../../../../renderer/tensors/number-words.ts';

test('one is told apart from none, and the highest fills the picture', () => {
  assert.equal(heightOf(0, 1_000_000), 0);
  assert.ok(heightOf(1, 1_000_000) > 0.04);
  assert.equal(heightOf(1_000_000, 1_000_000), 1);
  assert.equal(heightOf(0, 0), 0);
  assert.equal(highest([[1, 5], [9], []]), 9);
});

test('an outline begins and ends on the ground, with a step for each bin', () => {
  const path = outlineOf([0, 3, 3], 3);
  assert.equal(path, `M0 ${pictureHeight}V160H213.33V0H426.67V0H640V${pictureHeight}`);
});

test('edges of bins meet, and are finite for the largest numbers there are', () => {
  assert.deepEqual(edgesOf(0, 64, -1, 1), [-1, -0.96875]);
  assert.equal(edgesOf(63, 64, -1, 1)[1], 1);
  for (let at = 0; at < 64; at++) {
    const [from, to] = edgesOf(at, 64, -Number.MAX_VALUE, Number.MAX_VALUE);
    assert.ok(Number.isFinite(from) && Number.isFinite(to) && from < to, `bin ${at}: ${from} to ${to}`);
  }
});

test('there are at most four lines, the highest power of ten among them', () => {
  assert.deepEqual(ticksOf(0), []);
  assert.deepEqual(ticksOf(1), [1]);
  assert.deepEqual(ticksOf(999), [1, 10, 100]);
  const many = ticksOf(3e9);
  assert.ok(many.length <= 4);
  assert.equal(many.at(-1), 1e9);
});

test('no change is cold, the largest is as warm as can be, and warmth never falls as values grow', () => {
  assert.equal(heatOf(0, 1), 0);
  assert.equal(heatOf(0, 0), 0);
  assert.equal(heatOf(1, 1), heatSteps);
  assert.equal(heatOf(1e-30, 1), 1);
  assert.equal(heatOf(Number.NaN, 1), heatSteps);
  assert.equal(heatOf(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY), heatSteps);
  let last = 0;
  for (let exponent = -6; exponent <= 0; exponent += 0.1) {
    const step = heatOf(10 ** exponent, 1);
    assert.ok(step >= last && step >= 1 && step <= heatSteps);
    last = step;
  }
});

test('what a legend says is the least of a step, is in that step', () => {
  for (let step = 2; step <= heatSteps; step++) {
    assert.equal(heatOf(leastOf(step, 40) * 1.0001, 40), step);
    assert.equal(heatOf(leastOf(step, 40) * 0.9999, 40), step - 1);
  }
});

test('stretches cover a tensor without a gap, whatever its length', () => {
  for (const length of [1, 3, 255, 256, 257, 1_000_003]) {
    const cells = Math.min(256, length);
    let end = 0;
    for (let cell = 0; cell < cells; cell++) {
      const [from, to] = stretchOf(cell, cells, length);
      assert.equal(from, end);
      assert.ok(to > from);
      end = to;
    }
    assert.equal(end, length);
  }
});

test('of a matrix a stretch is told in rows, of anything else in numbers', () => {
  assert.equal(stretchWords(0, 256, [1024, 64]), 'rows 0 to 3');
  assert.equal(stretchWords(255, 256, [256, 4]), 'row 255');
  assert.equal(stretchWords(1, 4, [8]), 'numbers 2 to 3');
  assert.equal(stretchWords(0, 1, []), 'number 0');
  assert.equal(stretchWords(3, 256, [2, 2048]), 'row 0');
});

test('numbers have four digits that count, a true minus, and words where there is none', () => {
  assert.equal(numberWords(0), '0');
  assert.equal(numberWords(-0.0123456), '−0.01235');
  assert.equal(numberWords(1e-7), '1e−7');
  assert.equal(numberWords(-2.5e30), '−2.5e30');
  assert.equal(numberWords(12345), '12,350');
  assert.equal(numberWords(null), 'none');
  assert.equal(numberWords(Number.NaN), 'NaN');
  assert.equal(numberWords(Number.NEGATIVE_INFINITY), '−Inf');
});

test('a share is never called all or nothing while it is neither', () => {
  assert.equal(shareWords(0), '0 %');
  assert.equal(shareWords(1e-9), '< 0.1 %');
  assert.equal(shareWords(0.5), '50.0 %');
  assert.equal(shareWords(0.9999999), '> 99.9 %');
  assert.equal(shareWords(1), '100 %');
});

test('a shape of a thousand dimensions is cut', () => {
  assert.equal(shapeWords([]), 'scalar');
  assert.equal(shapeWords([768, 64]), '768 × 64');
  assert.ok(shapeWords(new Array(1000).fill(2)).length < 80);
});
