import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import test from 'node:test';
import { cat } from '../../core/cat.ts';
import { pack } from '../../core/pack.ts';
import { formats, makeModel } from '../faults/model.ts';
import { scratchFolder } from '../support/scratch.ts';

async function bytesOf(path: string, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  await cat(path, name, sink);
  return Buffer.concat(chunks);
}

for (const format of formats) {
  test(`${format}: cat gives every entry back as it was`, async (t) => {
    const folder = await scratchFolder(t);
    const model = makeModel(join(folder, 'model'), 400_000);
    const { output } = await pack({
      ...model.input,
      archiveFormat: format,
      exportPath: join(folder, 'store'),
    });
    for (const [name, facts] of model.contents) {
      const bytes = await bytesOf(output, format === 'tgz' ? `model/${name}` : name);
      assert.equal(bytes.length, facts.size);
      assert.equal(createHash('sha256').update(bytes).digest('hex'), facts.sha256);
    }
  });
}

test('an entry of a tar is found without its root folder too, and by its shown name', async (t) => {
  const folder = await scratchFolder(t);
  const odd = join(folder, 'odd\u200bname.txt');
  writeFileSync(odd, 'odd');
  const model = makeModel(join(folder, 'model'), 1000);
  const extraFiles = [odd, `${odd}=>twice/a\u200bb`, `${odd}=>twice/a\u{200c}b`];
  for (const archiveFormat of formats) {
    const input = { ...model.input, extraFiles, archiveFormat, exportPath: join(folder, archiveFormat) };
    const { output } = await pack(input);
    assert.match(String(await bytesOf(output, 'MAR-INF/MANIFEST.json')), /modelName/);
    assert.match(String(await bytesOf(output, 'handler.py')), /def handle/);
    assert.equal(String(await bytesOf(output, 'odd\\u{200b}name.txt')), 'odd');
    assert.equal(String(await bytesOf(output, 'twice/a\\u{200b}b')), 'odd');
    await assert.rejects(bytesOf(output, 'twice/a\\u{200d}b'), { code: 'ENTRY_MISSING' });
  }
});

test('an entry that is not there is met with the nearest that is', async (t) => {
  const folder = await scratchFolder(t);
  const model = makeModel(join(folder, 'model'), 1000);
  const { output } = await pack({ ...model.input, exportPath: folder });
  const hintFor = (name: string) =>
    bytesOf(output, name).then(String, ({ code, hint }) => `${code}: ${hint}`);
  assert.match(await hintFor('handlr.py'), /^ENTRY_MISSING: did you mean handler\.py\?/);
  assert.match(await hintFor('index_to_name.json'), /labels\/index_to_name\.json/);
  assert.match(await hintFor('no such thing'), /inspect/);
});

test('bytes that do not fit their checksum end in a problem', async (t) => {
  const folder = await scratchFolder(t);
  const model = makeModel(join(folder, 'model'), 100_000);
  const { output } = await pack({ ...model.input, exportPath: folder });
  const bytes = readFileSync(output);
  const at = bytes.indexOf(readFileSync(model.weights).subarray(0, 64));
  bytes[at] = (bytes[at] as number) ^ 1;
  writeFileSync(output, bytes);
  await assert.rejects(bytesOf(output, 'weights.pt'), { code: 'ZIP_CRC' });
});

test('a slip in a name inside the root folder of a tar, a folder and no name at all are told apart', async (t) => {
  const folder = await scratchFolder(t);
  const model = makeModel(join(folder, 'model'), 1000);
  for (const archiveFormat of ['tgz', 'default'] as const) {
    const { output } = await pack({ ...model.input, archiveFormat, exportPath: join(folder, archiveFormat) });
    const hints = { 'handlr.py': 'handler.py', 'MAR-INF': 'MAR-INF/MANIFEST.json' };
    for (const [asked, meant] of Object.entries(hints)) {
      await assert.rejects(bytesOf(output, asked), { code: 'ENTRY_MISSING', hint: `did you mean ${meant}?` });
    }
    await assert.rejects(bytesOf(output, ''), { code: 'ENTRY_MISSING', message: /no entry without a name$/ });
  }
});

test('a reader that goes away is told of in words that fit an entry too', async (t) => {
  const folder = await scratchFolder(t);
  const model = makeModel(join(folder, 'model'), 1000);
  const { output } = await pack({ ...model.input, exportPath: folder });
  const gone = new Writable({
    write: (_chunk, _encoding, done) =>
      done(Object.assign(new Error(), { code: 'EPIPE', errno: -32, syscall: 'write' })),
  });
  gone.on('error', () => {});
  await assert.rejects(cat(output, 'handler.py', gone), { code: 'OUTPUT_CLOSED', message: /all of it/ });
});
