/** A small model to pack, and the two things that may stand in its place: the old archive or the whole new one. */
import assert from 'node:assert/strict';
import { createCipheriv, createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ArchiveFormat, PackInput } from '../../core/contract/model.ts';
import type { Contents, FileFacts } from '../support/readers.ts';
import { folderContents } from '../support/scratch.ts';
import { readWithYauzl } from '../support/yauzl-reader.ts';

export const formats: readonly ArchiveFormat[] = ['default', 'zip-store', 'tgz', 'no-archive'];

/** Bytes that don't shrink, the same in every run. */
const noise = (bytes: number): Buffer =>
  createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(bytes));

const text = (bytes: number): Buffer => Buffer.alloc(bytes, 'weights that shrink, ');

export interface Model {
  readonly input: PackInput;
  readonly contents: Contents;
  readonly weights: string;
}

/** The weights take the road of large entries, both stored and deflated; the rest that of small ones. */
export function makeModel(folder: string, weightsBytes = 1_500_000): Model {
  const files = {
    'handler.py': Buffer.from('def handle(data, context):\n    return data\n'),
    'weights.pt': noise(weightsBytes),
    'vocabulary.txt': text(weightsBytes),
    'labels/index_to_name.json': Buffer.from('{"0": "tabby"}'),
  };
  const contents = new Map<string, FileFacts>();
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
    contents.set(name, factsOf(bytes));
  }
  const at = (name: string) => join(folder, name);
  const input = {
    modelName: 'model',
    version: '1.0',
    handler: at('handler.py'),
    serializedFile: at('weights.pt'),
    extraFiles: [at('vocabulary.txt'), `${at('labels')}=>labels`],
  };
  return { input, contents, weights: at('weights.pt') };
}

const factsOf = (bytes: Buffer): FileFacts => ({
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

export function targetOf(format: ArchiveFormat, exportPath: string): string {
  const extensions = { default: '.mar', 'zip-store': '.mar', tgz: '.tar.gz', 'no-archive': '' };
  return join(exportPath, `model${extensions[format]}`);
}

const oldText = 'the old archive, byte for byte';

/** Of a folder only its manifest matters: without one it would not be replaced. */
const oldFile = (format: ArchiveFormat, target: string): string =>
  format === 'no-archive' ? join(target, 'MAR-INF', 'MANIFEST.json') : target;

export function placeOld(format: ArchiveFormat, exportPath: string): void {
  const target = targetOf(format, exportPath);
  rmSync(target, { recursive: true, force: true });
  const old = oldFile(format, target);
  mkdirSync(dirname(old), { recursive: true });
  writeFileSync(old, oldText);
}

export type Found = 'nothing' | 'old' | 'new';

/** What the final name holds. Throws where it is something in between, or where another file lies beside it. */
export async function judge(format: ArchiveFormat, exportPath: string, contents: Contents): Promise<Found> {
  const target = targetOf(format, exportPath);
  const beside = existsSync(exportPath) ? readdirSync(exportPath) : [];
  assert.deepEqual(
    beside.filter((name) => name !== basename(target)),
    [],
    'no stray file lies beside the archive',
  );
  return judgeTarget(format, target, contents);
}

export async function judgeTarget(format: ArchiveFormat, target: string, contents: Contents): Promise<Found> {
  if (!existsSync(target)) return 'nothing';
  const old = oldFile(format, target);
  const isOld =
    existsSync(old) && statSync(old).size === oldText.length && readFileSync(old, 'utf8') === oldText;
  if (isOld) {
    if (format === 'no-archive') assert.deepEqual(readdirSync(target), ['MAR-INF']);
    return 'old';
  }
  const found = new Map(await readIndependently(format, target));
  assert.ok(found.delete('MAR-INF/MANIFEST.json'), 'the new archive has its manifest');
  assert.deepEqual(new Map([...found].sort()), new Map([...contents].sort()), 'the new archive is complete');
  return 'new';
}

async function readIndependently(format: ArchiveFormat, target: string): Promise<Contents> {
  if (format === 'no-archive') return folderContents(target);
  return format === 'tgz' ? readTarGz(readFileSync(target)) : readWithYauzl(target);
}

/** Enough of tar for the plain names of this model; gunzip checks the bytes. */
function readTarGz(bytes: Buffer): Contents {
  const tar = gunzipSync(bytes);
  const found = new Map<string, FileFacts>();
  for (let at = 0; tar[at] !== 0; ) {
    const name = tar.toString('latin1', at, at + 100).replace(/\0.*$/, '');
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    found.set(name.replace(/^[^/]*\//, ''), factsOf(tar.subarray(at + 512, at + 512 + size)));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return found;
}
