/** How fast `diff` compares two archives, beside diffoscope and beside unpacking both. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { formatBytes } from '../core/contract/format.ts';
import { onPath } from '../test/support/commands.ts';
import { type Archive, archiveOf, entriesArchive, textArchive } from './archives.ts';
import type { Bench, Settings, Target } from './bench.ts';
import { type Contender, type Contest, holdContest } from './contest.ts';
import {
  contestTable,
  fasterTarget,
  peakTarget,
  resultOf,
  secondsTarget,
  throughputTarget,
} from './contest-table.ts';
import { findDiffoscope } from './diffoscope.ts';
import { weightInputs } from './inputs.ts';
import { accountsMissing } from './measure.ts';
import { cli, describePeers, findReadPeers, ourNode, outFolder, type Peer, type ReadPeers } from './peers.ts';
import { Prose } from './prose.ts';
import { answers, contender, madeByPython, ours, readingNotes } from './read-contenders.ts';

const diffoscopeLimitSeconds = 300;

interface Pair {
  readonly before: Archive;
  readonly after: Archive;
  /** How many entries differ. */
  readonly modified: number;
  /** How many lines of the long text differ, where there is one. */
  readonly lines?: number;
}

interface DiffPeers extends ReadPeers {
  readonly diffoscope: Peer;
  readonly shell: Peer;
}

export const diff: Bench = async (settings) => {
  const { sizeBytes, runs, say } = settings;
  const known = await promisify(execFile)(ourNode.path ?? '', [cli, 'diff', '--help']).then(
    () => true,
    () => false,
  );
  if (!known) {
    say('diff is left out: this mar-studio has no such command');
    return null;
  }
  const shell = {
    name: 'unzip and diff',
    path: onPath('diff') && onPath('unzip') && onPath('sh'),
    version: '',
  };
  const peers = { ...(await findReadPeers()), diffoscope: await findDiffoscope(say), shell };
  const missingAccounts = await accountsMissing();

  const weights = await weightPair(sizeBytes, say);
  const entries = settings.files(50_000);
  const many = await entriesPair(entries, say);
  const [text, bare] = [await textPair(say), await barePair(say)];

  say(`comparing two archives of ${formatBytes(sizeBytes)}`);
  const fast = await holdContest(comparers(weights, peers, 'diffoscope'), runs, say);
  const slow = await holdContest(diffoscopeOn(weights, peers), 1, say, { warmsUp: false });
  const onWeights = { results: [...fast.results, ...slow.results], broken: fast.broken };
  // To take too long is no fault that stands in the way of the other numbers.
  const ranOut = slow.broken.some((line) => line.includes('had not ended'));
  say(`comparing two archives of ${entries} entries`);
  const onMany = await holdContest(comparers(many, peers, 'unzip both, diff -r'), runs, say);
  say('comparing two long texts');
  const onText = await holdContest(comparers(text, peers, 'mar-studio diff'), runs, say);
  const onBare = await holdContest(oursOn(bare, peers, ''), runs, say);

  const contests = [onWeights, onMany, onText, onBare];
  const bothBytes = weights.before.totalBytes + weights.after.totalBytes;
  const size = formatBytes(sizeBytes);
  return {
    facts: describePeers([peers.node, peers.otherNode, peers.unzip, peers.diffoscope]),
    tables: [
      contestTable(`Two archives of ${size} of stored weights, another handler`, onWeights),
      contestTable(
        `Two archives of ${entries.toLocaleString('en-US')} entries, ${many.modified} changed`,
        onMany,
      ),
      contestTable(
        `One text of ${textLines.toLocaleString('en-US')} lines, ${textHunks.toLocaleString('en-US')} hunks`,
        onText,
      ),
      contestTable('A handler of two lines alone: what every diff costs', onBare),
    ],
    notes: [
      ...(missingAccounts === null ? [] : [missingAccounts]),
      ...readingNotes,
      madeByPython,
      `diffoscope runs once, without warm-up, and would be ended after ${diffoscopeLimitSeconds} s.${ranOut ? ' It was.' : ''}`,
      'mar-studio compares by size and CRC-32, which the archive holds, and reads what differs; with --verify it reads both sides whole and compares SHA-256. diffoscope and `diff -r` compare bytes.',
      'Every answer is held to what differs. "× faster" compares with diffoscope for the weights, with unzip and `diff -r` for the entries, with `mar-studio diff` for the text.',
    ],
    targets: [
      secondsTarget(onWeights, 'mar-studio diff', 0.4, `of two archives of ${size}`),
      diffoscopeTarget(onWeights, ranOut),
      fasterTarget(onWeights, 'mar-studio diff', 'unzip both, diff -r', 1, `on two archives of ${size}`),
      throughputTarget(onWeights, 'mar-studio diff --verify', bothBytes, 1.2e9, 'summed over both sides'),
      peakTarget([onWeights], 150e6, `for two archives of ${size}`),
      secondsTarget(
        onMany,
        'mar-studio diff',
        3,
        `of two archives of ${entries.toLocaleString('en-US')} entries`,
      ),
      textTarget(onText, onBare),
    ],
    broken: [...contests.flatMap(({ broken }) => broken), ...(ranOut ? [] : slow.broken)],
  };
};

function comparers(pair: Pair, peers: DiffPeers, against: string): Contender[] {
  const script = 'unzip -q "$1" -d before && unzip -q "$2" -d after && diff -r before after';
  const check: Contender['check'] = async ({ printed }) => {
    const files = printed.match(/^diff -r /gm)?.length ?? 0;
    if (files !== pair.modified) throw new Error(`${files} files differ instead of ${pair.modified}`);
    return printed.length;
  };
  const args = ['-c', script, 'sh', pair.before.path, pair.after.path];
  return [
    ...oursOn(pair, peers, against),
    ...oursOn(pair, peers, against, '--verify'),
    ...contender({ name: 'unzip both, diff -r', peer: peers.shell, args, against, check, exitCode: 1 }),
  ];
}

interface Difference {
  readonly identical: boolean;
  readonly summary: { readonly added: number; readonly removed: number; readonly modified: number };
  readonly entries: readonly {
    readonly details: {
      readonly additions?: number;
      readonly deletions?: number;
      readonly hunks?: unknown[];
    };
  }[];
}

function oursOn(pair: Pair, peers: ReadPeers, against: string, ...flags: string[]): Contender[] {
  const { before, after, modified, lines } = pair;
  const label = ['diff', ...flags].join(' ');
  const args = ['diff', before.path, after.path, '--json', ...flags];
  const found = ({ identical, summary, entries }: Difference) => {
    const { additions, deletions, hunks } = entries[0]?.details ?? {};
    const inText = lines === undefined ? [] : [additions, deletions, hunks?.length];
    return [identical, summary.added, summary.removed, summary.modified, ...inText];
  };
  const wanted = [false, 0, 0, modified, ...(lines === undefined ? [] : [lines, lines, lines])];
  return ours(peers, label, args, against, answers(found, wanted), 1);
}

function diffoscopeOn({ before, after }: Pair, { diffoscope }: DiffPeers): Contender[] {
  const report = join(outFolder, 'report.txt');
  const check = async () => {
    const text = await readFile(report, 'utf8');
    if (!text.includes('handler.py')) throw new Error('it names nothing that differs');
    return text.length;
  };
  const name = 'diffoscope';
  const args = ['--text', report, before.path, after.path];
  const limitSeconds = diffoscopeLimitSeconds;
  return contender({ name, peer: diffoscope, args, against: name, check, exitCode: 1, limitSeconds });
}

/** One that had not ended is slower than its limit, which may be enough to tell. */
function diffoscopeTarget(contest: Contest, ranOut: boolean): Target {
  const target = fasterTarget(contest, 'mar-studio diff', 'diffoscope', 40, 'in the same run');
  const ours = resultOf(contest, 'mar-studio diff')?.seconds.median;
  if (ours === undefined || !ranOut) return target;
  const least = diffoscopeLimitSeconds / ours;
  const measured = `more than ${least.toFixed(0)} ×: diffoscope had not ended after ${diffoscopeLimitSeconds} s`;
  return { ...target, measured, met: least >= 40 ? true : null };
}

function textTarget(onText: Contest, onBare: Contest): Target {
  const [text, bare] = [onText, onBare].map(
    (contest) => resultOf(contest, 'mar-studio diff')?.seconds.median,
  );
  const more = text === undefined || bare === undefined ? null : text - bare;
  return {
    text: `mar-studio diff of a text with ${textHunks.toLocaleString('en-US')} hunks under 1 s more than that of a handler alone`,
    measured: more === null ? 'one of them did not run' : `${(1000 * more).toFixed(0)} ms more`,
    met: more === null ? null : more < 1,
  };
}

const otherHandler = 'def handle(data, context):\n    return [str(item) for item in data]\n';

async function weightPair(sizeBytes: number, say: Settings['say']): Promise<Pair> {
  const inputs = await weightInputs(sizeBytes, say);
  const before = await archiveOf(inputs, 'stored', say);
  const texts = { 'handler.py': otherHandler };
  return { before, after: await archiveOf(inputs, 'stored', say, { variant: '-next', texts }), modified: 1 };
}

async function entriesPair(entries: number, say: Settings['say']): Promise<Pair> {
  const modified = Math.max(1, Math.floor(entries / 100));
  return {
    before: await entriesArchive(entries, 0, say),
    after: await entriesArchive(entries, modified, say),
    modified,
  };
}

const textLines = 100_000;
const textHunks = 5_000;

/** One line in twenty says something else. */
async function textPair(say: Settings['say']): Promise<Pair> {
  const prose = new Prose(4);
  const lines = Array.from({ length: textLines }, () => prose.text(60).replaceAll('\n', ' '));
  const every = textLines / textHunks;
  const changed = lines.map((line, index) => (index % every === 10 ? `${line.slice(0, 30)} other` : line));
  const archive = (name: string, text: readonly string[]) =>
    textArchive(name, { 'vocabulary.txt': `${text.join('\n')}\n` }, say);
  return {
    before: await archive('text-before', lines),
    after: await archive('text-after', changed),
    modified: 1,
    lines: textHunks,
  };
}

async function barePair(say: Settings['say']): Promise<Pair> {
  return {
    before: await textArchive('bare-before', {}, say),
    after: await textArchive('bare-after', { 'handler.py': otherHandler }, say),
    modified: 1,
  };
}
