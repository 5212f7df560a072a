/** SHA-256 of contents, for the column that shows it: read once each, in the order of the container. */
import type { ArchiveEntry } from '../archive.ts';
import type { HashInput, HashResult } from '../contract/api.ts';
import { Problem } from '../contract/errors.ts';
import { type JobOptions, ProgressMeter } from '../contract/progress.ts';
import { readSums, type Sums } from '../diff/sums.ts';
import { stampOf } from './kept-open.ts';
import type { OpenArchives } from './open-archives.ts';
import { asProblemData } from './problem-data.ts';

interface Wanted {
  readonly name: string;
  readonly entry: ArchiveEntry;
  sums?: Sums;
}

export async function hashEntries(
  archives: OpenArchives,
  { path, stamp, entries }: HashInput,
  { signal, onProgress }: JobOptions,
): Promise<HashResult> {
  // The numbers of the entries are those of the archive that was listed.
  if ((await stampOf(path)) !== stamp) {
    throw Problem.of('INPUT_CHANGED', { path, detail: 'it is not the file that was listed' });
  }
  return archives.use(path, async (archive) => {
    const asked = entries === null ? null : new Set(entries);
    const wanted = archive.entries
      .filter(({ index, type }) => type === 'file' && (asked === null || asked.has(index)))
      .map((entry): Wanted => ({ name: entry.name, entry }));
    const totalBytes = wanted.reduce((sum, { entry }) => sum + entry.size, 0);
    const meter = new ProgressMeter(onProgress, 'hashing', totalBytes);
    await readSums(archive, wanted, meter, signal);
    meter.finish();
    return resultOf(wanted);
  });
}

function resultOf(wanted: readonly Wanted[]): HashResult {
  const sums: { entry: number; sha256: string }[] = [];
  const unread: { entry: number; problem: ReturnType<typeof asProblemData> }[] = [];
  for (const { entry, sums: read } of wanted) {
    if (read === undefined) continue;
    if ('problem' in read) unread.push({ entry: entry.index, problem: asProblemData(read.problem) });
    else sums.push({ entry: entry.index, sha256: read.sha256 });
  }
  return { sums, unread };
}
