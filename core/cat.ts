/** The verb cat: the bytes of one entry, proven as they pass. */
import type { Writable } from 'node:stream';
import type { Archive, ArchiveEntry } from './archive.ts';
import { Problem } from './contract/errors.ts';
import type { JobOptions } from './contract/progress.ts';
import { findEntries, namedEntries } from './find-entries.ts';
import { PipeSink } from './fs/pipe-sink.ts';
import { openArchive } from './open.ts';
import { nearest } from './suggest.ts';

export async function cat(
  path: string,
  name: string,
  destination: Writable,
  options: JobOptions = {},
): Promise<void> {
  const archive = await openArchive(path, options);
  try {
    const entry = findFile(archive, name);
    const sink = new PipeSink(destination, options.signal);
    for await (const chunk of archive.read(entry, options.signal)) await sink.write(chunk);
    sink.finish();
  } finally {
    await archive.close();
  }
}

/** Of two entries with one name the last counts, as it does for TorchServe. */
function findFile(archive: Archive, asked: string): ArchiveEntry {
  const entries = namedEntries(archive);
  const found = findEntries(entries, asked).map(({ entry }) => entry);
  // A name as it is listed says more than the same name inside the model, which may be another entry.
  const entry = found.findLast(({ name }) => name === asked) ?? found.at(-1);
  if (entry?.type === 'file') return entry;
  if (entry !== undefined) throw Problem.of('ENTRY_TYPE', { path: entry.name, type: entry.type });
  const files = archive.entries.filter(({ type }) => type === 'file').map((file) => file.name);
  // Whoever forgets the folder knows the end of the name.
  const nearby = files.find((file) => file.endsWith(`/${asked}`)) ?? nearest(asked, files);
  throw Problem.of('ENTRY_MISSING', { path: asked, archive: archive.path, nearest: nearby });
}
