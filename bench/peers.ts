/** The programs that a bench runs: ours, and those of others that this machine has. */
import { execFile } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { onPath } from '../test/support/commands.ts';
import { benchFolder } from './inputs.ts';

const dist = resolve(import.meta.dirname, '../dist');
const kept = join(benchFolder, 'dist');
/** Where a run puts what it makes; empty when it starts. */
export const outFolder = join(benchFolder, 'out');
/** The command line that is measured. */
export const cli = join(kept, 'mar-studio.cjs');

/** Takes a copy of the bundle, so that what is built while a bench runs does not change what it measures. */
export async function keepBundle(): Promise<void> {
  await rm(kept, { recursive: true, force: true });
  await cp(dist, kept, { recursive: true });
}

/** A program that is there, or why it is not. */
export interface Peer {
  readonly name: string;
  readonly path: string | null;
  readonly version: string;
}

export const ourNode: Peer = { name: 'mar-studio on Node', path: process.execPath, version: process.version };

export async function find(name: string, args: readonly string[], version: RegExp): Promise<Peer> {
  const path = onPath(name);
  if (path === null) return { name, path, version: 'not on PATH' };
  const { stdout, stderr } = await promisify(execFile)(path, args);
  return { name, path, version: version.exec(stdout + stderr)?.[0] ?? 'unknown version' };
}

/** The system's Node, if its major differs from the one that runs the bench. */
export async function findOtherNode(): Promise<Peer> {
  const name = "mar-studio on the system's Node";
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder.includes('node_modules')) continue;
    const path = join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
    const version = await promisify(execFile)(path, ['--version']).then(
      ({ stdout }) => stdout.trim(),
      () => null,
    );
    if (version === null) continue;
    const [major] = version.split('.');
    if (major === process.version.split('.')[0]) return { name, path: null, version: `also ${version}` };
    return { name, path, version };
  }
  return { name, path: null, version: 'no other Node on PATH' };
}

/** The interpreter itself: `python3` may be a script that looks for it first. */
async function findPython(): Promise<Peer> {
  const about = 'import sys; print(sys.executable, sys.version.split()[0], sep="\\n")';
  const said = await promisify(execFile)('python3', ['-c', about]).then(
    ({ stdout }) => stdout.trim().split('\n'),
    () => null,
  );
  const [path = null, version = 'not on PATH'] = said ?? [];
  return { name: 'Python zipfile', path, version };
}

export interface ReadPeers {
  readonly node: Peer;
  readonly otherNode: Peer;
  readonly unzip: Peer;
  readonly sevenZip: Peer;
  readonly python: Peer;
  readonly cp: Peer;
}

/** Who reads archives. */
export async function findReadPeers(): Promise<ReadPeers> {
  return {
    node: ourNode,
    otherNode: await findOtherNode(),
    unzip: await find('unzip', ['-v'], /UnZip [\d.]+/),
    sevenZip: await find('7z', [], /7-Zip[^:]*? ([\d.]+)/),
    python: await findPython(),
    cp: await find('cp', ['--version'], /[\d.]+/),
  };
}

/** Lines for a report: which versions ran, and what is missing and why. */
export function describePeers(peers: Iterable<Peer>): string[] {
  return [...peers].map(
    ({ name, path, version }) => `- ${name}: ${path === null ? `not there (${version})` : version}`,
  );
}
