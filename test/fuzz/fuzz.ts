/**
 * Mutates good archives, and demands of each what every archive is owed: a coded answer, in time, in little
 * memory, and the same view of what TorchServe would load as real Java has.
 *
 *   npm run fuzz                      ten minutes, from a seed of its own
 *   npm run fuzz -- --seconds 60 --seed 7
 *   npm run fuzz -- --replay 123456   the one input of that number, and what is wrong with it
 *   npm run fuzz -- --pickles         mutates pickles instead, and scans them
 *   npm run fuzz -- --weights         weights instead of archives
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { contradictions } from '../hostile/judge.ts';
import type { Opened } from '../hostile/opened.ts';
import { Opener } from '../hostile/opener.ts';
import { type JavaViews, startJavaViews } from '../support/java-views.ts';
import { type Random, randomOf } from '../support/random.ts';
import { makeScratch, removeScratch } from '../support/scratch.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { fuzzPickles } from './pickles.ts';
import { tarSample } from './tar-sample.ts';
import { fuzzWeights } from './weights.ts';
import { zipSample } from './zip-sample.ts';

const limitMs = 2_000;
const memoryBytes = 256 * 2 ** 20;
const keptFolder = resolve(import.meta.dirname, '../../.cache/fuzz');

export interface Failure {
  /** The number that makes this input again. */
  readonly number: number;
  readonly words: readonly string[];
  readonly path: string;
}

export interface FuzzResult {
  readonly inputs: number;
  readonly opened: number;
  readonly failures: readonly Failure[];
  /** Why Java could not be asked, or null. */
  readonly withoutJava: string | null;
}

/** The input of a number: always the same bytes. */
export function inputOf(number: number): { readonly form: 'zip' | 'tar.gz'; readonly bytes: Buffer } {
  const random: Random = randomOf(number);
  if (random.pick(4) === 0) {
    const sample = tarSample(random, (bytes) => mutateBytes(bytes, random));
    return { form: 'tar.gz', bytes: random.pick(4) === 0 ? mutateBytes(sample, random) : sample };
  }
  const sample = zipSample(random);
  return { form: 'zip', bytes: random.pick(3) === 0 ? mutateBytes(sample, random) : sample };
}

export async function fuzz(numbers: Iterable<number>, seconds: number): Promise<FuzzResult> {
  const java = await startJavaViews();
  const bench = new Bench(await makeScratch(), 'missing' in java ? null : java);
  const ends = performance.now() + seconds * 1000;
  const failures: Failure[] = [];
  let [inputs, opened] = [0, 0];
  try {
    for (const number of numbers) {
      if (performance.now() >= ends) break;
      const { words, isOpened } = await bench.try(number);
      inputs++;
      if (isOpened) opened++;
      if (words.length > 0) failures.push({ number, words, path: keep(number) });
    }
  } finally {
    await bench.close();
  }
  return { inputs, opened, failures, withoutJava: 'missing' in java ? java.missing : null };
}

class Bench {
  readonly #folder: string;
  readonly #java: JavaViews | null;
  readonly #opener = new Opener();
  #leastPeak = Number.POSITIVE_INFINITY;

  constructor(folder: string, java: JavaViews | null) {
    this.#folder = folder;
    this.#java = java;
  }

  async try(number: number): Promise<{ readonly words: string[]; readonly isOpened: boolean }> {
    const { form, bytes } = inputOf(number);
    const path = join(this.#folder, form === 'zip' ? 'input.mar' : 'input.tar.gz');
    writeFileSync(path, bytes);
    let seen: Opened;
    try {
      seen = await this.#opener.ask({ path, readBodies: true }, limitMs);
    } catch (error) {
      this.#leastPeak = Number.POSITIVE_INFINITY;
      return { words: [(error as Error).message], isOpened: false };
    }
    if (seen.bug !== null) return { words: [seen.bug], isOpened: false };
    this.#leastPeak = Math.min(this.#leastPeak, seen.peakBytes);
    const words: string[] = [];
    const grown = seen.peakBytes - this.#leastPeak;
    if (grown > memoryBytes) {
      words.push(`it took ${Math.round(grown / 2 ** 20)} MiB`);
      await this.#opener.stop();
    }
    const isOpened = seen.problem === null;
    const canAsk = this.#java && (form === 'zip' || this.#java.isServer);
    // A tar that is not compressed is read by us alone; TorchServe would have none of it.
    if (isOpened && canAsk && seen.container !== 'tar' && this.#java) {
      const container = seen.container === 'zip' ? 'zip' : 'tar.gz';
      words.push(...contradictions(seen, await this.#java.view(container, path)));
    }
    return { words, isOpened };
  }

  async close(): Promise<void> {
    await this.#opener.stop();
    await this.#java?.stop();
    await removeScratch(this.#folder);
  }
}

function keep(number: number): string {
  const { form, bytes } = inputOf(number);
  mkdirSync(keptFolder, { recursive: true });
  const path = join(keptFolder, `${number}.${form === 'zip' ? 'mar' : 'tar.gz'}`);
  writeFileSync(path, bytes);
  return path;
}

export function* numbersFrom(seed: number): Generator<number> {
  const { pick } = randomOf(seed);
  for (;;) yield pick(2 ** 31);
}

export const shown = ({ number, words, path }: Failure): string =>
  [
    `input ${number}, kept as ${path}`,
    ...words.map((line) => `  ${line}`),
    `  npm run fuzz -- --replay ${number}`,
  ].join('\n');

async function main(): Promise<void> {
  const options = {
    seconds: { type: 'string' },
    seed: { type: 'string' },
    replay: { type: 'string' },
    pickles: { type: 'boolean' },
    weights: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ options });
  const seconds = Number(values.seconds ?? 600);
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  const numbers = values.replay === undefined ? numbersFrom(seed) : [Number(values.replay)];
  if (values.replay === undefined) console.log(`${seconds} s from seed ${seed}`);
  if (values.pickles) {
    const { inputs, verdicts, failures } = await fuzzPickles(numbers, seconds);
    console.log(
      [...failures, `${inputs} inputs, ${failures.length} failures`, JSON.stringify(verdicts)].join('\n'),
    );
    if (failures.length > 0) process.exitCode = 1;
    return;
  }
  if (values.weights) {
    const { inputs, listed, failures } = await fuzzWeights(numbers, seconds);
    for (const { number, words, path } of failures)
      console.log(`input ${number}, kept as ${path}\n  ${words}`);
    console.log(`${inputs} inputs, ${listed} listed, ${failures.length} failures`);
    if (failures.length > 0) process.exitCode = 1;
    return;
  }
  const result = await fuzz(numbers, seconds);
  for (const failure of result.failures) console.log(shown(failure));
  if (result.withoutJava !== null) console.log(`Java was not asked: ${result.withoutJava}`);
  console.log(`${result.inputs} inputs, ${result.opened} opened, ${result.failures.length} failures`);
  if (result.failures.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
