/**
 * The innermost loops. Short ones, one thing each: measured, a few of them one after the other, over numbers that stay in
 * the cache, take a third of what one loop for everything takes, which runs out of registers.
 */

export interface PairSums {
  abs: number;
  squares: number;
  product: number;
  squaresBefore: number;
  squaresAfter: number;
  largest: number;
  changed: number;
}

/** Of pairs of numbers and their differences. */
export function sumPairs(before: Float64Array, after: Float64Array): PairSums {
  // No list of zeros to take these from: they would be kept as objects.
  let abs = 0;
  let squares = 0;
  let product = 0;
  let squaresBefore = 0;
  let squaresAfter = 0;
  let largest = 0;
  let same = 0;
  for (let at = 0; at < before.length; at++) {
    const a = before[at] as number;
    const b = after[at] as number;
    const delta = b - a;
    const size = Math.abs(delta);
    abs += size;
    squares += delta * delta;
    product += a * b;
    squaresBefore += a * a;
    squaresAfter += b * b;
    if (size > largest) largest = size;
    // Added as a number: a branch, taken every other time, would cost more than all else.
    same += Number(delta === 0);
  }
  return { abs, squares, product, squaresBefore, squaresAfter, largest, changed: before.length - same };
}

/** The same where the differences are given: float64 could not hold what they are between. */
export function sumGiven(before: Float64Array, after: Float64Array, deltas: Float64Array): PairSums {
  const sums = sumPairs(before, after);
  const moved = sumPairs(new Float64Array(deltas.length), deltas);
  return { ...sums, abs: moved.abs, squares: moved.squares, largest: moved.largest, changed: moved.changed };
}

export function largestOf(numbers: Float64Array): number {
  // Math.max, and two of them side by side: an `if` here is at times compiled to something ten times as slow.
  let even = 0;
  let odd = 0;
  const pairs = numbers.length - (numbers.length % 2);
  for (let at = 0; at < pairs; at += 2) {
    even = Math.max(even, Math.abs(numbers[at] as number));
    odd = Math.max(odd, Math.abs(numbers[at + 1] as number));
  }
  if (pairs < numbers.length) odd = Math.max(odd, Math.abs(numbers[pairs] as number));
  return Math.max(even, odd);
}

/**
 * From one histogram to the next in a table of three. Not 1024: counts that stand 4 KiB apart are one and the same to what
 * the processor guesses with, and a number and its successor mostly fall into the same bin of theirs.
 */
export const tableStep = 1280;

/** Bins of both and of their differences; every number is known to lie within the 1024 of them. */
export function countPairs(
  before: Float64Array,
  after: Float64Array,
  scaleBefore: number,
  scaleAfter: number,
  scale: number,
  table: Uint32Array,
): void {
  for (let at = 0; at < before.length; at++) {
    const a = before[at] as number;
    const b = after[at] as number;
    // What is added makes them positive, so that cutting off is rounding down.
    const binBefore = (a * scaleBefore + 512) | 0;
    const binAfter = (b * scaleAfter + (tableStep + 512)) | 0;
    const bin = ((b - a) * scale + (2 * tableStep + 512)) | 0;
    table[binBefore] = (table[binBefore] as number) + 1;
    table[binAfter] = (table[binAfter] as number) + 1;
    table[bin] = (table[bin] as number) + 1;
  }
}

export function countNumbers(numbers: Float64Array, scale: number, counts: Uint32Array): void {
  for (const number of numbers) {
    // A difference of two finite numbers may be none.
    const bin = Math.min(1023, Math.max(0, Math.floor(number * scale + 512)));
    counts[bin] = (counts[bin] as number) + 1;
  }
}

export interface BlockMoments {
  min: number;
  max: number;
  sum: number;
  squares: number;
  zeros: number;
}

/** Sums of distances from a number near by: sums of the numbers themselves would drown what tells them apart. */
export function sumDistances(numbers: Float64Array, near: number): BlockMoments {
  let min = near;
  let max = near;
  let sum = 0;
  let squares = 0;
  let zeros = 0;
  for (let at = 0; at < numbers.length; at++) {
    const value = numbers[at] as number;
    const distance = value - near;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += distance;
    squares += distance * distance;
    zeros += Number(value === 0);
  }
  return { min, max, sum, squares, zeros };
}
