/** How two tensors differ, number by number: what one thread sees of a stretch, and how that is put together. */
import { BinaryBins, type BinaryHistogram, bins } from './binary-histogram.ts';
import type { BlockPair } from './decode.ts';
import { type PairSums, tableStep } from './loops.ts';

/** Cells of the strip that shows where along a tensor its numbers moved. */
export const stripCells = 256;

/** Sums over the numbers that are finite on both sides; the counts are of all. */
export interface DifferenceSums {
  finite: number;
  changed: number;
  maxAbs: number;
  sumAbs: number;
  squares: number;
  product: number;
  squaresBefore: number;
  squaresAfter: number;
  nanBefore: number;
  nanAfter: number;
  infBefore: number;
  infAfter: number;
  /** Those that are not what a cast of the old number gives; counted where there was a cast. */
  miscast: number;
}

export interface PartialDifference {
  readonly sums: DifferenceSums;
  readonly before: BinaryHistogram;
  readonly after: BinaryHistogram;
  readonly delta: BinaryHistogram;
  /** The largest change within each cell, from cell `firstCell` on. */
  readonly firstCell: number;
  readonly strip: readonly number[];
}

export const noSums = (): DifferenceSums => ({
  finite: 0,
  changed: 0,
  maxAbs: 0,
  sumAbs: 0,
  squares: 0,
  product: 0,
  squaresBefore: 0,
  squaresAfter: 0,
  nanBefore: 0,
  nanAfter: 0,
  infBefore: 0,
  infAfter: 0,
  miscast: 0,
});

/** One of the three histograms of a loop: small counts in the loop's own table, which are moved when the range grows. */
class LoopBins {
  readonly kept = new BinaryBins();
  readonly #counts: Uint32Array;
  #counted = 0;

  constructor(table: Uint32Array, start: number) {
    this.#counts = table.subarray(start, start + bins + 1);
    this.#counts.fill(0);
  }

  makeRoom(size: number, numbers: number): void {
    this.#counted += numbers;
    if (size < 2 ** this.kept.exponent && this.#counted < 2 ** 31) return;
    this.#flush();
    this.kept.makeRoom(size);
    this.#counted = numbers;
  }

  toData(): BinaryHistogram {
    this.#flush();
    return this.kept.toData();
  }

  #flush(): void {
    for (let at = 0; at <= bins; at++) {
      const count = this.#counts[at] as number;
      // To the loop, a number next to the end of the range may be as good as the end.
      const bin = Math.min(at, bins - 1);
      if (count > 0) this.kept.counts[bin] = (this.kept.counts[bin] as number) + count;
    }
    this.#counts.fill(0);
  }
}

/** Takes blocks of numbers, one after the other. */
export class DifferenceLoop {
  readonly sums = noSums();
  readonly strip: number[] = [];
  readonly #pair: BlockPair;
  readonly #before: LoopBins;
  readonly #after: LoopBins;
  readonly #delta: LoopBins;
  readonly #total: number;
  readonly #firstCell: number;

  /** `total` numbers has the whole tensor, and this loop begins with number `from` of them. */
  constructor(pair: BlockPair, total: number, from: number) {
    this.#pair = pair;
    this.#before = new LoopBins(pair.table, 0);
    this.#after = new LoopBins(pair.table, tableStep);
    this.#delta = new LoopBins(pair.table, 2 * tableStep);
    this.#total = total;
    this.#firstCell = cellOf(from, total);
  }

  /** Both blocks begin with number `from` of the tensor. Their differences are given where float64 can't hold the numbers themselves. */
  add(from: number, count: number, areGiven: boolean): void {
    for (let start = 0; start < count; ) {
      const cell = cellOf(from + start, this.#total);
      const cellEnd = Math.ceil(((cell + 1) * this.#total) / stripCells);
      const end = Math.min(count, Math.max(start + 1, cellEnd - from));
      const at = cell - this.#firstCell;
      this.strip[at] = Math.max(this.strip[at] ?? 0, this.#addPart(start, end, areGiven));
      start = end;
    }
  }

  toData(): PartialDifference {
    return {
      sums: this.sums,
      before: this.#before.toData(),
      after: this.#after.toData(),
      delta: this.#delta.toData(),
      firstCell: this.#firstCell,
      strip: Array.from(this.strip, (largest) => largest ?? 0),
    };
  }

  /** Answers the largest change. */
  #addPart(start: number, end: number, areGiven: boolean): number {
    let [found, last] = [this.#pair.sum(start, end, areGiven), end];
    // One that is no number makes the sums none; where they only grew too large, nothing is left out.
    if (!Number.isFinite(found.abs + found.squares + found.squaresBefore + found.squaresAfter)) {
      last = this.#leaveOutOdd(start, end);
      found = this.#pair.sum(start, last, true);
      for (let at = start; at < last; at++) this.#pair.deltas[at] = held(this.#pair.deltas[at] as number);
    }
    this.#sum(found, last - start);
    this.#count(found, start, last);
    return found.largest;
  }

  #sum(found: PairSums, count: number): void {
    const { sums } = this;
    sums.finite += count;
    sums.changed += found.changed;
    sums.maxAbs = Math.max(sums.maxAbs, found.largest);
    sums.sumAbs += found.abs;
    sums.squares += found.squares;
    sums.product += found.product;
    sums.squaresBefore += found.squaresBefore;
    sums.squaresAfter += found.squaresAfter;
  }

  #count({ largestBefore, largestAfter, largest }: PairSums, start: number, end: number): void {
    this.#before.makeRoom(largestBefore, end - start);
    this.#after.makeRoom(largestAfter, end - start);
    this.#delta.makeRoom(held(largest), end - start);
    this.#pair.count(start, end, this.#before.kept.scale, this.#after.kept.scale, this.#delta.kept.scale);
  }

  /**
   * Counts what is not finite, and moves the rest together: answers where it ends. Two NaNs are as good as equal, and so
   * are two infinities of one sign.
   */
  #leaveOutOdd(start: number, end: number): number {
    const { sums } = this;
    const { deltas } = this.#pair;
    const [before, after] = [this.#pair.before.numbers, this.#pair.after.numbers];
    let kept = start;
    for (let at = start; at < end; at++) {
      const [a, b] = [before[at] as number, after[at] as number];
      if (Number.isFinite(a) && Number.isFinite(b)) {
        before[kept] = a;
        after[kept] = b;
        deltas[kept++] = deltas[at] as number;
        continue;
      }
      if (Number.isNaN(a)) sums.nanBefore++;
      else if (!Number.isFinite(a)) sums.infBefore++;
      if (Number.isNaN(b)) sums.nanAfter++;
      else if (!Number.isFinite(b)) sums.infAfter++;
      if (a !== b && !(Number.isNaN(a) && Number.isNaN(b))) sums.changed++;
    }
    return kept;
  }
}

/** A difference of two finite numbers may be none. */
const held = (size: number) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, size));

/** Which cell of the strip a number falls into. */
const cellOf = (place: number, total: number) =>
  Math.min(stripCells - 1, Math.floor((place * stripCells) / total));
