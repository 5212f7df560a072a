import assert from 'node:assert/strict';
import { link, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PackInput } from '../../../core/contract/model.ts';
import { makeFolder, plan } from './planned.ts';

test('the output has its place, and what stands in its way is a problem', async (t) => {
  const folder = await makeFolder(t, {
    'out/net.mar': '',
    'out/net.tar.gz/x': '',
    'out/net/MAR-INF/MANIFEST.json': '{}',
    'notes/net/x': '',
    'empty/net/': '',
    'busy/net': '',
  });
  const output = async (input: Partial<PackInput>) => (await plan(folder, input)).output;
  assert.equal(await output({ exportPath: 'new/er' }), join(folder, 'new/er/net.mar'));
  assert.equal(await output({ archiveFormat: 'tgz' }), join(folder, 'net.tar.gz'));
  assert.equal(await output({ archiveFormat: 'no-archive' }), join(folder, 'net'));
  assert.equal(await output({ exportPath: 'out', force: true }), join(folder, 'out/net.mar'));

  await assert.rejects(output({ exportPath: 'out' }), { code: 'OUTPUT_EXISTS' });
  await symlink('gone', join(folder, 'link.mar'));
  await assert.rejects(output({ modelName: 'link' }), { code: 'OUTPUT_EXISTS' });
  assert.equal(await output({ modelName: 'link', force: true }), join(folder, 'link.mar'));
  await assert.rejects(output({ exportPath: 'out', archiveFormat: 'no-archive' }), { code: 'OUTPUT_EXISTS' });
  await assert.rejects(output({ exportPath: 'out', archiveFormat: 'tgz', force: true }), {
    code: 'OUTPUT_TYPE',
  });
  await assert.rejects(output({ exportPath: 'busy', archiveFormat: 'no-archive', force: true }), {
    code: 'OUTPUT_TYPE',
  });
  const asFolder = { archiveFormat: 'no-archive', force: true } as const;
  await assert.rejects(output({ ...asFolder, exportPath: 'notes' }), { code: 'OUTPUT_NOT_MODEL' });
  await assert.rejects(output({ ...asFolder, exportPath: 'notes', force: false }), {
    code: 'OUTPUT_NOT_MODEL',
  });
  for (const exportPath of ['out', 'empty']) {
    assert.equal(await output({ ...asFolder, exportPath }), join(folder, exportPath, 'net'));
  }
  await assert.rejects(output({ exportPath: 'model.pt' }), { code: 'EXPORT_PATH' });
  await assert.rejects(output({ exportPath: 'model.pt/deeper' }), { code: 'EXPORT_PATH' });
});

test('a dry run tells what packing would need --force for; inputs are judged first', async (t) => {
  const folder = await makeFolder(t, { 'net.mar': '' });
  const [finding] = (await plan(folder, {}, { dryRun: true })).findings;
  assert.deepEqual([finding?.code, finding?.severity], ['OUTPUT_EXISTS', 'info']);
  assert.match(finding?.message ?? '', /net\.mar already exists.*--force/);
  assert.deepEqual((await plan(folder, { force: true }, { dryRun: true })).findings, []);
  for (const dryRun of [true, false]) {
    await assert.rejects(plan(folder, { serializedFile: 'none.pt' }, { dryRun }), { code: 'INPUT_MISSING' });
  }
});

test('a recipe may replace neither an input nor the archive, nor lie in a folder that is packed', async (t) => {
  const folder = await makeFolder(t, { 'src/deep/x': '', 'old/net/MAR-INF/MANIFEST.json': '{}' });
  await symlink('model.pt', join(folder, 'link.yaml'));
  const input = { serializedFile: 'model.pt', extraFiles: 'src' };
  const save = (recipePath: string, more: Partial<PackInput> = {}) =>
    plan(folder, { ...input, ...more, force: true }, { recipePath });
  for (const path of ['model.pt', 'link.yaml', 'handler.py', 'src/r.yaml', 'src/deep/r.yaml']) {
    await assert.rejects(save(path), { code: 'OUTPUT_IS_INPUT', hint: /--write-recipe/ }, path);
  }
  for (const path of ['net.mar', './NET.mar']) await assert.rejects(save(path), { code: 'USAGE' }, path);
  await assert.rejects(save('old/net/r.yaml', { archiveFormat: 'no-archive', exportPath: 'old' }), {
    code: 'USAGE',
  });
  await save('r.yaml');
});

test('a stream needs no place, and a folder is no stream', async (t) => {
  const folder = await makeFolder(t, { 'net.mar': 'in the way', 'src/a': '' });
  const stream = { destination: 'stream' } as const;
  const made = await plan(folder, { exportPath: 'model.pt', extraFiles: '.' }, stream);
  assert.equal(made.output, '-');
  await assert.rejects(plan(folder, { archiveFormat: 'no-archive' }, stream), {
    code: 'OUTPUT_NOT_STREAMABLE',
  });
});

test('an output that is an input, or lies in one, is refused through links and letter case', async (t) => {
  const folder = await makeFolder(t, { 'net.mar': 'x', 'src/deep/a': '', 'net/old': '' });
  const refused = { code: 'OUTPUT_IS_INPUT' };
  const force = { force: true };
  await symlink('src', join(folder, 'link'));
  await link(join(folder, 'net.mar'), join(folder, 'hard'));
  await symlink('net.mar', join(folder, 'soft'));
  for (const serializedFile of ['net.mar', 'hard', 'soft']) {
    await assert.rejects(plan(folder, { ...force, serializedFile }), refused, serializedFile);
  }
  await assert.rejects(plan(folder, { ...force, extraFiles: '.' }), refused);
  await assert.rejects(plan(folder, { extraFiles: 'src', exportPath: 'src' }), refused);
  await assert.rejects(plan(folder, { extraFiles: 'src', exportPath: 'src/deep/new' }), refused);
  await assert.rejects(plan(folder, { extraFiles: 'link=>x/', exportPath: 'src/deep' }), refused);
  await assert.rejects(plan(folder, { extraFiles: 'src', exportPath: 'link' }), refused);
  await assert.rejects(plan(folder, { extraFiles: 's*', exportPath: 'src/deep' }), refused);
  const noArchive = { ...force, archiveFormat: 'no-archive' } as const;
  await assert.rejects(plan(folder, { ...noArchive, configFile: 'net/old' }), refused);
  await assert.rejects(plan(folder, { ...noArchive, extraFiles: 'net' }), refused);

  await plan(folder, { extraFiles: 'src/deep/a', exportPath: 'src/deep' });
  await assert.rejects(plan(folder, { extraFiles: 'src/deep', exportPath: 'src/deep/..//deep' }), refused);
  await plan(folder, { extraFiles: 'src/deep', exportPath: 'src' });
});
