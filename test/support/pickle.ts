/** An assembler for pickles: `pickle(op.PROTO(2), op.GLOBAL('os', 'system'), op.STOP())`. It writes what it is told, sense or not. */
import { type OpcodeName, opcodes } from '../../core/weights/pickle/opcodes.ts';

export const bytesOf = (name: OpcodeName, argument: Uint8Array | string = ''): Buffer =>
  Buffer.concat([Buffer.from([opcodes[name].code]), Buffer.from(argument as string, 'latin1')]);

export function little(value: number | bigint, width: number): Buffer {
  const bytes = Buffer.alloc(width);
  let rest = BigInt.asUintN(width * 8, BigInt(value));
  for (let at = 0; at < width; at++) {
    bytes[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

const lines = (...texts: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(texts.flatMap((text) => [Buffer.from(text as string), Buffer.from('\n')]));

function counted(width: number, content: Uint8Array | string): Buffer {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([little(bytes.length, width), bytes]);
}

type Content = Uint8Array | string;

/** Opcodes with arguments; those without are `op.NAME()` all the same. */
const withArgument = {
  PROTO: (version: number) => bytesOf('PROTO', little(version, 1)),
  FRAME: (length: number | bigint) => bytesOf('FRAME', little(length, 8)),
  PUT: (index: number | string) => bytesOf('PUT', lines(String(index))),
  BINPUT: (index: number) => bytesOf('BINPUT', little(index, 1)),
  LONG_BINPUT: (index: number) => bytesOf('LONG_BINPUT', little(index, 4)),
  GET: (index: number | string) => bytesOf('GET', lines(String(index))),
  BINGET: (index: number) => bytesOf('BINGET', little(index, 1)),
  LONG_BINGET: (index: number) => bytesOf('LONG_BINGET', little(index, 4)),
  INT: (text: string) => bytesOf('INT', lines(text)),
  LONG: (text: string) => bytesOf('LONG', lines(text)),
  BININT: (value: number) => bytesOf('BININT', little(value, 4)),
  BININT1: (value: number) => bytesOf('BININT1', little(value, 1)),
  BININT2: (value: number) => bytesOf('BININT2', little(value, 2)),
  LONG1: (bytes: Content) => bytesOf('LONG1', counted(1, bytes)),
  LONG4: (bytes: Content) => bytesOf('LONG4', counted(4, bytes)),
  FLOAT: (text: string) => bytesOf('FLOAT', lines(text)),
  BINFLOAT: (value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return bytesOf('BINFLOAT', bytes);
  },
  STRING: (quoted: string) => bytesOf('STRING', lines(quoted)),
  BINSTRING: (text: Content) => bytesOf('BINSTRING', counted(4, text)),
  SHORT_BINSTRING: (text: Content) => bytesOf('SHORT_BINSTRING', counted(1, text)),
  UNICODE: (text: string) => bytesOf('UNICODE', lines(text)),
  SHORT_BINUNICODE: (text: Content) => bytesOf('SHORT_BINUNICODE', counted(1, text)),
  BINUNICODE: (text: Content) => bytesOf('BINUNICODE', counted(4, text)),
  BINUNICODE8: (text: Content) => bytesOf('BINUNICODE8', counted(8, text)),
  SHORT_BINBYTES: (bytes: Content) => bytesOf('SHORT_BINBYTES', counted(1, bytes)),
  BINBYTES: (bytes: Content) => bytesOf('BINBYTES', counted(4, bytes)),
  BINBYTES8: (bytes: Content) => bytesOf('BINBYTES8', counted(8, bytes)),
  BYTEARRAY8: (bytes: Content) => bytesOf('BYTEARRAY8', counted(8, bytes)),
  GLOBAL: (module: string | Buffer, name: string | Buffer) => bytesOf('GLOBAL', lines(module, name)),
  INST: (module: string, name: string) => bytesOf('INST', lines(module, name)),
  PERSID: (id: string) => bytesOf('PERSID', lines(id)),
  EXT1: (code: number) => bytesOf('EXT1', little(code, 1)),
  EXT2: (code: number) => bytesOf('EXT2', little(code, 2)),
  EXT4: (code: number) => bytesOf('EXT4', little(code, 4)),
} as const;

type Bare = { readonly [Name in Exclude<OpcodeName, keyof typeof withArgument>]: () => Buffer };

const bare = Object.fromEntries(
  (Object.keys(opcodes) as OpcodeName[]).map((name) => [name, () => bytesOf(name)]),
) as Bare;

export const op = { ...bare, ...withArgument };

export const pickle = (...parts: readonly Buffer[]): Buffer => Buffer.concat(parts);
