/** The small entries of a ZIP in batches, for threads that write them to disk. */
import type { Archive, ArchiveEntry, RawEntry } from '../archive.ts';
import { clampTime } from '../mar/times.ts';
import { methodDeflated } from './records.ts';
import type { UnpackFile } from './unpack-batch.ts';

/** Larger ones are better off with threads that inflate and write side by side. */
const smallBytes = 256 * 1024;
/** Starting a thread takes as long as some hundred files. */
const enough = 500;
const filesOfBatch = 128;
const bytesOfBatch = 1024 * 1024;

export interface EntryFile {
  readonly entry: ArchiveEntry;
  /** Below the folder. */
  readonly name: string;
}

export interface SmallBatch {
  readonly members: readonly EntryFile[];
  readonly files: readonly UnpackFile[];
  /** Of the archive. */
  readonly fd: number;
  /** Inflated. */
  readonly bytes: number;
}

/** Whether a file may be run is all that is kept: nobody's programs run with another one's rights. */
export const modeOf = ({ mode }: ArchiveEntry): number => ((mode & 0o100) === 0 ? 0o644 : 0o755);

/** The files for batches, none where a few would not pay, and the others. */
export function divide(
  archive: Archive,
  files: readonly EntryFile[],
): { readonly small: readonly EntryFile[]; readonly others: readonly EntryFile[] } {
  if (archive.openRaw === undefined) return { small: [], others: files };
  const small = files.filter(({ entry }) => isSmall(entry));
  const [first] = small;
  if (first === undefined || small.length < enough) return { small: [], others: files };
  // Threads read by themselves, and only from a file.
  if (archive.openRaw(first.entry).fd === null) return { small: [], others: files };
  return { small, others: files.filter(({ entry }) => !isSmall(entry)) };
}

function isSmall({ type, size, compressedSize, method }: ArchiveEntry): boolean {
  const fits = type === 'file' && size <= smallBytes && (compressedSize ?? 0) <= smallBytes;
  return fits && (method === 'stored' || method === 'deflated');
}

/** Each of files whose bytes lie close behind each other; made as they are asked for. */
export function* batchesOf(
  archive: Archive,
  files: readonly EntryFile[],
  folder: string,
): Generator<SmallBatch, void, undefined> {
  let members: EntryFile[] = [];
  let described: UnpackFile[] = [];
  let bytes = 0;
  let fd = -1;
  for (const file of files) {
    const raw = archive.openRaw?.(file.entry) as RawEntry;
    const from = described[0]?.start ?? raw.start;
    const isNear = raw.start >= from && raw.start + raw.compressedSize <= from + bytesOfBatch;
    if (!isNear || described.length === filesOfBatch) {
      yield { members, files: described, fd, bytes };
      members = [];
      described = [];
      bytes = 0;
    }
    members.push(file);
    described.push(describe(file, raw, folder));
    bytes += raw.size;
    fd = raw.fd ?? fd;
  }
  if (described.length > 0) yield { members, files: described, fd, bytes };
}

function describe({ entry, name }: EntryFile, raw: RawEntry, folder: string): UnpackFile {
  return {
    path: `${folder}/${name}`,
    start: raw.start,
    compressedSize: raw.compressedSize,
    size: raw.size,
    crc32: raw.crc32,
    isDeflated: raw.method === methodDeflated,
    mode: modeOf(entry),
    modifiedSeconds: clampTime(entry.modified).getTime() / 1000,
  };
}
