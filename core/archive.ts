/** An archive that is open for reading, whatever its container: what every verb but pack works on. */

import type { RandomAccess } from './audit/rule.ts';
import type { ArchiveKind, EntryType, Finding } from './contract/model.ts';
import type { WeightsBytes } from './weights/tensor.ts';

/** One entry as its container tells it. Fields that the container does not have are null. */
export interface ArchiveEntry {
  /** Its place in the order of the container. */
  readonly index: number;
  /** As text, "/" between its parts; a folder's name ends in "/". Bytes that are no UTF-8 show as U+FFFD. */
  readonly name: string;
  readonly rawName: Buffer;
  readonly type: EntryType;
  readonly size: number;
  readonly compressedSize: number | null;
  readonly method: string;
  readonly crc32: number | null;
  readonly modified: Date;
  /** Permission bits, set-uid and its like included. */
  readonly mode: number;
  readonly linkTarget: string | null;
  /** Where its local header begins in a ZIP. */
  readonly offset: number | null;
}

/** A file that TorchServe would have after it opened the archive. */
export interface ServedFile {
  readonly name: string;
  readonly size: number;
  /** The entry of the directory view with the same bytes, or null where no such entry is listed. */
  readonly entry: ArchiveEntry | null;
}

export interface Archive {
  readonly path: string;
  readonly kind: ArchiveKind;
  readonly container: 'zip' | 'tar' | 'tar.gz' | 'directory';
  /** Bytes of the file; the sum of its files for a directory. */
  readonly size: number;
  /** What the container lists, in its order, duplicates included. */
  readonly entries: readonly ArchiveEntry[];
  /** What TorchServe would load, or null where its reader fails; it often is the same as `entries`. */
  readonly served: { readonly files: readonly ServedFile[]; readonly error: string | null };
  /** What opening saw: the container's findings, and those of names. Bodies are not read for it. */
  readonly findings: readonly Finding[];
  /**
   * The content of a file entry, inflated, in chunks that stay valid until the next one is asked for. Size
   * and CRC-32 are proven on the way: the last step throws a Problem (ZIP_CRC, ZIP_SIZE, …) when they differ.
   * Of a tar.gz all entries cost one pass when read in their order, one after the other; each step back, and
   * each reading beside another, costs a pass of its own.
   */
  read(entry: ArchiveEntry, signal?: AbortSignal): AsyncIterable<Buffer>;
  /** The bytes of a file entry where they lie, or null where they are compressed. */
  openInPlace(entry: ArchiveEntry): Promise<RandomAccess | null>;
  /** Only a ZIP keeps each entry by itself: there its bytes can be copied without inflating them. */
  openRaw?(entry: ArchiveEntry): RawEntry;
  /** Only of an archive inside another one, to which no path leads: the SHA-256 of all its bytes. */
  hashInside?(signal?: AbortSignal): Promise<string>;
  /** Only of weights that lie by themselves: files beside them, in which they may keep their numbers. */
  besides?(name: string): Promise<WeightsBytes | null>;
  close(): Promise<void>;
}

/** A file entry as it lies in its archive, by the directory's account of it, which nothing has proven yet. */
export interface RawEntry {
  readonly method: number;
  readonly crc32: number;
  readonly size: number;
  readonly compressedSize: number;
  /** For threads that read by themselves: the archive's file descriptor; null where it lies inside another one. */
  readonly fd: number | null;
  /** Where the content begins in it. */
  readonly start: number;
  /** Fills the first `length` bytes of the buffer from `position` of the compressed content. */
  read(buffer: Uint8Array, length: number, position: number): Promise<void>;
  /** Throws INPUT_CHANGED unless the archive still is what it was when it was opened. */
  assertUnchanged(options?: { readonly now: boolean }): Promise<void>;
}

export const isArchiveName = (name: string) => /\.(mar|war|tgz|tar\.gz)$/i.test(name);
