/** The differences of all stretches of a tensor, as one. */
import type { TensorDifference } from '../../contract/weights.ts';
import { BinaryBins, type ShownHistogram, showTogether } from './binary-histogram.ts';
import { noSums, type PartialDifference, stripCells } from './difference.ts';

export class JoinedDifference {
  readonly #sums = noSums();
  readonly #strip = new Array<number>(stripCells).fill(0);
  readonly #before = new BinaryBins();
  readonly #after = new BinaryBins();
  readonly #delta = new BinaryBins();

  add({ sums, before, after, delta, firstCell, strip }: PartialDifference): void {
    for (const key of Object.keys(this.#sums) as (keyof typeof sums)[])
      this.#sums[key] = key === 'maxAbs' ? Math.max(this.#sums[key], sums[key]) : this.#sums[key] + sums[key];
    this.#before.merge(before);
    this.#after.merge(after);
    this.#delta.merge(delta);
    for (const [at, largest] of strip.entries()) {
      const cell = firstCell + at;
      this.#strip[cell] = Math.max(this.#strip[cell] ?? 0, largest);
    }
  }

  result(count: number, isCast: boolean): TensorDifference {
    const sums = this.#sums;
    const { finite, squares, product, squaresBefore, squaresAfter } = sums;
    const lengths = Math.sqrt(squaresBefore) * Math.sqrt(squaresAfter);
    const [before, after] = showTogether([this.#before, this.#after]) as [ShownHistogram, ShownHistogram];
    const [delta] = showTogether([this.#delta]) as [ShownHistogram];
    return {
      maxAbs: finite === 0 ? null : orNull(sums.maxAbs),
      meanAbs: orNull(sums.sumAbs / finite),
      relativeL2: squares === 0 && finite > 0 ? 0 : orNull(Math.sqrt(squares) / Math.sqrt(squaresBefore)),
      // Rounding must not make it more than one.
      cosine: lengths === 0 ? null : orNull(Math.max(-1, Math.min(1, product / lengths))),
      changedFraction: count === 0 ? 0 : sums.changed / count,
      ...{ nanBefore: sums.nanBefore, nanAfter: sums.nanAfter },
      ...{ infBefore: sums.infBefore, infAfter: sums.infAfter },
      ...(isCast && count > 0 && sums.miscast === 0 ? { isCast: true as const } : {}),
      plots: {
        values: { from: before.from, to: before.to, before: before.counts, after: after.counts },
        delta,
        strip: this.#strip.map((largest) => Number(largest.toPrecision(4))),
      },
    };
  }
}

/** Of numbers near the end of what float64 holds, squares are none. */
const orNull = (value: number) => (Number.isFinite(value) ? value : null);
