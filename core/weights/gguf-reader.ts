/** The header of GGUF, value by value. */
import { formatCount } from '../contract/format.ts';
import { Cursor } from './bytes.ts';
import type { WeightsBytes } from './tensor.ts';

/** What is wrong with a header, in words for after "it is no sound GGUF file:". */
export class HeaderFlaw extends Error {}

/** A name or a value that is longer is stepped over. */
const mostTextBytes = 64 * 1024;
/** So many items of a list are shown. */
const shownItems = 16;
/** A vocabulary has a few hundred thousand. */
const mostItems = 20_000_000;

const widths = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8] as const;
const boolType = 7;
const textType = 8;
const listType = 9;

export class GgufReader {
  version = 0;
  tensorCount = 0;
  valueCount = 0;
  littleEndian = true;
  readonly #cursor: Cursor;
  #items = 0;

  private constructor(bytes: WeightsBytes) {
    this.#cursor = new Cursor(bytes);
  }

  static async open(bytes: WeightsBytes): Promise<GgufReader> {
    const reader = new GgufReader(bytes);
    await reader.#take(4);
    const version = await reader.#take(4);
    // A number below 2^16 in either order of its bytes tells the order.
    reader.littleEndian = version.readUInt16LE(2) === 0;
    reader.version = reader.littleEndian ? version.readUInt32LE(0) : version.readUInt32BE(0);
    if (reader.version < 1 || reader.version > 3) {
      throw new HeaderFlaw(`its version is ${reader.version}, and 1 to 3 are known`);
    }
    reader.tensorCount = await reader.#count();
    reader.valueCount = await reader.#count();
    return reader;
  }

  get at(): number {
    return this.#cursor.at;
  }

  async uint32(): Promise<number> {
    const bytes = await this.#take(4);
    return this.littleEndian ? bytes.readUInt32LE(0) : bytes.readUInt32BE(0);
  }

  /** Counts past 2^53 are rounded, and held to the size of the file by whoever asked. */
  async uint64(): Promise<number> {
    if (this.version === 1) return this.uint32();
    const bytes = await this.#take(8);
    return Number(this.littleEndian ? bytes.readBigUInt64LE(0) : bytes.readBigUInt64BE(0));
  }

  async text(): Promise<string> {
    const length = await this.#count();
    if (length > mostTextBytes) {
      this.#skip(length);
      return `(${formatCount(length, 'byte')})`;
    }
    return (await this.#take(length)).toString('utf8');
  }

  /** A value of any type as text. */
  async value(): Promise<string> {
    return this.#valueOf(await this.uint32());
  }

  async #valueOf(type: number): Promise<string> {
    if (type === textType) return this.text();
    if (type === listType) return this.#list();
    const width = widths[type];
    if (width === undefined) throw new HeaderFlaw(`a value is of the type ${type}, which is not known`);
    return this.#number(type, await this.#take(width));
  }

  async #list(): Promise<string> {
    const type = await this.uint32();
    const count = await this.#count();
    const width = widths[type];
    if (type === listType || width === undefined)
      throw new HeaderFlaw(`a list is of items of the type ${type}`);
    this.#items += count;
    if (this.#items > mostItems)
      throw new HeaderFlaw(`its lists have more than ${formatCount(mostItems, 'item')}`);
    const shown: string[] = [];
    let left = count;
    for (; left > 0 && shown.length < shownItems; left--) shown.push(await this.#valueOf(type));
    if (type === textType) for (; left > 0; left--) await this.#skipText();
    else this.#skip(left * width);
    return `[${shown.join(', ')}${count > shown.length ? `, … ${formatCount(count, 'item')}` : ''}]`;
  }

  #number(type: number, bytes: Buffer): string {
    if (type === boolType) return bytes[0] === 0 ? 'false' : 'true';
    const { littleEndian } = this;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const values = [
      () => view.getUint8(0),
      () => view.getInt8(0),
      () => view.getUint16(0, littleEndian),
      () => view.getInt16(0, littleEndian),
      () => view.getUint32(0, littleEndian),
      () => view.getInt32(0, littleEndian),
      () => view.getFloat32(0, littleEndian),
      () => '',
      () => '',
      () => '',
      () => view.getBigUint64(0, littleEndian),
      () => view.getBigInt64(0, littleEndian),
      () => view.getFloat64(0, littleEndian),
    ];
    return String(values[type]?.());
  }

  /** A length or a count: never more than the bytes that are left. */
  async #count(): Promise<number> {
    const count = await this.uint64();
    const left = this.#cursor.end - this.#cursor.at;
    if (count <= left) return count;
    throw new HeaderFlaw(
      `at byte ${this.#cursor.at} it claims ${count.toLocaleString('en-US')} of something, and ${formatCount(left, 'byte')} are left`,
    );
  }

  /** A vocabulary is stepped over; of what is at hand no promise is asked for. */
  async #skipText(): Promise<void> {
    const cursor = this.#cursor;
    const wide = this.version === 1 ? 4 : 8;
    if (this.littleEndian && cursor.holds(8)) {
      const length = cursor.held.readUInt32LE(0);
      const isSmall = wide === 4 || cursor.held.readUInt32LE(4) === 0;
      if (isSmall && cursor.holds(wide + length)) {
        cursor.at += wide + length;
        return;
      }
    }
    this.#skip(await this.#count());
  }

  #skip(length: number): void {
    if (this.#cursor.at + length > this.#cursor.end) throw this.#cut();
    this.#cursor.at += length;
  }

  async #take(length: number): Promise<Buffer> {
    const bytes = await this.#cursor.take(length);
    if (bytes.length < length) throw this.#cut();
    return bytes;
  }

  #cut(): HeaderFlaw {
    return new HeaderFlaw(
      `it is cut off within its header, at byte ${this.#cursor.end.toLocaleString('en-US')}`,
    );
  }
}
