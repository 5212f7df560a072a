/** The central directory: what every tool but TorchServe takes for the list of the entries. */
import type { Report } from '../audit/rule.ts';
import { zipRules as rules } from '../audit/rules/zip.ts';
import { Problem } from '../contract/errors.ts';
import { formatCount } from '../contract/format.ts';
import { maxEntries } from '../mar/limits.ts';
import { DirectoryRecord } from './directory-record.ts';
import type { EndRecord } from './end-record.ts';
import { maxDirectoryBytes } from './limits.ts';
import { assertSafeSum, count, hex } from './numbers.ts';
import { centralFixedBytes, max32 } from './records.ts';
import { centralSignature, localSignature } from './signatures.ts';
import type { ZipSource } from './source.ts';

const slackBytes = 1024 * 1024;

export interface Directory {
  readonly records: readonly DirectoryRecord[];
  readonly start: number;
  readonly end: number;
  /** How far all offsets in the directory are from the truth, where bytes were put before the archive. */
  readonly shift: number;
}

/** Throws where the end record claims what no file of this size can hold, before room is made for it. */
export function assertPossible(end: EndRecord, { path, size }: ZipSource): void {
  const bytes = end.directoryBytes ?? 0;
  assertSafeSum(end.directoryOffset ?? 0, bytes, path, 'the end of the directory');
  const room = Math.floor(end.start / centralFixedBytes);
  const entries = end.entries ?? 0;
  if (entries > room) throw Problem.of('ZIP_COUNT_IMPOSSIBLE', { path, entries, room, size });
  if (entries > maxEntries) throw Problem.of('LIMIT_ENTRIES', { limit: maxEntries });
  if (bytes > maxDirectoryBytes) {
    throw Problem.of('LIMIT_DIRECTORY', { path, bytes, limit: maxDirectoryBytes });
  }
}

/**
 * Reads the directory where it really is: right before the end record, as most tools look for it, else where
 * the end record says, else where the local headers stop.
 */
export async function readDirectory(
  source: ZipSource,
  end: EndRecord,
  stopOfLocalHeaders: () => Promise<number>,
  report: Report,
): Promise<Directory> {
  const start = await findStart(source, end, stopOfLocalHeaders);
  const told = `the end record puts the directory at ${hex(end.directoryOffset ?? end.start)}`;
  if (start === null) {
    report(rules.directory, null, `${told}, and there is none`);
    return { records: [], start: end.start, end: end.start, shift: 0 };
  }
  // What lies behind the bytes that are told is looked at only so far as to see that they are too few.
  const roomBytes = end.directoryBytes === null ? maxDirectoryBytes : end.directoryBytes + slackBytes;
  const bytes = Buffer.allocUnsafe(Math.min(end.start - start, roomBytes));
  await source.read(bytes, bytes.length, start);
  const { records, parsedBytes } = parseRecords(bytes, source.path);

  const moved = start - (end.directoryOffset ?? start);
  const shift = await findShift(source, records, moved);
  if (moved !== shift) report(rules.directory, null, `${told}, and it is at ${hex(start)}`);
  if (end.directoryBytes !== null && end.directoryBytes !== parsedBytes) {
    const sizes = `${count(end.directoryBytes)} bytes, and its records fill ${count(parsedBytes)}`;
    report(rules.directory, null, `the end record gives the directory ${sizes}`);
  }
  if (end.entries !== null && end.entries !== records.length) {
    const counts = `counts ${formatCount(end.entries, 'entry', 'entries')}, and the directory holds`;
    report(rules.count, null, `the end record ${counts} ${count(records.length)}`);
  }
  return { records, start, end: start + parsedBytes, shift };
}

async function findStart(
  source: ZipSource,
  { start, entries, directoryBytes, directoryOffset }: EndRecord,
  stopOfLocalHeaders: () => Promise<number>,
): Promise<number | null> {
  // An archive without entries has no record to look for.
  if (entries === 0 && directoryBytes === 0) return start;
  const isDirectory = async (at: number) =>
    at >= 0 && at + 4 <= start && (await readSignature(source, at)) === centralSignature;
  if (directoryBytes !== null && (await isDirectory(start - directoryBytes))) return start - directoryBytes;
  if (directoryOffset !== null && (await isDirectory(directoryOffset))) return directoryOffset;
  const stop = await stopOfLocalHeaders();
  return (await isDirectory(stop)) ? stop : null;
}

/** Offsets are counted from the first byte of the file, unless bytes were put there later. */
async function findShift(
  source: ZipSource,
  records: readonly DirectoryRecord[],
  shift: number,
): Promise<number> {
  const first = records.reduce((least, { localOffset }) => Math.min(least, localOffset), max32);
  if (shift <= 0 || first === max32) return 0;
  return (await readSignature(source, first + shift)) === localSignature ? shift : 0;
}

async function readSignature(source: ZipSource, at: number): Promise<number | null> {
  if (at < 0 || at + 4 > source.size) return null;
  const bytes = Buffer.allocUnsafe(4);
  await source.read(bytes, 4, at);
  return bytes.readUInt32LE(0);
}

function parseRecords(bytes: Buffer, path: string): { records: DirectoryRecord[]; parsedBytes: number } {
  const records: DirectoryRecord[] = [];
  let at = 0;
  while (at + centralFixedBytes <= bytes.length && bytes.readUInt32LE(at) === centralSignature) {
    const nameEnd = at + centralFixedBytes + bytes.readUInt16LE(at + 28);
    const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
    const next = extraEnd + bytes.readUInt16LE(at + 32);
    if (next > bytes.length) break;
    if (records.length === maxEntries) throw Problem.of('LIMIT_ENTRIES', { limit: maxEntries });
    records.push(new DirectoryRecord(bytes, at, records.length, path));
    at = next;
  }
  return { records, parsedBytes: at };
}
