/** Entries that go from one ZIP to another as they are, without being inflated on their way. */
import { availableParallelism } from 'node:os';
import type { Archive, ArchiveEntry, RawEntry } from '../archive.ts';
import { NotRead } from '../audit/entry-content.ts';
import type { RandomAccess } from '../audit/rule.ts';
import { outsideSample, Samples, zipStart } from '../audit/samples.ts';
import { Problem } from '../contract/errors.ts';
import { openAnywhere } from '../nested.ts';
import { openZip } from './reader.ts';
import { max32, methodDeflated, methodStored } from './records.ts';
import { openSource } from './source.ts';

export interface ArchivedContent {
  readonly kind: 'archived';
  readonly raw: RawEntry;
  /** The first bytes, inflated, at most `limit` of them. */
  readonly readStart: (limit: number) => Promise<Buffer>;
  /** Reading in place; of deflated bytes what verify would keep of them, or null where that tells nothing. */
  readonly open: () => Promise<RandomAccess | null>;
  /** All of it at any place, from a temporary copy where it is deflated. */
  readonly openWhole: () => Promise<RandomAccess>;
}

/** Null where the entry can't be copied as it is: it is not of a ZIP, or in a form that our writer does not write. */
export function archivedContent(
  archive: Archive,
  entry: ArchiveEntry,
  signal: AbortSignal | undefined,
): ArchivedContent | null {
  const raw = archive.openRaw?.(entry);
  if (raw === undefined) return null;
  const isKnown = raw.method === methodStored || raw.method === methodDeflated;
  // The header has room for both sizes, or for neither, as the plain one needs it.
  const fits = raw.compressedSize <= raw.size || raw.compressedSize < max32;
  if (!isKnown || !fits) return null;
  return {
    kind: 'archived',
    raw,
    readStart: (limit) => readStart(archive, entry, limit),
    open: async () => (await archive.openInPlace(entry)) ?? openSampled(archive, entry, signal),
    openWhole: () => openAnywhere(archive, entry, signal),
  };
}

async function readStart(archive: Archive, entry: ArchiveEntry, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of archive.read(entry)) {
    const part = Buffer.from(chunk.subarray(0, limit - bytes));
    chunks.push(part);
    bytes += part.length;
    if (bytes >= limit) break;
  }
  return Buffer.concat(chunks);
}

/** Only what begins as a ZIP file, such as torch writes, has an end that tells more than its start. */
async function openSampled(
  archive: Archive,
  entry: ArchiveEntry,
  signal: AbortSignal | undefined,
): Promise<RandomAccess | null> {
  const start = await readStart(archive, entry, 4);
  if (start.length < 4 || start.readUInt32BE(0) !== zipStart) return null;
  const sample = new Samples().begin(entry.size);
  for await (const chunk of archive.read(entry, signal)) sample.take(chunk);
  return sample.open(() => new NotRead(entry.name, outsideSample));
}

interface CopiedFile {
  readonly name: string;
  readonly source: { readonly kind: string };
}

/**
 * Inflates every deflated entry that was copied, from the new archive, on all cores. What is stored was
 * proven while it was copied, and that the bytes are the same ones by reading them back.
 */
export async function proveCopies(
  path: string,
  files: readonly CopiedFile[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const copied = new Set(files.filter(({ source }) => source.kind === 'archived').map(({ name }) => name));
  if (copied.size === 0) return;
  const archive = await openZip(await openSource(path), signal);
  try {
    const fault = archive.findings.find(({ severity }) => severity === 'error');
    if (fault !== undefined) throw Problem.refusing(fault);
    const waiting = archive.entries
      .filter(({ name, method }) => copied.has(name) && method === 'deflated')
      .values();
    let failed = false;
    const lane = async () => {
      for (const entry of waiting) {
        if (failed) return;
        try {
          for await (const _ of archive.read(entry, signal));
        } catch (error) {
          failed = true;
          throw error;
        }
      }
    };
    const lanes = await Promise.allSettled(Array.from({ length: availableParallelism() + 1 }, lane));
    for (const result of lanes) if (result.status === 'rejected') throw result.reason;
  } finally {
    await archive.close();
  }
}
