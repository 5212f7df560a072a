/** Tensors found in a pickle, held to the storages that their file really has. */
import { showName } from '../../contract/format.ts';
import type { WeightsProblem } from '../../contract/weights.ts';
import { bytesLater } from '../bytes.ts';
import { bitsOf, bytesOf } from '../dtypes.ts';
import type { PickleValue } from '../pickle/values.ts';
import { recordProblem } from '../records.ts';
import type { StridedValues, Tensor } from '../tensor.ts';
import { contiguousStrides, countOf, problemOf, type Storage, tensorOf } from '../tensor-of.ts';
import { itemsOf, numberOf } from './arguments.ts';
import type { AnyTensor, SparseTensor, ToldQuantiser, ToldTensor } from './describe.ts';
import type { InlineArray } from './inline-array.ts';
import { storageDtype } from './types.ts';
import type { FoundTensor } from './walk.ts';

/** The storages of one file, by what its pickle says of them. */
export interface Storages {
  /** The same object for the same storage. */
  find(key: string, id: readonly PickleValue[]): Promise<Storage | WeightsProblem>;
  readonly littleEndian: boolean;
}

/** Channels of a layer, each with a scale: more are not read for a listing. */
const mostChannels = 1024 * 1024;
/** Of all tensors of a file: each of them may name the same million again. */
const mostScales = 16 * mostChannels;

interface FileStorages extends Storages {
  scalesLeft: number;
}

export async function resolveTensors(found: readonly FoundTensor[], storages: Storages): Promise<Tensor[]> {
  const { littleEndian } = storages;
  const all = { littleEndian, find: storages.find.bind(storages), scalesLeft: mostScales };
  const tensors: Tensor[] = [];
  for (const { name, tensor } of found) tensors.push(await resolve(name, tensor, all));
  return tensors;
}

function resolve(
  name: string,
  tensor: AnyTensor | InlineArray,
  storages: FileStorages,
): Promise<Tensor> | Tensor {
  if (tensor.kind === 'strided') return resolveStrided(name, tensor, storages);
  if (tensor.kind === 'sparse') return resolveSparse(name, tensor, storages);
  if (tensor.kind === 'inline') return resolveInline(name, tensor);
  const { dtype, shape, problem } = tensor;
  const count = countOf(shape);
  return {
    ...{ name, dtype, shape, parameters: typeof count === 'number' ? count : 0, bytes: 0, where: '' },
    ...{ offset: null, layout: 'strided', values: null, problem },
  };
}

async function resolveStrided(name: string, told: ToldTensor, storages: FileStorages): Promise<Tensor> {
  const id = itemsOf(told.storage.id) ?? [];
  // ('storage', class, key, device, how many)
  const [what, type, key] = id;
  const dtype = told.dtype ?? storageDtype(type) ?? 'unknown';
  const isStorage = what === 'storage' && typeof key === 'string';
  const storage = isStorage
    ? await storages.find(key, id)
    : problemOf('TENSOR_STORAGE', 'the pickle names no storage for it');
  const quantised = told.quantiser && (await resolveQuantiser(told.quantiser, told.shape, storages));
  const flaw = quantised !== undefined && 'code' in quantised ? quantised : undefined;
  return tensorOf({
    ...{ name, dtype, shape: told.shape, strides: told.strides, storage },
    start: bytesOf(told.offset, bitsOf(dtype) ?? 8),
    littleEndian: storages.littleEndian,
    problem: flaw,
    ...(quantised === undefined || 'code' in quantised ? {} : { quantised }),
  });
}

type Quantised = NonNullable<StridedValues['quantised']>;

async function resolveQuantiser(
  { scale, zeroPoint, axis }: ToldQuantiser,
  shape: readonly number[],
  storages: FileStorages,
): Promise<Quantised | WeightsProblem> {
  const wanted = (axis === null ? 1 : shape[axis]) ?? 0;
  try {
    const scales = await numbersIn(scale, wanted, storages);
    const points = await numbersIn(zeroPoint, wanted, storages);
    if (scales !== null && points !== null) return { scale: scales, zeroPoint: points, axis };
  } catch (error) {
    return recordProblem(error);
  }
  return problemOf(
    'TENSOR_QUANTISER',
    'the numbers that scale it are not there, too many, or not as many as it has channels',
  );
}

async function numbersIn(
  told: ToldQuantiser['scale'],
  count: number,
  storages: FileStorages,
): Promise<number[] | null> {
  if (count > mostChannels || count > storages.scalesLeft) return null;
  storages.scalesLeft -= count;
  if (!('kind' in told)) {
    const numbers = told.length === count ? told.map(numberOf) : [];
    return numbers.length === count && numbers.every(Number.isFinite) ? numbers : null;
  }
  const { values } = await resolveStrided('', told, storages);
  if (values === null || values.shape.length !== 1 || values.shape[0] !== count) return null;
  if (count === 0) return [];
  const width = (bitsOf(values.dtype) ?? 0) / 8;
  const [stride = 1] = values.strides;
  const length = ((count - 1) * stride + 1) * width;
  if (length > 8 * mostChannels) return null;
  const bytes = await values.storage.read(values.start, length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const readers: Readonly<Record<string, (at: number) => number>> = {
    float64: (at) => view.getFloat64(at, values.littleEndian),
    float32: (at) => view.getFloat32(at, values.littleEndian),
    int64: (at) => Number(view.getBigInt64(at, values.littleEndian)),
    int32: (at) => view.getInt32(at, values.littleEndian),
  };
  const read = readers[values.dtype];
  if (read === undefined) return null;
  return Array.from({ length: count }, (_, index) => read(index * stride * width));
}

async function resolveSparse(name: string, told: SparseTensor, storages: FileStorages): Promise<Tensor> {
  const parts: Tensor[] = [];
  for (const part of told.parts) parts.push(await resolveStrided(name, part, storages));
  const values = parts.at(-1);
  const count = countOf(told.shape);
  const broken = parts.find(({ problem }) => problem !== undefined)?.problem;
  const flaw = typeof count === 'string' ? problemOf('TENSOR_SHAPE', count) : broken;
  const usual = problemOf('TENSOR_SPARSE', 'it is kept as indices and values, which are listed and not read');
  return {
    ...{ name, dtype: values?.dtype ?? 'unknown', shape: told.shape, layout: told.layout },
    parameters: typeof count === 'number' ? count : 0,
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    ...{ where: values?.where ?? '', offset: values?.offset ?? null, values: null, problem: flaw ?? usual },
  };
}

function resolveInline(name: string, told: InlineArray): Tensor {
  const { dtype, shape, littleEndian, bytes, inFortranOrder, problem } = told;
  const storage = bytes
    ? { bytes: bytesLater(bytes.length, async () => bytes), where: '', offset: null }
    : problemOf('TENSOR_STORAGE', 'its bytes do not stand in the pickle');
  const isDeep = shape.length > 64;
  const strides = inFortranOrder && !isDeep ? contiguousStrides(shape.toReversed()).toReversed() : undefined;
  return tensorOf({
    ...{ name, dtype, shape, storage, start: 0, littleEndian, problem },
    ...(strides === undefined ? {} : { strides }),
  });
}

export function missingStorage(record: string): WeightsProblem {
  return problemOf(
    'TENSOR_STORAGE',
    `its numbers should be in ${showName(record.slice(0, 200))}, which is not there`,
  );
}
