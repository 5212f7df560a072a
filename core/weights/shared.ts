/** Tensors that look into the same bytes, and what is stored when each byte counts once. */
import type { TensorTotals } from '../contract/weights.ts';
import { bitsOf, bytesOf } from './dtypes.ts';
import type { Tensor, WeightsBytes } from './tensor.ts';

interface Look {
  readonly order: number;
  readonly start: number;
  readonly end: number;
}

/** What to do with looks that overlap, directly or through others: the first of the file leads them. */
type UseCluster = (first: number, bytes: number, looks: readonly Look[], from: number, to: number) => void;

/** The same tensors, each that looks into bytes of an earlier one with that one's name. */
export function nameShared(tensors: readonly Tensor[]): readonly Tensor[] {
  const shared = [...tensors];
  eachCluster(tensors, (first, _, looks, from, to) => {
    for (let at = from; at < to; at++) {
      const { order } = looks[at] as Look;
      const tensor = tensors[order] as Tensor;
      if (order !== first) shared[order] = { ...tensor, sharedWith: (tensors[first] as Tensor).name };
    }
  });
  return shared;
}

export function totalsOf(tensors: readonly Tensor[]): TensorTotals {
  const byDtype = new Map<string, { tensors: number; parameters: number; bytes: number }>();
  const of = (dtype: string) => {
    const known = byDtype.get(dtype) ?? { tensors: 0, parameters: 0, bytes: 0 };
    byDtype.set(dtype, known);
    return known;
  };
  let shared = 0;
  for (const { dtype, parameters, bytes, layout, problem, values } of tensors) {
    const sum = of(dtype);
    sum.tensors++;
    // What a broken one claims is not there.
    if (layout === 'strided' && problem !== undefined) continue;
    if (values === null) sum.parameters += parameters;
    if (layout !== 'strided') sum.bytes += bytes;
  }
  eachCluster(tensors, (first, bytes, looks, from, to) => {
    const leader = tensors[first] as Tensor;
    const sum = of(leader.dtype);
    shared += to - from - 1;
    sum.bytes += bytes;
    let parameters = 0;
    for (let at = from; at < to; at++)
      parameters += (tensors[(looks[at] as Look).order] as Tensor).parameters;
    // However many look into them, and however often one does, there are no more numbers than their bytes hold.
    const width = bitsOf(leader.dtype);
    sum.parameters += width === null ? parameters : Math.min(parameters, Math.floor((8 * bytes) / width));
  });
  const rows = [...byDtype].map(([dtype, sums]) => ({ dtype, ...sums }));
  const sum = (what: 'tensors' | 'parameters' | 'bytes') => rows.reduce((all, row) => all + row[what], 0);
  return {
    tensors: sum('tensors'),
    parameters: sum('parameters'),
    bytes: sum('bytes'),
    shared,
    byDtype: rows.sort((a, b) => b.bytes - a.bytes || (a.dtype < b.dtype ? -1 : 1)),
  };
}

function eachCluster(tensors: readonly Tensor[], use: UseCluster): void {
  const byStorage = new Map<WeightsBytes, Look[]>();
  for (let order = 0; order < tensors.length; order++) {
    const tensor = tensors[order] as Tensor;
    if (tensor.values === null || tensor.parameters === 0) continue;
    const looks = byStorage.get(tensor.values.storage);
    const look = { order, start: tensor.values.start, end: tensor.values.start + spanBytes(tensor) };
    if (looks === undefined) byStorage.set(tensor.values.storage, [look]);
    else looks.push(look);
  }
  for (const looks of byStorage.values()) {
    looks.sort((a, b) => a.start - b.start);
    for (let from = 0; from < looks.length; ) {
      const { start, order, end: firstEnd } = looks[from] as Look;
      let [first, end, to] = [order, firstEnd, from + 1];
      for (; to < looks.length && (looks[to] as Look).start < end; to++) {
        end = Math.max(end, (looks[to] as Look).end);
        first = Math.min(first, (looks[to] as Look).order);
      }
      use(first, end - start, looks, from, to);
      from = to;
    }
  }
}

/** From the first number to the last, and what lies between them. */
function spanBytes({ values, bytes, strides }: Tensor): number {
  const width = values === null || strides === undefined ? null : bitsOf(values.dtype);
  if (values === null || width === null) return bytes;
  const { shape } = values;
  return bytesOf(
    shape.reduce((sum, size, at) => sum + (size - 1) * (values.strides[at] as number), 1),
    width,
  );
}
