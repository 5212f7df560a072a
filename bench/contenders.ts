/** Who packs: ours and the peers that this machine has. */
import { execFile } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { onPath } from '../test/support/commands.ts';
import { venvTool } from '../test/support/venv.ts';
import type { Contender } from './contest.ts';
import { benchFolder, type Inputs } from './inputs.ts';

const dist = resolve(import.meta.dirname, '../dist');
const kept = join(benchFolder, 'dist');
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

export interface Peers {
  readonly node: Peer;
  readonly otherNode: Peer;
  readonly reference: Peer;
  readonly zip: Peer;
  readonly sevenZip: Peer;
  readonly pigz: Peer;
  readonly tar: Peer;
}

export async function findPeers(): Promise<Peers> {
  const reference = await venvTool('torch-model-archiver');
  const pigz = await find('pigz', ['--version'], /[\d.]+/);
  const tar = await find('tar', ['--version'], /[\d.]+/);
  return {
    node: { name: 'mar-studio on Node', path: process.execPath, version: process.version },
    otherNode: await findOtherNode(),
    reference: {
      name: 'torch-model-archiver',
      path: 'path' in reference ? reference.path : null,
      version: 'path' in reference ? '0.12.0' : reference.missing,
    },
    zip: await find('zip', ['-v'], /Zip [\d.]+/),
    sevenZip: await find('7z', [], /7-Zip[^:]*? ([\d.]+)/),
    pigz,
    tar: pigz.path === null ? { name: 'tar', path: null, version: 'no use without pigz' } : tar,
  };
}

async function find(name: string, args: readonly string[], version: RegExp): Promise<Peer> {
  const path = onPath(name);
  if (path === null) return { name, path, version: 'not on PATH' };
  const { stdout, stderr } = await promisify(execFile)(path, args);
  return { name, path, version: version.exec(stdout + stderr)?.[0] ?? 'unknown version' };
}

/** The system's Node, if its major differs from the one that runs the bench. */
async function findOtherNode(): Promise<Peer> {
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

type Form = 'default' | 'zip-store' | 'tgz';

/** The same inputs for all; a program that is missing takes no part. */
export function packContenders(inputs: Inputs, peers: Peers): Contender[] {
  const out = join(benchFolder, 'out');
  const model = [
    ...['--model-name', 'bench', '--version', '1.0', '--handler', 'handler.py'],
    ...['--serialized-file', 'weights.bin', '--export-path', out],
    ...(inputs.hasExtraFiles ? ['--extra-files', 'extra/'] : []),
  ];
  const files = ['handler.py', 'weights.bin', ...(inputs.hasExtraFiles ? ['extra'] : [])];

  const contender = (name: string, form: Form, peer: Peer, args: readonly string[], plain?: string) => {
    const path = join(out, plain ?? (form === 'tgz' ? 'bench.tar.gz' : 'bench.mar'));
    return peer.path === null
      ? []
      : {
          name,
          against: referenceName(form),
          command: { program: peer.path, args, cwd: inputs.folder },
          archive: { path, facts: inputs.facts, hasManifest: plain === undefined },
        };
  };
  const ours = (name: string, form: Form, node: Peer, ...flags: string[]) =>
    contender(`mar-studio ${name}`, form, node, [cli, 'pack', ...model, '--archive-format', form, ...flags]);
  const reference = (form: Form) =>
    contender(referenceName(form), form, peers.reference, [...model, '--archive-format', form]);
  const zip = (name: string, form: Form, peer: Peer, ...flags: string[]) =>
    contender(name, form, peer, [...flags, join(out, 'bench.zip'), ...files], 'bench.zip');
  const pigz = ['-I', peers.pigz.path ?? '', '-cf', join(out, 'bench.tgz'), ...files];
  const { node, otherNode } = peers;

  return [
    ours('auto', 'default', node),
    ours('deflate', 'default', node, '--compression', 'deflate'),
    ours('zip-store', 'zip-store', node),
    ours('tgz', 'tgz', node),
    ours('--reproducible', 'default', node, '--reproducible'),
    ours(`auto, Node ${otherNode.version}`, 'default', otherNode),
    ours(`deflate, Node ${otherNode.version}`, 'default', otherNode, '--compression', 'deflate'),
    reference('default'),
    reference('zip-store'),
    reference('tgz'),
    zip('zip -6', 'default', peers.zip, '-q', '-r', '-6'),
    zip('zip -0', 'zip-store', peers.zip, '-q', '-r', '-0'),
    zip('7z a -tzip', 'default', peers.sevenZip, 'a', '-tzip', '-bd'),
    contender('tar with pigz', 'tgz', peers.tar, pigz, 'bench.tgz'),
  ].flat();
}

function referenceName(form: Form): string {
  return `reference ${form}`;
}
