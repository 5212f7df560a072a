import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pack } from '../../core/pack.ts';
import { tensors } from '../../core/tensors.ts';
import { manifestName, manifestText } from '../hostile/case.ts';
import { writePieces } from '../hostile/pieces.ts';
import { zip, zipEntry } from '../hostile/zip-builder.ts';
import { scratchFolder } from '../support/scratch.ts';
import { safetensors } from './weights/builders.ts';
import { fixture } from './weights/expected.ts';

const weights = safetensors({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, 8);

async function archiveOf(t: TestContext, entries: Parameters<typeof zip>[0]): Promise<string> {
  const path = join(await scratchFolder(t), 'model.mar');
  writePieces(path, zip([zipEntry(manifestName, manifestText), ...entries]));
  return path;
}

test('an entry that can not be opened is told, and the others are listed', async (t) => {
  const path = await archiveOf(t, [
    zipEntry('secret.pt', weights, { both: { flags: 1 } }),
    zipEntry('packed.pt', weights, { both: { method: 12 } }),
    zipEntry('fine.pt', weights),
  ]);
  const { files, tensors: listed } = await tensors(path);
  assert.deepEqual(
    files.map(({ entry, format, problems }) => [entry, format, problems.map(({ code }) => code)]),
    [
      ['secret.pt', null, ['ZIP_ENCRYPTED']],
      ['packed.pt', null, ['ZIP_METHOD']],
      ['fine.pt', 'safetensors', []],
    ],
  );
  assert.deepEqual(
    listed.map(({ entry, name }) => [entry, name]),
    [['fine.pt', 'w']],
  );
});

test('what is compressed is read from a copy that is gone afterwards', async (t) => {
  const folder = await scratchFolder(t);
  const extraFiles = ['current-checkpoint.pt', 'current-types.onnx'].map(fixture);
  const model = { modelName: 'm', version: '1', handler: 'image_classifier', extraFiles, exportPath: folder };
  const { output } = await pack({ ...model, archiveFormat: 'tgz' });
  const temporary = join(folder, 'temporary');
  await mkdir(temporary);
  const before = process.env.TMPDIR;
  process.env.TMPDIR = temporary;
  t.after(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  const { files } = await tensors(output);
  assert.deepEqual(
    files.map(({ format }) => format),
    ['torch-zip', 'onnx'],
  );
  assert.deepEqual(await readdir(temporary), []);
  const signal = AbortSignal.abort();
  await assert.rejects(tensors(output, { signal }), { code: 'CANCELLED' });
  assert.deepEqual(await readdir(temporary), []);
});

test('weights in an archive in an archive are found', async (t) => {
  const inner = await archiveOf(t, [zipEntry('model.safetensors', weights)]);
  const outer = await archiveOf(t, [zipEntry('inner.mar', await readFile(inner))]);
  const found = async (path: string) => (await tensors(path)).tensors.map(({ entry }) => entry);
  assert.deepEqual(await found(`${outer}!inner.mar`), ['model.safetensors']);
  assert.deepEqual(await found(`${outer}!inner.mar!model.safetensors`), ['model.safetensors']);
});

test('a folder is an archive too, and a file whose name has a mark is itself', async (t) => {
  const folder = await scratchFolder(t);
  await writeFile(join(folder, 'odd!name.bin'), weights);
  assert.deepEqual(
    (await tensors(folder)).files.map(({ entry }) => entry),
    ['odd!name.bin'],
  );
  assert.deepEqual(
    (await tensors(join(folder, 'odd!name.bin'))).files.map(({ entry }) => entry),
    [null],
  );
});

test('totals count shared numbers and their bytes once, and what is broken not at all', async () => {
  const { totals } = await tensors(fixture('current-layouts.pt'), {
    filter: ({ dtype }) => dtype === 'float32',
  });
  const bytes = 96 + 8 + 16;
  assert.deepEqual([totals.tensors, totals.parameters, totals.bytes], [7, bytes / 4, bytes]);
  assert.equal(totals.shared, 4);
  const broken = await tensors(fixture('current-object.npy'));
  assert.deepEqual([broken.totals.tensors, broken.totals.parameters, broken.totals.bytes], [1, 0, 0]);
});
