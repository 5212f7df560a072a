/** How two tensors differ, number by number: what one thread sees of a stretch, and how that is put together. */
import { BinaryBins, type BinaryHistogram, bins } from './binary-histogram.ts';
import {
  countNumbers,
  countPairs,
  largestOf,
  type PairSums,
  sumGiven,
  sumPairs,
  tableStep,
} from './loops.ts';

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
  readonly counts: Uint32Array;
  #counted = 0;

  constructor(table: Uint32Array, start: number) {
    this.counts = table.subarray(start, start + bins);
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
    for (let bin = 0; bin < bins; bin++) {
      const count = this.counts[bin] as number;
      if (count > 0) this.kept.counts[bin] = (this.kept.counts[bin] as number) + count;
    }
    this.counts.fill(0);
  }
}

/** Takes blocks of numbers, one after the other. */
export class DifferenceLoop {
  readonly sums = noSums();
  readonly strip: number[] = [];
  readonly #table = new Uint32Array(3 * tableStep);
  readonly #before = new LoopBins(this.#table, 0);
  readonly #after = new LoopBins(this.#table, tableStep);
  readonly #delta = new LoopBins(this.#table, 2 * tableStep);
  readonly #total: number;
  readonly #firstCell: number;
  #largest = 0;

  /** `total` numbers has the whole tensor, and this loop begins with number `from` of them. */
  constructor(total: number, from: number) {
    this.#total = total;
    this.#firstCell = cellOf(from, total);
  }

  /** Both blocks begin with number `from` of the tensor. `deltas` are given where float64 can't hold the numbers themselves. */
  add(before: Float64Array, after: Float64Array, from: number, count: number, deltas?: Float64Array): void {
    for (let start = 0; start < count; ) {
      const cell = cellOf(from + start, this.#total);
      const cellEnd = Math.ceil(((cell + 1) * this.#total) / stripCells);
      const end = Math.min(count, Math.max(start + 1, cellEnd - from));
      this.#addPart(before.subarray(start, end), after.subarray(start, end), deltas?.subarray(start, end));
      const at = cell - this.#firstCell;
      this.strip[at] = Math.max(this.strip[at] ?? 0, this.#largest);
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

  #addPart(before: Float64Array, after: Float64Array, deltas: Float64Array | undefined): void {
    const found = deltas === undefined ? sumPairs(before, after) : sumGiven(before, after, deltas);
    // One that is no number makes the sums none; where they only grew too large, nothing is left out.
    if (Number.isFinite(found.abs + found.squares + found.squaresBefore + found.squaresAfter)) {
      this.#sum(found, before.length);
      this.#count(before, after, deltas);
      return;
    }
    const kept = this.#withoutOdd(before, after, deltas);
    this.#sum(sumGiven(kept.before, kept.after, kept.deltas), kept.deltas.length);
    this.#count(kept.before, kept.after, kept.deltas);
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
    this.#largest = found.largest;
  }

  #count(before: Float64Array, after: Float64Array, deltas: Float64Array | undefined): void {
    const all = [this.#before, this.#after, this.#delta] as const;
    const sizes = [largestOf(before), largestOf(after), Math.min(this.#largest, Number.MAX_VALUE)];
    for (const [at, bins] of all.entries()) bins.makeRoom(sizes[at] as number, before.length);
    if (deltas === undefined) {
      const [scaleBefore, scaleAfter, scale] = all.map(({ kept }) => kept.scale) as [number, number, number];
      countPairs(before, after, scaleBefore, scaleAfter, scale, this.#table);
      return;
    }
    for (const [at, numbers] of [before, after, deltas].entries()) {
      const { counts, kept } = all[at] as LoopBins;
      countNumbers(numbers, kept.scale, counts);
    }
  }

  /** Counts what is not finite. Two NaNs are as good as equal, and so are two infinities of one sign. */
  #withoutOdd(x: Float64Array, y: Float64Array, deltas?: Float64Array) {
    const { sums } = this;
    const before = new Float64Array(x.length);
    const after = new Float64Array(x.length);
    const kept = new Float64Array(x.length);
    let count = 0;
    for (const [at, a] of x.entries()) {
      const b = y[at] as number;
      if (Number.isFinite(a) && Number.isFinite(b)) {
        before[count] = a;
        after[count] = b;
        kept[count++] = deltas === undefined ? b - a : (deltas[at] as number);
        continue;
      }
      if (Number.isNaN(a)) sums.nanBefore++;
      else if (!Number.isFinite(a)) sums.infBefore++;
      if (Number.isNaN(b)) sums.nanAfter++;
      else if (!Number.isFinite(b)) sums.infAfter++;
      if (a !== b && !(Number.isNaN(a) && Number.isNaN(b))) sums.changed++;
    }
    return {
      before: before.subarray(0, count),
      after: after.subarray(0, count),
      deltas: kept.subarray(0, count),
    };
  }
}

/** Which cell of the strip a number falls into. */
const cellOf = (place: number, total: number) =>
  Math.min(stripCells - 1, Math.floor((place * stripCells) / total));
