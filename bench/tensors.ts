/** How fast `tensors` lists weights that are too large to read, and how fast `diff` goes through their numbers. */
import { formatBytes, formatCount } from '../core/contract/format.ts';
import type { Bench, Report, Settings } from './bench.ts';
import { type Contender, holdContest } from './contest.ts';
import { contestTable, peakTarget, secondsTarget } from './contest-table.ts';
import { accountsMissing } from './measure.ts';
import { findReadPeers, type ReadPeers } from './peers.ts';
import { answers, ours, readingNotes } from './read-contenders.ts';
import { tensorDifferences } from './tensor-differences.ts';
import { torchArchive, type WeightsArchive } from './weights.ts';

export const tensors: Bench = async (settings) => {
  const reports = [await listings(settings), await tensorDifferences(settings)];
  return {
    facts: reports.flatMap(({ facts }) => facts),
    tables: reports.flatMap(({ tables }) => tables),
    notes: [...new Set(reports.flatMap(({ notes }) => notes))],
    targets: reports.flatMap(({ targets }) => targets),
    broken: reports.flatMap(({ broken }) => broken),
  };
};

async function listings({ runs, say, files }: Settings): Promise<Report> {
  const peers = await findReadPeers();
  const missingAccounts = await accountsMissing();
  const usual = await torchArchive(300, 2 * 2 ** 30, say);
  const many = await torchArchive(files(20_000), 2 * 2 ** 30, say);

  say(`listing ${usual.tensors} tensors`);
  const onUsual = await holdContest(listers(usual, peers), runs, say);
  say(`listing ${many.tensors} tensors`);
  const onMany = await holdContest(listers(many, peers), runs, say);

  const titleOf = ({ tensors, sizeBytes }: WeightsArchive) =>
    `${formatCount(tensors, 'tensor')} of torch, ${formatBytes(sizeBytes)}, in a .mar`;
  return {
    facts: [],
    tables: [contestTable(titleOf(usual), onUsual), contestTable(titleOf(many), onMany)],
    notes: [
      ...(missingAccounts === null ? [] : [missingAccounts]),
      readingNotes[0] ?? '',
      'The weights are a file of torch.save, stored in the archive, of zeros that take no place on the disk. Nothing is unpacked: directories and the pickle are read, and no number.',
      'What each printed is held to the number of tensors.',
    ],
    targets: [
      ...['mar-studio tensors', 'mar-studio tensors --json'].map((name) =>
        secondsTarget(onUsual, name, 0.3, `of ${formatBytes(usual.sizeBytes)}`),
      ),
      peakTarget([onUsual], 100e6, `for ${formatBytes(usual.sizeBytes)}`),
    ],
    broken: [...onUsual.broken, ...onMany.broken],
  };
}

interface Listing {
  readonly tensors: readonly unknown[];
}

function listers({ path, tensors }: WeightsArchive, peers: ReadPeers): Contender[] {
  const lines: Contender['check'] = async ({ printed }) => {
    const found = printed.split('\n').filter((line) => /^ {2}model\.layers\./.test(line)).length;
    if (found !== tensors) throw new Error(`it prints ${found} tensors instead of ${tensors}`);
    return printed.length;
  };
  const json = answers((listing: Listing) => listing.tensors.length, tensors);
  return [
    ...ours(peers, 'tensors', ['tensors', path], '', lines),
    ...ours(peers, 'tensors --json', ['tensors', path, '--json'], '', json),
  ];
}
