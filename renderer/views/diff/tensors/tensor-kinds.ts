/** What became of a tensor, as it is told: its word, its sign, and how it looks on a map. Nothing rests on colour. */
import type { TensorChange } from '../../../../core/contract/diff.ts';
import type { CellLook } from '../../../tensors/map-shapes.ts';

/** "Bitwise equal" is not "near": the one is proven, the other is a matter of what somebody tolerates. */
export const tensorKinds = [
  'moved',
  'near',
  'dtype',
  'shape',
  'renamed',
  'added',
  'removed',
  'unknown',
  'equal',
] as const;
export type TensorKind = (typeof tensorKinds)[number];

/** Of the relative change: what rounding leaves behind in float32. */
const nearBelow = 1e-6;

export const kindWords: Readonly<Record<TensorKind, string>> = {
  moved: 'moved',
  near: 'within 1e−6',
  dtype: 'other dtype',
  shape: 'other shape',
  renamed: 'renamed',
  added: 'added',
  removed: 'removed',
  unknown: 'not compared',
  equal: 'bitwise equal',
};

export const kindSigns: Readonly<Record<TensorKind, string>> = {
  moved: '±',
  near: '~',
  dtype: '◇',
  shape: '◇',
  renamed: '→',
  added: '+',
  removed: '−',
  unknown: '?',
  equal: '=',
};

export function kindOf({ change, stats }: TensorChange): TensorKind {
  if (change === 'unchanged') return 'equal';
  if (change !== 'values') return change;
  const relative = relativeOf(stats);
  return relative !== null && relative < nearBelow ? 'near' : 'moved';
}

/** Null where no number says how far it moved: not read, or NaN and Inf came or went, which outweighs all others. */
function relativeOf(stats: TensorChange['stats']): number | null {
  if (stats === undefined) return null;
  const isOdd = stats.nanBefore !== stats.nanAfter || stats.infBefore !== stats.infAfter;
  return isOdd ? null : stats.relativeL2;
}

export function lookOf(change: TensorChange): CellLook {
  const kind = kindOf(change);
  switch (kind) {
    case 'equal':
    case 'renamed':
      return 'same';
    case 'near':
    case 'added':
    case 'removed':
      return kind;
    case 'unknown':
      return 'unread';
    case 'moved':
      return howFar(relativeOf(change.stats));
    default:
      return 'form';
  }
}

function howFar(relative: number | null): CellLook {
  if (relative === null || relative >= 0.1) return 'moved-d';
  if (relative >= 0.01) return 'moved-c';
  return relative >= 0.001 ? 'moved-b' : 'moved-a';
}

export const mapLegend: Readonly<Partial<Record<CellLook, string>>> = {
  same: 'bitwise equal',
  near: kindWords.near,
  'moved-a': 'moved < 0.1 %',
  'moved-b': 'moved < 1 %',
  'moved-c': 'moved < 10 %',
  'moved-d': 'moved ≥ 10 %, or NaN or Inf came or went',
  form: 'other dtype or shape',
  added: 'added',
  removed: 'removed',
  unread: 'not compared',
};
