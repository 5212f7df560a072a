import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { archiveFormats, type PackInput } from '../../core/contract/model.ts';
import { diff } from '../../core/diff.ts';
import { extract } from '../../core/extract.ts';
import { inspect } from '../../core/inspect.ts';
import { pack } from '../../core/pack.ts';
import { verify } from '../../core/verify.ts';
import { scratchFolder } from '../support/scratch.ts';
import { torchscript, zipOf } from './weights/files.ts';

async function packed(t: TestContext, more: Partial<PackInput>): Promise<string> {
  const folder = await scratchFolder(t);
  await writeFile(join(folder, 'handler.py'), 'def handle(data, context):\n    return data\n');
  await writeFile(join(folder, 'model.pt'), torchscript);
  const at = (name: string) => join(folder, name);
  const input = { modelName: 'm', version: '1', handler: at('handler.py'), serializedFile: at('model.pt') };
  return (await pack({ ...input, exportPath: await mkdtemp(join(folder, 'out-')), ...more })).output;
}

const forms: readonly Partial<PackInput>[] = [
  ...archiveFormats.map((archiveFormat) => ({ archiveFormat })),
  { compression: 'deflate' },
];

for (const form of forms) {
  const path = (t: TestContext) => packed(t, form).then((archive) => `${archive}!model.pt`);
  const title = JSON.stringify(form);

  test(`weights inside an archive are sound by themselves, and no model: ${title}`, async (t) => {
    const weights = await path(t);
    assert.deepEqual((await inspect(weights)).findings, []);
    const result = await verify(weights);
    assert.equal(result.ok, true);
    assert.deepEqual(result.findings, []);
    assert.equal(result.load.failure, null);
    assert.match(result.load.unjudged ?? '', /inside another archive/);
    assert.equal(result.sha256, createHash('sha256').update(torchscript).digest('hex'));
    assert.equal(result.read.checksums, result.read.entries);
    const codes = result.checks.map(({ code }) => code);
    assert.ok(codes.includes('ZIP_CRC') && codes.includes('PATH_TRAVERSAL'));
    assert.ok(!codes.includes('MANIFEST_MISSING'), 'what was not asked is not said to hold');
  });

  test(`weights inside an archive are extracted like any ZIP: ${title}`, async (t) => {
    const into = join(await scratchFolder(t), 'weights');
    await extract(await path(t), { into });
    assert.deepEqual((await readdir(join(into, 'model'))).sort(), [
      'code',
      'constants.pkl',
      'data.pkl',
      'version',
    ]);
    assert.equal(await readFile(join(into, 'model/version'), 'utf8'), '3\n');
  });
}

test('many small files come out of an archive inside another one', async (t) => {
  const folder = await scratchFolder(t);
  const count = 3000;
  const files = Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}`, `${index}`]));
  await writeFile(join(folder, 'model.pt'), await zipOf(files));
  const path = `${await packed(t, { serializedFile: join(folder, 'model.pt') })}!model.pt`;
  const { entries } = await extract(path, { into: join(folder, 'weights') });
  assert.equal(entries, count);
  assert.equal(await readFile(join(folder, 'weights/2999'), 'utf8'), '2999');
});

test('weights inside two archives are compared, and proven by hash', async (t) => {
  const [before, after] = [await packed(t, {}), await packed(t, { archiveFormat: 'tgz' })];
  const result = await diff(`${before}!model.pt`, `${after}!model.pt`, { proves: true });
  assert.equal(result.identical, true);
});

test('a model inside an archive is judged as a model', async (t) => {
  const folder = await scratchFolder(t);
  const inner = await packed(t, {});
  const input = { modelName: 'outer', version: '1', handler: 'text_classifier', serializedFile: inner };
  const { output } = await pack({ ...input, exportPath: folder });
  const result = await verify(`${output}!m.mar`);
  const { failure, unjudged, name, version } = result.load;
  assert.deepEqual([failure, unjudged, name, version], [null, null, 'm', '1']);
  assert.deepEqual((await inspect(`${output}!m.mar`)).findings, []);
});
