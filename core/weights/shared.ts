/** Tensors that look into the same bytes, and what is stored when each byte counts once. */
import type { TensorTotals } from '../contract/weights.ts';
import { bitsOf, bytesOf } from './dtypes.ts';
import type { Tensor, WeightsBytes } from './tensor.ts';

interface Look {
  readonly tensor: Tensor;
  readonly order: number;
  readonly start: number;
  readonly end: number;
}

/** Looks that overlap, directly or through others; the first of the file leads. */
interface Cluster {
  readonly looks: Look[];
  first: Look;
  readonly start: number;
  end: number;
}

/** The same tensors, each that looks into bytes of an earlier one with that one's name. */
export function nameShared(tensors: readonly Tensor[]): readonly Tensor[] {
  const shared = [...tensors];
  for (const { looks, first } of clustersOf(tensors)) {
    if (looks.length === 1) continue;
    for (const { tensor, order } of looks) {
      if (order !== first.order) shared[order] = { ...tensor, sharedWith: first.tensor.name };
    }
  }
  return shared;
}

export function totalsOf(tensors: readonly Tensor[]): TensorTotals {
  const byDtype = new Map<string, { tensors: number; parameters: number; bytes: number }>();
  const of = (dtype: string) => {
    const known = byDtype.get(dtype) ?? { tensors: 0, parameters: 0, bytes: 0 };
    byDtype.set(dtype, known);
    return known;
  };
  for (const { dtype, parameters, bytes, layout, problem } of tensors) {
    const sum = of(dtype);
    sum.tensors++;
    // What a broken one claims is not there.
    if (layout === 'strided' && problem !== undefined) continue;
    sum.parameters += parameters;
    if (layout !== 'strided') sum.bytes += bytes;
  }
  for (const { first, start, end } of clustersOf(tensors)) of(first.tensor.dtype).bytes += end - start;
  const rows = [...byDtype].map(([dtype, sums]) => ({ dtype, ...sums }));
  const sum = (what: 'tensors' | 'parameters' | 'bytes') => rows.reduce((all, row) => all + row[what], 0);
  return {
    tensors: sum('tensors'),
    parameters: sum('parameters'),
    bytes: sum('bytes'),
    byDtype: rows.sort((a, b) => b.bytes - a.bytes || (a.dtype < b.dtype ? -1 : 1)),
  };
}

function clustersOf(tensors: readonly Tensor[]): Cluster[] {
  const byStorage = new Map<WeightsBytes, Look[]>();
  for (const [order, tensor] of tensors.entries()) {
    const look = lookOf(tensor, order);
    if (look === null || tensor.values === null) continue;
    const others = byStorage.get(tensor.values.storage);
    if (others === undefined) byStorage.set(tensor.values.storage, [look]);
    else others.push(look);
  }
  const clusters: Cluster[] = [];
  for (const looks of byStorage.values()) {
    looks.sort((a, b) => a.start - b.start);
    let last: Cluster | null = null;
    for (const look of looks) {
      if (last === null || look.start >= last.end) {
        last = { looks: [look], first: look, start: look.start, end: look.end };
        clusters.push(last);
        continue;
      }
      last.looks.push(look);
      last.end = Math.max(last.end, look.end);
      if (look.order < last.first.order) last.first = look;
    }
  }
  return clusters;
}

/** Null for what looks at nothing. */
function lookOf(tensor: Tensor, order: number): Look | null {
  const { values, parameters, bytes } = tensor;
  if (values === null || parameters === 0) return null;
  const { start, dtype, shape, strides } = values;
  const width = tensor.strides === undefined ? null : bitsOf(dtype);
  if (width === null) return { tensor, order, start, end: start + bytes };
  const span = shape.reduce((sum, size, at) => sum + (size - 1) * (strides[at] as number), 1);
  return { tensor, order, start, end: start + bytesOf(span, width) };
}
