/**
 * A small assembler for WebAssembly: what the loops of this folder need of it, and no more. An expression is its bytes, and an
 * instruction a function of its operands: `f64x2.add(a, b)` is the code of a, that of b, and the opcode.
 */

export type Code = readonly number[];

const types = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;
export type Type = keyof typeof types;

/** As all counts are written: seven bits a byte, the lowest first. */
function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  const isLast = value >= -64 && value < 64;
  return isLast ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];
}

const unary =
  (...opcode: Code) =>
  (value: Code): Code => [...value, ...opcode];
const binary =
  (...opcode: Code) =>
  (left: Code, right: Code): Code => [...left, ...right, ...opcode];
const load =
  (...opcode: Code) =>
  (at: Code, offset = 0): Code => [...at, ...opcode, 0, ...unsigned(offset)];
const store =
  (...opcode: Code) =>
  (at: Code, value: Code, offset = 0): Code => [...at, ...value, ...opcode, 0, ...unsigned(offset)];
/** Of those that work on 16 bytes at once. */
const vector = (opcode: number): Code => [0xfd, ...unsigned(opcode)];

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  load: load(0x28),
  store: store(0x36),
  isLess: binary(0x49),
  add: binary(0x6a),
  sub: binary(0x6b),
  and: binary(0x71),
};

export const f64 = {
  const: (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
};

export const v128 = {
  load: load(...vector(0)),
  /** The other half is zero. */
  load8Bytes: load(...vector(93)),
  /** Four of 16 bits, each with 16 zeros above. */
  load4Halves: load(...vector(4)),
  store: store(...vector(11)),
  and: binary(...vector(78)),
  or: binary(...vector(80)),
  /** Bits of the first where the third has ones, else of the second. */
  select: (one: Code, other: Code, mask: Code): Code => [...one, ...other, ...mask, ...vector(82)],
  /** The upper half in the place of the lower one. */
  upperHalf: (value: Code): Code => {
    const upper = [8, 9, 10, 11, 12, 13, 14, 15];
    return [...value, ...value, ...vector(13), ...upper, ...upper];
  },
};

export const i32x4 = {
  splat: unary(...vector(17)),
  lane: (value: Code, lane: number): Code => [...value, ...vector(27), lane],
  /** All bits of a lane are ones where it is so. */
  isLess: binary(...vector(57)),
  shiftLeft: binary(...vector(171)),
  add: binary(...vector(174)),
};

export const i64x2 = { sub: binary(...vector(209)) };
export const f32x4 = { sub: binary(...vector(229)) };

export const f64x2 = {
  splat: unary(...vector(20)),
  isOther: binary(...vector(72)),
  /** The lower two of four float32. */
  widen: unary(...vector(95)),
  abs: unary(...vector(236)),
  add: binary(...vector(240)),
  sub: binary(...vector(241)),
  mul: binary(...vector(242)),
  /** The second where it is more than the first; a NaN is not. */
  larger: binary(...vector(247)),
};

/** Runs at least once, and again as long as the condition holds. */
export const repeat = (body: readonly Code[], condition: Code): Code => [
  ...[0x03, 0x40],
  ...body.flat(),
  ...condition,
  ...[0x0d, 0],
  0x0b,
];
export const when = (condition: Code, ...body: Code[]): Code => [
  ...condition,
  ...[0x04, 0x40],
  ...body.flat(),
  0x0b,
];

export interface Variable {
  readonly get: Code;
  readonly set: (value: Code) => Code;
}

/** It answers nothing: what it finds it writes to memory. */
export class WasmFunction {
  readonly name: string;
  readonly #parameters: readonly Type[];
  readonly #locals: Type[] = [];
  readonly #setUp: Code[] = [];
  #body: readonly Code[] = [];

  constructor(name: string, parameters: readonly Type[]) {
    this.name = name;
    this.#parameters = parameters;
  }

  parameter(at: number): Variable {
    return variable(at);
  }

  /** Zero at first. */
  local(type: Type): Variable {
    return variable(this.#parameters.length + this.#locals.push(type) - 1);
  }

  /** Set once, before the body: what is written as a constant, the compiler makes anew each time round a loop. */
  kept(value: Code): Code {
    const { get, set } = this.local('v128');
    this.#setUp.push(set(value));
    return get;
  }

  body(...body: readonly Code[]): this {
    this.#body = body;
    return this;
  }

  get signature(): Code {
    return [0x60, ...list(this.#parameters.map((type) => [types[type]])), 0];
  }

  get code(): Code {
    const locals = list(this.#locals.map((type) => [1, types[type]]));
    return sized([...locals, ...this.#setUp.flat(), ...this.#body.flat(), 0x0b]);
  }
}

const variable = (number: number): Variable => ({
  get: [0x20, ...unsigned(number)],
  set: (value) => [...value, 0x21, ...unsigned(number)],
});

/** A module of these functions, and of so much memory, which it exports as `memory`. */
export function assemble(functions: readonly WasmFunction[], memoryBytes: number): Uint8Array<ArrayBuffer> {
  const pages = unsigned(Math.ceil(memoryBytes / 65536));
  const exported = functions.map(({ name }, at) => [...text(name), 0, ...unsigned(at)]);
  return Uint8Array.from([
    ...text('\0asm').slice(1),
    ...[1, 0, 0, 0],
    ...section(1, list(functions.map(({ signature }) => signature))),
    ...section(3, list(functions.map((_, at) => unsigned(at)))),
    ...section(5, list([[1, ...pages, ...pages]])),
    ...section(7, list([...exported, [...text('memory'), 2, 0]])),
    ...section(10, list(functions.map(({ code }) => code))),
  ]);
}

const sized = (code: Code): Code => [...unsigned(code.length), ...code];
const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const section = (number: number, code: Code): Code => [number, ...sized(code)];
const text = (ascii: string): Code => sized(Buffer.from(ascii, 'latin1').toJSON().data);
