/** Bytes of weights: parts of a file, bytes in memory, and small reads that go forward. */
import type { RandomAccess } from '../audit/rule.ts';
import type { WeightsBytes } from './tensor.ts';

export function weightsBytes(content: RandomAccess): WeightsBytes {
  return {
    size: content.size,
    place: content.place ?? null,
    read: (position, length) => content.read(position, length),
    close: () => content.close(),
  };
}

/** A part of other bytes. Closing it leaves those open. */
export function partOf(bytes: WeightsBytes, start: number, size: number): WeightsBytes {
  return {
    size,
    get place() {
      const { place } = bytes;
      return place && { fd: place.fd, start: place.start + start };
    },
    read(position, length) {
      const from = Math.min(Math.max(position, 0), size);
      return bytes.read(start + from, Math.max(0, Math.min(length, size - from)));
    },
    close: async () => {},
  };
}

/** Bytes that stand in the file in another form, and are brought into theirs when they are first asked for. */
export function bytesLater(size: number, make: () => Promise<Buffer>): WeightsBytes {
  let made: Promise<Buffer> | undefined;
  return {
    size,
    place: null,
    async read(position, length) {
      made ??= make();
      return (await made).subarray(position, position + length);
    },
    close: async () => {},
  };
}

const windowBytes = 64 * 1024;

/** Reads forward in small steps, a window at a time; what is stepped over is never read. */
export class Cursor {
  at: number;
  readonly end: number;
  readonly #bytes: WeightsBytes;
  #window: Buffer = Buffer.alloc(0);
  #start = 0;

  constructor(bytes: WeightsBytes, at = 0, end = bytes.size) {
    this.#bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** Whether so many bytes are at hand, which spares a promise for each of many small numbers. */
  holds(length: number): boolean {
    return this.at >= this.#start && this.at + length <= this.#start + this.#window.length;
  }

  /** Afterwards so many bytes are at hand, fewer where the end is near. */
  async load(length: number): Promise<void> {
    if (this.holds(length)) return;
    const wanted = Math.min(Math.max(length, windowBytes), Math.max(0, this.end - this.at));
    this.#window = wanted === 0 ? Buffer.alloc(0) : await this.#bytes.read(this.at, wanted);
    this.#start = this.at;
  }

  /** What is at hand from here on; it stays valid. */
  get held(): Buffer {
    return this.#window.subarray(Math.max(0, this.at - this.#start));
  }

  /** The next bytes; fewer where the end is near. */
  async take(length: number): Promise<Buffer> {
    await this.load(length);
    const bytes = this.held.subarray(0, length);
    this.at += bytes.length;
    return bytes;
  }
}
