/** The bytes of a tar, read forward: from the file itself where it is plain, inflated where it is gzip'd. */
import { Problem } from '../contract/errors.ts';
import { ReadWindow, type ZipSource } from '../zip/source.ts';

export interface ForwardBytes {
  /** How many bytes lie behind. */
  readonly position: number;
  /** Exactly `length` bytes if they are at hand: a hundred thousand headers are not worth as many promises. */
  take(length: number): Buffer | undefined;
  /** Exactly `length` bytes, fewer only at the end. They stay valid until the next call. */
  read(length: number): Promise<Buffer>;
  /** The next bytes in whatever amount is at hand, at most `limit`; none at the end. */
  chunk(limit: number): Promise<Buffer>;
  /** Returns how many bytes were passed over: fewer than asked for only at the end. */
  skip(length: number): Promise<number>;
  close(): Promise<void>;
}

const plainChunkBytes = 1024 * 1024;

/** A plain tar: what is skipped is never read. */
export class FileBytes implements ForwardBytes {
  readonly #source: ZipSource;
  readonly #window: ReadWindow;
  #chunk: Buffer | undefined;
  position: number;

  constructor(source: ZipSource, position = 0) {
    this.#source = source;
    this.#window = new ReadWindow(source);
    this.position = position;
  }

  take(): undefined {}

  async read(length: number): Promise<Buffer> {
    const bytes = await this.#window.at(this.position, length);
    this.position += bytes.length;
    return bytes;
  }

  async chunk(limit: number): Promise<Buffer> {
    this.#chunk ??= Buffer.allocUnsafe(Math.min(plainChunkBytes, limit));
    const length = Math.min(this.#chunk.length, limit, this.#source.size - this.position);
    await this.#source.read(this.#chunk, length, this.position);
    this.position += length;
    return this.#chunk.subarray(0, length);
  }

  async skip(length: number): Promise<number> {
    const skipped = Math.min(length, this.#source.size - this.position);
    this.position += skipped;
    return skipped;
  }

  async close(): Promise<void> {}
}

/** An inflated tar: every byte is counted, and past the limit there are no more. */
export class InflatedBytes implements ForwardBytes {
  readonly #chunks: AsyncGenerator<Buffer>;
  readonly #path: string;
  readonly #limit: number;
  #rest: Buffer = Buffer.alloc(0);
  #received = 0;
  position = 0;

  constructor(chunks: AsyncGenerator<Buffer>, path: string, limit: number) {
    this.#chunks = chunks;
    this.#path = path;
    this.#limit = limit;
  }

  take(length: number): Buffer | undefined {
    if (this.#rest.length < length) return undefined;
    const bytes = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    this.position += length;
    return bytes;
  }

  async read(length: number): Promise<Buffer> {
    const first = await this.chunk(length);
    if (first.length === length || first.length === 0) return first;
    const parts = [first];
    for (let left = length - first.length; left > 0; ) {
      const part = await this.chunk(left);
      if (part.length === 0) break;
      parts.push(part);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }

  async chunk(limit: number): Promise<Buffer> {
    if (this.#rest.length === 0) await this.#receive();
    const bytes = this.#rest.subarray(0, limit);
    this.#rest = this.#rest.subarray(bytes.length);
    this.position += bytes.length;
    return bytes;
  }

  async skip(length: number): Promise<number> {
    for (let left = length; left > 0; ) {
      const bytes = await this.chunk(left);
      if (bytes.length === 0) return length - left;
      left -= bytes.length;
    }
    return length;
  }

  async close(): Promise<void> {
    await this.#chunks.return(undefined);
  }

  async #receive(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done) return;
    this.#received += next.value.length;
    if (this.#received > this.#limit) {
      throw Problem.of('LIMIT_OUTPUT', { path: this.#path, limit: this.#limit });
    }
    this.#rest = next.value;
  }
}
