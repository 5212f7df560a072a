/** One tensor of ONNX (TensorProto): its numbers as they lie, or as one of the lists of typed numbers, or in another file. */
import { formatCount, showName } from '../contract/format.ts';
import type { WeightsProblem } from '../contract/weights.ts';
import { bytesLater, type Cursor, partOf } from './bytes.ts';
import { bitsOf, bytesOf } from './dtypes.ts';
import type { ExternalFiles } from './onnx-external.ts';
import { gatherTyped, typedField } from './onnx-typed.ts';
import { BinaryReader, type Field, fieldsOf, MessageFlaw, readPair, WireType } from './protobuf.ts';
import type { Tensor, WeightsBytes } from './tensor.ts';
import { countOf, mostDimensions, problemOf, type Storage, type ToldTensor, tensorOf } from './tensor-of.ts';

/** By TensorProto.DataType. */
export const onnxTypes: readonly string[] = [
  ...['undefined', 'float32', 'uint8', 'int8', 'uint16', 'int16', 'int32', 'int64', 'text', 'bool'],
  ...['float16', 'float64', 'uint32', 'uint64', 'complex64', 'complex128', 'bfloat16'],
  ...['float8_e4m3fn', 'float8_e4m3fnuz', 'float8_e5m2', 'float8_e5m2fnuz', 'uint4', 'int4'],
  ...['float4_e2m1fn', 'float8_e8m0fnu', 'uint2', 'int2'],
];

const mostNameBytes = 64 * 1024;

interface Told {
  name: string;
  type: number;
  readonly dims: number[];
  raw: Field | null;
  /** Lists of typed numbers, and whether there is one of a single piece. */
  typed: Field[];
  typedParts: number;
  readonly external: Map<string, string>;
  isExternal: boolean;
}

export async function readTensor(
  bytes: WeightsBytes,
  cursor: Cursor,
  message: Field,
  files: ExternalFiles,
): Promise<Tensor> {
  const told = await readFields(cursor, message);
  const { name, dims: shape } = told;
  const dtype = onnxTypes[told.type] ?? `type ${told.type}`;
  const common = { name, dtype, shape };
  if (dtype === 'text') {
    const problem = problemOf('TENSOR_NOT_NUMBERS', 'it holds texts, not numbers');
    return tensorOf({ ...common, storage: problem, start: 0, problem });
  }
  if (told.isExternal) return externalTensor(common, told.external, files);
  if (told.raw !== null) {
    const { start, length } = told.raw;
    return ofThatLength(tensorOf({ ...common, storage: inFile(bytes, start, length), start: 0 }), length);
  }
  return typedTensor(bytes, message, common, told);
}

/** SparseTensorProto: values, indices, dims. */
export async function readSparse(bytes: WeightsBytes, cursor: Cursor, message: Field): Promise<Tensor> {
  const shape: number[] = [];
  let [name, dtype, stored] = ['', 'undefined', 0];
  for await (const field of fieldsOf(cursor, message.start + message.length)) {
    if (field.number === 3) await takeNumbers(cursor, field, shape);
    if ((field.number !== 1 && field.number !== 2) || field.wire !== WireType.LengthDelimited) continue;
    stored += field.length;
    if (field.number !== 1) continue;
    const told = await readFields(cursor, field);
    name = told.name;
    dtype = onnxTypes[told.type] ?? `type ${told.type}`;
  }
  const message_ = 'it is kept as indices and values, which are listed and not read';
  const storage = inFile(bytes, message.start, message.length);
  const tensor = tensorOf({
    ...{ name, dtype, shape, storage, start: 0, layout: 'sparse_coo', blockBytes: stored },
    problem: problemOf('TENSOR_SPARSE', message_),
  });
  return tensor;
}

async function readFields(cursor: Cursor, message: Field): Promise<Told> {
  const told: Told = {
    ...{ name: '', type: 0, dims: [], raw: null, typed: [], typedParts: 0 },
    ...{ external: new Map(), isExternal: false },
  };
  for await (const field of fieldsOf(cursor, message.start + message.length)) {
    if (field.number === 1) await takeNumbers(cursor, field, told.dims);
    else if (field.number === 2) told.type = field.value;
    else if (field.number === 8) told.name = (await small(cursor, field)).toString('utf8');
    else if (field.number === 9) told.raw = field;
    else if (field.number === 13) told.external.set(...readPair(await small(cursor, field)));
    else if (field.number === 14) told.isExternal = field.value === 1;
    else if ([4, 5, 7, 10, 11].includes(field.number)) {
      told.typedParts++;
      if (told.typedParts === 1) told.typed = [field];
    }
  }
  return told;
}

/** Numbers stand by themselves, or many in one field. */
async function takeNumbers(cursor: Cursor, field: Field, into: number[]): Promise<void> {
  if (field.wire === WireType.Varint) into.push(field.value);
  else if (field.wire === WireType.LengthDelimited) {
    const reader = new BinaryReader(await small(cursor, field));
    try {
      while (reader.pos < reader.len && into.length <= mostDimensions) into.push(Number(reader.int64()));
    } catch {
      throw new MessageFlaw('the dimensions of a tensor are broken');
    }
  }
  // One more than allowed is told as such; more need not be kept.
  into.length = Math.min(into.length, mostDimensions + 1);
}

async function small(cursor: Cursor, { number, length }: Field): Promise<Buffer> {
  if (length > mostNameBytes)
    throw new MessageFlaw(`the field ${number} of a tensor has ${formatCount(length, 'byte')}`);
  return cursor.take(length);
}

function inFile(bytes: WeightsBytes, start: number, length: number): Storage {
  return { bytes: partOf(bytes, start, length), where: '', offset: start };
}

function ofThatLength(tensor: Tensor, length: number): Tensor {
  if (tensor.problem !== undefined || tensor.bytes === length) return tensor;
  const message = `its shape takes ${formatCount(tensor.bytes, 'byte')}, and ${formatCount(length, 'byte')} stand there`;
  return { ...tensor, values: null, problem: problemOf('TENSOR_SIZE', message) };
}

type Common = Pick<ToldTensor, 'name' | 'dtype' | 'shape'>;

async function externalTensor(
  common: Common,
  external: ReadonlyMap<string, string>,
  files: ExternalFiles,
): Promise<Tensor> {
  const location = external.get('location') ?? '';
  const storage = await files.storage(location);
  const start = numberOf(external.get('offset') ?? '0');
  const length = external.has('length') ? numberOf(external.get('length') ?? '') : null;
  const flaw = ((): WeightsProblem | undefined => {
    if (start !== null && (length !== null || !external.has('length'))) return undefined;
    return problemOf('TENSOR_HEADER', `its place in ${showName(location)} is not told in numbers`);
  })();
  const tensor = tensorOf({ ...common, storage, start: start ?? 0, problem: flaw });
  return length === null ? tensor : ofThatLength(tensor, length);
}

function numberOf(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** Floating point numbers of one piece lie as they are; whole numbers are packed, and unpacked when asked for. */
function typedTensor(bytes: WeightsBytes, message: Field, common: Common, told: Told): Tensor {
  const { dtype, shape } = common;
  const count = countOf(shape);
  const width = bitsOf(dtype);
  const number = typedField(dtype);
  const [only] = told.typed;
  const isEmpty = count === 0 || only === undefined;
  if (typeof count === 'string' || width === null || number === null || isEmpty) {
    const none: Storage = inFile(bytes, message.start, 0);
    return tensorOf({ ...common, storage: none, start: 0 });
  }
  const isInPlace =
    told.typedParts === 1 && only.wire === WireType.LengthDelimited && (number === 4 || number === 10);
  if (isInPlace && only.number === number) {
    const { start, length } = only;
    return ofThatLength(tensorOf({ ...common, storage: inFile(bytes, start, length), start: 0 }), length);
  }
  // Each number takes a byte of the file at least, so a short file can't ask for much memory.
  const size = bytesOf(count, width);
  if (count > message.length * 2) {
    const problem = problemOf(
      'TENSOR_SIZE',
      `its shape has ${formatCount(count, 'number')}, and fewer stand there`,
    );
    return tensorOf({ ...common, storage: problem, start: 0 });
  }
  const later = bytesLater(size, () => gatherTyped(bytes, message, number, dtype, size));
  return tensorOf({ ...common, storage: { bytes: later, where: '', offset: null }, start: 0 });
}
