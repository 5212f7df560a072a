/** What every way of writing an archive has in common: files, pipes and folders stand behind this. */
import type { RawEntry } from './archive.ts';
import type { Zone } from './clock.ts';
import type { Compression } from './contract/model.ts';
import type { DeflateEngine } from './deflate/engine.ts';
import type { ReadAt } from './deflate/parallel.ts';

export interface EntryHead {
  readonly name: string;
  readonly modified: Date;
  /** Permission bits. */
  readonly mode: number;
}

/** The content of one entry: its size is known, and it may be read more than once. */
export interface EntryBody {
  readonly size: number;
  readonly read: ReadAt;
}

/** Null where the container keeps no such thing for an entry. */
export interface WrittenEntry {
  readonly crc32: number | null;
  readonly compressedSize: number | null;
  readonly method: 'stored' | 'deflated' | 'gzip';
}

export interface WriteSettings {
  readonly compression: Compression;
  readonly level: number;
  readonly engine: DeflateEngine;
  /** Which clock the zone-less times of a ZIP show. */
  readonly zone: Zone;
  readonly signal: AbortSignal | undefined;
  /** Told of every input byte, once. */
  readonly onBytes: (bytes: number) => void;
}

export interface ArchiveWriter {
  /** Entries are added one after the other. */
  add(head: EntryHead, body: EntryBody): Promise<WrittenEntry>;
  /** Copies an entry as it lies in another archive; `body` gives its bytes, compressed as they are there. */
  addRaw?(head: EntryHead, raw: RawEntry, body: EntryBody): Promise<WrittenEntry>;
}
