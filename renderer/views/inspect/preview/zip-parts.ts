/**
 * What each byte of a ZIP file belongs to, for colours and words of the hex view: read from the bytes that are in sight
 * and the places that the listing tells. Where too little is known there is nothing to say.
 */
import type { EntryColumns } from '../../../../core/contract/api.ts';
import { firstFrom } from './find-pattern.ts';

export type PartKind = 'header' | 'name' | 'extra' | 'content' | 'directory' | 'end';

export interface Part {
  readonly kind: PartKind;
  readonly words: string;
}

type Bytes = (offset: number, length: number) => Uint8Array;

const localBytes = 30;
const recordBytes = 46;
const endBytes = 22;
/** An end record may have a comment of so many bytes behind it. */
const longestComment = 65_535;
/** Of a directory the first records are told apart; behind them it is only named. */
const mostRecords = 2000;

interface Fields {
  readonly start: number;
  readonly fixed: number;
  readonly name: number;
  readonly extra: number;
  readonly comment: number;
}

export class ZipParts {
  readonly #bytes: Bytes;
  readonly #size: number;
  readonly #offsets: readonly number[];
  readonly #names: readonly string[];
  readonly #packed: readonly (number | null)[];
  #directory: {
    readonly start: number;
    readonly end: number;
    readonly records: readonly Fields[];
    readonly starts: readonly number[];
  } | null = null;

  constructor({ offset, path, compressedSize }: EntryColumns, size: number, bytes: Bytes) {
    const order = path.map((_, item) => item).filter((item) => offset[item] !== null);
    order.sort((a, b) => (offset[a] as number) - (offset[b] as number));
    this.#offsets = order.map((item) => offset[item] as number);
    this.#names = order.map((item) => path[item] as string);
    this.#packed = order.map((item) => compressedSize[item] ?? null);
    this.#size = size;
    this.#bytes = bytes;
  }

  /** Where the end record may lie: to be fetched, or the directory has no place. */
  get tailStart(): number {
    return Math.max(0, this.#size - endBytes - longestComment);
  }

  at(offset: number): Part | null {
    this.#directory ??= this.#findDirectory();
    const { start, end } = this.#directory ?? { start: this.#size, end: this.#size };
    if (offset >= end) return { kind: 'end', words: 'end of the directory' };
    if (offset >= start) return this.#inDirectory(offset);
    return this.#inEntry(offset);
  }

  #inEntry(offset: number): Part | null {
    const at = firstFrom(this.#offsets, offset + 1) - 1;
    if (at < 0) return null;
    const name = this.#names[at] as string;
    const fields = this.#fieldsAt(this.#offsets[at] as number, localBytes, 26, 0x04034b50);
    if (fields === null) return null;
    const part = partOf(fields, offset, 'header', `local header of ${name}`, name);
    if (part !== null) return part;
    const contentStart = fields.start + fields.fixed + fields.name + fields.extra;
    const packed = this.#packed[at];
    return packed !== null && packed !== undefined && offset < contentStart + packed
      ? { kind: 'content', words: `content of ${name}` }
      : null;
  }

  #inDirectory(offset: number): Part {
    const { records = [], starts = [] } = this.#directory ?? {};
    const at = firstFrom(starts, offset + 1) - 1;
    const plain: Part = { kind: 'directory', words: 'directory' };
    const fields = records[at];
    return fields === undefined
      ? plain
      : (partOf(fields, offset, 'directory', 'directory record', '') ?? plain);
  }

  #fieldsAt(start: number, fixed: number, lengths: number, signature: number): Fields | null {
    const bytes = this.#bytes(start, fixed);
    if (bytes.length < fixed) return null;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint32(0, true) !== signature) return null;
    const comment = fixed === recordBytes ? view.getUint16(lengths + 4, true) : 0;
    const [name, extra] = [view.getUint16(lengths, true), view.getUint16(lengths + 2, true)];
    return { start, fixed, name, extra, comment };
  }

  /** From the last end record backwards, as readers look for it; null while the end of the file is not here. */
  #findDirectory() {
    const { tailStart } = this;
    const tail = this.#bytes(tailStart, this.#size - tailStart);
    if (tail.length < Math.min(this.#size, endBytes) || tailStart + tail.length < this.#size) return null;
    const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
    let at = tail.length - endBytes;
    while (at >= 0 && view.getUint32(at, true) !== 0x06054b50) at--;
    if (at < 0) return { start: this.#size, end: this.#size, records: [], starts: [] };
    let [length, end] = [view.getUint32(at + 12, true), at];
    // A ZIP64 record stands between the directory and the old end record.
    if (at >= 76 && view.getUint32(at - 76, true) === 0x06064b50) {
      length = Number(view.getBigUint64(at - 76 + 40, true));
      end = at - 76;
    }
    const start = tailStart + end - length;
    if (start < 0) return null;
    const records = this.#recordsFrom(start, tailStart + end);
    return { start, end: tailStart + end, records, starts: records.map((record) => record.start) };
  }

  #recordsFrom(start: number, end: number): readonly Fields[] {
    const records: Fields[] = [];
    for (let at = start; at < end && records.length < mostRecords; ) {
      const fields = this.#fieldsAt(at, recordBytes, 28, 0x02014b50);
      if (fields === null) break;
      records.push(fields);
      at += fields.fixed + fields.name + fields.extra + fields.comment;
    }
    return records;
  }
}

function partOf(fields: Fields, offset: number, kind: PartKind, words: string, name: string): Part | null {
  const at = offset - fields.start;
  if (at < fields.fixed) return { kind, words };
  if (at < fields.fixed + fields.name)
    return { kind: 'name', words: name === '' ? 'name in the directory' : `name of ${name}` };
  if (at < fields.fixed + fields.name + fields.extra) return { kind: 'extra', words: 'extra fields' };
  return null;
}
