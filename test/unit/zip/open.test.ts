/** What a file is, is told by its bytes. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Problem } from '../../../core/contract/errors.ts';
import { openArchive } from '../../../core/open.ts';
import { listingBefore } from '../../../core/refused.ts';
import { joined } from '../../hostile/pieces.ts';
import { zip, zipEntry } from '../../hostile/zip-builder.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { codesOf, openScratch, writeScratch } from '../../support/zip-file.ts';

const fixtures = resolve(import.meta.dirname, '../../fixtures/torchserve');
const archives = readdirSync(fixtures).filter((name) => name !== 'README.md');

for (const name of archives) {
  test(`TorchServe's own ${name} opens, lists and reads without an error`, async (t) => {
    const archive = await openArchive(join(fixtures, name));
    t.after(() => archive.close());
    assert.deepEqual(
      archive.findings.filter(({ severity }) => severity !== 'info'),
      [],
    );
    assert.equal(archive.kind, kindOf(name));
    assert.equal(archive.served.error, null);
    assert.ok(archive.served.files.some((file) => /^(MAR|WAR)-INF\/MANIFEST\.json$/.test(file.name)));
    for (const entry of archive.entries.filter(({ type }) => type === 'file')) {
      let size = 0;
      for await (const chunk of archive.read(entry)) size += chunk.length;
      assert.equal(size, entry.size);
    }
  });
}

function kindOf(name: string): string {
  if (name.endsWith('.tar.gz')) return 'tgz';
  return name.endsWith('.war') ? 'war' : name.endsWith('.mar') ? 'mar' : 'directory';
}

const good = zip([zipEntry('MAR-INF/MANIFEST.json', '{}'), zipEntry('model.pt', 'weights')]);

test('the name of a file decides nothing but a warning', async (t) => {
  for (const name of ['a.mar', 'a.tar.gz', 'a.MAR', 'a.zip', 'a']) {
    const archive = await openScratch(t, good, name);
    assert.equal(archive.container, 'zip');
    assert.deepEqual(codesOf(archive), name === 'a.mar' ? [] : ['TS_EXTENSION']);
  }
});

test('a workflow archive is known by its folder', async (t) => {
  const workflow = zip([zipEntry('WAR-INF/MANIFEST.json', '{}')]);
  assert.equal((await openScratch(t, workflow, 'a.war')).kind, 'war');
  assert.deepEqual(codesOf(await openScratch(t, workflow, 'a.war')), []);
  const both = zip([zipEntry('WAR-INF/MANIFEST.json', '{}'), zipEntry('MAR-INF/MANIFEST.json', '{}')]);
  assert.equal((await openScratch(t, both)).kind, 'mar');
});

const others: Readonly<Record<string, Buffer>> = {
  text: Buffer.from('404 not found\n'),
  'an HTML or XML page': Buffer.from('\n<!DOCTYPE html><html><body>Sign in</body></html>'),
  JSON: Buffer.from('{"error": "no such file"}'),
  'a PNG image': Buffer.from('89504e470d0a1a0a0000000d', 'hex'),
  'a Python pickle': Buffer.from('80027d7100', 'hex'),
  'an ELF program or library': Buffer.from('7f454c46020101', 'hex'),
  'nothing but zero bytes': Buffer.alloc(3000),
  'gzip around text': gzipSync('a log file\n'.repeat(200)),
  'gzip around a Python pickle': gzipSync(
    Buffer.concat([Buffer.from('80027d7100', 'hex'), Buffer.alloc(600, 1)]),
  ),
  'nothing known \\(00ff': Buffer.from('00ff01fe', 'hex'),
};
for (const [looksLike, bytes] of Object.entries(others)) {
  test(`a file that looks like ${looksLike} is refused as such`, async (t) => {
    const path = await writeScratch(t, [bytes]);
    await assert.rejects(openArchive(path), {
      code: 'ZIP_NOT_ZIP',
      message: new RegExp(`look like ${looksLike}`),
    });
  });
}

test('an empty file and a missing one are told apart', async (t) => {
  await assert.rejects(openArchive(await writeScratch(t, [])), { code: 'ZIP_EMPTY_FILE' });
  await assert.rejects(openArchive(join(fixtures, 'gone.mar')), { code: 'INPUT_MISSING' });
});

test('an archive behind other bytes is opened, for it is what other tools would read', async (t) => {
  const archive = await openScratch(t, [Buffer.from('#!/bin/sh\nexit\n'), ...good]);
  assert.deepEqual(codesOf(archive), ['ZIP_PREFIX']);
  assert.equal(archive.entries.length, 2);
  assert.deepEqual(archive.served, { files: [], error: null });
});

test('text that holds the signature of an end record is still text', async (t) => {
  const bytes = Buffer.from(`about ZIP files: PK\x05\x06${'and so on '.repeat(20)}`);
  await assert.rejects(openArchive(await writeScratch(t, [bytes])), { code: 'ZIP_NOT_ZIP' });
});

test('a folder is a model, whatever it is called', async (t) => {
  const folder = join(await scratchFolder(t), 'a.mar');
  mkdirSync(join(folder, 'MAR-INF'), { recursive: true });
  writeFileSync(join(folder, 'MAR-INF/MANIFEST.json'), '{}');
  const archive = await openArchive(folder);
  t.after(() => archive.close());
  assert.equal(archive.kind, 'directory');
});

test('a cancelled job opens nothing', async (t) => {
  const path = await writeScratch(t, good);
  await assert.rejects(openArchive(path, { signal: AbortSignal.abort() }), (error) => {
    return error instanceof Problem && error.code === 'CANCELLED';
  });
});

test('the smallest archives and those of a few bytes are told, never crashed on', async (t) => {
  const bytes = joined(good);
  for (let length = 1; length < 40; length++) {
    const path = await writeScratch(t, [bytes.subarray(bytes.length - length)]);
    await assert.rejects(openArchive(path), Problem, `the last ${length} bytes`);
  }
});

test('of an archive that is cut off the entries are shown, and what TorchServe makes of them', async (t) => {
  const bytes = joined(good);
  const directory = bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
  for (const [length, names, error] of [
    [directory + 20, ['MAR-INF/MANIFEST.json', 'model.pt'], null],
    [directory - 2, ['MAR-INF/MANIFEST.json', 'model.pt'], /^unexpected EOF, at model\.pt$/],
  ] as const) {
    const path = await writeScratch(t, [bytes.subarray(0, length)]);
    const problem = await openArchive(path).catch((caught) => caught);
    assert.equal(problem.code, 'ZIP_TRUNCATED');
    const listing = listingBefore(problem);
    assert.deepEqual(
      listing?.entries.map(({ name }) => name),
      names,
    );
    if (error === null) {
      assert.deepEqual(
        listing?.served?.files.map(({ name, size }) => [name, size]),
        [
          ['MAR-INF/MANIFEST.json', 2],
          ['model.pt', 7],
        ],
      );
    } else {
      assert.match(listing?.served?.error ?? '', error);
    }
  }
});
