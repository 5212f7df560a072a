/**
 * Mutates weights, and demands of each what all weights are owed: a coded answer, in time, in little memory, and no word that the
 * bytes do not keep.
 *
 *   npm run fuzz -- --weights                    ten minutes, from a seed of its own
 *   npm run fuzz -- --weights --replay 123456    the one input of that number, and what is wrong with it
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Opener } from '../hostile/opener.ts';
import { randomOf } from '../support/random.ts';
import { makeScratch, removeScratch } from '../support/scratch.ts';
import type { Listed } from './list-in-child.ts';
import { weightsSample, weightsSeeds } from './weights-sample.ts';

/** Machines that are busy with other things take their time. */
const limitMs = 20_000;
const memoryBytes = 256 * 2 ** 20;
const keptFolder = resolve(import.meta.dirname, '../../.cache/fuzz');
const childPath = fileURLToPath(import.meta.resolve('./list-in-child.ts'));

export interface WeightsFailure {
  /** The number that makes this input again. */
  readonly number: number;
  readonly words: string;
  readonly path: string;
}

export interface WeightsFuzzResult {
  readonly inputs: number;
  /** Inputs of which tensors were listed. */
  readonly listed: number;
  readonly failures: readonly WeightsFailure[];
}

export async function fuzzWeights(numbers: Iterable<number>, seconds: number): Promise<WeightsFuzzResult> {
  const seeds = await weightsSeeds();
  const folder = await makeScratch();
  const opener = new Opener<{ readonly path: string }, Listed>(childPath);
  const ends = performance.now() + seconds * 1000;
  const failures: WeightsFailure[] = [];
  let [inputs, listed, leastPeak] = [0, 0, Number.POSITIVE_INFINITY];
  const fail = (number: number, name: string, bytes: Buffer, words: string) => {
    mkdirSync(keptFolder, { recursive: true });
    const path = join(keptFolder, `${number}-${name}`);
    writeFileSync(path, bytes);
    failures.push({ number, words, path });
  };
  try {
    for (const number of numbers) {
      if (performance.now() >= ends) break;
      const { name, bytes } = weightsSample(seeds, randomOf(number));
      const path = join(folder, name);
      writeFileSync(path, bytes);
      inputs++;
      const seen = await opener.ask({ path }, limitMs).catch((error: Error) => error);
      if (seen instanceof Error || seen.bug !== null) {
        fail(number, name, bytes, seen instanceof Error ? seen.message : (seen.bug ?? ''));
        continue;
      }
      if (seen.tensors > 0) listed++;
      leastPeak = Math.min(leastPeak, seen.peakBytes);
      if (seen.peakBytes - leastPeak > memoryBytes) {
        fail(number, name, bytes, `it took ${Math.round((seen.peakBytes - leastPeak) / 2 ** 20)} MiB`);
        await opener.stop();
      }
    }
  } finally {
    await opener.stop();
    await removeScratch(folder);
  }
  return { inputs, listed, failures };
}
