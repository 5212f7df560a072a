/**
 * A histogram that needs no range beforehand: 1024 bins from -limit to limit, where the limit is a power of two. When a
 * larger number comes, the limit doubles and each two bins become one, without an error. So one pass over the numbers is
 * enough, and threads may join theirs in any order.
 */

export const bins = 1024;
const half = bins / 2;
const shownBins = 64;
/** Numbers that are all smaller than this stand in the middle: a scale for them would be no finite number. */
const lowest = -1000;
const highest = 1024;

/** As it goes from thread to thread: the bins that hold anything. */
export interface BinaryHistogram {
  /** The limit is 2 to the power of this. */
  readonly exponent: number;
  readonly first: number;
  readonly counts: Float64Array;
}

export interface ShownHistogram {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

export class BinaryBins {
  exponent = lowest;
  readonly counts = new Float64Array(bins);

  /** A number goes into the bin of `Math.floor(number * scale) + 512`. */
  get scale(): number {
    return 2 ** (9 - this.exponent);
  }

  /** Before numbers of up to this size are counted. */
  makeRoom(size: number): void {
    this.widen(exponentAbove(size));
  }

  widen(exponent: number): void {
    if (exponent <= this.exponent) return;
    const merged = new Float64Array(bins);
    const width = 2 ** Math.min(exponent - this.exponent, 20);
    for (let at = 0; at < bins; at++) {
      const count = this.counts[at] as number;
      if (count === 0) continue;
      const bin = Math.floor((at - half) / width) + half;
      merged[bin] = (merged[bin] as number) + count;
    }
    this.counts.set(merged);
    this.exponent = exponent;
  }

  merge({ exponent, first, counts }: BinaryHistogram): void {
    this.widen(exponent);
    const width = 2 ** Math.min(this.exponent - exponent, 20);
    for (const [at, count] of counts.entries()) {
      const bin = Math.floor((first + at - half) / width) + half;
      this.counts[bin] = (this.counts[bin] as number) + count;
    }
  }

  toData(): BinaryHistogram {
    const first = this.counts.findIndex((count) => count > 0);
    const last = this.counts.findLastIndex((count) => count > 0);
    return { exponent: this.exponent, first, counts: this.counts.slice(Math.max(0, first), last + 1) };
  }
}

/** The least power of two above a size. */
function exponentAbove(size: number): number {
  if (size === 0) return lowest;
  let exponent = Math.min(highest, Math.max(lowest, Math.floor(Math.log2(size)) + 1));
  // A logarithm may be off by one, at either side.
  while (exponent < highest && 2 ** exponent <= size) exponent++;
  while (exponent > lowest && 2 ** (exponent - 1) > size) exponent--;
  return exponent;
}

/** At most 64 bins of equal width for people, the same for all: as narrow as what they hold lets them be. */
export function showTogether(histograms: readonly BinaryBins[]): ShownHistogram[] {
  const exponent = Math.max(...histograms.map((one) => one.exponent));
  for (const one of histograms) one.widen(exponent);
  const used = [...new Float64Array(bins).keys()].filter((bin) =>
    histograms.some((one) => (one.counts[bin] as number) > 0),
  );
  const [first, last] = [used[0] ?? half, used.at(-1) ?? half];
  const width = Math.ceil((last - first + 1) / shownBins);
  const [from, to] = [first, first + shownBins * width].map((bin) => (bin - half) * 2 ** (exponent - 9));
  return histograms.map((one) => ({
    from: from as number,
    to: to as number,
    counts: Array.from({ length: shownBins }, (_, shown) => sum(one.counts, first + shown * width, width)),
  }));
}

function sum(counts: Float64Array, start: number, length: number): number {
  let total = 0;
  for (let at = start; at < Math.min(start + length, counts.length); at++) total += counts[at] as number;
  return total;
}
