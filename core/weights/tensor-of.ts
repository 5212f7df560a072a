/** A tensor from what its file says of it: nothing is believed before it is held to the bytes that are there. */
import { showName } from '../contract/format.ts';
import type { TensorFacts, WeightsProblem } from '../contract/weights.ts';
import { bitsOf, bytesOf } from './dtypes.ts';
import type { StridedValues, Tensor, WeightsBytes } from './tensor.ts';

export interface Storage {
  /** The same object for every tensor that looks into it. */
  readonly bytes: WeightsBytes;
  /** The record or file that holds it, as TensorFacts has it. */
  readonly where: string;
  /** Where it begins in the weights file, or null where it can't be told. */
  readonly offset: number | null;
}

export interface ToldTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** A problem where it can't be had. */
  readonly storage: Storage | WeightsProblem;
  /** Bytes from the begin of the storage to the first number. */
  readonly start: number;
  /** In elements; one after the other where it is left out. */
  readonly strides?: readonly number[];
  readonly littleEndian?: boolean;
  readonly quantised?: StridedValues['quantised'];
  readonly layout?: TensorFacts['layout'];
  /** Where numbers are kept in blocks, whose width is not that of a number. */
  readonly blockBytes?: number | null;
  /** Known already to whoever tells it. */
  readonly problem?: WeightsProblem | undefined;
}

export const problemOf = (code: string, message: string): WeightsProblem => ({ code, message });

export function tensorOf(told: ToldTensor): Tensor {
  const { name, dtype, shape, start, strides, layout = 'strided' } = told;
  const storage = 'bytes' in told.storage ? told.storage : null;
  const extent = measure(told);
  const problem =
    told.problem ??
    ('problem' in extent ? extent.problem : undefined) ??
    ('bytes' in told.storage ? undefined : told.storage) ??
    ('problem' in extent || storage === null ? undefined : beyondEnd(storage, start, extent.spanBytes));
  const count = countOf(shape);
  const unknown = { parameters: typeof count === 'number' ? count : 0, bytes: 0, strides: [] };
  const measured = 'problem' in extent ? unknown : extent;
  const isPlain = strides === undefined || isContiguous(shape, strides);
  const facts = {
    name,
    dtype,
    shape,
    parameters: measured.parameters,
    bytes: measured.bytes,
    where: storage?.where ?? '',
    offset: storage === null || storage.offset === null ? null : storage.offset + start,
    layout,
    ...(isPlain ? {} : { strides }),
  } as const;
  if (problem !== undefined || storage === null) {
    return { ...facts, values: null, problem: problem ?? problemOf('TENSOR_STORAGE', 'it has no storage') };
  }
  const values: StridedValues = {
    storage: storage.bytes,
    start,
    dtype,
    shape,
    strides: measured.strides,
    littleEndian: told.littleEndian ?? true,
    ...(told.quantised === undefined ? {} : { quantised: told.quantised }),
  };
  return { ...facts, values };
}

interface Extent {
  readonly parameters: number;
  readonly strides: readonly number[];
  readonly bytes: number;
  readonly spanBytes: number;
}

function measure({ dtype, shape, strides, blockBytes }: ToldTensor): Extent | { problem: WeightsProblem } {
  const parameters = countOf(shape);
  if (typeof parameters === 'string') return { problem: problemOf('TENSOR_SHAPE', parameters) };
  const inOrder = contiguousStrides(shape);
  if (blockBytes !== undefined && blockBytes !== null) {
    return { parameters, strides: inOrder, bytes: blockBytes, spanBytes: blockBytes };
  }
  const width = bitsOf(dtype);
  if (width === null) {
    const message = `numbers of the type ${showName(dtype)} are not known here`;
    return { problem: problemOf('TENSOR_DTYPE', message) };
  }
  const span = strides === undefined ? parameters : spanOf(shape, strides, parameters);
  if (typeof span === 'string') return { problem: problemOf('TENSOR_STRIDES', span) };
  const spanBytes = bytesOf(span, width);
  const bytes = bytesOf(Math.min(parameters, span), width);
  if (!Number.isSafeInteger(spanBytes)) {
    return { problem: problemOf('TENSOR_SHAPE', `${shapeText(shape)} takes more bytes than any file has`) };
  }
  return { parameters, strides: strides ?? inOrder, bytes, spanBytes };
}

/** The product of the shape, or what is wrong with it. */
export function countOf(shape: readonly number[]): number | string {
  if (shape.length > mostDimensions) return `a shape of ${shape.length.toLocaleString('en-US')} dimensions`;
  if (shape.some((size) => !Number.isSafeInteger(size) || size < 0)) {
    return `its shape ${shapeText(shape)} has a size that can't be`;
  }
  if (shape.includes(0)) return 0;
  const count = shape.reduce((product, size) => product * size, 1);
  if (Number.isSafeInteger(count)) return count;
  return `its shape ${shapeText(shape)} stands for more numbers than can be counted`;
}

/** NumPy has 64; torch knows no bound, and no layer needs a tenth of it. */
export const mostDimensions = 64;

const shapeText = (shape: readonly number[]) => `[${shape.join(', ')}]`;

export function contiguousStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let at = shape.length - 1; at >= 0; at--) {
    strides[at] = step;
    step *= Math.max(1, shape[at] as number);
  }
  return strides;
}

/** How many elements lie from the first to the last number, both counted. */
function spanOf(shape: readonly number[], strides: readonly number[], parameters: number): number | string {
  if (strides.length !== shape.length) {
    return `it has ${strides.length} strides and ${shape.length} dimensions`;
  }
  if (strides.some((stride) => !Number.isSafeInteger(stride) || stride < 0)) {
    return `its strides ${shapeText(strides)} lead out of its storage`;
  }
  if (parameters === 0) return 0;
  const span = shape.reduce((sum, size, at) => sum + (size - 1) * (strides[at] as number), 1);
  if (Number.isSafeInteger(span)) return span;
  return `its strides ${shapeText(strides)} lead further than any file reaches`;
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  const inOrder = contiguousStrides(shape);
  return shape.includes(0) || shape.every((size, at) => size === 1 || strides[at] === inOrder[at]);
}

function beyondEnd({ bytes, where }: Storage, start: number, spanBytes: number): WeightsProblem | undefined {
  const isIn = Number.isSafeInteger(start) && start >= 0 && start + spanBytes <= bytes.size;
  if (isIn) return undefined;
  const holder = where === '' ? 'the file' : showName(where);
  const count = (value: number) => value.toLocaleString('en-US');
  const message = `it lies at bytes ${count(start)} to ${count(start + spanBytes)} of ${holder}, which has ${count(bytes.size)}`;
  return problemOf('TENSOR_RANGE', message);
}
