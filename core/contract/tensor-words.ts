/** What became of tensors, as rows and short texts: one voice for the terminal, the reports and the interface. */
import type { LowRank, TensorChange, TensorState, WeightsDetails } from './diff.ts';
import { formatCount, shareWords } from './format.ts';
import type { TensorDifference } from './weights.ts';

export interface TensorRow {
  readonly sign: '+' | '−' | '±' | '→' | '?' | '=';
  readonly change: string;
  readonly name: string;
  /** "float32 768 × 768", or what it was and what it is. */
  readonly form: string;
  /** Measures of the change; empty where there are none. */
  readonly maxAbs: string;
  readonly relativeL2: string;
  readonly cosine: string;
  readonly changed: string;
  /** What no column holds. */
  readonly note: string;
}

const signs: Readonly<Record<TensorChange['change'], TensorRow['sign']>> = {
  added: '+',
  removed: '−',
  renamed: '→',
  shape: '±',
  dtype: '±',
  values: '±',
  unknown: '?',
  unchanged: '=',
};

const words: Readonly<Record<TensorChange['change'], string>> = {
  added: 'added',
  removed: 'removed',
  renamed: 'renamed',
  shape: 'shape',
  dtype: 'dtype',
  values: 'values',
  unknown: 'not compared',
  unchanged: 'unchanged',
};

export const tensorColumns = [
  'Change',
  'Tensor',
  'Dtype and shape',
  'Max |Δ|',
  'Rel. L2',
  'Cosine',
  'Changed',
];

export function tensorRow(tensor: TensorChange): TensorRow {
  const { change, name, from, before, after, stats } = tensor;
  const shown = (value: number | null | undefined) =>
    stats === undefined ? '' : formatMeasure(value ?? null);
  return {
    sign: signs[change],
    change: stats?.isCast ? 'dtype (cast)' : words[change],
    name: from === undefined ? name : `${from} → ${name}`,
    form: formOf(before, after),
    maxAbs: shown(stats?.maxAbs),
    relativeL2: shown(stats?.relativeL2),
    cosine: stats === undefined ? '' : cosineWords(stats),
    changed: stats === undefined ? '' : shareWords(stats.changedFraction),
    note: [lowRankNote(tensor.lowRank), oddNote(stats), tensor.problem?.message ?? '']
      .filter(Boolean)
      .join('; '),
  };
}

/** What people want to see: all but what stayed, and what has other numbers before what has another name alone, or was not compared. */
export function changedTensors(tensors: readonly TensorChange[]): TensorChange[] {
  const place = ({ change }: TensorChange) => Number(change === 'renamed') + 2 * Number(change === 'unknown');
  return tensors.filter(({ change }) => change !== 'unchanged').sort((a, b) => place(a) - place(b));
}

export function formatMeasure(value: number | null): string {
  if (value === null) return '–';
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5
    ? String(Number(value.toPrecision(4)))
    : value.toExponential(2);
}

/** Below this the sums themselves are rounded. */
const leastAngle = 1e-12;

/** Near 1 it is told how far from it: six digits would make 1.000000 of what is none. */
export function cosineWords({ cosine, changedFraction }: TensorDifference): string {
  if (cosine === null) return '–';
  const far = 1 - cosine;
  if (far < leastAngle) return changedFraction === 0 ? '1' : '≈ 1';
  return far < 1e-3 ? `1 − ${far.toExponential(1)}` : cosine.toFixed(6).replace('-', '−');
}

function formOf(before: TensorState | null, after: TensorState | null): string {
  const shapeOf = ({ shape }: TensorState) => (shape.length === 0 ? 'scalar' : shape.join(' × '));
  const textOf = (state: TensorState) => `${state.dtype} ${shapeOf(state)}`;
  const [old, now] = [before ?? after, after ?? before];
  if (old === null || now === null) return '';
  if (textOf(old) === textOf(now)) return textOf(now);
  if (shapeOf(old) === shapeOf(now)) return `${old.dtype} → ${now.dtype} ${shapeOf(now)}`;
  return `${textOf(old)} → ${old.dtype === now.dtype ? shapeOf(now) : textOf(now)}`;
}

const lowRankNote = (lowRank: LowRank | undefined) =>
  lowRank === undefined ? '' : `a change of rank ${lowRank.rank}, as where a LoRA was merged`;

function oddNote(stats: TensorDifference | undefined): string {
  if (stats === undefined) return '';
  const { nanBefore, nanAfter, infBefore, infAfter, changedFraction, isCast } = stats;
  return [
    nanBefore + nanAfter === 0 ? '' : `NaN: ${nanBefore} before, ${nanAfter} after`,
    infBefore + infAfter === 0 ? '' : `infinite: ${infBefore} before, ${infAfter} after`,
    changedFraction === 0 && !isCast ? 'other bits, the same numbers' : '',
  ]
    .filter(Boolean)
    .join('; ');
}

/** "290 tensors: 70 with other values, 220 bitwise equal" */
export function tensorCounts({ counts, areValuesCompared }: WeightsDetails): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const texts = [
    [counts.values, 'with other values'],
    [counts.dtype, 'of another dtype'],
    [counts.shape, 'of another shape'],
    [counts.renamed, 'renamed'],
    [counts.added, 'added'],
    [counts.removed, 'removed'],
    [counts.unknown, areValuesCompared ? 'not compared' : 'whose values were not asked for'],
    [counts.unchanged, 'bitwise equal'],
  ] as const;
  const told = texts
    .filter(([count]) => count > 0)
    .map(([count, text]) => `${count.toLocaleString('en-US')} ${text}`);
  return `${formatCount(all, 'tensor')}: ${told.join(', ')}`;
}
