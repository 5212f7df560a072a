/** All 68 opcodes of the protocols 0 to 5: their byte, the protocol they came with, and how their argument is read. */
import type { PickleInput } from './input.ts';

export interface Opcode<Argument> {
  readonly code: number;
  readonly protocol: number;
  readonly read: (input: PickleInput) => Argument;
}

const none = (): null => null;
const uint1 = (input: PickleInput): number => input.uint1();
const uint2 = (input: PickleInput): number => input.uint2();
const uint4 = (input: PickleInput): number => input.uint4();
const uint8 = (input: PickleInput): number => input.uint8();
const int4 = (input: PickleInput): number => input.int4();
const float8 = (input: PickleInput): number => input.float8();
const line = (input: PickleInput): Buffer => input.line();
const twoLines = (input: PickleInput): readonly [Buffer, Buffer] => [input.line(), input.line()];
const bytes1 = (input: PickleInput): Buffer => input.take(input.uint1());
const bytes4 = (input: PickleInput): Buffer => input.take(input.uint4());
const bytes8 = (input: PickleInput): Buffer => input.take(input.uint8());
/** Python refuses a negative length. */
const signedBytes4 = (input: PickleInput): Buffer | null => {
  const length = input.int4();
  return length < 0 ? null : input.take(length);
};

function opcode<Argument>(
  code: number | string,
  protocol: number,
  read: (input: PickleInput) => Argument,
): Opcode<Argument> {
  return { code: typeof code === 'string' ? code.charCodeAt(0) : code, protocol, read };
}

export const opcodes = {
  MARK: opcode('(', 0, none),
  STOP: opcode('.', 0, none),
  POP: opcode('0', 0, none),
  POP_MARK: opcode('1', 1, none),
  DUP: opcode('2', 0, none),
  PUT: opcode('p', 0, line),
  BINPUT: opcode('q', 1, uint1),
  LONG_BINPUT: opcode('r', 1, uint4),
  MEMOIZE: opcode(0x94, 4, none),
  GET: opcode('g', 0, line),
  BINGET: opcode('h', 1, uint1),
  LONG_BINGET: opcode('j', 1, uint4),

  NONE: opcode('N', 0, none),
  NEWTRUE: opcode(0x88, 2, none),
  NEWFALSE: opcode(0x89, 2, none),
  INT: opcode('I', 0, line),
  LONG: opcode('L', 0, line),
  BININT: opcode('J', 1, int4),
  BININT1: opcode('K', 1, uint1),
  BININT2: opcode('M', 1, uint2),
  LONG1: opcode(0x8a, 2, bytes1),
  LONG4: opcode(0x8b, 2, signedBytes4),
  FLOAT: opcode('F', 0, line),
  BINFLOAT: opcode('G', 1, float8),

  STRING: opcode('S', 0, line),
  BINSTRING: opcode('T', 1, signedBytes4),
  SHORT_BINSTRING: opcode('U', 1, bytes1),
  UNICODE: opcode('V', 0, line),
  SHORT_BINUNICODE: opcode(0x8c, 4, bytes1),
  BINUNICODE: opcode('X', 1, bytes4),
  BINUNICODE8: opcode(0x8d, 4, bytes8),
  SHORT_BINBYTES: opcode('C', 3, bytes1),
  BINBYTES: opcode('B', 3, bytes4),
  BINBYTES8: opcode(0x8e, 4, bytes8),
  BYTEARRAY8: opcode(0x96, 5, bytes8),
  NEXT_BUFFER: opcode(0x97, 5, none),
  READONLY_BUFFER: opcode(0x98, 5, none),

  EMPTY_TUPLE: opcode(')', 1, none),
  TUPLE1: opcode(0x85, 2, none),
  TUPLE2: opcode(0x86, 2, none),
  TUPLE3: opcode(0x87, 2, none),
  TUPLE: opcode('t', 0, none),
  EMPTY_LIST: opcode(']', 1, none),
  LIST: opcode('l', 0, none),
  APPEND: opcode('a', 0, none),
  APPENDS: opcode('e', 1, none),
  EMPTY_DICT: opcode('}', 1, none),
  DICT: opcode('d', 0, none),
  SETITEM: opcode('s', 0, none),
  SETITEMS: opcode('u', 1, none),
  EMPTY_SET: opcode(0x8f, 4, none),
  ADDITEMS: opcode(0x90, 4, none),
  FROZENSET: opcode(0x91, 4, none),

  GLOBAL: opcode('c', 0, twoLines),
  STACK_GLOBAL: opcode(0x93, 4, none),
  EXT1: opcode(0x82, 2, uint1),
  EXT2: opcode(0x83, 2, uint2),
  EXT4: opcode(0x84, 2, int4),
  REDUCE: opcode('R', 0, none),
  NEWOBJ: opcode(0x81, 2, none),
  NEWOBJ_EX: opcode(0x92, 4, none),
  INST: opcode('i', 0, twoLines),
  OBJ: opcode('o', 1, none),
  BUILD: opcode('b', 0, none),
  PERSID: opcode('P', 0, line),
  BINPERSID: opcode('Q', 1, none),

  PROTO: opcode(0x80, 2, uint1),
  FRAME: opcode(0x95, 4, uint8),
} as const;

export type OpcodeName = keyof typeof opcodes;

export type ArgumentOf<Name extends OpcodeName> = ReturnType<(typeof opcodes)[Name]['read']>;

/** The opcode of a byte; undefined where no protocol knows it. */
export const opcodeNames: readonly (OpcodeName | undefined)[] = Array.from({ length: 256 }, (_, byte) =>
  (Object.keys(opcodes) as OpcodeName[]).find((name) => opcodes[name].code === byte),
);
