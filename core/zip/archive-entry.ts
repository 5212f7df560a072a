/** Entries as callers see them. */
import type { ArchiveEntry } from '../archive.ts';
import type { DirectoryRecord } from './directory-record.ts';
import type { LocalEntry } from './local-walk.ts';
import { entryType, methodName, modifiedTime, permissions } from './types.ts';

/** Times cost more than all other fields together, and few callers look at them. */
export class ListedZipEntry implements ArchiveEntry {
  readonly linkTarget = null;
  readonly type: ArchiveEntry['type'];
  readonly offset: number;
  readonly #record: DirectoryRecord;

  constructor(record: DirectoryRecord, offset: number) {
    this.#record = record;
    this.offset = offset;
    this.type = entryType(record.unixMode, record.text);
  }

  get index(): number {
    return this.#record.index;
  }

  get name(): string {
    return this.#record.text;
  }

  get rawName(): Buffer {
    return this.#record.name;
  }

  get size(): number {
    return this.#record.size;
  }

  get compressedSize(): number {
    return this.#record.compressedSize;
  }

  get method(): string {
    return methodName(this.#record.method);
  }

  get crc32(): number {
    return this.#record.crc32;
  }

  get modified(): Date {
    return modifiedTime(this.#record);
  }

  get mode(): number {
    return permissions(this.#record.unixMode, this.type);
  }
}

/** An entry of an archive whose directory is gone: its local header is all there is. */
export function unlistedEntry({ header, ...measured }: LocalEntry, index: number): ArchiveEntry {
  const type = entryType(0, header.text);
  return {
    index,
    name: header.text,
    rawName: header.name,
    type,
    size: measured.size,
    compressedSize: measured.compressedSize,
    method: methodName(header.method),
    crc32: measured.descriptor?.told.crc32 ?? header.crc32,
    modified: modifiedTime(header),
    mode: permissions(0, type),
    linkTarget: null,
    offset: header.offset,
  };
}
