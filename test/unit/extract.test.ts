import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { Progress } from '../../core/contract/progress.ts';
import { extract } from '../../core/extract.ts';
import { inspect } from '../../core/inspect.ts';
import { pack } from '../../core/pack.ts';
import { formats, makeModel } from '../faults/model.ts';
import { assertSameContents } from '../support/agreement.ts';
import { folderContents, scratchFolder } from '../support/scratch.ts';

/** A scratch folder with a packed model in it. */
async function packed(t: TestContext, weightsBytes = 1000, more: object = {}) {
  const folder = await scratchFolder(t);
  const model = makeModel(join(folder, 'model'), weightsBytes);
  const { output } = await pack({ ...model.input, exportPath: join(folder, 'store'), ...more });
  return { folder, archive: output, into: join(folder, 'into'), ...model };
}

/** What an extracted model holds beside its manifest. */
function extracted(folder: string, root = '') {
  const contents = new Map(folderContents(folder));
  assert.ok(contents.delete(`${root}MAR-INF/MANIFEST.json`), 'the manifest is there');
  return contents;
}

for (const format of formats) {
  test(`${format}: packing and extracting gives every file back`, async (t) => {
    const { archive, into, contents } = await packed(t, 700_000, { archiveFormat: format });
    const result = await extract(archive, { into });
    const root = format === 'tgz' ? 'model/' : '';
    assertSameContents(extracted(into, root), contents, root);
    assert.equal(result.entries, contents.size + 1);
    assert.equal(
      result.bytes,
      [...folderContents(into).values()].reduce((sum, { size }) => sum + size, 0),
    );
    assert.deepEqual(readdirSync(join(into, '..')).sort(), ['into', 'model', 'store']);
  });
}

test('times and the right to be run are kept, special rights are not', async (t) => {
  const folder = await scratchFolder(t);
  const model = makeModel(join(folder, 'model'));
  const script = join(folder, 'run.sh');
  writeFileSync(script, '#!/bin/sh\n');
  chmodSync(script, 0o755);
  const time = new Date('2021-03-04T05:06:08Z');
  utimesSync(script, time, time);
  const input = { ...model.input, extraFiles: [script], archiveFormat: 'tgz', exportPath: folder } as const;
  const { output } = await pack(input);
  const into = join(folder, 'into');
  await extract(output, { into });
  const seen = statSync(join(into, 'model', 'run.sh'));
  assert.equal(seen.mode & 0o7777, 0o755 & ~process.umask());
  assert.equal(seen.mtime.getTime(), time.getTime());
  assert.equal(statSync(join(into, 'model', 'handler.py')).mode & 0o7777, 0o644 & ~process.umask());
});

test('only what a pattern names is extracted, with all below a folder that it names', async (t) => {
  const { archive, into, folder } = await packed(t);
  const result = await extract(archive, { into, only: ['*.py', 'labels'] });
  assert.deepEqual([...folderContents(into).keys()].sort(), ['handler.py', 'labels/index_to_name.json']);
  assert.equal(result.entries, 2);

  const tgz = await packed(t, 1000, { archiveFormat: 'tgz' });
  await extract(tgz.archive, { into: join(folder, 'tar'), only: ['MAR-INF/*'] });
  assert.deepEqual([...folderContents(join(folder, 'tar')).keys()], ['model/MAR-INF/MANIFEST.json']);
});

test('a pattern that fits nothing is named, and nothing is written', async (t) => {
  const { archive, into } = await packed(t);
  const result = await extract(archive, { into, only: ['*.py', '*.onnx'] });
  assert.deepEqual(result.unmatched, ['*.onnx']);
  assert.equal(result.entries, 0);
  assert.equal(existsSync(into), false);
});

test('an empty folder is taken, one with something in it only by force, a file never', async (t) => {
  const { archive, into, contents } = await packed(t);
  mkdirSync(into);
  await extract(archive, { into });
  assertSameContents(extracted(into), contents);
  await assert.rejects(extract(archive, { into }), { code: 'OUTPUT_EXISTS' });
  for (const force of [false, true]) {
    await assert.rejects(extract(archive, { into: archive, force }), { code: 'OUTPUT_TYPE' });
    await assert.rejects(extract(archive, { into: join(archive, 'below'), force }), { code: 'EXPORT_PATH' });
  }
});

test('by force the files come among those that are there, which stay as they are', async (t) => {
  const { archive, into, contents } = await packed(t);
  mkdirSync(join(into, 'labels'), { recursive: true });
  writeFileSync(join(into, 'labels', 'mine.txt'), 'mine');
  writeFileSync(join(into, 'handler.py'), 'older');
  const { ino } = statSync(join(into, 'labels'));
  await extract(archive, { into, force: true });
  const found = extracted(into);
  assert.ok(found.delete('labels/mine.txt'));
  assertSameContents(found, contents);
  assert.equal(readFileSync(join(into, 'labels', 'mine.txt'), 'utf8'), 'mine');
  assert.equal(statSync(join(into, 'labels')).ino, ino);
  assert.deepEqual(readdirSync(join(into, '..')).sort(), ['into', 'model', 'store']);
});

test('by force neither links nor things of another type are replaced or gone through', async (t) => {
  const { archive, into, folder } = await packed(t);
  const outside = join(folder, 'outside');
  const obstacles = {
    'a link in the place of a folder': () => symlinkSync(outside, join(into, 'labels')),
    'a link in the place of a file': () => symlinkSync(join(outside, 'x'), join(into, 'handler.py')),
    'a folder in the place of a file': () => mkdirSync(join(into, 'weights.pt')),
    'a file in the place of a folder': () => writeFileSync(join(into, 'labels'), ''),
  };
  for (const [what, put] of Object.entries(obstacles)) {
    mkdirSync(outside, { recursive: true });
    mkdirSync(into);
    put();
    const before = readdirSync(into);
    await assert.rejects(extract(archive, { into, force: true }), { code: 'OUTPUT_TYPE' }, what);
    assert.deepEqual(readdirSync(into), before, what);
    assert.deepEqual(readdirSync(outside), [], what);
    rmSync(into, { recursive: true });
  }
});

test('the archive itself is never replaced by what is in it', async (t) => {
  const folder = await scratchFolder(t);
  const model = makeModel(join(folder, 'model'));
  writeFileSync(join(folder, 'other'), 'not an archive');
  const extraFiles = [`${join(folder, 'other')}=>model.mar`];
  const { output } = await pack({ ...model.input, extraFiles, exportPath: folder });
  const before = readFileSync(output);
  await assert.rejects(extract(output, { into: folder, force: true }), { code: 'OUTPUT_IS_INPUT' });
  assert.deepEqual(readFileSync(output), before);
});

test('a folder is not extracted into itself', async (t) => {
  const { archive } = await packed(t, 1000, { archiveFormat: 'no-archive' });
  for (const into of [archive, join(archive, 'inside')]) {
    await assert.rejects(extract(archive, { into, force: true }), { code: 'OUTPUT_IS_INPUT' });
  }
});

test('content that does not fit its checksum leaves nothing', async (t) => {
  const { archive, into, folder, weights } = await packed(t, 100_000);
  const bytes = readFileSync(archive);
  const at = bytes.indexOf(readFileSync(weights).subarray(0, 64)) + 90_000;
  bytes[at] = (bytes[at] as number) ^ 1;
  writeFileSync(archive, bytes);
  await assert.rejects(extract(archive, { into }), { code: 'ZIP_CRC' });
  assert.deepEqual(readdirSync(folder).sort(), ['model', 'store']);
});

/** More small files than are written one by one, some of them empty or stored. */
async function packedMany(t: TestContext) {
  const folder = await scratchFolder(t);
  const extra = join(folder, 'extra');
  for (let index = 0; index < 1200; index++) {
    const at = join(extra, `shelf-${index % 7}`);
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, `label-${index}.txt`), `label ${index} `.repeat(index % 50));
  }
  const model = makeModel(join(folder, 'model'), 400_000);
  const extraFiles = [...(model.input.extraFiles as string[]), `${extra}=>labels`];
  const { output } = await pack({ ...model.input, extraFiles, exportPath: join(folder, 'store') });
  const contents = new Map(model.contents);
  for (const [name, facts] of folderContents(extra)) contents.set(`labels/${name}`, facts);
  return { folder, archive: output, into: join(folder, 'into'), contents };
}

test('many small files come out by threads as they come out one by one', async (t) => {
  const { archive, into, contents } = await packedMany(t);
  const seen: Progress[] = [];
  const { entries, bytes } = await extract(archive, { into }, { onProgress: (one) => seen.push(one) });
  assertSameContents(extracted(into), contents);
  assert.equal(entries, contents.size + 1);
  assert.equal(seen.at(-1)?.doneBytes, bytes);
  const one = (await inspect(archive)).entries.find(({ path }) => path.endsWith('label-1199.txt'));
  assert.equal(statSync(join(into, one?.path ?? '')).mtime.toISOString(), one?.modified);
});

test('one broken file among many small ones is named, and nothing is left', async (t) => {
  const { archive, into, folder } = await packedMany(t);
  const bytes = readFileSync(archive);
  const name = Buffer.from('labels/shelf-2/label-1199.txt');
  const at = bytes.indexOf(name) + name.length + 5;
  bytes[at] = (bytes[at] as number) ^ 0x10;
  writeFileSync(archive, bytes);
  const run = extract(archive, { into });
  await assert.rejects(run, ({ code, path }) => /^ZIP_/.test(code) && path === name.toString());
  assert.deepEqual(readdirSync(folder).sort(), ['extra', 'model', 'store']);
});

test('many small files are cancelled at any moment, and nothing is left', async (t) => {
  const { archive, into, folder } = await packedMany(t);
  for (let moment = 1; moment < 60; moment += 4) {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), moment * 3);
    const error = await extract(archive, { into }, { signal: controller.signal }).then(
      () => undefined,
      (reason) => reason,
    );
    clearTimeout(timer);
    if (error === undefined) break;
    assert.equal(error.code, 'CANCELLED');
    assert.deepEqual(readdirSync(folder).sort(), ['extra', 'model', 'store']);
  }
});

test('the limit holds to the byte', async (t) => {
  for (const archiveFormat of formats) {
    const { archive, into, folder } = await packed(t, 1000, { archiveFormat });
    const { bytes } = await extract(archive, { into });
    const again = join(folder, 'again');
    await assert.rejects(extract(archive, { into: again }, { maxBytes: bytes - 1 }), {
      code: 'LIMIT_OUTPUT',
    });
    assert.equal(existsSync(again), false);
    await extract(archive, { into: again }, { maxBytes: bytes });
  }
});

test('progress ends at the whole, and never goes back', async (t) => {
  const { archive, into } = await packed(t, 3_000_000);
  const seen: Progress[] = [];
  const { bytes } = await extract(archive, { into }, { onProgress: (progress) => seen.push(progress) });
  assert.deepEqual(
    seen.map(({ doneBytes }) => doneBytes),
    seen.map(({ doneBytes }) => doneBytes).sort((a, b) => a - b),
  );
  assert.equal(seen.at(-1)?.doneBytes, bytes);
  assert.equal(seen.at(-1)?.totalBytes, bytes);
});

test('folders on the way are made, and unmade when the work fails', async (t) => {
  const { archive, folder } = await packed(t);
  const into = join(folder, 'a', 'b', 'c');
  await assert.rejects(extract(archive, { into }, { signal: AbortSignal.abort() }), { code: 'CANCELLED' });
  assert.equal(existsSync(join(folder, 'a')), false);
  await extract(archive, { into });
  assert.ok(existsSync(join(into, 'handler.py')));
});

test('the exact name of a file goes before the pattern that it also is', async (t) => {
  for (const archiveFormat of formats) {
    const { folder, model, into } = await withOddNames(t);
    const { output } = await pack({ ...model.input, ...model.more, archiveFormat, exportPath: folder });
    const root = archiveFormat === 'tgz' ? 'model/' : '';
    const only = async (...patterns: string[]) => {
      rmSync(into, { recursive: true, force: true });
      const { unmatched } = await extract(output, { into, only: patterns });
      assert.deepEqual(unmatched, []);
      return [...folderContents(into).keys()].map((name) => name.slice(root.length)).sort();
    };
    assert.deepEqual(await only('a[1].txt'), ['a[1].txt']);
    assert.deepEqual(await only('a[12].txt'), ['a1.txt', 'a2.txt']);
    assert.deepEqual(await only('[a][[]1].txt'), ['a[1].txt']);
    assert.deepEqual(await only('a[1].txt', 'a2*'), ['a2.txt', 'a[1].txt']);
    assert.deepEqual(await only('vocabulary.txt'), ['vocabulary.txt']);
  }
});

async function withOddNames(t: TestContext) {
  const folder = await scratchFolder(t);
  const extraFiles = ['a[1].txt', 'a1.txt', 'a2.txt'].map((name) => `${join(folder, 'x')}=>${name}`);
  writeFileSync(join(folder, 'x'), 'x');
  const model = makeModel(join(folder, 'model'), 1000);
  extraFiles.push(`${join(folder, 'x')}=>vocabulary.txt`);
  return {
    folder: join(folder, 'store'),
    into: join(folder, 'into'),
    model: { ...model, more: { extraFiles } },
  };
}
