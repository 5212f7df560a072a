/** The numbers of open tensors, measured on all cores: statistics of one, differences of two, in pieces of some MiB. */
import type { TensorDifference, TensorStats } from '../../contract/weights.ts';
import type { Tensor } from '../tensor.ts';
import { JoinedDifference } from './join-differences.ts';
import { blockNumbers } from './loops.ts';
import { merge, noMoments, statisticsBins } from './moments.ts';
import { NumberQueue } from './number-queue.ts';
import { inStoredOrder, type Stretch } from './stored-numbers.ts';
import { bytesOf, type Numbers, numbersOf, stepOf, stretchOf } from './stretches.ts';
import type { NumberAnswers, NumberTask } from './tasks.ts';

export interface MeasureOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes of numbers that were gone through, those of both sides. */
  readonly onBytes?: (bytes: number) => void;
}

const sampleBytes = 512 * 1024;
/** Of one tensor; of how many bytes at once, the queue decides. */
const piecesAhead = 32;

export class Measure {
  readonly #queue: NumberQueue;
  readonly #onBytes: (bytes: number) => void;

  constructor({ signal, onBytes }: MeasureOptions = {}) {
    this.#queue = new NumberQueue(signal);
    this.#onBytes = onBytes ?? (() => {});
  }

  close(): Promise<void> {
    return this.#queue.close();
  }

  /** Two passes: the bins are known when the ends are. */
  async statistics(tensor: Tensor): Promise<TensorStats> {
    const all = inStoredOrder([numbersOf(tensor)]);
    const found = noMoments();
    for await (const part of this.#walk('moments', all, ([of]) => ({ kind: 'moments', of: of as Stretch })))
      merge(found, part);
    const { finite, min, max, mean, spread, zeros, nan, inf } = found;
    const histogram = new Array<number>(statisticsBins).fill(0);
    if (finite > 0) {
      const bins = this.#walk('bins', all, ([of]) => ({ kind: 'bins', of: of as Stretch, min, max }));
      for await (const counts of bins)
        for (const [bin, count] of counts.entries()) histogram[bin] = (histogram[bin] as number) + count;
    }
    const orNull = (value: number) => (finite > 0 && Number.isFinite(value) ? value : null);
    return {
      ...{ min: orNull(min), max: orNull(max), mean: orNull(mean), std: orNull(Math.sqrt(spread / finite)) },
      ...{ zeros, nan, inf, histogram },
    };
  }

  /** Byte by byte, up to the first difference. Only tensors of one kind and shape can be. */
  async areEqual(before: Tensor, after: Tensor): Promise<boolean> {
    const pair = inStoredOrder([numbersOf(before), numbersOf(after)]);
    if (!isSameKind(pair)) return false;
    const count = pair[0]?.count ?? 0;
    // Most that were trained on differ at once: nothing more is asked for until that is known.
    const first = Math.min(count, blockNumbers);
    return (await this.#areEqualIn(pair, 0, first)) && this.#areEqualIn(pair, first, count);
  }

  async #areEqualIn(pair: readonly Numbers[], from: number, to: number): Promise<boolean> {
    const make = ([before, after]: readonly Stretch[]) =>
      ({ kind: 'equal', before: before as Stretch, after: after as Stretch }) as const;
    for await (const isEqual of this.#walk('equal', pair, make, from, to)) if (!isEqual) return false;
    return true;
  }

  /** Of tensors of one kind and shape, those that may be equal have the same one. */
  async fingerprint(tensor: Tensor): Promise<string> {
    const numbers = numbersOf(tensor);
    const sample = Math.floor(sampleBytes / bytesOf(numbers));
    const { count } = numbers;
    const isSmall = count <= 2 * sample;
    const parts: [number, number][] = isSmall
      ? [[0, count]]
      : [
          [0, sample],
          [count - sample, count],
        ];
    const prints: string[] = [];
    for (const [from, to] of parts) {
      const pieces = this.#walk(
        'fingerprint',
        [numbers],
        ([of]) => ({ kind: 'fingerprint', of: of as Stretch }),
        from,
        to,
      );
      for await (const print of pieces) prints.push(print);
    }
    return prints.join(' ');
  }

  /** Both have as many numbers. Of other kinds it is told whether the new numbers are the old ones, cast. */
  async difference(before: Tensor, after: Tensor): Promise<TensorDifference> {
    const pair = inStoredOrder([numbersOf(before), numbersOf(after)]);
    const isCast = !isSameKind(pair);
    const joined = new JoinedDifference();
    const pieces = this.#walk('difference', pair, ([old, now]) => ({
      ...{ kind: 'difference', before: old as Stretch, after: now as Stretch, isCast },
    }));
    for await (const part of pieces) joined.add(part);
    return joined.result(pair[0]?.count ?? 0, isCast);
  }

  /** The answers in the order of the pieces, so that sums are the same each time. */
  async *#walk<K extends NumberTask['kind']>(
    _kind: K,
    all: readonly Numbers[],
    make: (stretches: readonly Stretch[]) => Extract<NumberTask, { kind: K }>,
    start = 0,
    end = all[0]?.count ?? 0,
  ): AsyncGenerator<NumberAnswers[K]> {
    const bytes = all.reduce((sum, one) => sum + bytesOf(one), 0);
    const step = Math.max(...all.map(stepOf));
    const asked: Promise<NumberAnswers[K]>[] = [];
    const ask = (from: number) => {
      const to = Math.min(end, from + step);
      const make_ = async () => make(await Promise.all(all.map((one) => stretchOf(one, from, to))));
      const answer = this.#queue.run((to - from) * bytes, all[0]?.name ?? '', make_);
      answer.catch(() => {}); // Met when its turn comes, if it does.
      asked.push(answer);
    };
    for (let from = start, next = start; from < end; from += step) {
      for (; next < end && asked.length < piecesAhead; next += step) ask(next);
      const answer = await (asked.shift() as Promise<NumberAnswers[K]>);
      this.#onBytes(Math.min(step, end - from) * bytes);
      yield answer;
    }
  }
}

/** Equal bytes are equal numbers. */
function isSameKind([one, other]: readonly Numbers[]): boolean {
  if (one === undefined || other === undefined || one.dtype !== other.dtype) return false;
  return JSON.stringify(one.quantised ?? null) === JSON.stringify(other.quantised ?? null);
}
