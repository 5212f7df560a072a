/** How fast `diff` goes through the numbers of tensors, beside numpy doing the same. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { formatBytes } from '../core/contract/format.ts';
import type { Report, Settings } from './bench.ts';
import { type Contender, type Contest, holdContest } from './contest.ts';
import { peakTarget, throughputTable, throughputTarget } from './contest-table.ts';
import { benchFolder, generation } from './inputs.ts';
import { accountsMissing } from './measure.ts';
import { NormalFloats } from './normal-floats.ts';
import { cli, describePeers, findOtherNode, ourNode, outFolder, type Peer } from './peers.ts';
import { contender, ours, readingNotes } from './read-contenders.ts';

const run = promisify(execFile);
const script = resolve(import.meta.dirname, 'diff_tensors.py');
const numpyVersion = '2.4.6';

const dtypes = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' } as const;
type Dtype = keyof typeof dtypes;
const targets: Readonly<Record<Dtype, number>> = { F32: 1.5e9, F16: 0.8e9, BF16: 0.8e9 };

export const tensorDifferences = async ({ sizeBytes, runs, say }: Settings): Promise<Report> => {
  const peers = { node: ourNode, otherNode: await findOtherNode(), numpy: await findNumpy(say) };
  const missingAccounts = await accountsMissing();
  const contests: [Dtype, Contest][] = [];
  for (const dtype of Object.keys(dtypes) as Dtype[]) {
    const pair = await pairOf(dtype, sizeBytes, say);
    say(`comparing ${formatBytes(sizeBytes)} of ${dtypes[dtype]} with as much`);
    contests.push([dtype, await holdContest(await contendersOf(pair, peers), runs, say)]);
  }
  const bytes = 2 * sizeBytes;
  return {
    facts: describePeers([peers.node, peers.otherNode, peers.numpy]),
    tables: contests.map(([dtype, contest]) =>
      throughputTable(
        `${formatBytes(sizeBytes)} of ${dtypes[dtype]} a side, every number moved`,
        contest,
        bytes,
      ),
    ),
    notes: [
      ...(missingAccounts === null ? [] : [missingAccounts]),
      ...readingNotes,
      'Our side reads archives that mar-studio pack made, and numpy the files of safetensors in them: both uncompressed.',
      'Throughput counts the bytes of both sides, and the start of the process too. numpy goes through pieces of a million numbers in float64, on one core, as it does by itself.',
      'Every measure is held to what numpy says, within 1e-6.',
    ],
    targets: [
      ...contests.map(([dtype, contest]) =>
        throughputTarget(
          contest,
          'mar-studio diff',
          bytes,
          targets[dtype],
          `of ${dtypes[dtype]}, both sides`,
        ),
      ),
      peakTarget(
        contests.map(([, contest]) => contest),
        250e6,
        `for ${formatBytes(sizeBytes)} a side`,
      ),
    ],
    broken: contests.flatMap(([, { broken }]) => broken),
  };
};

interface Pair {
  readonly before: string;
  readonly after: string;
}

async function contendersOf(
  pair: Pair,
  peers: { node: Peer; otherNode: Peer; numpy: Peer },
): Promise<Contender[]> {
  const wanted = peers.numpy.path === null ? null : await askNumpy(peers.numpy.path, pair);
  const check: Contender['check'] = async ({ printed }) => {
    const { entries } = JSON.parse(printed) as {
      entries: { details: { tensors?: { name: string; stats?: Record<string, number> }[] } }[];
    };
    const found = entries.flatMap(({ details }) => details.tensors ?? []);
    if (found.length === 0) throw new Error('it tells of no tensor');
    for (const { name, stats = {} } of found)
      for (const [key, value] of Object.entries(wanted?.[name] ?? {}))
        if (Math.abs((stats[key] ?? Number.NaN) - value) > 1e-6 * Math.abs(value))
          throw new Error(`${key} of ${name} is ${stats[key]}, and ${value} to numpy`);
    return printed.length;
  };
  const against = 'numpy';
  return [
    ...ours(peers, 'diff', ['diff', `${pair.before}.mar`, `${pair.after}.mar`, '--json'], against, check, 1),
    ...contender({
      ...{ name: against, peer: peers.numpy, against, check: async ({ printed }) => printed.length },
      args: [script, pair.before, pair.after],
    }),
  ];
}

async function askNumpy(
  python: string,
  { before, after }: Pair,
): Promise<Record<string, Record<string, number>>> {
  return JSON.parse((await run(python, [script, before, after])).stdout);
}

/** In a virtual environment of the bench's own, as diffoscope is. */
async function findNumpy(say: Settings['say']): Promise<Peer> {
  const folder = join(benchFolder, `numpy-${numpyVersion}`);
  const path = join(folder, 'bin', 'python');
  try {
    if (!existsSync(path)) {
      say(`installing numpy ${numpyVersion}`);
      await mkdir(benchFolder, { recursive: true });
      await run('python3', ['-m', 'venv', folder]);
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1'];
      await run(path, [...pip, `numpy==${numpyVersion}`], { timeout: 300_000 });
    }
    return {
      name: 'numpy',
      path,
      version: (await run(path, ['-c', 'import numpy; print(numpy.__version__)'])).stdout.trim(),
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const { stderr, message } = error as Error & { stderr?: string };
    return { name: 'numpy', path: null, version: (stderr || message).trim().split('\n').at(-1) ?? '' };
  }
}

const tensorsInFile = 16;

/** Sixteen tensors of normal numbers, and the same with a little noise, each packed into an archive as well. */
async function pairOf(dtype: Dtype, sizeBytes: number, say: Settings['say']): Promise<Pair> {
  const folder = join(benchFolder, `input-${generation}`, `tensors-${dtype}-${sizeBytes}`);
  const pair = { before: join(folder, 'before.safetensors'), after: join(folder, 'after.safetensors') };
  if (!existsSync(folder)) {
    say(`building inputs: two files of ${dtypes[dtype]}`);
    const made = `${folder}.tmp`;
    await rm(made, { recursive: true, force: true });
    await mkdir(made, { recursive: true });
    await writePair(dtype, sizeBytes, join(made, 'before.safetensors'), join(made, 'after.safetensors'));
    await rename(made, folder);
  }
  for (const path of Object.values(pair)) if (!existsSync(`${path}.mar`)) await packed(path);
  return pair;
}

/** Stored, as most weights are: numbers of bfloat16 would be deflated, and what is measured would be how they are inflated. */
async function packed(weights: string): Promise<void> {
  const handler = ['--handler', 'image_classifier', '--model-name', 'bench', '--version', '1.0'];
  const args = [
    'pack',
    '--serialized-file',
    weights,
    ...handler,
    '--export-path',
    outFolder,
    '--compression',
    'store',
    '--force',
    '--quiet',
  ];
  await mkdir(outFolder, { recursive: true });
  await run(process.execPath, [cli, ...args]);
  await rename(join(outFolder, 'bench.mar'), `${weights}.mar`);
}

async function writePair(dtype: Dtype, sizeBytes: number, before: string, after: string): Promise<void> {
  const width = dtype === 'F32' ? 4 : 2;
  const perTensor = Math.floor(sizeBytes / tensorsInFile / width / 2) * 2;
  const told = Array.from({ length: tensorsInFile }, (_, at) => {
    const data_offsets = [at * perTensor * width, (at + 1) * perTensor * width];
    return [`layers.${at}.weight`, { dtype, shape: [perTensor], data_offsets }] as const;
  });
  const text = JSON.stringify(Object.fromEntries(told));
  const header = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const files = [await open(before, 'w'), await open(after, 'w')];
  const [weights, noise] = [new NormalFloats(1), new NormalFloats(2)];
  try {
    for (const file of files) await file.writeFile(Buffer.concat([length, header]));
    const step = 2 ** 20;
    for (let left = perTensor * tensorsInFile; left > 0; left -= step) {
      const old = new Float32Array(Math.min(step, left));
      const change = new Float32Array(old.length);
      weights.fill(old);
      noise.fill(change);
      const now = old.map((value, at) => value * 0.02 + (change[at] as number) * 1e-3);
      for (const [at, values] of [old.map((value) => value * 0.02), now].entries())
        await files[at]?.writeFile(encoded(values, dtype));
    }
  } finally {
    for (const file of files) await file.close();
  }
}

/** Cut off rather than rounded: to measure, one is as good as the other. */
function encoded(values: Float32Array, dtype: Dtype): Buffer {
  if (dtype === 'F32') return Buffer.from(values.buffer);
  const bits = new Uint32Array(values.buffer);
  if (dtype === 'BF16') return Buffer.from(Uint16Array.from(bits, (one) => one >>> 16).buffer);
  const half = (one: number) => {
    const exponent = ((one >>> 23) & 0xff) - 112;
    const sign = (one >>> 16) & 0x8000;
    return exponent <= 0 ? sign : sign | (exponent << 10) | ((one >>> 13) & 0x3ff);
  };
  return Buffer.from(Uint16Array.from(bits, half).buffer);
}
