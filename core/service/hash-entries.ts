/** SHA-256 of contents, for the column that shows it: read once each, in the order of the container. */
import type { ArchiveEntry } from '../archive.ts';
import type { EntrySum, HashInput, HashResult } from '../contract/api.ts';
import { Problem } from '../contract/errors.ts';
import { type JobOptions, ProgressMeter } from '../contract/progress.ts';
import { readSums, type Sums } from '../diff/sums.ts';
import { stampOf } from './kept-open.ts';
import type { OpenArchives } from './open-archives.ts';
import { asProblemData } from './problem-data.ts';

interface HashOptions extends JobOptions {
  /** Told of each as soon as it is known: whoever stops the rest has read these for something. */
  readonly onSum?: (sum: EntrySum) => void;
}

export async function hashEntries(
  archives: OpenArchives,
  { path, stamp, entries }: HashInput,
  { signal, onProgress, onSum }: HashOptions,
): Promise<HashResult> {
  // The numbers of the entries are those of the archive that was listed.
  if ((await stampOf(path)) !== stamp) {
    throw Problem.of('INPUT_CHANGED', { path, detail: 'it is not the file that was listed' });
  }
  return archives.use(path, async (archive) => {
    const asked = entries === null ? null : new Set(entries);
    const wanted = archive.entries
      .filter(({ index, type }) => type === 'file' && (asked === null || asked.has(index)))
      .map((entry) => ({ name: entry.name, entry }));
    const totalBytes = wanted.reduce((sum, { entry }) => sum + entry.size, 0);
    const meter = new ProgressMeter(onProgress, 'hashing', totalBytes);
    const sums: EntrySum[] = [];
    await readSums(archive, wanted, meter, signal, (entry, read) => {
      const sum = sumOf(entry, read);
      sums.push(sum);
      onSum?.(sum);
    });
    meter.finish();
    return { sums };
  });
}

function sumOf({ index: entry }: ArchiveEntry, read: Sums): EntrySum {
  return 'problem' in read ? { entry, problem: asProblemData(read.problem) } : { entry, sha256: read.sha256 };
}
