/** What we pack is registered and described by a real TorchServe 0.12 front end, unchanged. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import type { PackInput } from '../../core/contract/model.ts';
import { pack, packToStream } from '../../core/pack.ts';
import { type FrontEnd, frontEndMissing, startFrontEnd } from '../support/front-end.ts';
import type { Contents } from '../support/readers.ts';
import { folderContents, makeScratch, removeScratch, streamInto } from '../support/scratch.ts';

type Case = Pick<PackInput, 'modelName' | 'archiveFormat' | 'compression' | 'reproducible'>;

const cases: readonly Case[] = [
  { modelName: 'auto', archiveFormat: 'default' },
  { modelName: 'deflated', archiveFormat: 'default', compression: 'deflate' },
  { modelName: 'reproducible', archiveFormat: 'default', reproducible: true },
  { modelName: 'stored', archiveFormat: 'zip-store' },
  { modelName: 'gzipped', archiveFormat: 'tgz' },
  { modelName: 'unpacked', archiveFormat: 'no-archive' },
];

let missing: string | null = null;
let folder = '';
let server: FrontEnd | undefined;
let sources: { readonly input: Omit<PackInput, 'modelName'>; readonly expected: Contents };

before(
  async () => {
    missing = await frontEndMissing();
    if (missing) return;
    folder = await makeScratch();
    sources = await writeModel(join(folder, 'sources'));
    server = await startFrontEnd(folder);
  },
  { timeout: 120_000 },
);

after(
  async () => {
    await server?.stop();
    if (folder) await removeScratch(folder);
  },
  { timeout: 30_000 },
);

for (const format of cases) {
  test(`TorchServe registers and describes a ${format.modelName} archive`, { timeout: 60_000 }, async (t) => {
    if (!server) return t.skip(missing ?? 'the front end did not start');
    const result = await pack({ ...sources.input, ...format, exportPath: server.store });
    await assertServed(server, basename(result.output), format.modelName);
  });
}

test('TorchServe registers and describes an archive that was streamed', { timeout: 60_000 }, async (t) => {
  if (!server) return t.skip(missing ?? 'the front end did not start');
  const input = { ...sources.input, modelName: 'streamed' };
  await streamInto(join(server.store, 'streamed.mar'), (stream) => packToStream(input, stream));
  await assertServed(server, 'streamed.mar', 'streamed');
});

async function assertServed(frontEnd: FrontEnd, fileName: string, modelName: string): Promise<void> {
  const modelFolder = await frontEnd.register(fileName);
  const { modelVersion, modelUrl, runtime, ...described } = await frontEnd.describe(modelName);
  assert.deepEqual(
    { modelName: described.modelName, modelVersion, modelUrl, runtime },
    { modelName, modelVersion: '2.5-rc.1', modelUrl: fileName, runtime: 'python' },
  );
  const served = new Map(folderContents(modelFolder));
  assert.ok(served.delete('MAR-INF/MANIFEST.json'), 'the server sees a manifest');
  assert.deepEqual(served, sources.expected);
}

async function writeModel(at: string): Promise<typeof sources> {
  const extra = join(at, 'extra');
  await mkdir(join(extra, '标签'), { recursive: true });
  const handler = join(at, 'handler.py');
  const weights = join(at, 'model.pt');
  await writeFile(handler, 'def handle(data, context):\n    return data\n');
  await writeFile(weights, Buffer.alloc(300_000, 'weights'));
  await writeFile(join(extra, '标签', '名称.json'), '{"0": "猫 😀"}');
  await writeFile(join(extra, 'empty.txt'), '');
  const flat = [...folderContents(at)].map(([name, facts]) => [name.replace(/^extra\//, ''), facts] as const);
  return {
    input: { version: '2.5-rc.1', handler, serializedFile: weights, extraFiles: [extra] },
    expected: new Map(flat),
  };
}
