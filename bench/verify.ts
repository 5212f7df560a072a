/** How fast `verify` proves every byte, beside the tests that the peers have. */
import { formatBytes } from '../core/contract/format.ts';
import { type Archive, archiveOf } from './archives.ts';
import type { Bench } from './bench.ts';
import { type Contender, type Contest, holdContest } from './contest.ts';
import { contestTable, flatTarget, peakTarget, throughputTable, throughputTarget } from './contest-table.ts';
import { manyFileInputs, textInputs, weightInputs } from './inputs.ts';
import { accountsMissing } from './measure.ts';
import { describePeers, findReadPeers, type ReadPeers } from './peers.ts';
import { answers, contender, endsWell, madeByPython, ours, readingNotes } from './read-contenders.ts';

export const verify: Bench = async (settings) => {
  const { sizeBytes, runs, say } = settings;
  const largeBytes = settings.large(2 * 2 ** 30);
  const peers = await findReadPeers();
  const missingAccounts = await accountsMissing();
  const stored = await archiveOf(await weightInputs(sizeBytes, say), 'stored', say);
  const deflated = await archiveOf(
    await textInputs('corpus', { 'corpus.txt': sizeBytes }, say),
    'deflated',
    say,
  );
  const small = await archiveOf(await manyFileInputs(settings.files(70_000), say), 'deflated', say);
  const large =
    largeBytes === null
      ? null
      : await archiveOf(await textInputs('corpus', { 'corpus.txt': largeBytes }, say), 'deflated', say);

  const contest = (archive: Archive) => {
    say(`verifying ${formatBytes(archive.totalBytes)}`);
    return holdContest(testers(archive, peers), runs, say);
  };
  const onStored = await contest(stored);
  const onDeflated = await contest(deflated);
  const onSmall = await contest(small);
  const onLarge = large === null ? null : await largeContest(large, peers, say);

  const size = formatBytes(sizeBytes);
  const count = Object.keys(small.facts).length.toLocaleString('en-US');
  const contests = [onStored, onDeflated, onSmall, ...(onLarge === null ? [] : [onLarge])];
  return {
    facts: describePeers(Object.values(peers).filter(({ name }) => name !== 'cp')),
    tables: [
      throughputTable(`One stored entry, ${size} of weights`, onStored, stored.totalBytes),
      throughputTable(`One deflated entry, ${size} of text`, onDeflated, deflated.totalBytes),
      contestTable(`${count} small deflated entries, ${formatBytes(small.totalBytes)}`, onSmall),
      ...(onLarge === null || large === null
        ? []
        : [
            throughputTable(
              `One deflated entry, ${formatBytes(large.totalBytes)} of text (one run)`,
              onLarge,
              large.totalBytes,
            ),
          ]),
    ],
    notes: [
      ...(missingAccounts === null ? [] : [missingAccounts]),
      ...readingNotes,
      madeByPython,
      'mar-studio holds every byte to its checksum, hashes the archive (SHA-256), and judges names, manifest, headers and contents; the peers hold every byte to its checksum.',
      'Throughput counts bytes as they are unpacked. An answer counts only when it says that all is well, and in mar-studio\'s case that every entry was read. "× faster" compares with unzip -t.',
    ],
    targets: [
      throughputTarget(onStored, 'mar-studio verify', stored.totalBytes, 1e9, 'of stored weights'),
      peakTarget(contests, 256e6, 'in every case'),
      flatTarget(onDeflated, onLarge, largeBytes === null ? 'a large archive' : formatBytes(largeBytes)),
    ],
    broken: contests.flatMap(({ broken }) => broken),
  };
};

function largeContest(archive: Archive, peers: ReadPeers, say: (line: string) => void): Promise<Contest> {
  say(`verifying ${formatBytes(archive.totalBytes)}`);
  const watched = ['mar-studio verify', 'unzip -t'];
  const contenders = testers(archive, peers).filter(({ name }) => watched.includes(name));
  return holdContest(contenders, 1, say, { warmsUp: false });
}

interface Verdict {
  readonly ok: boolean;
  readonly read: { readonly checksums: number };
}

function testers({ path, facts }: Archive, peers: ReadPeers): Contender[] {
  const { unzip, sevenZip, python } = peers;
  const against = 'unzip -t';
  const entries = Object.keys(facts).length + 1;
  const sound = answers(({ ok, read }: Verdict) => [ok, read.checksums], [true, entries]);
  // The command line of Python's zipfile says so and ends with 0, even when an entry is broken.
  const testzip = 'import sys, zipfile; sys.exit(zipfile.ZipFile(sys.argv[1]).testzip())';
  const check = endsWell;
  return [
    ...ours(peers, 'verify', ['verify', path, '--json'], against, sound),
    ...contender({ name: 'unzip -t', peer: unzip, args: ['-tqq', path], against, check }),
    ...contender({ name: '7z t', peer: sevenZip, args: ['t', '-bd', path], against, check }),
    ...contender({ name: 'Python testzip', peer: python, args: ['-c', testzip, path], against, check }),
  ];
}
