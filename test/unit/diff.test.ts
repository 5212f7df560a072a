import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DiffEntry, DiffResult } from '../../core/contract/diff.ts';
import { type ArchiveFormat, archiveFormats } from '../../core/contract/model.ts';
import { diff } from '../../core/diff.ts';
import { repack } from '../../core/repack.ts';
import { writePieces } from '../hostile/pieces.ts';
import { deflated, zip, zipEntry } from '../hostile/zip-builder.ts';
import { type Files, makeArchive, plainFiles } from '../support/models.ts';
import { scratchFolder } from '../support/scratch.ts';

const words = ({ verdict }: DiffResult) => verdict.map(({ text }) => text.replace(/\.$/, ''));
const shape = ({ entries }: DiffResult) =>
  entries.map(({ change, path, from, kind }) => [change, path, from, kind]);
const find = ({ entries }: DiffResult, path: string) =>
  entries.find((entry) => entry.path === path) as DiffEntry;

test('an archive is the same as itself, in every form and by either proof', async (t) => {
  const folder = await scratchFolder(t);
  for (const archiveFormat of archiveFormats) {
    const archive = await makeArchive(folder, plainFiles, { archiveFormat });
    for (const proves of [false, true]) {
      const result = await diff(archive, archive, { proves, strict: true });
      assert.equal(result.identical, true, archiveFormat);
      assert.deepEqual([result.entries, result.manifest, result.findings], [[], [], []]);
      assert.equal(result.summary.unchanged, 4);
      if (proves) assert.equal(result.proof, 'sha256');
    }
  }
});

test('wrapping is not content: every form is the same as every other', async (t) => {
  const folder = await scratchFolder(t);
  const made = new Map<ArchiveFormat, string>();
  for (const archiveFormat of archiveFormats) {
    made.set(archiveFormat, await makeArchive(folder, plainFiles, { archiveFormat }));
  }
  for (const before of made.values()) {
    for (const after of made.values()) {
      const result = await diff(before, after);
      assert.equal(result.identical, true, `${before} ${after}`);
      assert.equal(result.summary.unchanged, 4);
    }
  }
});

test('packing again at another time, compressed otherwise, is identical unless it is strict', async (t) => {
  const folder = await scratchFolder(t);
  const archive = await makeArchive(folder, plainFiles, { compression: 'deflate' });
  const { output } = await repack(archive, {
    exportPath: join(folder, 'again'),
    compression: 'store',
    archiveFormat: 'zip-store',
    reproducible: true,
  });
  const plain = await diff(archive, output);
  assert.equal(plain.identical, true);
  assert.equal(plain.entries.length, 0);
  assert.equal(plain.summary.wrapping, 4);
  const strict = await diff(archive, output, { strict: true });
  assert.equal(strict.identical, false);
  assert.equal(strict.entries.length, 4);
  assert.deepEqual(words(strict), ['Same contents; times, order, modes or compression differ']);
});

test('createdOn alone changes nothing', async (t) => {
  const folder = await scratchFolder(t);
  const before = await makeArchive(folder, plainFiles, { archiveFormat: 'no-archive' });
  const after = await makeArchive(folder, plainFiles, { archiveFormat: 'no-archive' });
  const path = join(after, 'MAR-INF', 'MANIFEST.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...manifest, createdOn: '01/01/2020 00:00:00' }));
  const result = await diff(before, after);
  assert.equal(result.identical, true);
  assert.deepEqual(result.manifest, []);
  writeFileSync(path, JSON.stringify({ ...manifest, archiverVersion: 'other' }));
  const other = await diff(before, after);
  assert.equal(other.identical, false);
  assert.deepEqual(other.manifest, [
    { path: 'archiverVersion', change: 'changed', before: manifest.archiverVersion, after: 'other' },
  ]);
  assert.deepEqual(shape(other), [['modified', 'MAR-INF/MANIFEST.json', null, 'json']]);
});

test('what was added, removed, renamed and changed is told, with its kind', async (t) => {
  const folder = await scratchFolder(t);
  const before = await makeArchive(folder, {
    ...plainFiles,
    'gone.txt': 'soon gone\n',
    'old-name.txt': 'the very same words\n',
    'sub/notes.txt': Array.from({ length: 20 }, (_, line) => `line ${line} of the notes\n`).join(''),
  });
  const after = await makeArchive(folder, {
    ...plainFiles,
    'handler.py': 'def handle(data, context):\n    print(data)\n    return data\n',
    'new-name.txt': 'the very same words\n',
    'fresh.json': '{}',
    'notes.md': Array.from(
      { length: 20 },
      (_, line) => `line ${line === 3 ? 'x' : line} of the notes\n`,
    ).join(''),
  });
  const result = await diff(before, after);
  assert.deepEqual(shape(result), [
    ['added', 'fresh.json', null, 'json'],
    ['removed', 'gone.txt', null, 'text'],
    ['modified', 'handler.py', null, 'text'],
    ['renamed', 'new-name.txt', 'old-name.txt', 'text'],
    ['renamed', 'notes.md', 'sub/notes.txt', 'text'],
  ]);
  assert.equal(find(result, 'new-name.txt').likeness, 1);
  const { likeness = 0, details } = find(result, 'notes.md');
  assert.ok(likeness > 0.9 && likeness < 1);
  assert.deepEqual([details.additions, details.deletions], [1, 1]);
  assert.deepEqual([find(result, 'handler.py').details.additions, result.summary.unchanged], [1, 3]);
  assert.deepEqual(words(result), [
    'Contents changed, version 1.0 did not',
    'Weights unchanged',
    'Handler changed in 1 line',
    'fresh.json added',
    'gone.txt removed',
    '2 other entries renamed',
  ]);
  assert.deepEqual(
    result.findings.map(({ code }) => code),
    ['VERSION_NOT_CHANGED'],
  );
});

test('the other way round is the mirror image', async (t) => {
  const folder = await scratchFolder(t);
  const before = await makeArchive(folder, { ...plainFiles, 'a.txt': 'one\ntwo\n', 'gone.txt': 'x' });
  const after = await makeArchive(folder, { ...plainFiles, 'a.txt': 'one\nthree\nfour\n', 'new.txt': 'y' });
  const [there, back] = [await diff(before, after), await diff(after, before)];
  const mirrored = { added: 'removed', removed: 'added', modified: 'modified' } as Record<string, string>;
  assert.deepEqual(
    back.entries.map(({ path, change }) => [path, change]),
    there.entries.map(({ path, change }) => [path, mirrored[change]]),
  );
  const [one, other] = [find(there, 'a.txt').details, find(back, 'a.txt').details];
  assert.deepEqual([one.additions, one.deletions], [other.deletions, other.additions]);
});

test('a changed configuration is told by what TorchServe will do', async (t) => {
  const folder = await scratchFolder(t);
  const config = (text: string): Files => ({ ...plainFiles, 'model-config.yaml': text });
  const before = await makeArchive(folder, config('batchSize: 4\nmaxBatchDelay: 50\n'));
  const after = await makeArchive(folder, config('# larger\nmaxBatchDelay: 50\nbatchSize: 8\n'), {
    version: '1.1',
  });
  const result = await diff(before, after);
  assert.deepEqual(result.effectiveConfig, [{ path: 'batchSize', change: 'changed', before: 4, after: 8 }]);
  assert.deepEqual(words(result), ['Version 1.0 to 1.1', 'Weights unchanged', 'batchSize 4 to 8']);
});

test('requirements are compared by what they ask for', async (t) => {
  const folder = await scratchFolder(t);
  const files = (text: string): Files => ({ ...plainFiles, 'requirements.txt': text });
  const before = await makeArchive(folder, files('torch==2.4\nnumpy\n'));
  const after = await makeArchive(folder, files('numpy\ntorch==2.3\n'), { version: '2.0' });
  const result = await diff(before, after);
  assert.ok(words(result).includes('torch downgraded 2.4 to 2.3'), words(result).join('; '));
});

test('a version that changed alone is told', async (t) => {
  const folder = await scratchFolder(t);
  const before = await makeArchive(folder, plainFiles);
  const after = await makeArchive(folder, plainFiles, { version: '1.1' });
  const result = await diff(before, after);
  assert.deepEqual(words(result), ['Version 1.0 to 1.1, and nothing else', 'Weights unchanged']);
  assert.deepEqual(
    result.findings.map(({ code }) => code),
    ['VERSION_ONLY'],
  );
});

test('a ZIP inside is compared by its members, stored or deflated, also from a tar', async (t) => {
  const folder = await scratchFolder(t);
  const inner = (code: string, name: string) =>
    zip([zipEntry(`${name}/data.pkl`, 'same'), zipEntry(`${name}/code/m.py`, code)]);
  const bytes = (pieces: ReturnType<typeof zip>, name: string) => {
    const path = join(folder, name);
    writePieces(path, pieces);
    return readFileSync(path);
  };
  const old = bytes(inner('a = 1\n', 'first'), 'first.pt');
  const now = bytes(inner('a = 2\n', 'second'), 'second.pt');
  for (const more of [{}, { compression: 'deflate' }, { archiveFormat: 'tgz' }] as const) {
    const before = await makeArchive(folder, { ...plainFiles, 'model.pt': old }, more);
    const after = await makeArchive(folder, { ...plainFiles, 'model.pt': now }, more);
    const { members } = find(await diff(before, after), 'model.pt').details;
    assert.deepEqual(members?.summary.unchanged, 1);
    assert.deepEqual(
      members?.entries.map(({ path, details }) => [path, details.additions]),
      [['code/m.py', 1]],
    );
  }
});

test('an entry that is broken says so, and the others are compared', async (t) => {
  const folder = await scratchFolder(t);
  const good = [zipEntry('MAR-INF/MANIFEST.json', '{}'), zipEntry('b.txt', 'old')];
  const [before, after] = [join(folder, 'old.mar'), join(folder, 'new.mar')];
  writePieces(before, zip([...good, deflated('a.txt', 'first'.repeat(100))]));
  writePieces(
    after,
    zip([...good.slice(0, 1), zipEntry('b.txt', 'new'), zipEntry('a.txt', 'other', { both: { crc32: 1 } })]),
  );
  const result = await diff(before, after);
  assert.equal(find(result, 'a.txt').details.problem?.code, 'ZIP_CRC');
  assert.equal(find(result, 'b.txt').details.additions, 1);
  assert.equal(result.identical, false);
});

test('what breaks only when it is proven is no equal content', async (t) => {
  const folder = await scratchFolder(t);
  const [before, after] = [join(folder, 'old.mar'), join(folder, 'new.mar')];
  const manifest = zipEntry('MAR-INF/MANIFEST.json', '{}');
  writePieces(before, zip([manifest, zipEntry('a.txt', 'first')]));
  const sum = zipEntry('a.txt', 'first');
  writePieces(after, zip([manifest, sum]));
  const bytes = readFileSync(after);
  bytes.write('F', bytes.indexOf('first'));
  writeFileSync(after, bytes);
  assert.equal((await diff(before, after)).identical, true, 'by CRC-32 nothing can be seen');
  const proven = await diff(before, after, { proves: true });
  assert.equal(proven.identical, false);
  assert.equal(find(proven, 'a.txt').details.problem?.code, 'ZIP_CRC');
});

test('the order of entries counts where it is strict', async (t) => {
  const folder = await scratchFolder(t);
  const entries = [zipEntry('MAR-INF/MANIFEST.json', '{}'), zipEntry('a', '1'), zipEntry('b', '2')];
  const [before, after] = [join(folder, 'old.mar'), join(folder, 'new.mar')];
  writePieces(before, zip(entries));
  writePieces(after, zip(entries.toReversed()));
  assert.deepEqual(
    [(await diff(before, after)).identical, (await diff(before, after)).isOrderNew],
    [true, true],
  );
  assert.equal((await diff(before, after, { strict: true })).identical, false);
});

test('a side that can not be opened is the problem of that side', async (t) => {
  const folder = await scratchFolder(t);
  const good = await makeArchive(folder, plainFiles);
  const text = join(folder, 'text.mar');
  writeFileSync(text, 'no archive');
  for (const [a, b] of [
    [good, text],
    [text, good],
  ] as const) {
    await assert.rejects(diff(a, b), { code: 'ZIP_NOT_ZIP', path: text });
    await assert.rejects(diff(a === text ? join(folder, 'none') : a, b === text ? join(folder, 'none') : b), {
      code: 'INPUT_MISSING',
    });
  }
});

test('a cancelled comparison ends as one', async (t) => {
  const folder = await scratchFolder(t);
  const archive = await makeArchive(folder, plainFiles);
  const signal = AbortSignal.abort();
  await assert.rejects(diff(archive, archive, { proves: true }, { signal }), { code: 'CANCELLED' });
});
