/** A block of numbers, from bytes to float64: every kind fits into it but integers beyond 2^53, which are told. */
import { numberKind } from './dtypes.ts';
import { numbersByPattern } from './small-floats.ts';
import type { StoredNumbers } from './stored-numbers.ts';

/** So that two blocks and their bytes stay in the processor's second cache. */
export const blockNumbers = 16 * 1024;

/** Room for one block, used again and again. */
export class NumberBlock {
  readonly #room = new ArrayBuffer(blockNumbers * 16);
  readonly bytes = new Uint8Array(this.#room);
  /** Of complex ones both parts, one after the other. */
  readonly numbers = new Float64Array(blockNumbers * 2);
  readonly #uint16 = new Uint16Array(this.#room);
  readonly #int32 = new Int32Array(this.#room);
  readonly #uint32 = new Uint32Array(this.#room);
  readonly int64 = new BigInt64Array(this.#room);
  readonly uint64 = new BigUint64Array(this.#room);

  /** Copied from one kind of array to another, Node converts faster than any loop. */
  readonly #copied = new Map<string, Float64Array>();

  constructor() {
    const [float64, float32] = [new Float64Array(this.#room), new Float32Array(this.#room)];
    const int8 = new Int8Array(this.#room);
    const views = {
      ...{ float64, complex128: float64, float32, complex64: float32 },
      ...{ int8, qint8: int8, uint8: this.bytes, quint8: this.bytes },
      ...{ int16: new Int16Array(this.#room), uint16: this.#uint16 },
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
    else if (dtype === 'complex32') lookUp(this.#uint16, numbersByPattern('float16'), numbers, parts);
    else {
      const table = numbersByPattern(dtype);
      lookUp(table.length === 256 ? this.bytes : this.#uint16, table, numbers, count);
    }
  }

  /** The upper half carries the sign, where there is one. */
  #decodeLong(upper: Int32Array | Uint32Array, count: number): void {
    for (let at = 0; at < count; at++) {
      const [low, high] = [this.#uint32[2 * at] as number, upper[2 * at + 1] as number];
      this.numbers[at] = high * 2 ** 32 + low;
    }
  }
}

function lookUp(
  bits: Uint8Array | Uint16Array,
  table: Float32Array,
  into: Float64Array,
  count: number,
): void {
  // Four at a time: one by one, the compiler at times takes twice as long.
  const fours = count - (count % 4);
  for (let at = 0; at < fours; at += 4) {
    into[at] = table[bits[at] as number] as number;
    into[at + 1] = table[bits[at + 1] as number] as number;
    into[at + 2] = table[bits[at + 2] as number] as number;
    into[at + 3] = table[bits[at + 3] as number] as number;
  }
  for (let at = fours; at < count; at++) into[at] = table[bits[at] as number] as number;
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
