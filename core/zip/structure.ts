/**
 * A ZIP file taken apart without inflating it: the directory that most tools read, the local headers that
 * TorchServe follows, and everything in which the two, or the bytes between them, are not as they should be.
 */
import { isUtf8 } from 'node:buffer';
import { checkArchiveNames } from '../audit/archive-names.ts';
import type { Report } from '../audit/rule.ts';
import { containerRules } from '../audit/rules/container.ts';
import { encodingRule } from '../audit/rules/names.ts';
import { zipRules as rules } from '../audit/rules/zip.ts';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { formatCount, showName } from '../contract/format.ts';
import { withListing } from '../refused.ts';
import { unlistedEntry } from './archive-entry.ts';
import { readDescriptor } from './descriptor.ts';
import { assertPossible, type Directory, readDirectory } from './directory.ts';
import type { DirectoryRecord } from './directory-record.ts';
import { readEndRecord } from './end-record.ts';
import { checkDescriptor, checkHeaders, checkRecord } from './entry-checks.ts';
import { endSearchBytes } from './limits.ts';
import { hasDescriptor, readLocalHeader, utf8Flag } from './local-header.ts';
import { type LocalEntry, type LocalWalk, walkLocalHeaders } from './local-walk.ts';
import { hex } from './numbers.ts';
import { endFixedBytes, type ZipRecord } from './records.ts';
import { serve } from './served.ts';
import { endSignature } from './signatures.ts';
import { ReadWindow, type ZipSource } from './source.ts';
import { checkLayout, compareHeaders, type Gap, type ListedEntry, reportGap } from './views.ts';

export interface ZipStructure {
  /** The directory's entries, in its order. */
  readonly listed: readonly ListedEntry[];
  readonly walk: LocalWalk;
}

/** Throws where the file can't be listed at all; reports everything else. */
export async function readStructure(
  source: ZipSource,
  report: Report,
  signal?: AbortSignal,
): Promise<ZipStructure> {
  const window = new ReadWindow(source);
  const end = await readEndRecord(source, report);
  if (end === null) throw await truncated(source, window);
  assertPossible(end, source);

  const stopOfLocalHeaders = async () => (await walkLocalHeaders(source, window, new Map())).stop;
  const directory = await readDirectory(source, end, stopOfLocalHeaders, report);
  throwIfCancelled(signal);
  const offsetOf = (record: DirectoryRecord) => record.localOffset + directory.shift;
  const listedAt = new Map(directory.records.map((record) => [offsetOf(record), record]));
  const walk = await walkLocalHeaders(source, window, listedAt);
  throwIfCancelled(signal);
  const met: (LocalEntry | undefined)[] = [];
  for (const local of walk.entries) if (local.listed) met[local.listed.index] = local;
  const listed: ListedEntry[] = [];
  for (const record of directory.records) {
    const local = met[record.index];
    const isKnown = local !== undefined && isAsListed(local, record);
    listed.push(
      isKnown ? listedFrom(local, record) : await findListed(source, window, record, offsetOf(record)),
    );
  }
  const unlisted = walk.entries.filter((local) => local.listed === undefined);

  checkListed(listed, report);
  checkUnlisted(unlisted, report);
  await checkPlaces(source, listed, unlisted, directory, end.start, report);
  if (listed.length === 0 && unlisted.length === 0) {
    report(containerRules.empty, null, 'the archive holds no files: TorchServe reports a missing manifest');
  }
  return { listed, walk };
}

/** The directory is gone, and what stands before it can still be shown. */
async function truncated(source: ZipSource, window: ReadWindow): Promise<Problem> {
  const walk = await walkLocalHeaders(source, window, new Map());
  const { stop, neededBytes } = walk;
  const needed = Math.max(neededBytes ?? stop + endFixedBytes, source.size + 1);
  const detail = neededBytes
    ? `it ends within the entry at ${hex(stop)}`
    : `the end of its directory is not in the last ${formatCount(Math.min(source.size, endSearchBytes), 'byte')}`;
  const entries = walk.entries.map(unlistedEntry);
  const served = serve(walk, (_, at) => entries[at] ?? null);
  const problem = Problem.of('ZIP_TRUNCATED', { path: source.path, size: source.size, needed, detail });
  return withListing(problem, { entries, served });
}

/** What the walk has met needs no second look, unless it found a descriptor elsewhere than the directory tells. */
function isAsListed({ header, compressedSize }: LocalEntry, record: DirectoryRecord): boolean {
  return !hasDescriptor(header) || compressedSize === record.compressedSize;
}

function listedFrom({ header, descriptor }: LocalEntry, record: DirectoryRecord): ListedEntry {
  const end = header.dataOffset + record.compressedSize + (descriptor?.bytes ?? 0);
  return { record, offset: header.offset, header, descriptor, end };
}

async function findListed(
  source: ZipSource,
  window: ReadWindow,
  record: DirectoryRecord,
  offset: number,
): Promise<ListedEntry> {
  const found = await readLocalHeader(window, offset, source.path, record);
  const header = found === 'cut' ? null : found;
  if (header === null) return { record, offset, header, descriptor: null, end: offset };
  const dataEnd = header.dataOffset + record.compressedSize;
  const descriptor =
    hasDescriptor(header) && dataEnd <= source.size ? await readDescriptor(window, dataEnd, record) : null;
  return { record, offset, header, descriptor, end: dataEnd + (descriptor?.bytes ?? 0) };
}

function checkListed(listed: readonly ListedEntry[], report: Report): void {
  const counts = { plain: 0, unsigned: 0 };
  const seen = new Set<string>();
  for (const entry of listed) {
    const { record, header, offset } = entry;
    const path = record.text;
    // Bytes that are no UTF-8 would all decode to the same text.
    const key = path.includes('\ufffd') ? record.name.toString('latin1') : path;
    if (seen.has(key)) report(rules.duplicate, path, `${showName(path)} occurs more than once`);
    seen.add(key);
    checkEncoding(path, record, report);
    checkRecord(path, record, report);
    checkHeaders(path, header ? [record, header] : [record], report);
    if (header === null) {
      const place = `the directory puts ${showName(path)} at ${hex(offset)}, and no entry begins there`;
      report(rules.dangling, path, place);
      continue;
    }
    compareHeaders(entry, report);
    checkDescriptor(path, header, entry.descriptor, record, counts, report);
  }
  if (counts.plain > 0) {
    const entries = formatCount(counts.plain, 'entry keeps its size', 'entries keep their sizes');
    report(rules.descriptor, null, `${entries} behind the content`);
  }
  if (counts.unsigned > 0) {
    const entries = formatCount(counts.unsigned, 'entry keeps its size', 'entries keep their sizes');
    report(rules.descriptorUnsigned, null, `${entries} behind the content, without a signature`);
  }
  checkArchiveNames(
    listed.map(({ record }) => ({ name: record.text })),
    report,
  );
}

const isPlain = /^[\0-\x7f]*$/;

/** A name that is no UTF-8 at all is told with the other faults of names. */
function checkEncoding(path: string, record: ZipRecord, report: Report): void {
  if (isPlain.test(path) || (record.flags & utf8Flag) !== 0 || !isUtf8(record.name)) return;
  const readings = 'TorchServe reads it as UTF-8, other tools as code page 437';
  report(encodingRule, path, `the name ${showName(path)} is not marked as UTF-8: ${readings}`);
}

function checkUnlisted(unlisted: readonly LocalEntry[], report: Report): void {
  for (const { header, descriptor, ...measured } of unlisted) {
    const path = header.text;
    const place = `${showName(path)} at ${hex(header.offset)}`;
    report(
      rules.unlisted,
      path,
      `${place} is not in the directory: TorchServe would load it, other tools hide it`,
    );
    checkHeaders(path, [header], report);
    const told = { ...measured, crc32: descriptor?.told.crc32 ?? header.crc32 };
    checkDescriptor(path, header, descriptor, told, { plain: 0, unsigned: 0 }, report);
  }
  checkArchiveNames(
    unlisted.map(({ header }) => ({ name: header.text })),
    report,
  );
}

async function checkPlaces(
  source: ZipSource,
  listed: readonly ListedEntry[],
  unlisted: readonly LocalEntry[],
  directory: Directory,
  endStart: number,
  report: Report,
): Promise<void> {
  const claims = [
    ...listed
      .filter(({ header }) => header !== null)
      .map(({ record, offset, end }) => ({ start: offset, end, name: record.text })),
    ...unlisted.map(({ header, end }) => ({ start: header.offset, end, name: header.text })),
  ];
  for (const gap of checkLayout(claims, directory, endStart, report)) {
    reportGap(gap, await holdsEnd(source, gap), claims.length > 0, report);
  }
  const outOfOrder = listed.findIndex(({ offset }, at) => at > 0 && offset < (listed[at - 1]?.offset ?? 0));
  const [late, early] = [listed[outOfOrder - 1], listed[outOfOrder]];
  if (!late || !early) return;
  const path = early.record.text;
  const order = `${showName(path)} comes after ${showName(late.record.text)} in the directory and before it in the file`;
  report(rules.mismatch, path, `field=order: ${order}`);
}

async function holdsEnd(source: ZipSource, gap: Gap): Promise<boolean> {
  const bytes = Buffer.allocUnsafe(Math.min(gap.end - gap.start, endSearchBytes));
  await source.read(bytes, bytes.length, gap.end - bytes.length);
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(endSignature);
  return bytes.includes(signature);
}
