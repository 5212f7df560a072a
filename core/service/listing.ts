/** inspect for a window: entries by column, and what was seen before a problem together with it. */
import type { Archive } from '../archive.ts';
import type { EntryColumns, Inspected } from '../contract/api.ts';
import { Problem } from '../contract/errors.ts';
import type { InspectedEntry } from '../contract/model.ts';
import { inspectedBefore, inspectOpen } from '../inspect.ts';
import { openArchive } from '../open.ts';
import { listingBefore } from '../refused.ts';
import { stampOf } from './kept-open.ts';
import { asProblemData } from './problem-data.ts';

export async function inspectForWindow(path: string, signal: AbortSignal): Promise<Inspected> {
  // Taken first: what changes meanwhile must look changed.
  const stamp = await stampOf(path);
  try {
    const archive = await openArchive(path, { signal });
    try {
      const { entries, ...rest } = await inspectOpen(archive, signal);
      return { ...rest, stamp, entries: columnsOf(entries, archive.entries), problem: null };
    } finally {
      await archive.close();
    }
  } catch (error) {
    if (!(error instanceof Problem) || error.code === 'CANCELLED') throw error;
    const entries = inspectedBefore(error);
    const size = entries.reduce((sum, entry) => sum + entry.size, 0);
    return {
      ...{ path, kind: null, size: 0, stamp, manifest: null, findings: [], problem: asProblemData(error) },
      entries: columnsOf(entries, listingBefore(error)?.entries ?? []),
      totals: { entries: entries.length, size, compressedSize: null },
    };
  }
}

function columnsOf(entries: readonly InspectedEntry[], listed: Archive['entries']): EntryColumns {
  return {
    path: entries.map(({ path }) => path),
    size: entries.map(({ size }) => size),
    compressedSize: entries.map(({ compressedSize }) => compressedSize),
    method: entries.map(({ method }) => method),
    crc32: entries.map(({ crc32 }) => crc32),
    modified: entries.map(({ modified }) => Date.parse(modified)),
    mode: entries.map(({ mode }) => mode),
    role: entries.map(({ role }) => role),
    type: entries.map(({ type }) => type ?? 'file'),
    linkTarget: entries.map(({ linkTarget }) => linkTarget ?? null),
    offset: listed.map(({ offset }) => offset),
  };
}
