import assert from 'node:assert/strict';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { handlerEntry, manifestEntry, manifestName, manifestText } from '../hostile/case.ts';
import { writePieces } from '../hostile/pieces.ts';
import { mode, zip, zipEntry } from '../hostile/zip-builder.ts';
import { scratchFolder } from '../support/scratch.ts';
import { marStudio } from './command-line.ts';
import { assertMisuse, documentOf, packedModel } from './packed-model.ts';

test('--json is one document of the shape that the contract names', async (t) => {
  const { archive } = await packedModel(t);
  const document = documentOf(await marStudio(['inspect', archive, '--json']));
  const keys = ['schema', 'path', 'kind', 'size', 'manifest', 'entries', 'totals', 'findings'];
  assert.deepEqual(Object.keys(document), keys);
  assert.equal(document.schema, 'mar-studio.inspect/1');
  assert.equal(document.path, archive);
  assert.equal(document.kind, 'mar');
  assert.equal(document.size, (await readFile(archive)).length);
  assert.equal(document.manifest.model.modelName, 'digits');
  assert.deepEqual(Object.keys(document.totals), ['entries', 'size', 'compressedSize']);
  const entryKeys = ['path', 'size', 'compressedSize', 'method', 'crc32', 'modified', 'mode', 'role'];
  for (const entry of document.entries) {
    assert.deepEqual(Object.keys(entry), entryKeys);
    assert.match(entry.crc32, /^[0-9a-f]{8}$/);
    assert.match(entry.mode, /^0[0-7]{3}$/);
    assert.equal(new Date(entry.modified).toISOString(), entry.modified);
  }
  assert.deepEqual(document.findings, []);
});

test('what a container does not have is null', async (t) => {
  const { archive } = await packedModel(t, '--archive-format', 'tgz');
  const document = documentOf(await marStudio(['inspect', archive, '--json']));
  assert.equal(document.kind, 'tgz');
  assert.equal(document.totals.compressedSize, null);
  for (const { crc32, compressedSize } of document.entries)
    assert.deepEqual([crc32, compressedSize], [null, null]);
});

test('people see the manifest, every entry with its role, and the sums', async (t) => {
  const { archive } = await packedModel(t);
  const { code, stdout, stderr } = await marStudio(['inspect', archive]);
  assert.equal(code, 0);
  assert.equal(stderr, '');
  assert.match(stdout, /^ {2}modelName +digits$/m);
  assert.match(stdout, /B {2}.* weights +digits\.pt$/m);
  assert.match(
    stdout,
    /^7 entries, .*packed to .*; no findings \(contents were not read: verify does that\)$/m,
  );
});

test('--long adds checksum, time and mode, --tree draws folders with their sums', async (t) => {
  const { archive } = await packedModel(t);
  const long = await marStudio(['inspect', archive, '--long']);
  assert.match(long.stdout, / [0-9a-f]{8} {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}0644 .* handler\.py$/m);
  const tree = await marStudio(['inspect', archive, '--tree']);
  assert.match(tree.stdout, /^ +\d.*B {2}├─ MAR-INF\/\n +\d.*B {2}│ {2}└─ MANIFEST\.json$/m);
});

test('a fault is shown with the listing, and is no failure of inspect', async (t) => {
  const { archive } = await packedModel(t);
  await appendFile(archive, 'more');
  const { code, stdout } = await marStudio(['inspect', archive]);
  assert.equal(code, 0);
  assert.match(stdout, /handler\.py/);
  assert.match(stdout, /error ZIP_TRAILING_DATA/);
});

test('a manifest that TorchServe would not find or not read is told', async (t) => {
  const cwd = await scratchFolder(t);
  const wrong: Record<string, [name: string, text: string]> = {
    MANIFEST_MISSING: ['mar-inf/manifest.json', manifestText],
    MANIFEST_INVALID: [manifestName, manifestText.slice(0, -2)],
    MANIFEST_FIELD: [manifestName, '{"runtime": "python"}'],
    MANIFEST_DANGLING: [manifestName, manifestText.replace('handler.py', 'handlr.py')],
  };
  for (const [code, [name, text]] of Object.entries(wrong)) {
    writePieces(join(cwd, 'model.mar'), zip([zipEntry(name, text), handlerEntry]));
    const { stdout } = await marStudio(['inspect', 'model.mar'], { cwd });
    assert.match(stdout, new RegExp(`\\nerror ${code}  `));
    const { findings } = documentOf(await marStudio(['inspect', 'model.mar', '--json'], { cwd }));
    const verified = documentOf(await marStudio(['verify', 'model.mar', '--json'], { cwd }), 1);
    const ofManifest = (all: { code: string }[]) => all.filter((one) => one.code.startsWith('MANIFEST_'));
    assert.deepEqual(findings, ofManifest(verified.findings));
    assert.equal(findings[0]?.code, code);
  }
});

test('special rights are shown as four digits', async (t) => {
  const cwd = await scratchFolder(t);
  const modes: [name: string, unixMode: number, shown: string][] = [
    ['plain', 0o100644, '0644'],
    ['set-uid', 0o104755, '4755'],
    ['all', 0o107777, '7777'],
    ['none', 0o100000, '0000'],
    ['own', 0o100006, '0006'],
  ];
  const entries = modes.map(([name, unixMode]) =>
    zipEntry(name, 'x', { central: { externalAttributes: mode(unixMode) } }),
  );
  writePieces(join(cwd, 'model.mar'), zip([manifestEntry, handlerEntry, ...entries]));
  const document = documentOf(await marStudio(['inspect', 'model.mar', '--json'], { cwd }));
  for (const [name, , shown] of modes) {
    assert.equal(document.entries.find(({ path }: { path: string }) => path === name).mode, shown);
  }
  const { stdout } = await marStudio(['inspect', 'model.mar', '--long'], { cwd });
  assert.match(stdout, / 4755 {2}extra +set-uid$/m);
});

test('what can not be opened to its end is still listed as far as it goes', async (t) => {
  const { archive, cwd } = await packedModel(t, '--archive-format', 'tgz');
  const tar = gunzipSync(await readFile(archive));
  const cut = join(cwd, 'cut.tar.gz');
  await writeFile(cut, gzipSync(tar.subarray(0, tar.length - 1500)));
  const run = await marStudio(['inspect', cut]);
  assert.equal(run.code, 2);
  assert.match(run.stdout, /digits\/handler\.py/);
  assert.match(run.stderr, /^error TAR_TRUNCATED: .*\nhint: .*\n$/);
  const document = JSON.parse((await marStudio(['inspect', cut, '--json'])).stdout);
  assert.equal(document.schema, 'mar-studio.error/1');
  assert.equal(document.code, 'TAR_TRUNCATED');
  assert.ok(document.entries.some(({ path }: { path: string }) => path === 'digits/handler.py'));
});

test('misuse is told', async (t) => {
  const { archive, cwd } = await packedModel(t);
  await assertMisuse(
    {
      'no archive': { args: ['inspect'], says: /needs an archive/ },
      'two archives': { args: ['inspect', archive, 'b.mar'], says: /one archive/ },
      'a tree with details': { args: ['inspect', archive, '--tree', '--long'], says: /--tree/ },
      'an unknown option': { args: ['inspect', archive, '--tre'], says: /--tree/ },
    },
    cwd,
  );
  const missing = await marStudio(['inspect', 'gone.mar'], { cwd });
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /^error INPUT_MISSING/);
});
