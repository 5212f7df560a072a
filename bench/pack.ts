/** How fast, how small and with how much memory `pack` writes archives, beside the peers in the same run. */
import { formatBytes } from '../core/contract/format.ts';
import type { Bench, Settings, Table, Target } from './bench.ts';
import { findPeers, type Peers, packContenders } from './contenders.ts';
import { type Contest, holdContest, type Result } from './contest.ts';
import {
  archiveTable,
  fasterTarget,
  flatTarget,
  formatDifference,
  formatSpread,
  peakTarget,
  resultOf,
} from './contest-table.ts';
import { benchFolder, type Inputs, manyFileInputs, textInputs, weightInputs } from './inputs.ts';
import { accountsMissing, measure, type Spread, spreadOf } from './measure.ts';
import { cli, describePeers } from './peers.ts';

export const pack: Bench = async (settings) => {
  const { sizeBytes, runs, say } = settings;
  const largeBytes = settings.large(8 * 2 ** 30);
  const manyFiles = settings.files(70_000);
  const peers = await findPeers();
  const missingAccounts = await accountsMissing();

  const weights = await weightInputs(sizeBytes, say);
  const many = await manyFileInputs(manyFiles, say);
  const thirtySecond = sizeBytes / 32;
  const text = await textInputs(
    'text',
    { 'corpus.txt': 4 * thirtySecond, 'glossary.txt': 3 * thirtySecond, 'notes.txt': thirtySecond },
    say,
  );
  const large = largeBytes === null ? null : await weightInputs(largeBytes, say);

  const contest = async (inputs: Inputs) => {
    say(`packing ${formatBytes(inputs.totalBytes)}`);
    return holdContest(packContenders(inputs, peers), runs, say);
  };
  const onWeights = await contest(weights);
  const onMany = await contest(many);
  const onText = await contest(text);
  const onLarge = large === null ? null : await largeContest(large, peers, settings);
  const help = await timeHelp(peers, settings);

  const contests = [onWeights, onMany, onText, ...(onLarge === null ? [] : [onLarge])];
  return {
    facts: describePeers(Object.values(peers)),
    tables: [
      archiveTable(`${formatBytes(sizeBytes)} of random normal float32 weights`, onWeights),
      archiveTable(
        `${manyFiles.toLocaleString('en-US')} small text files, ${formatBytes(many.totalBytes)}`,
        onMany,
      ),
      archiveTable(`${formatBytes(text.totalBytes)}, nearly all of it text`, onText),
      ...(onLarge === null || large === null
        ? []
        : [memoryTable(onWeights, onLarge, sizeBytes, large.totalBytes)]),
      {
        title: '`mar-studio --help`',
        columns: ['', 'ms', 'Node alone, ms'],
        rows: help.map(({ name, ms, bareMs }) => [
          name,
          ...[ms, bareMs].map((spread) => formatSpread(spread, (value) => value.toFixed(0))),
        ]),
      },
    ],
    notes: [
      ...(missingAccounts === null ? [] : [missingAccounts]),
      'Times are whole processes, from start to exit: median (least–most), after one warm-up. Contenders take turns.',
      'An archive of mar-studio is synced to disk, read back whole, held to its checksums and hashed (SHA-256) before it gets its name; those of the peers are none of these.',
      'Inputs lie in the page cache, for all alike: nothing is dropped from it. Between runs the old archive is removed and `sync` runs, uncounted.',
      'Every archive is listed by Python and held to the inputs (names, sizes, CRC-32) before its run counts; that of the warm-up is read whole.',
      'Peak memory is the resident set of the largest process of a run, from the kernel by GNU time (of tar and pigz, the larger one). CPU is user and system time of all processes.',
      '"× faster" and "size" compare with the reference of the same form: default for zip with deflate, zip-store, tgz.',
    ],
    targets: targetsOf(onWeights, onLarge, help, sizeBytes, largeBytes),
    broken: contests.flatMap(({ broken }) => broken),
  };
};

/** One run of ours at a size where memory that grows with the archive would show. */
async function largeContest(inputs: Inputs, peers: Peers, { say }: Settings): Promise<Contest> {
  say(`packing ${formatBytes(inputs.totalBytes)}`);
  const watched = ['mar-studio auto', 'mar-studio deflate', 'mar-studio tgz'];
  const contenders = packContenders(inputs, peers).filter(({ name }) => watched.includes(name));
  return holdContest(contenders, 1, say, { warmsUp: false });
}

interface HelpTime {
  readonly name: string;
  readonly ms: Spread;
  /** What Node takes to start and do nothing. */
  readonly bareMs: Spread;
}

async function timeHelp({ node, otherNode }: Peers, { runs }: Settings): Promise<HelpTime[]> {
  const times: HelpTime[] = [];
  for (const { path, version } of [node, otherNode]) {
    if (path === null) continue;
    const msOf = async (...args: string[]) =>
      1000 * (await measure({ program: path, args, cwd: benchFolder })).seconds;
    const [ms, bareMs]: [number[], number[]] = [[], []];
    await msOf(cli, '--help');
    for (let run = 0; run < 2 * runs; run++) {
      ms.push(await msOf(cli, '--help'));
      bareMs.push(await msOf('--eval', '0'));
    }
    times.push({ name: `Node ${version}`, ms: spreadOf(ms), bareMs: spreadOf(bareMs) });
  }
  return times;
}

function memoryTable(small: Contest, large: Contest, smallBytes: number, largeBytes: number): Table {
  const rows = large.results.map(({ contender, seconds, peakBytes }) => {
    const before = resultOf(small, contender.name)?.peakBytes?.max;
    return [
      contender.name,
      before === undefined ? '' : formatBytes(before),
      peakBytes === null ? '' : formatBytes(peakBytes.max),
      seconds.median.toFixed(1),
      `${((largeBytes / seconds.median) * 1e-6).toFixed(0)} MB/s`,
    ];
  });
  const at = formatBytes(largeBytes);
  return {
    title: `Peak memory, ${formatBytes(smallBytes)} against ${at} of weights (one run)`,
    columns: ['', `peak at ${formatBytes(smallBytes)}`, `peak at ${at}`, 'seconds', 'throughput'],
    rows,
  };
}

function targetsOf(
  weights: Contest,
  large: Contest | null,
  help: readonly HelpTime[],
  sizeBytes: number,
  largeBytes: number | null,
): Target[] {
  const faster = (name: string, against: string, times: number) =>
    fasterTarget(weights, name, against, times, `on ${formatBytes(sizeBytes)} of weights`);
  return [
    faster('mar-studio auto', 'reference default', 20),
    faster('mar-studio deflate', 'reference default', 2),
    sizeTarget(resultOf(weights, 'mar-studio deflate'), resultOf(weights, 'reference default')),
    faster('mar-studio zip-store', 'reference zip-store', 1),
    peakTarget([weights], 150e6, 'in every form'),
    flatTarget(weights, large, largeBytes === null ? 'a large archive' : formatBytes(largeBytes)),
    ...help.map(({ name, ms }) => ({
      text: `mar-studio --help under 150 ms, ${name}`,
      measured: `${ms.median.toFixed(0)} ms`,
      met: ms.median < 150,
    })),
  ];
}

function sizeTarget(ours: Result | undefined, reference: Result | undefined): Target {
  const both = ours !== undefined && reference !== undefined;
  return {
    text: 'mar-studio deflate at most 0.5 % larger than reference default',
    measured: both ? formatDifference(ours.madeBytes, reference.madeBytes) : 'one of them did not run',
    met: both ? ours.madeBytes <= reference.madeBytes * 1.005 : null,
  };
}
