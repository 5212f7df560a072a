/** Scans the file that it is asked about, in a process that can be killed and whose memory can be told. */
import { readFileSync } from 'node:fs';
import { scanPickles } from '../../core/weights/pickle/scan.ts';
import { sourceOfBytes } from '../../core/weights/pickle/source.ts';

export interface Scanned {
  readonly verdict: string;
  readonly streams: number;
  /** What a scan never does: throw. */
  readonly bug: string | null;
  readonly peakBytes: number;
}

async function answer(path: string): Promise<Omit<Scanned, 'peakBytes'>> {
  try {
    const { verdict, streams } = await scanPickles(sourceOfBytes(readFileSync(path)));
    return { verdict, streams, bug: null };
  } catch (error) {
    return { verdict: '', streams: 0, bug: (error as Error).stack ?? String(error) };
  }
}

process.on('message', async ({ path }: { path: string }) => {
  const scanned = await answer(path);
  process.send?.({ ...scanned, peakBytes: process.resourceUsage().maxRSS * 1024 } satisfies Scanned);
});
