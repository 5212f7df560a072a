/**
 * The records of a ZIP as torch finds them: by the directory at the end, whatever checksums and flags say. It takes what
 * strict readers refuse, so that a fault in the container hides no pickle.
 */
import { partOf, type ScanSource } from './source.ts';

export interface ZipRecords {
  readonly records: readonly ListedRecord[];
  /** Why there may be others, or null. */
  readonly doubt: string | null;
}

export interface ListedRecord {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly compressedSize: number;
  readonly size: number;
  readonly headerStart: number;
}

const endBytes = 22;
const longestComment = 65_535;
const mostRecords = 200_000;
const mostDirectoryBytes = 64 * 1024 * 1024;

const noDirectory = 'it has no directory that could be found';

/** Null where nothing lists its records, and nothing says that it ever was weights: no reader takes it for a ZIP then. */
export async function listRecords(source: ScanSource): Promise<ZipRecords | null> {
  const tailStart = Math.max(0, source.size - endBytes - longestComment - 20);
  const tail = await source.read(tailStart, source.size - tailStart);
  const ends = endsIn(tail);
  const end = ends.at(-1);
  if (end === undefined) return (await wasZip(source)) ? { records: [], doubt: noDirectory } : null;
  const place = await directoryPlace(source, tail, end, tailStart);
  if (place.size > mostDirectoryBytes) return { records: [], doubt: 'its directory is larger than 64 MiB' };
  // Readers that trust the offset, and readers that reckon back from the end, may see two directories.
  const starts = [...new Set([place.start, tailStart + end - place.gap - place.size])].filter(
    (at) => at >= 0,
  );
  const records: ListedRecord[] = [];
  for (const start of starts) {
    const directory = await source.read(start, place.size);
    const shift = start === place.start ? 0 : start - place.start;
    records.push(...parseDirectory(directory, shift));
  }
  // The last end record is the one that counts; those before it may belong to records that are ZIPs themselves.
  const closing = ends.filter((at) => at + endBytes + tail.readUInt16LE(at + 20) === tail.length);
  const isClear = closing.length === 1 && closing[0] === end;
  return { records, doubt: doubtIn(records, isClear) };
}

/** Weights that are cut off begin with a record of torch or NumPy; four bytes like those of a ZIP begin anything. */
async function wasZip(source: ScanSource): Promise<boolean> {
  const start = await source.read(0, Math.min(source.size, 300));
  if (start.length < 30) return false;
  const name = start.toString('latin1', 30, 30 + start.readUInt16LE(26));
  return /^[^/]+\/(data\.pkl|constants\.pkl|byteorder|version|\.format_version|\.data\/|data\/|code\/)|\.(npy|pkl)$/.test(
    name,
  );
}

function doubtIn(records: readonly ListedRecord[], isClear: boolean): string | null {
  if (records.length === 0) return 'its directory lists nothing that could be read';
  if (records.length >= mostRecords) return 'it lists more than 200,000 records';
  return isClear ? null : 'it has more than one end, or bytes behind it';
}

function endsIn(tail: Buffer): number[] {
  const found: number[] = [];
  const wanted = Buffer.from([0x50, 0x4b, 0x05, 0x06]);
  for (let at = tail.indexOf(wanted); at !== -1; at = tail.indexOf(wanted, at + 1))
    if (at + endBytes <= tail.length) found.push(at);
  return found;
}

async function directoryPlace(
  source: ScanSource,
  tail: Buffer,
  end: number,
  tailStart: number,
): Promise<{ readonly start: number; readonly size: number; readonly gap: number }> {
  const plain = { size: tail.readUInt32LE(end + 12), start: tail.readUInt32LE(end + 16), gap: 0 };
  const locator = end - 20;
  if (locator < 0 || tail.readUInt32LE(locator) !== 0x07064b50) return plain;
  const recordStart = Number(tail.readBigUInt64LE(locator + 8));
  const record = await source.read(Math.min(recordStart, source.size), 56);
  if (record.length < 56 || record.readUInt32LE(0) !== 0x06064b50) return plain;
  const gap = tailStart + end - recordStart;
  return { size: Number(record.readBigUInt64LE(40)), start: Number(record.readBigUInt64LE(48)), gap };
}

function parseDirectory(directory: Buffer, shift: number): ListedRecord[] {
  const records: ListedRecord[] = [];
  let at = 0;
  while (at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50) {
    const nameBytes = directory.readUInt16LE(at + 28);
    const extraBytes = directory.readUInt16LE(at + 30);
    const extra = directory.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes);
    const sizes = wideSizes(extra, [
      directory.readUInt32LE(at + 24),
      directory.readUInt32LE(at + 20),
      directory.readUInt32LE(at + 42),
    ]);
    records.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameBytes),
      method: directory.readUInt16LE(at + 10),
      isEncrypted: (directory.readUInt16LE(at + 8) & 1) === 1,
      size: sizes[0],
      compressedSize: sizes[1],
      headerStart: sizes[2] + shift,
    });
    if (records.length >= mostRecords) break;
    at += 46 + nameBytes + extraBytes + directory.readUInt16LE(at + 32);
  }
  return records;
}

/** Size, compressed size and offset, from the Zip64 field where the header has no room for them. */
function wideSizes(extra: Buffer, narrow: [number, number, number]): [number, number, number] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let from = at + 4;
    return narrow.map((value) => {
      if (value !== 0xffffffff || from + 8 > extra.length) return value;
      from += 8;
      return Number(extra.readBigUInt64LE(from - 8));
    }) as [number, number, number];
  }
  return narrow;
}

/** Where a record's bytes lie; null where no header stands at the place that the directory names. */
export async function contentOf(source: ScanSource, record: ListedRecord): Promise<ScanSource | null> {
  const header = await source.read(record.headerStart, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== 0x04034b50) return null;
  const start = record.headerStart + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  // Of a stored record some readers take the one size, some the other.
  const length = record.method === 0 ? Math.max(record.size, record.compressedSize) : record.compressedSize;
  return partOf(source, start, length);
}
