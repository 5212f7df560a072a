/** How fast `extract` unpacks and `repack` makes a new version, beside the peers and a plain copy. */
import { readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatBytes, formatCount } from '../core/contract/format.ts';
import { assertArchive } from './archive-check.ts';
import { type Archive, archiveOf } from './archives.ts';
import type { Bench, Target } from './bench.ts';
import { type Contender, type Contest, holdContest } from './contest.ts';
import {
  archiveTable,
  contestTable,
  fasterTarget,
  flatTarget,
  peakTarget,
  throughputTable,
} from './contest-table.ts';
import { assertFolder } from './folder-check.ts';
import { manyFileInputs, textInputs, weightInputs } from './inputs.ts';
import { accountsMissing } from './measure.ts';
import { describePeers, findReadPeers, outFolder, type ReadPeers } from './peers.ts';
import { contender, madeByPython, ours, readingNotes } from './read-contenders.ts';

const into = join(outFolder, 'model');
const copy = join(outFolder, 'copy.mar');

export const extract: Bench = async (settings) => {
  const { sizeBytes, runs, say } = settings;
  const largeBytes = settings.large(2 * 2 ** 30);
  const peers = await findReadPeers();
  const missingAccounts = await accountsMissing();

  const sixteen = Array.from({ length: 16 }, (_, index) => [`part-${index}.txt`, sizeBytes / 16] as const);
  const one = await archiveOf(await textInputs('corpus', { 'corpus.txt': sizeBytes }, say), 'deflated', say);
  const parts = await archiveOf(await textInputs('parts', Object.fromEntries(sixteen), say), 'deflated', say);
  const stored = await archiveOf(await weightInputs(sizeBytes, say), 'stored', say);
  const small = await archiveOf(await manyFileInputs(settings.files(20_000), say), 'deflated', say);
  const large =
    largeBytes === null
      ? null
      : await archiveOf(await textInputs('corpus', { 'corpus.txt': largeBytes }, say), 'deflated', say);

  const contest = (archive: Archive, against = 'unzip', more: readonly Contender[] = []) => {
    say(`extracting ${formatBytes(archive.totalBytes)}`);
    return holdContest([...extractors(archive, peers, against), ...more], runs, say);
  };
  const onOne = await contest(one);
  const onParts = await contest(parts);
  const onStored = await contest(stored, 'cp', copyists(stored, peers));
  const onSmall = await contest(small);
  const onLarge = large === null ? null : await largeContest(large, peers, say);
  say(`repacking ${formatBytes(stored.totalBytes)}`);
  const onRepack = await holdContest(await repackers(stored, peers), runs, say);

  const size = formatBytes(sizeBytes);
  const contests = [onOne, onParts, onStored, onSmall, onRepack];
  return {
    facts: describePeers(Object.values(peers)),
    tables: [
      throughputTable(`One deflated entry, ${size} of text`, onOne, one.totalBytes),
      throughputTable(`16 deflated entries, ${size} of text`, onParts, parts.totalBytes),
      throughputTable(`One stored entry, ${size} of weights`, onStored, stored.totalBytes),
      contestTable(
        `${formatCount(Object.keys(small.facts).length, 'small deflated entry', 'small deflated entries')}, ${formatBytes(small.totalBytes)}`,
        onSmall,
      ),
      ...(onLarge === null || large === null
        ? []
        : [
            throughputTable(
              `One deflated entry, ${formatBytes(large.totalBytes)} of text (one run)`,
              onLarge,
              large.totalBytes,
            ),
          ]),
      archiveTable(`Repack: the handler replaced beside ${size} of stored weights`, onRepack),
    ],
    notes: [
      ...(missingAccounts === null ? [] : [missingAccounts]),
      ...readingNotes,
      madeByPython,
      'Every extracted folder is held to the inputs (names, sizes) before its run counts; that of the warm-up is read whole. Between runs it is removed and `sync` runs, uncounted.',
      'mar-studio checks every name and both views of the archive first, writes beside the target and renames. Nobody syncs what is extracted, cp neither.',
      'A repacked archive is synced to disk, read back whole, held to its checksums and hashed (SHA-256) before it gets its name; the copy is none of these.',
      '"× faster" compares with unzip; for stored entries and repack with cp.',
    ],
    targets: [
      ...fasterTargets(onOne, 1, 'on one large deflated entry'),
      ...fasterTargets(onParts, 1.6, 'on 16 deflated entries'),
      // "Near" in numbers: no more than a quarter slower.
      fasterTarget(onStored, 'mar-studio extract', 'cp', 0.8, 'on one stored entry'),
      fasterTarget(onRepack, 'mar-studio repack', 'cp', 0.8, 'with one small entry replaced'),
      peakTarget(contests, 150e6, 'in every case'),
      flatTarget(onOne, onLarge, largeBytes === null ? 'a large archive' : formatBytes(largeBytes)),
    ],
    broken: [...contests, ...(onLarge === null ? [] : [onLarge])].flatMap(({ broken }) => broken),
  };
};

function fasterTargets(contest: Contest, times: number, where: string): Target[] {
  return ['unzip', '7z x', 'Python zipfile'].map((against) =>
    fasterTarget(contest, 'mar-studio extract', against, times, where),
  );
}

function largeContest(archive: Archive, peers: ReadPeers, say: (line: string) => void): Promise<Contest> {
  say(`extracting ${formatBytes(archive.totalBytes)}`);
  const watched = ['mar-studio extract', 'unzip'];
  const contenders = extractors(archive, peers, 'unzip').filter(({ name }) => watched.includes(name));
  return holdContest(contenders, 1, say, { warmsUp: false });
}

function extractors({ path, facts }: Archive, peers: ReadPeers, against: string): Contender[] {
  const check: Contender['check'] = (_, isWarmUp) => assertFolder(into, facts, isWarmUp);
  const { unzip, sevenZip, python } = peers;
  return [
    ...ours(peers, 'extract', ['extract', path, '--into', into], against, check),
    ...contender({ name: 'unzip', peer: unzip, args: ['-q', path, '-d', into], against, check }),
    ...contender({
      name: '7z x',
      peer: sevenZip,
      args: ['x', '-bd', '-y', `-o${into}`, path],
      against,
      check,
    }),
    ...contender({
      name: 'Python zipfile',
      peer: python,
      args: ['-m', 'zipfile', '-e', path, into],
      against,
      check,
    }),
  ];
}

/** The archive's own bytes, copied: what the disk and the kernel take for as much. */
function copyists({ path, sizeBytes }: Archive, { cp }: ReadPeers): Contender[] {
  const check = async () => {
    const { size } = await stat(copy);
    if (size !== sizeBytes) throw new Error(`the copy has ${size} bytes instead of ${sizeBytes}`);
    return size;
  };
  return contender({ name: 'cp', peer: cp, args: [path, copy], against: 'cp', check });
}

async function repackers(archive: Archive, peers: ReadPeers): Promise<Contender[]> {
  const text = 'def handle(data, context):\n    return [str(item) for item in data]\n';
  const next = await archiveOf(
    await weightInputs(archive.facts['weights.bin']?.size ?? 0, () => {}),
    'stored',
    () => {},
    {
      variant: '-repacked',
      texts: { 'handler.py': text },
    },
  );
  const replacement = join(dirname(archive.path), 'replacement.py');
  await writeFile(replacement, text);
  const args = ['repack', archive.path, '--replace', `handler.py=${replacement}`, '--export-path', outFolder];
  const check: Contender['check'] = async (_, isWarmUp) => {
    const [name = '', ...more] = await readdir(outFolder);
    if (more.length > 0) throw new Error(`repack left also ${more.join(', ')}`);
    const wanted = { path: join(outFolder, name), facts: next.facts, hasManifest: true };
    return assertArchive(wanted, isWarmUp);
  };
  return [...ours(peers, 'repack', args, 'cp', check), ...copyists(archive, peers)];
}
