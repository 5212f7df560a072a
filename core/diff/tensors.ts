/** Two weights, tensor by tensor: which stands for which, and what became of it. */
import type { TensorChange, WeightsDetails } from '../contract/diff.ts';
import { tensorChanges } from '../contract/diff.ts';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import type { WeightsProblem } from '../contract/weights.ts';
import { manyAtOnce } from '../many-at-once.ts';
import { rankOfChange } from '../weights/numbers/low-rank.ts';
import { Measure } from '../weights/numbers/measure.ts';
import type { Tensor, Weights } from '../weights/tensor.ts';
import { pairTensors, type TensorMap, type TensorPair } from './pair-tensors.ts';
import { movedSentence } from './tensor-words.ts';

export interface TensorOptions {
  /** Beginnings of old names, and what stands for them in new ones. */
  readonly map: TensorMap;
  /** Else only names, dtypes and shapes are compared, which reads no number. */
  readonly values: boolean;
}

export interface TensorWork extends TensorOptions {
  readonly signal: AbortSignal | undefined;
  /** How many bytes of numbers will be gone through. */
  readonly expect: (bytes: number) => void;
  readonly onBytes: (bytes: number) => void;
  /** What is computed otherwise with them, to be told in their sentence. */
  readonly computed: string;
}

export interface ComparedTensors {
  readonly tensors: readonly TensorChange[];
  readonly weights: WeightsDetails;
}

/** Beyond this a list is for programs with the file at hand; the counts tell of all. */
const mostListed = 10_000;
/** Pictures are kept of those that moved most. */
const mostPictures = 200;

export async function compareTensors(
  before: Weights,
  after: Weights,
  work: TensorWork,
): Promise<ComparedTensors> {
  const measure = new Measure({ signal: work.signal, onBytes: work.onBytes });
  try {
    const pairs = await pairTensors(before.tensors, after.tensors, {
      map: work.map,
      measure: work.values ? measure : null,
    });
    work.expect(pairs.reduce((sum, pair) => sum + bytesToRead(pair, work.values), 0));
    const changes = await manyAtOnce(pairs, async (pair) => inOrder(await changeOf(pair, work, measure)));
    throwIfCancelled(work.signal);
    return { tensors: listed(changes), weights: detailsOf(before, after, changes, work) };
  } finally {
    await measure.close();
  }
}

/** Of pairs whose numbers will be gone through. */
function bytesToRead({ old, now, isSame }: TensorPair, values: boolean): number {
  if (!values || old === null || now === null || isSame || !isSameShape(old, now)) return 0;
  return old.values === null || now.values === null ? 0 : old.bytes + now.bytes;
}

/** As the contract has its keys. */
const inOrder = ({ name, change, from, before, after, ...more }: TensorChange): TensorChange => ({
  ...{ name, change, before, after },
  ...(from === undefined ? {} : { from }),
  ...more,
});

async function changeOf(pair: TensorPair, work: TensorWork, measure: Measure): Promise<TensorChange> {
  const { old, now, isSame } = pair;
  const shared = { before: stateOf(old), after: stateOf(now) };
  if (old === null || now === null) {
    const { name } = (now ?? old) as Tensor;
    return { name, change: old === null ? 'added' : 'removed', ...shared };
  }
  const named = { name: now.name, ...(old.name === now.name ? {} : { from: old.name }), ...shared };
  if (isSame) return { ...named, change: 'renamed' };
  if (!isSameShape(old, now)) return { ...named, change: 'shape' };
  const change = old.dtype === now.dtype ? 'values' : 'dtype';
  const whyNot = old.problem ?? now.problem ?? (work.values ? (unreadOf(old) ?? unreadOf(now)) : undefined);
  const unread = change === 'values' ? 'unknown' : change;
  if (whyNot !== undefined) return { ...named, change: unread, problem: whyNot };
  if (!work.values) return { ...named, change: unread };
  try {
    if (change === 'values' && (await measure.areEqual(old, now))) return { ...named, change: 'unchanged' };
    const stats = await measure.difference(old, now);
    const lowRank = change === 'values' ? await rankOfChange(old, now, work.signal) : null;
    return { ...named, change, stats, ...(lowRank === null ? {} : { lowRank }) };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'TENSOR_NOT_READABLE') throw error;
    return { ...named, change: unread, problem: { code: error.code, message: error.message } };
  }
}

const stateOf = (tensor: Tensor | null) => tensor && { dtype: tensor.dtype, shape: tensor.shape };

const isSameShape = ({ shape }: Tensor, { shape: other }: Tensor) =>
  shape.length === other.length && shape.every((size, at) => size === other[at]);

function unreadOf({ values, layout, dtype }: Tensor): WeightsProblem | undefined {
  if (values !== null) return undefined;
  const what = layout === 'strided' ? `of the kind ${dtype}` : 'sparse';
  return { code: 'TENSOR_NOT_READABLE', message: `its numbers are ${what}, and were not compared` };
}

/** What changed comes before what stayed where there is no room for both; the order is kept. */
function listed(changes: readonly TensorChange[]): TensorChange[] {
  const room = Math.max(0, mostListed - changes.filter(isChanged).length);
  let stayed = 0;
  let moved = 0;
  const kept = changes.filter((one) => (isChanged(one) ? moved++ < mostListed : stayed++ < room));
  const pictured = new Set(
    kept
      .filter(({ stats }) => stats !== undefined)
      .sort((a, b) => sizeOf(b) - sizeOf(a))
      .slice(0, mostPictures),
  );
  return kept.map((one) => {
    if (one.stats === undefined || pictured.has(one)) return one;
    const { plots: _, ...stats } = one.stats;
    return { ...one, stats };
  });
}

const isChanged = ({ change }: TensorChange) => change !== 'unchanged';
const sizeOf = ({ stats }: TensorChange) => stats?.relativeL2 ?? stats?.maxAbs ?? Number.POSITIVE_INFINITY;

function detailsOf(
  before: Weights,
  after: Weights,
  changes: readonly TensorChange[],
  work: TensorWork,
): WeightsDetails {
  const counts = Object.fromEntries(tensorChanges.map((change) => [change, 0])) as Record<
    TensorChange['change'],
    number
  >;
  for (const { change } of changes) counts[change]++;
  return {
    ...{ before: before.format, after: after.format, counts },
    more: Math.max(0, changes.length - mostListed),
    areValuesCompared: work.values,
    sentence: movedSentence(changes, work.values, work.computed),
  };
}
