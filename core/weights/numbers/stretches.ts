/** Stretches of open tensors, as they go to threads. */
import { Problem } from '../../contract/errors.ts';
import type { StridedValues, Tensor, WeightsBytes } from '../tensor.ts';
import { numberKind } from './dtypes.ts';
import { isContiguous, type StoredNumbers, type Stretch, storedNumbers } from './stored-numbers.ts';

/** A tensor as the tasks have it, and where its bytes are. */
export interface Numbers extends StoredNumbers {
  readonly name: string;
  readonly storage: WeightsBytes;
}

const mostBytesInMemory = 64 * 1024 * 1024;

/** How many numbers go at once: where they lie in steps more, for the pages that were read are kept as long. */
export const stepOf = (numbers: StoredNumbers) => (isContiguous(numbers) ? 2 ** 20 : 2 ** 24);

export function numbersOf(tensor: Tensor): Numbers {
  const stored = storedNumbers(tensor);
  return { ...stored, name: tensor.name, storage: (tensor.values as StridedValues).storage };
}

export const bytesOf = ({ dtype }: StoredNumbers) => numberKind(dtype)?.bytes ?? 1;

/** Where they lie in a file, threads read by themselves; else the bytes go along. */
export async function stretchOf(all: Numbers, from: number, to: number): Promise<Stretch> {
  const { storage, name, ...numbers } = all;
  // What is unpacked to a file has its place once it was read from.
  if (storage.place === null && all.count > 0) await storage.read(numbers.start, 1);
  if (storage.place !== null) return { numbers, source: storage.place, from, to };
  const size = bytesOf(all);
  const [first, end] = isContiguous(all)
    ? [numbers.start + from * size, numbers.start + to * size]
    : [numbers.start, numbers.start + (lastOf(all) + 1) * size];
  if (end - first > mostBytesInMemory) {
    const detail = 'they lie in steps, in a file that is not read in place';
    throw Problem.of('TENSOR_NOT_READABLE', { path: name, detail });
  }
  const bytes = await storage.read(first, end - first);
  return { numbers, source: { bytes, at: first }, from, to };
}

const lastOf = ({ shape, strides }: StoredNumbers) =>
  shape.reduce((sum, size, at) => sum + (size - 1) * (strides[at] ?? 0), 0);
