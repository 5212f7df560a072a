/** safetensors: eight bytes of length, a JSON object of that length, then the numbers side by side. */
import { Problem } from '../contract/errors.ts';
import { formatCount, showName } from '../contract/format.ts';
import type { WeightsProblem } from '../contract/weights.ts';
import { aboutText } from './about.ts';
import type { WeightsContent } from './content.ts';
import type { Tensor, WeightsBytes } from './tensor.ts';
import { problemOf, type Storage, tensorOf } from './tensor-of.ts';

/** The bound that the format itself sets. */
const mostHeaderBytes = 100_000_000;

const dtypes: Readonly<Record<string, string>> = {
  ...{ F64: 'float64', F32: 'float32', F16: 'float16', BF16: 'bfloat16', C64: 'complex64' },
  ...{ F8_E4M3: 'float8_e4m3fn', F8_E4M3FNUZ: 'float8_e4m3fnuz', F8_E5M2: 'float8_e5m2' },
  ...{ F8_E5M2FNUZ: 'float8_e5m2fnuz', F8_E8M0: 'float8_e8m0fnu' },
  ...{ F6_E2M3: 'float6_e2m3fn', F6_E3M2: 'float6_e3m2fn', F4: 'float4_e2m1fn' },
  ...{ I64: 'int64', I32: 'int32', I16: 'int16', I8: 'int8', BOOL: 'bool' },
  ...{ U64: 'uint64', U32: 'uint32', U16: 'uint16', U8: 'uint8' },
};

interface Placed {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
  readonly tensor: Tensor;
}

export async function readSafetensors(bytes: WeightsBytes, path: string): Promise<WeightsContent> {
  const broken = (detail: string) => Problem.of('WEIGHTS_BROKEN', { path, format: 'safetensors', detail });
  const length = await bytes.read(0, 8);
  if (length.length < 8)
    throw broken(`it has ${formatCount(bytes.size, 'byte')}, and its header begins with eight`);
  const headerBytes = length.readBigUInt64LE(0);
  if (headerBytes > BigInt(mostHeaderBytes)) {
    throw broken(
      `its header claims ${headerBytes.toLocaleString('en-US')} bytes, and 100,000,000 are allowed`,
    );
  }
  const begin = 8 + Number(headerBytes);
  if (begin > bytes.size) {
    throw broken(
      `its header ends at byte ${begin.toLocaleString('en-US')}, and the file has ${formatCount(bytes.size, 'byte')}`,
    );
  }
  const header = parseHeader(await bytes.read(8, Number(headerBytes)));
  if (typeof header === 'string') throw broken(header);
  const metadata = header.__metadata__;
  const storage: Storage = { bytes, where: '', offset: 0 };
  const placed: Placed[] = [];
  for (const name of Object.keys(header)) {
    if (name !== '__metadata__') placed.push(place(name, header[name], storage, begin));
  }
  // Names that are whole numbers come first in an object of JavaScript; the file has them by their places.
  placed.sort((a, b) => a.begin - b.begin || a.end - b.end);
  const { tensors, problems } = checkPlaces(placed, bytes.size, begin);
  return { format: 'safetensors', tensors, about: aboutMetadata(metadata), texts: [], problems };
}

function parseHeader(bytes: Buffer): Record<string, unknown> | string {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    return `its header is no JSON: ${(error as Error).message.slice(0, 200)}`;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  return 'its header is no JSON object';
}

function place(name: string, entry: unknown, storage: Storage, begin: number): Placed {
  const told = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  const shape = numbersOf(told.shape);
  const offsets = numbersOf(told.data_offsets);
  const [from = 0, to = 0] = offsets ?? [];
  const code = typeof told.dtype === 'string' ? told.dtype : '';
  const dtype = Object.hasOwn(dtypes, code) ? (dtypes[code] as string) : code.slice(0, 40);
  const flaw = ((): WeightsProblem | undefined => {
    if (code === '' || shape === null || offsets?.length !== 2) {
      return problemOf('TENSOR_HEADER', 'its header has no dtype, no shape or no two offsets');
    }
    if (from <= to) return undefined;
    return problemOf('TENSOR_RANGE', `it ends at byte ${to}, before it begins at byte ${from}`);
  })();
  const tensor = tensorOf({ name, dtype, shape: shape ?? [], storage, start: begin + from, problem: flaw });
  const isLong = tensor.problem === undefined && to - from !== tensor.bytes;
  if (!isLong) return { name, begin: from, end: Math.max(from, to), tensor };
  const message = `its shape takes ${formatCount(tensor.bytes, 'byte')}, and its place has ${(to - from).toLocaleString('en-US')}`;
  const problem = problemOf('TENSOR_SIZE', message);
  return { name, begin: from, end: to, tensor: { ...tensor, values: null, problem } };
}

function numbersOf(value: unknown): number[] | null {
  if (!Array.isArray(value)) return null;
  return value.every((item) => typeof item === 'number') ? value : null;
}

/** Every byte belongs to one tensor: so the format demands, lest a file hide something or mean two things. */
function checkPlaces(
  placed: readonly Placed[],
  size: number,
  begin: number,
): { readonly tensors: Tensor[]; readonly problems: WeightsProblem[] } {
  const holes: { readonly from: number; readonly to: number }[] = [];
  let end = 0;
  let last: Placed | undefined;
  const tensors = placed.map((one): Tensor => {
    const { tensor } = one;
    if (!Number.isSafeInteger(one.begin) || one.begin < 0 || begin + one.end > size) return tensor;
    if (one.begin > end) holes.push({ from: end, to: one.begin });
    const overlaps = last !== undefined && one.begin < end && one.end > one.begin;
    const other = last?.name ?? '';
    if (one.end >= end) {
      end = one.end;
      last = one;
    }
    if (!overlaps || tensor.problem !== undefined) return tensor;
    const problem = problemOf('TENSOR_OVERLAP', `its bytes are also those of ${showName(other)}`);
    return { ...tensor, problem };
  });
  if (begin + end < size) holes.push({ from: end, to: size - begin });
  const problems = holes.slice(0, mostHoles).map(({ from, to }) => {
    const place = `${formatCount(to - from, 'byte')} at byte ${(begin + from).toLocaleString('en-US')}`;
    return problemOf('WEIGHTS_HOLE', `${place} belong to no tensor: the format allows no such bytes`);
  });
  return { tensors, problems };
}

const mostHoles = 20;

function aboutMetadata(metadata: unknown): WeightsContent['about'] {
  if (typeof metadata !== 'object' || metadata === null) return [];
  return Object.entries(metadata).map(([name, value]) => ({
    name,
    value: aboutText(typeof value === 'string' ? value : JSON.stringify(value)),
  }));
}
