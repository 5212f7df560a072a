/** Who packs: ours and the peers that this machine has. */
import { join } from 'node:path';
import { venvTool } from '../test/support/venv.ts';
import { assertArchive } from './archive-check.ts';
import type { Contender } from './contest.ts';
import type { Inputs } from './inputs.ts';
import { cli, find, findOtherNode, ourNode, outFolder, type Peer } from './peers.ts';

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
    node: ourNode,
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

type Form = 'default' | 'zip-store' | 'tgz';

/** The same inputs for all; a program that is missing takes no part. */
export function packContenders(inputs: Inputs, peers: Peers): Contender[] {
  const out = outFolder;
  const model = [
    ...['--model-name', 'bench', '--version', '1.0', '--handler', 'handler.py'],
    ...['--serialized-file', 'weights.bin', '--export-path', out],
    ...(inputs.hasExtraFiles ? ['--extra-files', 'extra/'] : []),
  ];
  const files = ['handler.py', 'weights.bin', ...(inputs.hasExtraFiles ? ['extra'] : [])];

  const contender = (name: string, form: Form, peer: Peer, args: readonly string[], plain?: string) => {
    const path = join(out, plain ?? (form === 'tgz' ? 'bench.tar.gz' : 'bench.mar'));
    const wanted = { path, facts: inputs.facts, hasManifest: plain === undefined };
    return peer.path === null
      ? []
      : {
          name,
          against: referenceName(form),
          command: { program: peer.path, args, cwd: inputs.folder },
          // The whole content is read once; after that the archive's own list tells.
          check: (_: unknown, isWarmUp: boolean) => assertArchive(wanted, isWarmUp),
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
