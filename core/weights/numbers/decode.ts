/** A block of numbers, from bytes to float64: every kind fits into it but integers beyond 2^53, which are told. */
import { numberKind } from './dtypes.ts';
import { blockNumbers, type Loops, makeLoops, type PairSums, places, sumsIn, tableStep } from './loops.ts';
import { numbersByPattern } from './small-floats.ts';
import type { StoredNumbers } from './stored-numbers.ts';

/** What one thread works in: a block of numbers of either side, and what the loops find of both. */
export class BlockPair {
  readonly loops = makeLoops();
  readonly before = new NumberBlock(this.loops, places.bytesBefore, places.before);
  readonly after = new NumberBlock(this.loops, places.bytesAfter, places.after);
  readonly deltas = new Float64Array(this.loops.memory.buffer, places.deltas, blockNumbers);
  /** Three histograms, of both and of their differences. */
  readonly table = new Uint32Array(this.loops.memory.buffer, places.table, 3 * tableStep);
  readonly #sums = sumsIn(this.loops);

  /** Of the numbers from one to another of both blocks, and of their differences, which this finds unless they are given. */
  sum(from: number, end: number, areGiven: boolean): PairSums {
    if (areGiven) this.loops.sumGiven(from * 8, end * 8);
    else this.loops.sumPairs(from * 8, end * 8);
    return this.#sums();
  }

  /** Puts them into their bins: their differences must have been found, and every number lie in the range of its scale. */
  count(from: number, end: number, before: number, after: number, delta: number): void {
    this.loops.countPairs(from * 8, end * 8, before * 4, after * 4, delta * 4);
  }
}

/** Room for one block, used again and again. */
export class NumberBlock {
  readonly bytes: Buffer;
  /** Of complex ones both parts, one after the other. */
  readonly numbers: Float64Array;
  readonly int64: BigInt64Array;
  readonly uint64: BigUint64Array;
  readonly #loops: Loops;
  readonly #int32: Int32Array;
  readonly #uint32: Uint32Array;
  /** Copied from one kind of array to another, Node converts faster than any loop. */
  readonly #copied = new Map<string, Float64Array>();

  constructor(loops: Loops, bytesAt: number, numbersAt: number) {
    this.#loops = loops;
    const { buffer } = loops.memory;
    const byteLength = blockNumbers * 16;
    this.numbers = new Float64Array(buffer, numbersAt, blockNumbers * 2);
    this.bytes = Buffer.from(buffer, bytesAt, byteLength);
    this.int64 = new BigInt64Array(buffer, bytesAt, byteLength / 8);
    this.uint64 = new BigUint64Array(buffer, bytesAt, byteLength / 8);
    this.#int32 = new Int32Array(buffer, bytesAt, byteLength / 4);
    this.#uint32 = new Uint32Array(buffer, bytesAt, byteLength / 4);
    const float64 = new Float64Array(buffer, bytesAt, byteLength / 8);
    const float32 = new Float32Array(buffer, bytesAt, byteLength / 4);
    const int8 = new Int8Array(buffer, bytesAt, byteLength);
    const views = {
      ...{ float64, complex128: float64, float32, complex64: float32 },
      ...{ int8, qint8: int8, uint8: this.bytes, quint8: this.bytes },
      int16: new Int16Array(buffer, bytesAt, byteLength / 2),
      uint16: new Uint16Array(buffer, bytesAt, byteLength / 2),
      ...{ int32: this.#int32, qint32: this.#int32, uint32: this.#uint32 },
    };
    for (const [dtype, view] of Object.entries(views)) this.#copied.set(dtype, view as Float64Array);
  }

  /** The bytes hold the numbers from `from` on, `count` of them. */
  decode(stored: StoredNumbers, from: number, count: number): void {
    this.#decodeBits(stored.dtype, count);
    if (stored.quantised !== undefined) dequantise(this.numbers, stored, from, count);
  }

  #decodeBits(dtype: string, count: number): void {
    const { numbers } = this;
    const parts = numberKind(dtype)?.isComplex ? 2 * count : count;
    const copied = this.#copied.get(dtype);
    if (copied !== undefined) numbers.set(copied.subarray(0, parts));
    else if (dtype === 'int64') this.#decodeLong(this.#int32, count);
    else if (dtype === 'uint64') this.#decodeLong(this.#uint32, count);
    else if (dtype === 'bool') for (let at = 0; at < count; at++) numbers[at] = this.bytes[at] === 0 ? 0 : 1;
    else if (dtype === 'float16' || dtype === 'complex32') this.#widen(this.#loops.widenFloat16, parts);
    else if (dtype === 'bfloat16') this.#widen(this.#loops.widenBfloat16, parts);
    else {
      const table = numbersByPattern(dtype);
      for (let at = 0; at < count; at++) numbers[at] = table[this.bytes[at] as number] as number;
    }
  }

  #widen(widen: Loops['widenFloat16'], count: number): void {
    const { bytes, numbers } = this;
    widen(bytes.byteOffset, numbers.byteOffset, numbers.byteOffset + count * 8);
  }

  /** The upper half carries the sign, where there is one. */
  #decodeLong(upper: Int32Array | Uint32Array, count: number): void {
    for (let at = 0; at < count; at++) {
      const [low, high] = [this.#uint32[2 * at] as number, upper[2 * at + 1] as number];
      this.numbers[at] = high * 2 ** 32 + low;
    }
  }
}

/** real = (stored - zeroPoint) * scale */
function dequantise(numbers: Float64Array, stored: StoredNumbers, from: number, count: number): void {
  const channelOf = channels(stored);
  const { scale = [], zeroPoint = [] } = stored.quantised ?? {};
  for (let at = 0; at < count; at++) {
    const channel = channelOf(from + at);
    numbers[at] = ((numbers[at] as number) - (zeroPoint[channel] as number)) * (scale[channel] as number);
  }
}

/** The channel that the number at a place belongs to. */
export function channels({ shape, quantised }: StoredNumbers): (place: number) => number {
  const axis = quantised?.axis ?? null;
  if (axis === null) return () => 0;
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const size = shape[axis] as number;
  return (place) => Math.floor(place / inner) % size;
}
