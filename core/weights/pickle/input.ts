/** Bytes read from front to back. What reads past their end throws. */

export class EndOfBytes extends Error {
  /** Bytes up to here were wanted. */
  readonly wanted: number;

  constructor(wanted: number) {
    super('there are no more bytes');
    this.wanted = wanted;
  }
}
/** A line that does not end within reason. */
export class TooLong extends Error {}

const longestLine = 64 * 1024 * 1024;

export class PickleInput {
  readonly bytes: Buffer;
  position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = position;
  }

  uint1(): number {
    const byte = this.bytes[this.position];
    if (byte === undefined) throw new EndOfBytes(this.position + 1);
    this.position++;
    return byte;
  }

  uint2(): number {
    return this.bytes.readUInt16LE(this.#pass(2));
  }

  uint4(): number {
    return this.bytes.readUInt32LE(this.#pass(4));
  }

  int4(): number {
    return this.bytes.readInt32LE(this.#pass(4));
  }

  /** Beyond 2^53 it is no longer exact, and longer than any file all the same. */
  uint8(): number {
    return Number(this.bytes.readBigUInt64LE(this.#pass(8)));
  }

  float8(): number {
    return this.bytes.readDoubleBE(this.#pass(8));
  }

  take(length: number): Buffer {
    const start = this.#pass(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Up to a newline, which is passed and not given. */
  line(): Buffer {
    const end = this.bytes.subarray(this.position, this.position + longestLine).indexOf(0x0a);
    if (end === -1) {
      throw this.bytes.length - this.position > longestLine
        ? new TooLong()
        : new EndOfBytes(this.bytes.length + 1);
    }
    const line = this.take(end);
    this.position++;
    return line;
  }

  #pass(length: number): number {
    const start = this.position;
    if (length > this.bytes.length - start) throw new EndOfBytes(start + length);
    this.position += length;
    return start;
  }
}
