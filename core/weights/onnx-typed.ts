/** The typed lists of ONNX's tensors: small whole numbers are kept as varints there, and halves as their bits. */
import { Problem } from '../contract/errors.ts';
import { Cursor } from './bytes.ts';
import { bitsOf } from './dtypes.ts';
import { BinaryReader, type Field, fieldsOf, WireType } from './protobuf.ts';
import type { WeightsBytes } from './tensor.ts';

/** More is not unpacked in memory. Who has as many numbers keeps them as raw bytes. */
const mostBytes = 1024 ** 3;

/** The field of TensorProto that holds numbers of a type, or null where none does. */
export function typedField(dtype: string): number | null {
  if (dtype === 'float32' || dtype === 'complex64') return 4;
  if (dtype === 'float64' || dtype === 'complex128') return 10;
  if (dtype === 'int64') return 7;
  if (dtype === 'uint32' || dtype === 'uint64') return 11;
  return bitsOf(dtype) === null ? null : 5;
}

/** The numbers side by side, as raw bytes would hold them. */
export async function gatherTyped(
  bytes: WeightsBytes,
  message: Field,
  number: number,
  dtype: string,
  size: number,
): Promise<Buffer> {
  const broken = (detail: string) =>
    Problem.of('WEIGHTS_BROKEN', { path: 'a tensor', format: 'ONNX', detail });
  if (size > mostBytes || message.length > mostBytes) {
    throw Problem.of('WEIGHTS_LIMIT', {
      path: 'a tensor',
      detail: `its numbers would take ${size.toLocaleString('en-US')} bytes of memory`,
    });
  }
  const cursor = new Cursor(bytes, message.start, message.start + message.length);
  const gathered = Buffer.alloc(size);
  const write = writerOf(number, dtype);
  let at = 0;
  for await (const field of fieldsOf(cursor, cursor.end)) {
    if (field.number !== number) continue;
    const isList = field.wire === WireType.LengthDelimited;
    const reader = new BinaryReader(await cursor.take(field.length));
    try {
      while (reader.pos < reader.len) {
        if (at >= size) throw broken('more numbers than its shape has');
        at += write(reader, gathered, at);
        if (!isList) break;
      }
    } catch (error) {
      throw error instanceof Problem ? error : broken('its list of numbers is broken');
    }
  }
  if (at < size) throw broken('fewer numbers than its shape has');
  return gathered;
}

type Write = (reader: BinaryReader, into: Buffer, at: number) => number;

/** Writes one number of the list, and tells how many bytes it took. */
function writerOf(number: number, dtype: string): Write {
  if (number === 4) return (reader, into, at) => into.writeFloatLE(reader.float(), at) - at;
  if (number === 10) return (reader, into, at) => into.writeDoubleLE(reader.double(), at) - at;
  if (number === 7) return (reader, into, at) => into.writeBigInt64LE(BigInt(reader.int64()), at) - at;
  const bytes = Math.max(1, (bitsOf(dtype) ?? 8) / 8);
  if (number === 11) {
    return (reader, into, at) => {
      const value = BigInt.asUintN(bytes * 8, BigInt(reader.uint64()));
      if (bytes === 8) into.writeBigUInt64LE(value, at);
      else into.writeUInt32LE(Number(value), at);
      return bytes;
    };
  }
  return (reader, into, at) => {
    const value = reader.int32();
    if (bytes === 4) into.writeInt32LE(value, at);
    else if (bytes === 2) into.writeUInt16LE(value & 0xffff, at);
    else into[at] = value & 0xff;
    return bytes;
  };
}
