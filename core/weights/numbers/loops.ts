/**
 * The innermost loops, in WebAssembly, where one instruction works on two numbers: 2.4 ns a pair of float64, where the same
 * loops in JavaScript took 6.3. Two passes over numbers that stay in the cache: the range of a histogram must be
 * known before anything is counted.
 */
import {
  assemble,
  type Code,
  f32x4,
  f64,
  f64x2,
  i32,
  i32x4,
  i64x2,
  repeat,
  type Variable,
  v128,
  WasmFunction,
  when,
} from './wasm.ts';

/** So that blocks of both sides and their bytes stay in the processor's second cache. */
export const blockNumbers = 16 * 1024;

/**
 * From one histogram to the next in a table of three. Not 1024: counts that stand 4 KiB apart are one and the same to what
 * the processor guesses with, and a number and its successor mostly fall into the same bin of theirs.
 */
export const tableStep = 1280;

/** What is summed up and where it is written, each in two parts. */
const sumAt = {
  ...{ abs: 0, squares: 1, product: 2, squaresBefore: 3, squaresAfter: 4 },
  ...{ largest: 5, largestBefore: 6, largestAfter: 7 },
  /** The one that is a whole number. */
  changed: 8,
};
type SumName = keyof typeof sumAt;
export type PairSums = Readonly<Record<SumName, number>>;
type FourVariables = [Variable, Variable, Variable, Variable];
type Load = (at: Code, offset: number) => Code;

/** Numbers of a block may be complex, of 16 bytes each. */
const most = blockNumbers * 16;
const tableAt = 4.5 * most + 16;
/** Where in memory they begin. */
export const places = {
  ...{ bytesBefore: 0, bytesAfter: most, before: 2 * most, after: 3 * most },
  // And one more, which the last of an odd number writes.
  deltas: 4 * most,
  ...{ table: tableAt, sums: tableAt + 3 * tableStep * 4 },
} as const;
const sumBytes = Object.keys(sumAt).length * 16;

/** The little of it that is used: TypeScript knows it only with all else that a browser has. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** Places are of bytes in memory; those of a pair count from the begin of each block of numbers. */
export interface Loops {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Float64 from `into` to `end`, up to three more: they are made four at a time. */
  readonly widenFloat16: (from: number, into: number, end: number) => void;
  readonly widenBfloat16: (from: number, into: number, end: number) => void;
  /** Writes the differences of pairs, and sums. */
  readonly sumPairs: (from: number, end: number) => void;
  /** Where the differences are given: float64 could not hold what they are between. */
  readonly sumGiven: (from: number, end: number) => void;
  /** A number goes into the bin of `Math.floor(number * scale) + 512`; a largest one, rounded, into the 1025th. */
  readonly countPairs: (from: number, end: number, before: number, after: number, delta: number) => void;
}

export function makeLoops(): Loops {
  const functions = [widenFloat16(), widenBfloat16(), sums('sumPairs'), sums('sumGiven'), countPairs()];
  const module = new WebAssembly.Module(assemble(functions, places.sums + sumBytes));
  return new WebAssembly.Instance(module).exports as Loops;
}

/** Reads what a loop wrote. */
export function sumsIn({ memory }: Loops): () => PairSums {
  const sums = new Float64Array(memory.buffer, places.sums, sumBytes / 8);
  const changes = new BigInt64Array(memory.buffer, places.sums + sumAt.changed * 16, 2);
  const added = (at: number) => (sums[2 * at] as number) + (sums[2 * at + 1] as number);
  const larger = (at: number) => Math.max(sums[2 * at] as number, sums[2 * at + 1] as number);
  return () => ({
    ...{ abs: added(sumAt.abs), squares: added(sumAt.squares), product: added(sumAt.product) },
    ...{ squaresBefore: added(sumAt.squaresBefore), squaresAfter: added(sumAt.squaresAfter) },
    ...{ largest: larger(sumAt.largest), largestBefore: larger(sumAt.largestBefore) },
    ...{ largestAfter: larger(sumAt.largestAfter), changed: Number(changes[0]) + Number(changes[1]) },
  });
}

function widenBfloat16(): WasmFunction {
  const loop = new WasmFunction('widenBfloat16', ['i32', 'i32', 'i32']);
  return widening(loop, (patterns) => i32x4.shiftLeft(patterns, i32.const(16)));
}

/** An exponent of float32 is larger by 112, of the largest ones, which are infinity and NaN, by twice as much. */
function widenFloat16(): WasmFunction {
  const loop = new WasmFunction('widenFloat16', ['i32', 'i32', 'i32']);
  const keptEach = (bits: number) => loop.kept(i32x4.splat(i32.const(bits)));
  const [signBit, otherBits] = [keptEach(0x8000), keptEach(0x7fff)];
  const [exponentOne, mostFinite] = [keptEach(1 << 23), keptEach((31 << 23) - 1)];
  const [more, leastNormal] = [keptEach(112 << 23), keptEach(113 << 23)];
  const patterns = loop.local('v128');
  const size = loop.local('v128');
  const isOdd = i32x4.isLess(mostFinite, size.get);
  const normal = i32x4.add(i32x4.add(size.get, more), v128.and(isOdd, more));
  // What has no leading one is given one, and that is taken away again.
  const subnormal = f32x4.sub(i32x4.add(size.get, leastNormal), leastNormal);
  return widening(loop, (loaded) => [
    ...patterns.set(loaded),
    ...size.set(i32x4.shiftLeft(v128.and(patterns.get, otherBits), i32.const(13))),
    ...v128.or(
      i32x4.shiftLeft(v128.and(patterns.get, signBit), i32.const(16)),
      v128.select(subnormal, normal, i32x4.isLess(size.get, exponentOne)),
    ),
  ]);
}

/** Four patterns of 16 bits at a time, of which `toFloat32` makes those of float32. */
function widening(loop: WasmFunction, toFloat32: (patterns: Code) => Code): WasmFunction {
  const [from, into, end] = [loop.parameter(0), loop.parameter(1), loop.parameter(2)];
  const four = loop.local('v128');
  return loop.body(
    repeat(
      [
        four.set(toFloat32(v128.load4Halves(from.get))),
        v128.store(into.get, f64x2.widen(four.get)),
        v128.store(into.get, f64x2.widen(v128.upperHalf(four.get)), 16),
        from.set(i32.add(from.get, i32.const(8))),
        into.set(i32.add(into.get, i32.const(32))),
      ],
      i32.isLess(into.get, end.get),
    ),
  );
}

function sums(name: 'sumPairs' | 'sumGiven'): WasmFunction {
  const loop = new WasmFunction(name, ['i32', 'i32']);
  const [before, after, delta, zero] = Array.from({ length: 4 }, () => loop.local('v128')) as FourVariables;
  const names = Object.keys(sumAt) as SumName[];
  const sum = Object.fromEntries(names.map((one) => [one, loop.local('v128')])) as Record<SumName, Variable>;
  const add = (to: SumName, value: Code) => sum[to].set(f64x2.add(sum[to].get, value));
  const raise = (to: SumName, value: Code) => sum[to].set(f64x2.larger(sum[to].get, value));
  const step = (load: Load, at: Code): Code[] => [
    before.set(load(at, places.before)),
    after.set(load(at, places.after)),
    add('product', f64x2.mul(before.get, after.get)),
    add('squaresBefore', f64x2.mul(before.get, before.get)),
    add('squaresAfter', f64x2.mul(after.get, after.get)),
    ...(name === 'sumGiven'
      ? [delta.set(load(at, places.deltas))]
      : [delta.set(f64x2.sub(after.get, before.get)), v128.store(at, delta.get, places.deltas)]),
    raise('largestBefore', f64x2.abs(before.get)),
    raise('largestAfter', f64x2.abs(after.get)),
    // Ones in all bits are minus one.
    sum.changed.set(i64x2.sub(sum.changed.get, f64x2.isOther(delta.get, zero.get))),
    add('squares', f64x2.mul(delta.get, delta.get)),
    delta.set(f64x2.abs(delta.get)),
    add('abs', delta.get),
    raise('largest', delta.get),
  ];
  const write = names.map((one) => v128.store(i32.const(places.sums), sum[one].get, sumAt[one] * 16));
  return loop.body(...byTwos(loop, step), ...write);
}

function countPairs(): WasmFunction {
  const loop = new WasmFunction('countPairs', ['i32', 'i32', 'f64', 'f64', 'f64']);
  // A bin has four bytes. Added to 2 to the power of 20, the whole part of a number is the end of its upper half.
  const middle = loop.kept(f64x2.splat(f64.const(2 ** 20 + 4 * 512)));
  const whole = loop.kept(i32x4.splat(i32.const(0xffffc)));
  const scales = [2, 3, 4].map((at) => loop.kept(f64x2.splat(loop.parameter(at).get)));
  const bins = loop.local('v128');
  const bin = loop.local('i32');
  const step = (load: Load, at: Code): Code[] =>
    [places.before, places.after, places.deltas].flatMap((numbers, which) => {
      const table = places.table + which * tableStep * 4;
      const scaled = f64x2.mul(load(at, numbers), scales[which] as Code);
      return [
        bins.set(v128.and(f64x2.add(scaled, middle), whole)),
        ...(load === v128.load ? [1, 3] : [1]).flatMap((lane) => [
          bin.set(i32x4.lane(bins.get, lane)),
          i32.store(bin.get, i32.add(i32.load(bin.get, table), i32.const(1)), table),
        ]),
      ];
    });
  return loop.body(...byTwos(loop, step));
}

/** The step on two numbers at once, and where one is left, on that one beside a zero. */
function byTwos(loop: WasmFunction, step: (load: Load, at: Code) => Code[]): Code[] {
  const [at, end, pairsEnd] = [loop.parameter(0), loop.parameter(1), loop.local('i32')];
  const pairsBytes = i32.and(i32.sub(end.get, at.get), i32.const(-16));
  const isPair = i32.isLess(at.get, pairsEnd.get);
  return [
    pairsEnd.set(i32.add(at.get, pairsBytes)),
    when(isPair, repeat([...step(v128.load, at.get), at.set(i32.add(at.get, i32.const(16)))], isPair)),
    when(i32.isLess(at.get, end.get), ...step(v128.load8Bytes, at.get)),
  ];
}
