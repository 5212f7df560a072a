/** Mutates pickles, and demands of the scan of each a verdict, in time, in little memory. `npm run fuzz -- --pickles` */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Opener } from '../hostile/opener.ts';
import { randomOf } from '../support/random.ts';
import { makeScratch, removeScratch } from '../support/scratch.ts';
import { pickleSample } from './pickle-sample.ts';
import type { Scanned } from './scan-in-child.ts';

/** Of samples of 50 KB: what takes longer grows faster than its input. */
const limitMs = 20_000;
const memoryBytes = 256 * 2 ** 20;
const keptFolder = resolve(import.meta.dirname, '../../.cache/fuzz');
const childPath = fileURLToPath(import.meta.resolve('./scan-in-child.ts'));

export interface PickleFuzz {
  readonly inputs: number;
  readonly verdicts: Readonly<Record<string, number>>;
  /** In which at least one pickle was read. */
  readonly read: number;
  readonly failures: readonly string[];
}

export async function fuzzPickles(numbers: Iterable<number>, seconds: number): Promise<PickleFuzz> {
  const folder = await makeScratch();
  const scanner = new Opener<{ path: string }, Scanned>(childPath, {}, 512);
  const ends = performance.now() + seconds * 1000;
  const verdicts: Record<string, number> = {};
  const failures: string[] = [];
  let [inputs, read, leastPeak] = [0, 0, Number.POSITIVE_INFINITY];
  try {
    for (const number of numbers) {
      if (performance.now() >= ends) break;
      inputs++;
      const bytes = pickleSample(randomOf(number));
      const path = join(folder, 'sample');
      writeFileSync(path, bytes);
      const { scanned, words } = await scanner.ask({ path }, limitMs).then(
        (answer) => ({ scanned: answer, words: answer.bug }),
        (error: Error) => ({ scanned: null, words: error.message }),
      );
      if (words !== null) failures.push(`input ${number}, kept as ${keep(number, bytes)}: ${words}`);
      if (scanned === null) {
        leastPeak = Number.POSITIVE_INFINITY;
        continue;
      }
      verdicts[scanned.verdict] = (verdicts[scanned.verdict] ?? 0) + 1;
      if (scanned.streams > 0) read++;
      leastPeak = Math.min(leastPeak, scanned.peakBytes);
      const grown = scanned.peakBytes - leastPeak;
      if (grown > memoryBytes) {
        failures.push(`input ${number}, kept as ${keep(number, bytes)}: ${Math.round(grown / 2 ** 20)} MiB`);
        await scanner.stop();
        leastPeak = Number.POSITIVE_INFINITY;
      }
    }
  } finally {
    await scanner.stop();
    await removeScratch(folder);
  }
  return { inputs, verdicts, read, failures };
}

function keep(number: number, bytes: Buffer): string {
  mkdirSync(keptFolder, { recursive: true });
  const path = join(keptFolder, `${number}.pickle`);
  writeFileSync(path, bytes);
  return path;
}
