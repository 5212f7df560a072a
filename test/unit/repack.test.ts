import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test from 'node:test';
import type { RepackInput } from '../../core/contract/model.ts';
import type { Progress } from '../../core/contract/progress.ts';
import { inspect } from '../../core/inspect.ts';
import { repack } from '../../core/repack.ts';
import { formats } from '../faults/model.ts';
import { goodEntries } from '../hostile/case.ts';
import { writePieces } from '../hostile/pieces.ts';
import { deflated, withDescriptor, type ZipEntry, zip } from '../hostile/zip-builder.ts';
import { assertSameContents } from '../support/agreement.ts';
import { folderContents, scratchFolder } from '../support/scratch.ts';
import { assertSound, contentsOf, packed } from './repacked.ts';

let turn = 0;

for (const from of formats) {
  test(`${from}: repacked to every other form and back, the entries and their bytes are the same`, async (t) => {
    const { archive, folder, contents } = await packed(t, { archiveFormat: from });
    const original = await contentsOf(archive, folder);
    assert.equal(original.size, contents.size + 1);
    for (const to of formats) {
      const there = await repack(archive, { archiveFormat: to, exportPath: join(folder, `to-${to}`) });
      await assertSound(there.output);
      assertSameContents(await contentsOf(there.output, folder), original);
      const back = await repack(there.output, {
        archiveFormat: from,
        exportPath: join(folder, `back-${to}`),
      });
      assertSameContents(await contentsOf(back.output, folder), original);
      assert.deepEqual(
        readdirSync(join(folder, `to-${to}`)),
        [basename(there.output)],
        'nothing else is left',
      );
    }
  });
}

test('what does not change is copied as it lies: the same compressed bytes, the same times', async (t) => {
  const { archive, out } = await packed(t, { compression: 'deflate', level: 1 });
  const before = await inspect(archive);
  const { output } = await repack(archive, { exportPath: out, level: 9 });
  const after = await inspect(output);
  assert.deepEqual(after.entries, before.entries);
  assert.ok(before.entries.some(({ method }) => method === 'deflated'));
});

test('the old archive keeps its bytes, its time and its place, whatever is asked for', async (t) => {
  const { archive, out, folder, weights } = await packed(t);
  const facts = () => createHash('sha256').update(readFileSync(archive)).digest('hex');
  const before = facts();
  await repack(archive, {
    exportPath: out,
    set: { 'model.modelVersion': '2' },
    replace: { 'weights.pt': weights },
  });
  for (const exportPath of [join(folder, 'old'), join(folder, 'old', '..', 'old')]) {
    for (const force of [false, true]) {
      await assert.rejects(repack(archive, { exportPath, force }), { code: 'OUTPUT_IS_INPUT' });
    }
  }
  assert.equal(facts(), before);
  assert.deepEqual(readdirSync(join(folder, 'old')), ['model.mar']);
});

test('setting a field changes that field, and keeps all others, known or not', async (t) => {
  const { archive, folder, out } = await packed(t);
  const own = join(folder, 'MANIFEST.json');
  const manifest = {
    ...(await inspect(archive)).manifest,
    theirs: { deep: [1, { a: null }], text: 'ü' },
  };
  writeFileSync(own, JSON.stringify(manifest));
  const first = await repack(archive, { exportPath: out, replace: { 'MAR-INF/MANIFEST.json': own } });
  const set = { 'model.modelVersion': '1.1', 'theirs.new.field': 'x' };
  const second = await repack(first.output, { exportPath: join(folder, 'second'), set });
  const seen = (await inspect(second.output)).manifest;
  assert.deepEqual(seen, {
    ...manifest,
    model: { ...manifest.model, modelVersion: '1.1' },
    theirs: { ...manifest.theirs, new: { field: 'x' } },
  });
  assert.deepEqual(second.manifest, seen);
  for (const field of ['', 'model', 'model.', 'model.modelVersion.x', 'theirs.deep.0', '__proto__.x']) {
    await assert.rejects(
      repack(first.output, { exportPath: folder, set: { [field]: 'x' } }),
      { code: 'USAGE' },
      field,
    );
  }
});

test('the name of the model names the archive, also a name that was just set', async (t) => {
  const { archive, out } = await packed(t);
  const { output } = await repack(archive, { exportPath: out, set: { 'model.modelName': 'other' } });
  assert.equal(basename(output), 'other.mar');
  const bad = repack(archive, { exportPath: out, set: { 'model.modelName': '../other' } });
  await assert.rejects(bad, { code: 'MODEL_NAME' });
});

for (const archiveFormat of formats) {
  test(`${archiveFormat}: entries are replaced, added and removed`, async (t) => {
    const { archive, folder, out } = await packed(t, { archiveFormat });
    const original = await contentsOf(archive, folder);
    writeFileSync(join(folder, 'new.py'), 'def handle(data, context):\n    return []\n');
    const changes: RepackInput = {
      exportPath: out,
      archiveFormat,
      replace: { 'handler.py': join(folder, 'new.py') },
      add: { 'more/deep/new.py': join(folder, 'new.py') },
      remove: ['labels', 'vocabulary.txt'],
    };
    const { output, entries } = await repack(archive, changes);
    const found = await contentsOf(output, folder);
    const wanted = new Map(original);
    const facts = folderContents(folder).get('new.py');
    assert.ok(facts);
    wanted.set('handler.py', facts).set('more/deep/new.py', facts);
    assert.ok(wanted.delete('labels/index_to_name.json') && wanted.delete('vocabulary.txt'));
    assertSameContents(found, wanted);
    assert.equal(entries.length, wanted.size);
    assert.equal(entries.find(({ path }) => path === 'handler.py')?.role, 'handler');
  });
}

test('a form that was asked for is written, whatever the old one was', async (t) => {
  const { archive, folder } = await packed(t, { compression: 'deflate' });
  const methods = async (input: RepackInput) => {
    const { entries } = await repack(archive, { exportPath: join(folder, `form-${turn++}`), ...input });
    return new Set(entries.map(({ method }) => method));
  };
  assert.deepEqual(await methods({ archiveFormat: 'zip-store' }), new Set(['stored']));
  assert.deepEqual(await methods({ compression: 'store' }), new Set(['stored']));
  assert.deepEqual(await methods({ archiveFormat: 'tgz' }), new Set(['gzip']));
});

test('the same inputs give the same bytes where that is asked for', async (t) => {
  const { archive, folder, weights } = await packed(t);
  const hashes = new Set();
  for (const name of ['one', 'two']) {
    const again = join(folder, name, 'again.mar');
    mkdirSync(join(folder, name));
    writeFileSync(again, readFileSync(archive));
    const input = {
      exportPath: join(folder, name),
      reproducible: true,
      replace: { 'vocabulary.txt': weights },
    };
    hashes.add((await repack(again, input)).sha256);
  }
  assert.equal(hashes.size, 1);
});

test('a broken body is found, stored or deflated, and nothing is left', async (t) => {
  const forms = [{ compression: 'store' }, { compression: 'deflate' }] as const;
  for (const form of forms) {
    const { archive, folder, out } = await packed(t, form);
    const bytes = readFileSync(archive);
    const at = bytes.indexOf('vocabulary.txt') + 200;
    bytes[at] = (bytes[at] as number) ^ 0x55;
    writeFileSync(archive, bytes);
    for (const archiveFormat of formats) {
      const run = repack(archive, { exportPath: out, archiveFormat });
      await assert.rejects(run, ({ code }) => /^ZIP_(CRC|DEFLATE|SIZE)$/.test(code), archiveFormat);
      assert.deepEqual(readdirSync(folder).sort(), ['model', 'old']);
    }
  }
});

test('what TorchServe can not load for its form alone is mended without a question', async (t) => {
  const folder = await scratchFolder(t);
  const [manifest, handler] = goodEntries as readonly [ZipEntry, ZipEntry];

  const text = deflated('notes.txt', 'some text\n'.repeat(100));
  const broken: Record<string, Parameters<typeof writePieces>[1]> = {
    TS_STORED_DESCRIPTOR: zip([manifest, withDescriptor(handler), text]),
    TS_ZIP64_DESCRIPTOR: zip([manifest, handler, withDescriptor(text, { wide: true })]),
    ZIP_PREFIX: [Buffer.from('#!/bin/sh\n'), ...zip([manifest, handler, text])],
    ZIP_TRAILING_DATA: [...zip([manifest, handler, text]), Buffer.from('trailing')],
  };
  for (const [code, pieces] of Object.entries(broken)) {
    const path = join(folder, `${code}.mar`);
    writePieces(path, pieces);
    assert.ok(
      (await inspect(path)).findings.some((finding) => finding.code === code),
      code,
    );
    const { output } = await repack(path, { exportPath: join(folder, code) });
    await assertSound(output);
    const found = [...(await contentsOf(output, folder)).keys()].sort();
    assert.deepEqual(found, ['MAR-INF/MANIFEST.json', 'handler.py', 'notes.txt']);
  }
});

test('a tar without a root folder gets one', async (t) => {
  const { folder, contents, out } = await packed(t, { archiveFormat: 'no-archive' });

  const flat = join(folder, 'flat.tar.gz');
  execFileSync('tar', [
    '-czf',
    flat,
    '-C',
    join(folder, 'old', 'model'),
    'MAR-INF',
    'handler.py',
    'labels',
    'vocabulary.txt',
    'weights.pt',
  ]);
  assert.ok((await inspect(flat)).findings.some(({ code }) => code === 'TS_TAR_ROOT'));
  const { output } = await repack(flat, { exportPath: out, archiveFormat: 'tgz' });
  await assertSound(output);
  const found = new Map(await contentsOf(output, folder));
  assert.ok(found.delete('MAR-INF/MANIFEST.json'));
  assertSameContents(found, contents);
});

test('a cancelled repack leaves nothing, and progress never goes back', async (t) => {
  for (const archiveFormat of formats) {
    const { archive, out, folder } = await packed(t, {}, 2_000_000);
    const seen: Progress[] = [];
    const controller = new AbortController();
    const onProgress = (progress: Progress) => {
      seen.push(progress);
      if (seen.length === 2) controller.abort();
    };
    const run = repack(
      archive,
      { exportPath: out, archiveFormat },
      { onProgress, signal: controller.signal },
    );
    const error = await run.then(
      () => undefined,
      (reason) => reason,
    );
    if (error !== undefined) {
      assert.equal(error.code, 'CANCELLED');
      assert.deepEqual(readdirSync(folder).sort(), ['model', 'old']);
    }
    const whole: Progress[] = [];
    await repack(
      archive,
      { exportPath: out, archiveFormat, force: true },
      { onProgress: (one) => whole.push(one) },
    );
    const done = whole.map(({ doneBytes }) => doneBytes);
    assert.deepEqual(
      done,
      [...done].sort((a, b) => a - b),
    );
    assert.equal(whole.at(-1)?.doneBytes, whole.at(-1)?.totalBytes);
  }
});

test('an archive that is there already is replaced by force alone', async (t) => {
  const { archive, out, folder } = await packed(t);
  await repack(archive, { exportPath: out });
  await assert.rejects(repack(archive, { exportPath: out }), { code: 'OUTPUT_EXISTS' });
  await repack(archive, { exportPath: out, force: true });
  const input = { exportPath: join(folder, 'old'), archiveFormat: 'no-archive' } as const;
  await repack(archive, input);
  assert.deepEqual(readdirSync(join(folder, 'old')).sort(), ['model', 'model.mar']);
});
