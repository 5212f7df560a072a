/**
 * The corpus of hostile pickles before two scanners: picklescan, and ours. Run by itself it writes docs/pickle-scan.md.
 */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { scanPickles } from '../../core/weights/pickle/scan.ts';
import { sourceOfBytes } from '../../core/weights/pickle/source.ts';
import type { PickleScan } from '../../core/weights/pickle/tally.ts';
import { hostilePickles } from '../hostile/pickles/evasions.ts';
import type { HostilePickle } from '../hostile/pickles/payloads.ts';
import { wrappedPickles } from '../hostile/pickles/wrapped.ts';
import { makeScratch, removeScratch } from '../support/scratch.ts';
import { venvTool } from '../support/venv.ts';

export const pagePath = resolve(import.meta.dirname, '../../docs/pickle-scan.md');
const script = resolve(import.meta.dirname, '../support/read_pickles.py');

/** What Python says of files, by their paths. */
export async function askPython<T>(
  python: string,
  question: 'streams' | 'scan',
  paths: readonly string[],
): Promise<Readonly<Record<string, T>>> {
  const { stdout } = await promisify(execFile)(python, [script, question, ...paths], {
    maxBuffer: 64 * 1024 * 1024,
    timeout: 300_000,
  });
  return JSON.parse(stdout);
}

export interface Row {
  readonly name: string;
  readonly ours: string;
  /** Under the suffix that such files have. */
  readonly theirs: string;
}

/** Bombs are left out: picklescan keeps each opcode, and would take minutes and gigabytes. */
const compared: readonly HostilePickle[] = [...hostilePickles, ...wrappedPickles].filter(
  ({ bytes }) => bytes.length < 1_000_000,
);

export async function compareScanners(python: string): Promise<Row[]> {
  const folder = await makeScratch();
  try {
    const files: { readonly pickle: HostilePickle; readonly path: string }[] = [];
    for (const [index, pickle] of compared.entries()) {
      const path = join(folder, `${index}${suffixOf(pickle.bytes)}`);
      await writeFile(path, pickle.bytes);
      files.push({ pickle, path });
    }
    const theirs = await askPython<string>(
      python,
      'scan',
      files.map(({ path }) => path),
    );
    const rows: Row[] = [];
    for (const { pickle, path } of files) {
      const ours = summaryOf(await scanPickles(sourceOfBytes(pickle.bytes)));
      rows.push({ name: pickle.name, ours, theirs: theirs[path] ?? '' });
    }
    return rows;
  } finally {
    await removeScratch(folder);
  }
}

function suffixOf(bytes: Buffer): string {
  const start = bytes.toString('latin1', 0, 6);
  if (start.startsWith('PK')) return '.pt';
  if (start === '\x93NUMPY') return '.npy';
  if (start.startsWith('7z')) return '.7z';
  return start.startsWith('\x80\x02\x8a\x0al') ? '.pt' : '.pkl';
}

function summaryOf(scan: PickleScan): string {
  const words = [
    scan.globals.some(({ standing }) => standing === 'dangerous') ? 'dangerous' : null,
    scan.evasions.length > 0 ? 'evasion' : null,
    scan.globals.some(({ standing }) => standing === 'unknown' || standing === 'review')
      ? 'not allowed'
      : null,
    scan.incomplete.length > 0 ? 'incomplete' : null,
  ].filter((word) => word !== null);
  return words.join(', ') || 'nothing';
}

export const isFound = (answer: string): boolean => /dangerous|suspicious|evasion|not allowed/.test(answer);
export const isTold = (answer: string): boolean => answer !== 'nothing';

export function pageOf(rows: readonly Row[]): string {
  const counted = (what: string, is: (answer: string) => boolean) =>
    `| ${what} | ${rows.filter(({ ours }) => is(ours)).length} | ${rows.filter(({ theirs }) => is(theirs)).length} |`;
  return [
    '# Pickles before two scanners',
    '',
    'The corpus of hostile pickles (`test/hostile/pickles/`), scanned by MAR Studio and by picklescan 1.0.5, each file under the',
    'suffix that such files have. MAR Studio goes by content; picklescan passes over files of other suffixes when it scans a',
    'folder. An *error* or *incomplete* says that the file was not read to its end. Bombs of a megabyte and more are left out.',
    'Made by `node test/interop/picklescan.ts`; the interop test holds the page to what both scanners say.',
    '',
    `| of ${rows.length} | MAR Studio | picklescan |`,
    '| --- | --- | --- |',
    counted('findings', isFound),
    counted('not read to the end', (answer) => isTold(answer) && !isFound(answer)),
    counted('nothing said', (answer) => !isTold(answer)),
    '',
    '| Pickle | MAR Studio | picklescan |',
    '| --- | --- | --- |',
    ...rows.map(({ name, ours, theirs }) => `| ${name} | ${ours} | ${theirs} |`),
    '',
  ].join('\n');
}

async function main(): Promise<void> {
  const python = await venvTool('python');
  if ('missing' in python) throw new Error(python.missing);
  await writeFile(pagePath, pageOf(await compareScanners(python.path)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
