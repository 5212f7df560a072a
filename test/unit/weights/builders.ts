/** Weights of a test, right and wrong, byte by byte; nothing is shared with the readers. */
import { joined } from '../../hostile/pieces.ts';
import { type EntryChanges, zip, zipEntry } from '../../hostile/zip-builder.ts';

const u64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
};

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

/** `claimed` is what the first eight bytes say of the header. */
export function safetensors(header: object | string, dataBytes: number, claimed?: bigint): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  return Buffer.concat([u64(claimed ?? BigInt(text.length)), text, Buffer.alloc(dataBytes)]);
}

export function npy(header: string, dataBytes: number, claimed?: number): Buffer {
  const text = Buffer.from(header, 'latin1');
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0]);
  return Buffer.concat([start, u32(claimed ?? text.length), text, Buffer.alloc(dataBytes)]);
}

/** Protocol 2, from parts that are opcodes already. */
export const pickle = (...parts: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(['\x80\x02', ...parts, '.'].map((part) => Buffer.from(part as string, 'latin1')));

export const text = (value: string): Buffer =>
  Buffer.concat([Buffer.from('X'), u32(Buffer.byteLength(value)), Buffer.from(value)]);

/** A number of any size: LONG1. */
function whole(value: bigint): Buffer {
  const bytes = Buffer.alloc(17);
  bytes.writeBigInt64LE(BigInt.asIntN(64, value), 0);
  bytes.writeBigInt64LE(BigInt.asIntN(64, value >> 64n), 8);
  bytes[16] = value < 0n ? 0xff : 0;
  return Buffer.concat([Buffer.from([0x8a, 17]), bytes]);
}

const tuple = (...items: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(['(', ...items, 't'].map((part) => Buffer.from(part as string, 'latin1')));

export interface Spec {
  readonly key?: string;
  readonly type?: string;
  readonly offset?: bigint;
  readonly shape: readonly bigint[];
  readonly strides: readonly bigint[];
}

/** A call of torch._utils._rebuild_tensor_v2. */
export function tensor({ key = '0', type = 'FloatStorage', offset = 0n, shape, strides }: Spec): Buffer {
  const id = tuple(text('storage'), `ctorch\n${type}\n`, text(key), text('cpu'), whole(1n));
  const storage = Buffer.concat([id, Buffer.from('Q')]);
  const args = tuple(
    storage,
    whole(offset),
    tuple(...shape.map(whole)),
    tuple(...strides.map(whole)),
    '\x89',
    'N',
  );
  return Buffer.concat([Buffer.from('ctorch._utils\n_rebuild_tensor_v2\n'), args, Buffer.from('R')]);
}

export const dict = (entries: Readonly<Record<string, Buffer>>): Buffer =>
  Buffer.concat([
    Buffer.from('}('),
    ...Object.entries(entries).flatMap(([name, value]) => [text(name), value]),
    Buffer.from('u'),
  ]);

export function torchZip(
  tensors: Readonly<Record<string, Buffer>> | Buffer,
  records: Readonly<Record<string, Buffer>>,
  changes: Readonly<Record<string, EntryChanges>> = {},
): Buffer {
  const data = Buffer.isBuffer(tensors) ? tensors : pickle(dict(tensors));
  const all = { 'data.pkl': data, version: Buffer.from('3\n'), ...records };
  return joined(zip(Object.entries(all).map(([name, body]) => zipEntry(`m/${name}`, body, changes[name]))));
}

export function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, value);
  do {
    bytes.push(Number(left & 127n) | (left > 127n ? 128 : 0));
    left >>= 7n;
  } while (left > 0n);
  return Buffer.from(bytes);
}

/** One field of a protobuf message: a number, or bytes of that length. */
export function field(number: number, value: bigint | Buffer, claimed?: bigint): Buffer {
  if (typeof value === 'bigint') return Buffer.concat([varint(BigInt(number << 3)), varint(value)]);
  const length = varint(claimed ?? BigInt(value.length));
  return Buffer.concat([varint(BigInt((number << 3) | 2)), length, value]);
}

/** A model whose graph holds these initialisers. */
export const onnx = (...initialisers: readonly Buffer[]): Buffer =>
  Buffer.concat([
    field(1, 9n),
    field(8, Buffer.concat([field(2, 21n)])),
    field(7, Buffer.concat(initialisers.map((bytes) => field(5, bytes)))),
  ]);

export const externalTensor = (location: string): Buffer =>
  Buffer.concat([
    ...[field(1, 2n), field(2, 1n), field(8, Buffer.from(location)), field(14, 1n)],
    field(13, Buffer.concat([field(1, Buffer.from('location')), field(2, Buffer.from(location))])),
  ]);

/** The table of one tensor; its numbers follow at the next round place. */
export function gguf(changes: {
  readonly tensors?: bigint;
  readonly values?: bigint;
  readonly value?: Buffer;
  readonly sizes?: readonly bigint[];
  readonly type?: number;
  readonly offset?: bigint;
}): Buffer {
  const { tensors = 1n, values = 0n, value = Buffer.alloc(0), sizes = [4n], type = 0, offset = 0n } = changes;
  const head = Buffer.concat([Buffer.from('GGUF'), u32(3), u64(tensors), u64(values), value]);
  const table = [u64(1n), Buffer.from('w'), u32(sizes.length), ...sizes.map(u64), u32(type), u64(offset)];
  const start = Buffer.concat([head, ...table]);
  return Buffer.concat([start, Buffer.alloc((32 - (start.length % 32)) % 32), Buffer.alloc(16)]);
}

export const ggufValue = (name: string, type: number, content: Buffer): Buffer =>
  Buffer.concat([u64(BigInt(name.length)), Buffer.from(name), u32(type), content]);
