/** How two tensors differ, number by number: what one thread sees of a stretch, and how that is put together. */
import { BinaryBins, type BinaryHistogram, bins } from './binary-histogram.ts';

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

/** Small bins for the innermost loop: they stay in the processor's first cache. */
class LoopBins {
  readonly kept = new BinaryBins();
  readonly counts = new Uint32Array(bins);
  #counted = 0;

  makeRoom(size: number, numbers: number): void {
    this.#counted += numbers;
    if (size < 2 ** this.kept.exponent && this.#counted < 2 ** 31) return;
    this.flush();
    this.kept.makeRoom(size);
    this.#counted = numbers;
  }

  flush(): void {
    for (const [bin, count] of this.counts.entries())
      if (count > 0) this.kept.counts[bin] = (this.kept.counts[bin] as number) + count;
    this.counts.fill(0);
  }

  toData(): BinaryHistogram {
    this.flush();
    return this.kept.toData();
  }
}

/** Takes blocks of numbers, one after the other. */
export class DifferenceLoop {
  readonly sums = noSums();
  readonly strip: number[] = [];
  readonly #before = new LoopBins();
  readonly #after = new LoopBins();
  readonly #delta = new LoopBins();
  readonly #total: number;
  readonly #firstCell: number;
  #largestBefore = 0;
  #largestAfter = 0;
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
    if (this.#moments(before, after, deltas)) {
      this.#count(before, after, deltas);
      return;
    }
    // Something is no finite number, or too large to be squared: the rest goes on without what is not finite.
    const kept = this.#withoutOdd(before, after, deltas);
    this.#moments(kept.before, kept.after, kept.deltas, true);
    this.#count(kept.before, kept.after, kept.deltas);
  }

  /** The innermost loop, in two lanes that the processor works on at once. False, and nothing counted, where a sum is not finite. */
  #moments(x: Float64Array, y: Float64Array, deltas?: Float64Array, takesAll = false): boolean {
    const length = x.length;
    let [largest, other, largestX, largestY] = [0, 0, 0, 0];
    let [abs, abs2, squares, squares2, product, product2] = [0, 0, 0, 0, 0, 0];
    let [squaresX, squaresX2, squaresY, squaresY2, same] = [0, 0, 0, 0, 0];
    const even = deltas === undefined ? length - (length % 2) : 0;
    for (let at = 0; at < even; at += 2) {
      const a = x[at] as number;
      const b = y[at] as number;
      const delta = b - a;
      const size = Math.abs(delta);
      const a2 = x[at + 1] as number;
      const b2 = y[at + 1] as number;
      const delta2 = b2 - a2;
      const size2 = Math.abs(delta2);
      largest = Math.max(largest, size);
      other = Math.max(other, size2);
      largestX = Math.max(largestX, Math.abs(a), Math.abs(a2));
      largestY = Math.max(largestY, Math.abs(b), Math.abs(b2));
      abs += size;
      abs2 += size2;
      squares += delta * delta;
      squares2 += delta2 * delta2;
      product += a * b;
      product2 += a2 * b2;
      squaresX += a * a;
      squaresX2 += a2 * a2;
      squaresY += b * b;
      squaresY2 += b2 * b2;
      if (delta === 0) same++;
      if (delta2 === 0) same++;
    }
    for (let at = even; at < length; at++) {
      const a = x[at] as number;
      const b = y[at] as number;
      const delta = deltas === undefined ? b - a : (deltas[at] as number);
      const size = Math.abs(delta);
      largest = Math.max(largest, size);
      largestX = Math.max(largestX, Math.abs(a));
      largestY = Math.max(largestY, Math.abs(b));
      abs += size;
      squares += delta * delta;
      product += a * b;
      squaresX += a * a;
      squaresY += b * b;
      if (delta === 0) same++;
    }
    const total = abs + abs2 + squares + squares2 + squaresX + squaresX2 + squaresY + squaresY2;
    if (!Number.isFinite(total) && !takesAll) return false;
    const { sums } = this;
    sums.finite += length;
    sums.changed += length - same;
    sums.sumAbs += abs + abs2;
    sums.squares += squares + squares2;
    sums.product += product + product2;
    sums.squaresBefore += squaresX + squaresX2;
    sums.squaresAfter += squaresY + squaresY2;
    this.#largest = Math.max(largest, other);
    sums.maxAbs = Math.max(sums.maxAbs, this.#largest);
    this.#largestBefore = largestX;
    this.#largestAfter = largestY;
    return true;
  }

  #count(x: Float64Array, y: Float64Array, deltas?: Float64Array): void {
    const length = x.length;
    this.#before.makeRoom(this.#largestBefore, length);
    this.#after.makeRoom(this.#largestAfter, length);
    this.#delta.makeRoom(Number.isFinite(this.#largest) ? this.#largest : Number.MAX_VALUE, length);
    if (deltas !== undefined) {
      this.#countGiven(x, y, deltas);
      return;
    }
    const [before, after, moved] = [this.#before.counts, this.#after.counts, this.#delta.counts];
    const scaleX = this.#before.kept.scale;
    const scaleY = this.#after.kept.scale;
    const scale = this.#delta.kept.scale;
    for (let at = 0; at < length; at++) {
      const a = x[at] as number;
      const b = y[at] as number;
      const binX = Math.floor(a * scaleX) + 512;
      const binY = Math.floor(b * scaleY) + 512;
      const bin = Math.floor((b - a) * scale) + 512;
      before[binX] = (before[binX] as number) + 1;
      after[binY] = (after[binY] as number) + 1;
      moved[bin] = (moved[bin] as number) + 1;
    }
  }

  #countGiven(x: Float64Array, y: Float64Array, deltas: Float64Array): void {
    const add = ({ counts, kept: { scale } }: LoopBins, values: Float64Array) => {
      for (const value of values) {
        const bin = Math.min(bins - 1, Math.max(0, Math.floor(value * scale) + 512));
        counts[bin] = (counts[bin] as number) + 1;
      }
    };
    add(this.#before, x);
    add(this.#after, y);
    add(this.#delta, deltas);
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
