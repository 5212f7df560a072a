/** The verb cat: the bytes of one entry, proven as they pass. */
import type { Writable } from 'node:stream';
import type { Archive, ArchiveEntry } from './archive.ts';
import { Problem } from './contract/errors.ts';
import type { JobOptions } from './contract/progress.ts';
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
function findFile(archive: Archive, name: string): ArchiveEntry {
  const entry = archive.entries.findLast((candidate) => candidate.name === name);
  if (entry?.type === 'file') return entry;
  if (entry !== undefined) throw Problem.of('ENTRY_TYPE', { path: name, type: entry.type });
  const files = archive.entries.filter(({ type }) => type === 'file').map((file) => file.name);
  // In a tar, and for whoever forgets the folder, the end of the name is what one knows.
  const nearby = files.find((file) => file.endsWith(`/${name}`)) ?? nearest(name, files);
  throw Problem.of('ENTRY_MISSING', { path: name, archive: archive.path, nearest: nearby });
}
