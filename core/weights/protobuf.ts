/**
 * Protobuf without taking a message into memory: its fields one after the other, with their places. The numbers
 * themselves are read by @bufbuild/protobuf; it only knows whole messages, and one tensor of a model has gigabytes.
 */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { Cursor } from './bytes.ts';

export { BinaryReader, WireType };

/** What is wrong with a message, in words. */
export class MessageFlaw extends Error {}

export interface Field {
  readonly number: number;
  readonly wire: WireType;
  /** Where its content begins: the message, the text, the number. */
  readonly start: number;
  readonly length: number;
  /** Of a whole number, 0 of any other; past 2^53 it is rounded. */
  readonly value: number;
}

/** A tag and a length or a number, each of at most ten bytes. */
const headBytes = 20;

/** The fields up to `end`. Whatever was read of a field meanwhile, the next one begins behind it. */
export async function* fieldsOf(cursor: Cursor, end: number): AsyncGenerator<Field, void, undefined> {
  while (cursor.at < end) {
    const at = cursor.at;
    if (!cursor.holds(headBytes)) await cursor.load(headBytes);
    const field = fieldAt(cursor.held.subarray(0, end - at), at);
    if (field.start + field.length > end) {
      throw new MessageFlaw(`the field ${field.number} at byte ${at} goes on beyond its message`);
    }
    cursor.at = field.start;
    yield field;
    cursor.at = field.start + field.length;
  }
}

function fieldAt(bytes: Buffer, at: number): Field {
  try {
    const reader = new BinaryReader(bytes);
    const [number, wire] = reader.tag();
    if (wire === WireType.Varint) {
      const start = reader.pos;
      const value = Number(reader.int64());
      return { number, wire, start: at + start, length: reader.pos - start, value };
    }
    const fixed = { [WireType.Bit32]: 4, [WireType.Bit64]: 8 } as Record<number, number>;
    const length = wire === WireType.LengthDelimited ? reader.uint32() : fixed[wire];
    if (length !== undefined) return { number, wire, start: at + reader.pos, length, value: 0 };
  } catch {
    // Told below: the library's own words name no place.
  }
  throw new MessageFlaw(`no field of a message begins at byte ${at}`);
}

/** Fields of a small message in memory, each given to whoever takes its number; the others are stepped over. */
export function readMessage(
  bytes: Uint8Array,
  take: Readonly<Record<number, (reader: BinaryReader, wire: WireType) => void>>,
): void {
  try {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [number, wire] = reader.tag();
      const taker = take[number];
      if (taker === undefined) reader.skip(wire, number);
      else taker(reader, wire);
    }
  } catch {
    throw new MessageFlaw('a message within it is broken');
  }
}

/** Two texts, as ONNX has them for all that is named (StringStringEntryProto). */
export function readPair(bytes: Uint8Array): [key: string, value: string] {
  const pair: [string, string] = ['', ''];
  readMessage(bytes, {
    1: (reader) => {
      pair[0] = reader.string();
    },
    2: (reader) => {
      pair[1] = reader.string();
    },
  });
  return pair;
}
