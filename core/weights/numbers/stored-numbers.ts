/** Numbers as a thread is told of them: plain data, checked once against the bytes that there are. */
import { Problem } from '../../contract/errors.ts';
import type { StridedValues, Tensor } from '../tensor.ts';
import { numberKind } from './dtypes.ts';

export interface StoredNumbers extends Omit<StridedValues, 'storage'> {
  readonly count: number;
}

/** Where a thread finds the bytes of a storage: in an open file, or in memory, which begins at a place of the storage. */
export type Source =
  | { readonly fd: number; readonly start: number }
  | { readonly bytes: Uint8Array; readonly at: number };

/** Some numbers of a tensor, one after the other in its order. */
export interface Stretch {
  readonly numbers: StoredNumbers;
  readonly source: Source;
  readonly from: number;
  readonly to: number;
}

/** So often may one number stand for several: a tensor that was expanded from next to nothing is of any size. */
const mostRepeated = 2 ** 28;

/** Throws where its numbers can't be read, by the problem of its own or by what its shape claims. */
export function storedNumbers(tensor: Tensor): StoredNumbers {
  const { name, values, problem } = tensor;
  if (values === null) {
    const detail = problem?.message ?? `its numbers are of the kind ${tensor.dtype}, which is not read`;
    throw Problem.of('TENSOR_NOT_READABLE', { path: name, detail });
  }
  const { storage, ...rest } = values;
  const fault = faultOf(values, storage.size);
  if (fault !== null) throw Problem.of('TENSOR_NOT_READABLE', { path: name, detail: fault });
  return { ...rest, count: countOf(values.shape) };
}

const countOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

function faultOf({ dtype, shape, strides, start, quantised }: StridedValues, bytes: number): string | null {
  const kind = numberKind(dtype);
  if (kind === null) return `its numbers are of the kind ${dtype}, which is not read`;
  if (shape.length !== strides.length) return 'it has not as many strides as dimensions';
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
  if (!shape.every(isCount) || !strides.every(isCount) || !isCount(start))
    return 'its shape, its strides or its place are not counts';
  const count = countOf(shape);
  if (!Number.isSafeInteger(count)) return 'it claims more numbers than can be counted';
  if (count === 0) return null;
  const last = shape.reduce((sum, size, at) => sum + (size - 1) * (strides[at] ?? 0), 0);
  const end = start + (last + 1) * kind.bytes;
  if (!Number.isSafeInteger(end) || end > bytes)
    return `it claims bytes up to ${end.toLocaleString('en-US')}, and its storage has ${bytes.toLocaleString('en-US')}`;
  if (count > last + 1 && count > mostRepeated)
    return `it repeats ${(last + 1).toLocaleString('en-US')} numbers ${count.toLocaleString('en-US')} times`;
  if (quantised === undefined) return null;
  const { axis, scale, zeroPoint } = quantised;
  const wanted = axis === null ? 1 : shape[axis];
  if (wanted !== scale.length || wanted !== zeroPoint.length) return 'it has not as many scales as channels';
  return null;
}

/**
 * In the order in which they lie, where order does not matter: numbers that were transposed are then read in one go.
 * Several tensors of one shape are turned alike, by the first one.
 */
export function inStoredOrder<T extends StoredNumbers>(tensors: readonly T[]): T[] {
  const [first] = tensors;
  if (first === undefined) return [];
  const order = first.strides
    .map((stride, dimension) => ({ stride, dimension }))
    .sort((a, b) => b.stride - a.stride || a.dimension - b.dimension)
    .map(({ dimension }) => dimension);
  const turn = (list: readonly number[]) => order.map((dimension) => list[dimension] as number);
  return tensors.map((tensor) => {
    const { quantised } = tensor;
    const turned = { ...tensor, shape: turn(tensor.shape), strides: turn(tensor.strides) };
    if (quantised === undefined || quantised.axis === null) return turned;
    return { ...turned, quantised: { ...quantised, axis: order.indexOf(quantised.axis) } };
  });
}

/** One after the other without a gap, the last dimension fastest. */
export function isContiguous({ shape, strides }: Pick<StoredNumbers, 'shape' | 'strides'>): boolean {
  let expected = 1;
  for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
    const size = shape[dimension] as number;
    if (size === 0) return true;
    if (size > 1 && strides[dimension] !== expected) return false;
    expected *= size;
  }
  return true;
}
