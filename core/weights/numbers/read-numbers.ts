/** On a thread: the bytes of a stretch of numbers, one after the other and the low end first, however they are stored. */
import { readSync } from 'node:fs';
import { numberKind } from './dtypes.ts';
import { isContiguous, type Source, type StoredNumbers } from './stored-numbers.ts';

/** The bytes are not there any more, or can't be read: told of the tensor, where a bug would end all. */
export class UnreadableNumbers extends Error {}

const pageBytes = 16 * 1024;
const mostPages = 2048;

export class NumberReader {
  readonly #numbers: StoredNumbers;
  readonly #source: Source;
  readonly #size: number;
  readonly #wordBytes: number;
  readonly #isContiguous: boolean;
  readonly #pages = new Map<number, Uint8Array>();

  constructor(numbers: StoredNumbers, source: Source) {
    const kind = numberKind(numbers.dtype);
    if (kind === null) throw new Error(`${numbers.dtype} is not read`);
    this.#numbers = numbers;
    this.#source = source;
    this.#size = kind.bytes;
    this.#wordBytes = kind.wordBytes;
    this.#isContiguous = isContiguous(numbers);
  }

  /** Fills the begin of `into`, and answers how many bytes that were. */
  read(from: number, to: number, into: Uint8Array): number {
    const length = (to - from) * this.#size;
    const target = into.subarray(0, length);
    if (this.#isContiguous) this.#readAt(this.#numbers.start + from * this.#size, target);
    else this.#gather(from, to, target);
    if (!this.#numbers.littleEndian) swap(target, this.#wordBytes);
    return length;
  }

  #readAt(position: number, into: Uint8Array): void {
    const source = this.#source;
    if ('bytes' in source) {
      const begin = position - source.at;
      const found = source.bytes.subarray(begin, begin + into.length);
      if (found.length !== into.length) throw new UnreadableNumbers('its bytes end too early');
      into.set(found);
      return;
    }
    for (let done = 0; done < into.length; ) {
      const read = readOnce(source.fd, into, done, into.length - done, source.start + position + done);
      if (read === 0) throw new UnreadableNumbers('its file ends within its numbers');
      done += read;
    }
  }

  /** Walks through all dimensions as an odometer does, the last one in runs. */
  #gather(from: number, to: number, into: Uint8Array): void {
    const { shape, strides, start } = this.#numbers;
    const size = this.#size;
    const inner = shape.length - 1;
    const [innerSize, innerStride] = [shape[inner] as number, strides[inner] as number];
    const index = shape.map(() => 0);
    let rest = from;
    for (let dimension = inner; dimension >= 0; dimension--) {
      index[dimension] = rest % (shape[dimension] as number);
      rest = Math.floor(rest / (shape[dimension] as number));
    }
    let filled = 0;
    for (let left = to - from; left > 0; ) {
      const first = index.reduce((sum, at, dimension) => sum + at * (strides[dimension] as number), 0);
      const run = Math.min(left, innerSize - (index[inner] as number));
      const position = start + first * size;
      if (innerStride === 1) this.#copy(position, into.subarray(filled, filled + run * size));
      else
        for (let at = 0; at < run; at++)
          this.#copyOne(position + at * innerStride * size, into, filled + at * size);
      filled += run * size;
      left -= run;
      index[inner] = (index[inner] as number) + run;
      for (let dimension = inner; dimension > 0 && index[dimension] === shape[dimension]; dimension--) {
        index[dimension] = 0;
        index[dimension - 1] = (index[dimension - 1] as number) + 1;
      }
    }
  }

  #copy(position: number, into: Uint8Array): void {
    for (let done = 0; done < into.length; ) {
      const number = Math.floor((position + done) / pageBytes);
      const page = this.#page(number);
      const begin = position + done - number * pageBytes;
      const part = page.subarray(begin, begin + into.length - done);
      if (part.length === 0) throw new UnreadableNumbers('its file ends within its numbers');
      into.set(part, done);
      done += part.length;
    }
  }

  #copyOne(position: number, into: Uint8Array, at: number): void {
    const number = Math.floor(position / pageBytes);
    const begin = position - number * pageBytes;
    if (begin + this.#size > pageBytes) {
      this.#copy(position, into.subarray(at, at + this.#size));
      return;
    }
    const page = this.#page(number);
    if (begin + this.#size > page.length) throw new UnreadableNumbers('its file ends within its numbers');
    for (let byte = 0; byte < this.#size; byte++) into[at + byte] = page[begin + byte] as number;
  }

  #page(number: number): Uint8Array {
    const known = this.#pages.get(number);
    if (known !== undefined) return known;
    // The oldest one goes: what is walked through again and again fits, or nothing helps.
    if (this.#pages.size >= mostPages) {
      const [oldest] = this.#pages.keys();
      if (oldest !== undefined) this.#pages.delete(oldest);
    }
    const page = this.#readPage(number * pageBytes);
    this.#pages.set(number, page);
    return page;
  }

  /** The last one may be short. */
  #readPage(position: number): Uint8Array {
    const source = this.#source;
    if ('bytes' in source) {
      const begin = position - source.at;
      // A stretch in memory may begin within a page.
      const page = new Uint8Array(Math.max(0, Math.min(pageBytes, source.bytes.length - begin)));
      page.set(source.bytes.subarray(Math.max(0, begin), begin + page.length), Math.max(0, -begin));
      return page;
    }
    const page = new Uint8Array(pageBytes);
    let done = 0;
    while (done < pageBytes) {
      const read = readOnce(source.fd, page, done, pageBytes - done, source.start + position + done);
      if (read === 0) break;
      done += read;
    }
    return page.subarray(0, done);
  }
}

function readOnce(fd: number, into: Uint8Array, at: number, length: number, position: number): number {
  try {
    return readSync(fd, into, at, length, position);
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw new UnreadableNumbers(error.message);
    throw error;
  }
}

function swap(bytes: Uint8Array, wordBytes: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (wordBytes === 2) buffer.swap16();
  else if (wordBytes === 4) buffer.swap32();
  else if (wordBytes === 8) buffer.swap64();
}
