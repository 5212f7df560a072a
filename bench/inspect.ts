/** How fast `inspect` lists archives with many entries, and one too large to read. */
import { formatBytes } from '../core/contract/format.ts';
import { type Archive, entriesArchive, sparseArchive } from './archives.ts';
import type { Bench } from './bench.ts';
import { type Contender, holdContest } from './contest.ts';
import { contestTable, peakTarget, secondsTarget } from './contest-table.ts';
import { accountsMissing } from './measure.ts';
import { describePeers, findReadPeers, type ReadPeers } from './peers.ts';
import { answers, contender, madeByPython, ours, printsCount, readingNotes } from './read-contenders.ts';

export const inspect: Bench = async (settings) => {
  const { runs, say } = settings;
  const peers = await findReadPeers();
  const missingAccounts = await accountsMissing();
  const many = await entriesArchive(settings.files(100_000), 0, say);
  // Ten entries, with manifest, handler and weights.
  const huge = await sparseArchive(7, 4 * 2 ** 30, say);

  say(`listing ${entriesOf(many)} entries`);
  const onMany = await holdContest(listers(many, peers), runs, say);
  say(`listing ${formatBytes(huge.sizeBytes)}`);
  const onHuge = await holdContest(listers(huge, peers), runs, say);

  const count = entriesOf(many).toLocaleString('en-US');
  const names = ['mar-studio inspect', 'mar-studio inspect --json'];
  return {
    facts: describePeers(Object.values(peers).filter(({ name }) => !['7z', 'cp'].includes(name))),
    tables: [
      contestTable(`${count} entries, ${formatBytes(many.sizeBytes)}`, onMany),
      contestTable(`${entriesOf(huge)} entries, ${formatBytes(huge.sizeBytes)}`, onHuge),
    ],
    notes: [
      ...(missingAccounts === null ? [] : [missingAccounts]),
      ...readingNotes,
      madeByPython,
      'mar-studio walks the local headers as well as the directory, compares the two, and prints every entry; unzip and `zipfile -l` print the directory, `infolist` only counts it.',
      'The large archive is sparse: its stored zeros were never written, so it takes no place on the disk.',
      'What each printed is held to the number of entries. "× faster" compares with unzip -l.',
    ],
    targets: [
      ...names.map((name) => secondsTarget(onMany, name, 1, `of ${count} entries`)),
      peakTarget([onMany], 250e6, `for ${count} entries`),
      ...names.map((name) =>
        secondsTarget(onHuge, name, 0.15, `of ${formatBytes(huge.sizeBytes)} in ${entriesOf(huge)} entries`),
      ),
    ],
    broken: [...onMany.broken, ...onHuge.broken],
  };
};

/** With the manifest. */
function entriesOf({ facts }: Archive): number {
  return Object.keys(facts).length + 1;
}

interface Listing {
  readonly entries: readonly unknown[];
}

function listers(archive: Archive, peers: ReadPeers): Contender[] {
  const { path } = archive;
  const { unzip, python } = peers;
  const against = 'unzip -l';
  const count = entriesOf(archive);
  const lines: Contender['check'] = async ({ printed }) => {
    const [found, least] = [printed.split('\n').length, count];
    if (found < least) throw new Error(`it prints ${found} lines for ${count} entries`);
    return printed.length;
  };
  const infolist = 'import sys, zipfile; print(len(zipfile.ZipFile(sys.argv[1]).infolist()))';
  const json = answers(({ entries }: Listing) => entries.length, count);
  return [
    ...ours(peers, 'inspect', ['inspect', path], against, lines),
    ...ours(peers, 'inspect --json', ['inspect', path, '--json'], against, json),
    ...contender({
      name: 'unzip -l',
      peer: unzip,
      args: ['-l', path],
      against,
      check: printsCount(/(\d+) files?\s*$/, count),
    }),
    ...contender({
      name: 'Python infolist',
      peer: python,
      args: ['-c', infolist, path],
      against,
      check: printsCount(/(\d+)/, count),
    }),
    ...contender({
      name: 'Python zipfile -l',
      peer: python,
      args: ['-m', 'zipfile', '-l', path],
      against,
      check: lines,
    }),
  ];
}
