/** The verb cat: the bytes of one entry, proven as they pass. */
import type { Writable } from 'node:stream';
import type { JobOptions } from './contract/progress.ts';
import { findFile } from './find-entries.ts';
import { PipeSink } from './fs/pipe-sink.ts';
import { openArchive } from './open.ts';

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
