/** What a thread does with numbers: each task is a stretch of a tensor, or of two, and each answer is plain data. */
import { BlockPair, channels } from './decode.ts';
import { DifferenceLoop, type PartialDifference } from './difference.ts';
import { numberKind } from './dtypes.ts';
import { blockNumbers } from './loops.ts';
import { addBlock, countInBins, type Moments, noMoments, statisticsBins } from './moments.ts';
import { NumberReader, UnreadableNumbers } from './read-numbers.ts';
import { roundingTo } from './small-floats.ts';
import type { StoredNumbers, Stretch } from './stored-numbers.ts';

export type NumberTask =
  | { readonly kind: 'equal'; readonly before: Stretch; readonly after: Stretch }
  | { readonly kind: 'fingerprint'; readonly of: Stretch }
  | { readonly kind: 'moments'; readonly of: Stretch }
  | { readonly kind: 'bins'; readonly of: Stretch; readonly min: number; readonly max: number }
  | DifferenceTask;

export interface DifferenceTask {
  readonly kind: 'difference';
  readonly before: Stretch;
  readonly after: Stretch;
  /** The kinds differ: see whether the new numbers are the old ones, cast. */
  readonly isCast: boolean;
}

/** By the kind of the task. */
export interface NumberAnswers {
  equal: boolean;
  fingerprint: string;
  moments: Moments;
  bins: readonly number[];
  difference: PartialDifference;
}

export type NumberAnswer = NumberAnswers[keyof NumberAnswers] | Unreadable;

export interface Unreadable {
  readonly unreadable: string;
}

// One thread does one thing at a time.
const pair = new BlockPair();
const { before: left, after: right, deltas } = pair;

export function runNumberTask(task: NumberTask): NumberAnswer {
  try {
    return run(task);
  } catch (error) {
    if (error instanceof UnreadableNumbers) return { unreadable: error.message };
    throw error;
  }
}

function run(task: NumberTask): NumberAnswer {
  switch (task.kind) {
    case 'equal':
      return areEqual(task.before, task.after);
    case 'fingerprint':
      return fingerprint(task.of);
    case 'moments':
      return moments(task.of);
    case 'bins':
      return binsOf(task.of, task.min, task.max);
    case 'difference':
      return difference(task);
  }
}

function* blocksOf({ from, to }: Stretch): Generator<[from: number, count: number]> {
  for (let at = from; at < to; at += blockNumbers) yield [at, Math.min(blockNumbers, to - at)];
}

/** Of one kind, by their bytes: a NaN may have several patterns, and zero has two. */
function areEqual(before: Stretch, after: Stretch): boolean {
  const [old, now] = [readerOf(before), readerOf(after)];
  const shift = after.from - before.from;
  for (const [from, count] of blocksOf(before)) {
    const bytes = old.read(from, from + count, left.bytes);
    now.read(from + shift, from + shift + count, right.bytes);
    if (!isSame(bytes)) return false;
  }
  return true;
}

const readerOf = ({ numbers, source }: Stretch) => new NumberReader(numbers, source);
const isSame = (bytes: number) => left.bytes.compare(right.bytes, 0, bytes, 0, bytes) === 0;

function fingerprint(of: Stretch): string {
  // Not imported: that takes a thread longer to start, and most compare no fingerprints.
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256');
  const reader = readerOf(of);
  for (const [from, count] of blocksOf(of))
    hash.update(left.bytes.subarray(0, reader.read(from, from + count, left.bytes)));
  return hash.digest('hex');
}

function moments(of: Stretch): Moments {
  const found = noMoments();
  for (const block of realBlocks(of)) addBlock(found, block);
  return found;
}

function binsOf(of: Stretch, min: number, max: number): number[] {
  const counts = new Float64Array(statisticsBins);
  for (const block of realBlocks(of)) countInBins(block, min, max, counts);
  return [...counts];
}

/** Complex numbers stand as their absolute values. */
function* realBlocks(of: Stretch): Generator<Float64Array> {
  const reader = readerOf(of);
  const isComplex = numberKind(of.numbers.dtype)?.isComplex ?? false;
  for (const [from, count] of blocksOf(of)) {
    reader.read(from, from + count, left.bytes);
    left.decode(of.numbers, from, count);
    if (isComplex) toSizes(left.numbers, count);
    yield left.numbers.subarray(0, count);
  }
}

function toSizes(numbers: Float64Array, count: number): void {
  for (let at = 0; at < count; at++)
    numbers[at] = Math.hypot(numbers[2 * at] as number, numbers[2 * at + 1] as number);
}

function difference({ before, after, isCast }: DifferenceTask): PartialDifference {
  const loop = new DifferenceLoop(pair, before.numbers.count, before.from);
  const [old, now] = [readerOf(before), readerOf(after)];
  const countMiscasts = isCast ? miscasts(before.numbers, after.numbers) : null;
  const dtypes = [before.numbers.dtype, after.numbers.dtype];
  const isComplex = dtypes.some((dtype) => numberKind(dtype)?.isComplex);
  const isLong = dtypes.every((dtype) => /^u?int64$/.test(dtype)) && dtypes[0] === dtypes[1];
  for (const [from, count] of blocksOf(before)) {
    const bytes = old.read(from, from + count, left.bytes);
    now.read(from, from + count, right.bytes);
    left.decode(before.numbers, from, count);
    // Most of a changed tensor may be equal, and what is equal need not be decoded twice.
    if (!isCast && isSame(bytes)) right.numbers.set(left.numbers.subarray(0, 2 * count));
    else right.decode(after.numbers, from, count);
    if (countMiscasts !== null) loop.sums.miscast += countMiscasts(left.numbers, right.numbers, from, count);
    if (isComplex) addComplex(loop, before.numbers, after.numbers, from, count);
    else loop.add(from, count, isLong && findLongDeltas(dtypes[0], count));
  }
  return loop.toData();
}

const exactly = 2 ** 53;

/** False, and nothing found, where float64 holds the numbers as they are. */
function findLongDeltas(dtype: string | undefined, count: number): boolean {
  let isExact = true;
  for (let at = 0; at < count; at++) {
    const size = Math.max(Math.abs(left.numbers[at] as number), Math.abs(right.numbers[at] as number));
    if (size >= exactly) isExact = false;
  }
  if (isExact) return false;
  const [old, now] = dtype === 'int64' ? [left.int64, right.int64] : [left.uint64, right.uint64];
  for (let at = 0; at < count; at++) deltas[at] = Number((now[at] as bigint) - (old[at] as bigint));
  return true;
}

/** Both become sizes, and the change is the size of their difference: product and squares are those of all parts. */
function addComplex(
  loop: DifferenceLoop,
  before: StoredNumbers,
  after: StoredNumbers,
  from: number,
  count: number,
): void {
  for (const [block, { dtype }] of [
    [left, before],
    [right, after],
  ] as const)
    if (!numberKind(dtype)?.isComplex) widen(block.numbers, count);
  let product = 0;
  let sizes = 0;
  for (let at = 0; at < count; at++) {
    const [a, b] = [left.numbers[2 * at] as number, left.numbers[2 * at + 1] as number];
    const [c, d] = [right.numbers[2 * at] as number, right.numbers[2 * at + 1] as number];
    deltas[at] = Math.hypot(c - a, d - b);
    const [size, size2] = [Math.hypot(a, b), Math.hypot(c, d)];
    left.numbers[at] = size;
    right.numbers[at] = size2;
    if (Number.isFinite(size) && Number.isFinite(size2)) {
      product += a * c + b * d;
      sizes += size * size2;
    }
  }
  loop.add(from, count, true);
  // The loop took the sizes for the numbers.
  loop.sums.product += product - sizes;
}

/** Real numbers beside complex ones have no second part. */
function widen(numbers: Float64Array, count: number): void {
  for (let at = count - 1; at >= 0; at--) {
    numbers[2 * at] = numbers[at] as number;
    numbers[2 * at + 1] = 0;
  }
}

type CountMiscasts = (before: Float64Array, after: Float64Array, from: number, count: number) => number;

/** How many of the new numbers are not what casting the old ones gives. */
function miscasts(before: StoredNumbers, after: StoredNumbers): CountMiscasts {
  const unknown: CountMiscasts = (_old, _now, _from, count) => count;
  if (after.quantised !== undefined) return misquantised(after);
  const isComplex = numberKind(before.dtype)?.isComplex ?? false;
  if (isComplex !== (numberKind(after.dtype)?.isComplex ?? false)) return unknown;
  // Integers are cut off, and what does not fit wraps round: only what fits is called a cast.
  const round = roundingTo(after.dtype) ?? (/^u?int/.test(after.dtype) ? Math.trunc : null);
  if (round === null) return unknown;
  const parts = isComplex ? 2 : 1;
  return (old, now, _from, count) => {
    let wrong = 0;
    for (let at = 0; at < count * parts; at++) {
      const rounded = round(old[at] as number);
      if (rounded !== now[at] && !(Number.isNaN(rounded) && Number.isNaN(now[at] as number))) wrong++;
    }
    return wrong;
  };
}

/** A quantised number lies within half a step, unless it was held at the end of the range. */
function misquantised(after: StoredNumbers): CountMiscasts {
  const { scale = [], zeroPoint = [] } = after.quantised ?? {};
  const ends = { quint8: [0, 255], qint8: [-128, 127], uint8: [0, 255], int8: [-128, 127] }[after.dtype];
  const [lowest, highest] = ends ?? [-(2 ** 31), 2 ** 31 - 1];
  const channelOf = channels(after);
  return (old, now, from, count) => {
    let wrong = 0;
    for (let at = 0; at < count; at++) {
      const channel = channelOf(from + at);
      const [step, zero] = [scale[channel] as number, zeroPoint[channel] as number];
      const [wanted, found] = [old[at] as number, now[at] as number];
      const held = Math.min(
        ((highest as number) - zero) * step,
        Math.max(((lowest as number) - zero) * step, wanted),
      );
      // Half a step, and what float32 loses on the way.
      if (!(Math.abs(held - found) <= step * 0.5005 + Math.abs(held) * 1e-6)) wrong++;
    }
    return wrong;
  };
}
