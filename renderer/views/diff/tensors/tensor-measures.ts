/** The measures of how far a tensor moved: their names, their words, and what they sort by. */
import type { TensorChange } from '../../../../core/contract/diff.ts';
import { shareWords } from '../../../../core/contract/format.ts';
import { cosineWords } from '../../../../core/contract/tensor-words.ts';
import { countWords, numberWords, shapeWords } from '../../../tensors/number-words.ts';

export type MeasureName = 'relativeL2' | 'maxAbs' | 'meanAbs' | 'cosine' | 'changed' | 'odd';

interface Measure {
  readonly title: string;
  /** What it is, in a few words. */
  readonly why: string;
  readonly amountOf: (change: TensorChange) => number | null;
  readonly words: (change: TensorChange) => string;
}

const oddOf = ({ stats }: TensorChange) => (stats ? stats.nanAfter + stats.infAfter : null);

export const measures: Readonly<Record<MeasureName, Measure>> = {
  relativeL2: {
    title: 'Relative',
    why: 'the length of the change over the length of what was before (relative L2)',
    amountOf: ({ stats }) => stats?.relativeL2 ?? null,
    words: ({ stats }) => (stats ? numberWords(stats.relativeL2) : ''),
  },
  maxAbs: {
    title: 'max |Δ|',
    why: 'the largest change of any number',
    amountOf: ({ stats }) => stats?.maxAbs ?? null,
    words: ({ stats }) => (stats ? numberWords(stats.maxAbs) : ''),
  },
  meanAbs: {
    title: 'mean |Δ|',
    why: 'the mean size of the changes',
    amountOf: ({ stats }) => stats?.meanAbs ?? null,
    words: ({ stats }) => (stats ? numberWords(stats.meanAbs) : ''),
  },
  cosine: {
    title: 'Cosine',
    why: 'how far before and after point the same way: 1 is the same way',
    // The least alike is what somebody looks for.
    amountOf: ({ stats }) => (stats?.cosine == null ? null : -stats.cosine),
    words: ({ stats }) => (stats ? cosineWords(stats) : ''),
  },
  changed: {
    title: 'Changed',
    why: 'the share of numbers that are others now',
    amountOf: ({ stats }) => stats?.changedFraction ?? null,
    words: ({ stats }) => (stats ? shareWords(stats.changedFraction) : ''),
  },
  odd: {
    title: 'NaN, Inf',
    why: 'how many numbers are none, or infinite, before and after',
    amountOf: oddOf,
    words: ({ stats }) => {
      if (!stats) return '';
      const [before, after] = [stats.nanBefore + stats.infBefore, stats.nanAfter + stats.infAfter];
      return before === 0 && after === 0 ? '0' : `${countWords(before)} → ${countWords(after)}`;
    },
  },
};

/** "float32 768 × 64", or both where they differ. */
export function formWords({ before, after }: TensorChange): string {
  const words = (state: TensorChange['after']) =>
    state === null ? '' : `${state.dtype} ${shapeWords(state.shape)}`;
  if (before === null || after === null) return words(after ?? before);
  const [old, now] = [words(before), words(after)];
  return old === now ? now : `${old} → ${now}`;
}

export type SortKey = 'order' | 'name' | MeasureName;
