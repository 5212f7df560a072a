/** What loading weights would call, for a window: read on symbols, so that nothing of them is run. */
import type { Archive } from '../archive.ts';
import type { RandomAccess } from '../audit/rule.ts';
import type { WeightsInput } from '../contract/api.ts';
import { throwIfCancelled } from '../contract/errors.ts';
import { type JobOptions, ProgressMeter } from '../contract/progress.ts';
import type { PickleReport } from '../contract/weights.ts';
import { findFile } from '../find-entries.ts';
import { openAnywhere } from '../nested.ts';
import { scanPickles } from '../weights/pickle/scan.ts';
import type { ScanSource } from '../weights/pickle/source.ts';
import { openRange, openSource } from '../zip/source.ts';

/** The archive is null where the weights are a file of their own. */
export async function scanForWindow(
  archive: Archive | null,
  { path, entry }: WeightsInput,
  { signal, onProgress }: JobOptions,
): Promise<PickleReport> {
  const meter = new ProgressMeter(onProgress, 'looking for calls', null);
  meter.entry(entry ?? path);
  const content =
    archive === null || entry === null
      ? await openFile(path)
      : await openAnywhere(archive, findFile(archive, entry), signal);
  try {
    const source: ScanSource = {
      size: content.size,
      async read(position, length) {
        throwIfCancelled(signal);
        const bytes = await content.read(position, length);
        meter.add(bytes.length);
        return bytes;
      },
    };
    return await scanPickles(source, { signal });
  } finally {
    await content.close();
  }
}

async function openFile(path: string): Promise<RandomAccess> {
  const source = await openSource(path);
  return { ...openRange(source, 0, source.size), close: () => source.close() };
}
