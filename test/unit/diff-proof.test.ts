/** What may not be called equal, and what may not be called proven. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { diff } from '../../core/diff.ts';
import { writePieces } from '../hostile/pieces.ts';
import { zip, zipEntry } from '../hostile/zip-builder.ts';
import { makeArchive, plainFiles } from '../support/models.ts';
import { scratchFolder } from '../support/scratch.ts';

const manifest = zipEntry('MAR-INF/MANIFEST.json', '{}');
const link = { central: { madeBy: 0x031e, externalAttributes: (0o120777 << 16) >>> 0 } };

test('a link in a ZIP that leads elsewhere is no equal one', async (t) => {
  const folder = await scratchFolder(t);
  const made = (name: string, target: string) => {
    const path = join(folder, name);
    writePieces(path, zip([manifest, zipEntry('link', target, link)]));
    return path;
  };
  const [before, after] = [made('old.mar', 'model.pt'), made('new.mar', '/etc/pwd')];
  for (const proves of [false, true]) {
    const { identical, entries } = await diff(before, after, { proves });
    assert.equal(identical, false);
    assert.deepEqual(
      entries.map(({ path, change }) => [path, change]),
      [['link', 'modified']],
    );
    const same = await diff(before, before, { proves });
    assert.deepEqual([same.identical, same.proof], [true, proves ? 'sha256' : 'crc32']);
  }
});

test('a large content that breaks does not spoil the hash of the next one', async (t) => {
  const folder = await scratchFolder(t);
  const [before, after] = [join(folder, 'old.mar'), join(folder, 'new.mar')];
  const large = Buffer.alloc(5 * 1024 * 1024, 'large');
  for (const path of [before, after]) {
    writePieces(path, zip([manifest, zipEntry('first.bin', large), zipEntry('second.bin', large)]));
  }
  const bytes = readFileSync(after);
  bytes.write('LARGE', bytes.indexOf('largelarge'));
  writeFileSync(after, bytes);
  const { entries, summary } = await diff(before, after, { proves: true });
  assert.deepEqual(
    entries.map(({ path, details }) => [path, details.problem?.code]),
    [['first.bin', 'ZIP_CRC']],
  );
  assert.equal(summary.unchanged, 2);
});

test('a manifest is the same one only by its text, whatever numbers a parser rounds', async (t) => {
  const folder = await scratchFolder(t);
  const made = async (text: string) => {
    const path = await makeArchive(folder, plainFiles, { archiveFormat: 'no-archive' });
    const file = join(path, 'MAR-INF', 'MANIFEST.json');
    const { createdOn: _, ...manifest } = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify(manifest).replace('{', `{${text},`));
    return path;
  };
  const before = await made('"createdOn":"a","build":9007199254740992');
  assert.equal((await diff(before, await made('"build":9007199254740992,"createdOn":"b"'))).identical, true);
  assert.equal((await diff(before, await made('"createdOn":"a","build":9007199254740993'))).identical, false);
});

test('archives inside archives are compared by proof as well', async (t) => {
  const folder = await scratchFolder(t);
  const path = join(folder, 'inner.mar');
  writePieces(path, zip([manifest, zipEntry('a.txt', 'one')]));
  const outer = await makeArchive(folder, { ...plainFiles, 'inner.mar': readFileSync(path) });
  const inside = `${outer}!inner.mar`;
  const { identical, proof } = await diff(inside, inside, { proves: true });
  assert.deepEqual([identical, proof], [true, 'sha256']);
});

test('that TorchServe would load something else is said of archives that list the same', async (t) => {
  const folder = await scratchFolder(t);
  const [before, after] = [join(folder, 'old.mar'), join(folder, 'new.mar')];
  const listed = [manifest, zipEntry('a.txt', 'one')];
  writePieces(before, zip(listed));
  writePieces(after, zip([...listed, zipEntry('handler.py', 'import os', { unlisted: true })]));
  const { findings, verdict } = await diff(before, after);
  assert.ok(findings.some(({ severity }) => severity === 'error'));
  assert.match(verdict.at(-1)?.text ?? '', /new error/);
});

test('another handler in the manifest is told, and is not called nothing else', async (t) => {
  const folder = await scratchFolder(t);
  const [before, after] = [join(folder, 'old.mar'), join(folder, 'new.mar')];
  const made = (path: string, modelVersion: string, handler: string) => {
    const text = JSON.stringify({ model: { modelName: 'net', modelVersion, handler } });
    writePieces(path, zip([zipEntry('MAR-INF/MANIFEST.json', text), zipEntry('a.py', '1')]));
  };
  const words = async () => (await diff(before, after)).verdict.map(({ text }) => text);
  made(before, '1.0', 'a.py');
  made(after, '1.1', 'b.py');
  assert.deepEqual(await words(), ['Version 1.0 to 1.1.', 'handler a.py to b.py.']);
  made(after, '1.0', 'b.py');
  assert.deepEqual(await words(), ['Manifest changed, version 1.0 did not.', 'handler a.py to b.py.']);
});

test('other weights that were there before are not called unchanged weights, nor let through a policy', async (t) => {
  const folder = await scratchFolder(t);
  const [before, after] = [join(folder, 'old.mar'), join(folder, 'new.mar')];
  const policyPath = join(folder, 'policy.yaml');
  const made = (path: string, serializedFile: string) => {
    const text = JSON.stringify({ model: { modelName: 'net', modelVersion: '1.0', serializedFile } });
    const entries = ['a.pt', 'b.pt'].map((name) => zipEntry(name, `weights ${name}`));
    writePieces(path, zip([zipEntry('MAR-INF/MANIFEST.json', text), ...entries]));
  };
  made(before, 'a.pt');
  made(after, 'b.pt');
  writeFileSync(policyPath, 'rules:\n  - name: same weights\n    forbid: { role: weights }\n');
  const { entries, verdict, policy } = await diff(before, after, { policyPath });
  assert.deepEqual(
    entries.map(({ path }) => path),
    ['MAR-INF/MANIFEST.json'],
  );
  assert.ok(verdict.some(({ text }) => text === 'Weights now taken from b.pt, which did not change.'));
  assert.deepEqual(
    policy?.rules[0]?.broken.map(({ path }) => path),
    ['a.pt', 'b.pt'],
  );
});
