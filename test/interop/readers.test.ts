/** Every form of archive that we write is read whole, and read the same, by every reader that is here. */
import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import type { PackInput } from '../../core/contract/model.ts';
import { pack, packToStream } from '../../core/pack.ts';
import { assertReadersAgree, assertSameContents } from '../support/agreement.ts';
import {
  type ArchiveReader,
  type Contents,
  type FileFacts,
  tarGzReaders,
  zipReaders,
} from '../support/readers.ts';
import { folderContents, makeScratch, removeScratch, scratchFolder, streamInto } from '../support/scratch.ts';
import { assertSoundZip } from '../support/zip-structure.ts';

const mebi = 1024 * 1024;

/** Bytes that don't shrink, the same in every run. */
const noise = (bytes: number): Buffer =>
  createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(bytes));

const files: Readonly<Record<string, Buffer | string>> = {
  'empty.txt': '',
  'one.bin': 'x',
  'labels/index_to_name.json': '{"0": "tabby"}'.repeat(100),
  '标签/中文名称.json': '{"0": "猫"}',
  '😀 model 模型.txt': 'an emoji and a space',
  'signs !"#$%&\'()+,;=@[]^_`{}~.txt': 'signs',
  [`${'d'.repeat(200)}/${'e'.repeat(200)}/${'f'.repeat(200)}/${'g'.repeat(200)}.txt`]: 'a long name',
  // The edges of the pieces that are deflated side by side, and of the 32 KiB that each looks back.
  'text-32k.txt': 'text '.repeat(40_000).slice(0, 32 * 1024),
  'text-1m-1.txt': 'some text '.repeat(120_000).slice(0, mebi - 1),
  'text-1m.txt': 'some text '.repeat(120_000).slice(0, mebi),
  'text-1m+1.txt': 'some text '.repeat(120_000).slice(0, mebi + 1),
  'mixed-3m.bin': Buffer.concat([noise(mebi + 7), Buffer.alloc(mebi), noise(mebi + 9)]),
  'noise-2m.bin': noise(2 * mebi),
  'noise-small.bin': noise(777),
};

let sources = '';
let input: PackInput;
let expected: Contents;

before(async () => {
  sources = await makeScratch();
  const extra = join(sources, 'extra');
  for (const [name, content] of Object.entries(files)) {
    const path = join(extra, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  await writeFile(join(extra, 'handler.py'), 'def handle(data, context):\n    return data\n');
  expected = folderContents(extra);
  const handler = join(extra, 'handler.py');
  input = { modelName: 'model', version: '1.0', handler, extraFiles: [extra] };
});

after(() => removeScratch(sources));

const zipForms: Readonly<Record<string, Partial<PackInput>>> = {
  'default, auto': {},
  'default, deflate': { compression: 'deflate' },
  'default, deflate, level 1': { compression: 'deflate', level: 1 },
  'default, deflate, level 9': { compression: 'deflate', level: 9 },
  'default, store': { compression: 'store' },
  'default, reproducible': { reproducible: true },
  'default, reproducible, deflate': { reproducible: true, compression: 'deflate' },
  'zip-store': { archiveFormat: 'zip-store' },
};

for (const [title, form] of Object.entries(zipForms)) {
  test(`a ${title} archive is sound, and every reader reads it whole`, async (t) => {
    const { output } = await pack({ ...input, ...form, exportPath: await scratchFolder(t) });
    const { names, hasZip64End, localZip64 } = await assertSoundZip(output);
    assert.equal(names.length, expected.size + 1);
    assert.deepEqual({ hasZip64End, localZip64 }, { hasZip64End: false, localZip64: [] });
    await assertReadersAgree(t, zipReaders, output, expected);
  });
}

for (const [title, form] of Object.entries({ tgz: {}, 'tgz, reproducible': { reproducible: true } })) {
  test(`a ${title} archive is one gzip member, and every reader reads it whole`, async (t) => {
    const exportPath = await scratchFolder(t);
    const { output } = await pack({ ...input, ...form, archiveFormat: 'tgz', exportPath });
    assertOneMember(await readFile(output));
    await assertReadersAgree(t, tarGzReaders, output, expected, 'model');
  });
}

test('a no-archive folder holds the same files', async (t) => {
  const exportPath = await scratchFolder(t);
  const { output } = await pack({ ...input, archiveFormat: 'no-archive', exportPath });
  const contents = new Map(folderContents(output));
  assert.ok(contents.delete('MAR-INF/MANIFEST.json'));
  assertSameContents(contents, expected);
});

for (const [title, form] of Object.entries({ 'default, auto': {}, reproducible: { reproducible: true } })) {
  test(`a streamed ${title} archive is read whole by every reader`, async (t) => {
    const path = join(await scratchFolder(t), 'streamed.mar');
    await streamInto(path, (stream) => packToStream({ ...input, ...form }, stream));
    await assertReadersAgree(t, zipReaders, path, expected);
  });
}

test('a streamed tgz is one gzip member, and every reader reads it whole', async (t) => {
  const path = join(await scratchFolder(t), 'streamed.tar.gz');
  await streamInto(path, (stream) => packToStream({ ...input, archiveFormat: 'tgz' }, stream));
  assertOneMember(await readFile(path));
  await assertReadersAgree(t, tarGzReaders, path, expected, 'model');
});

test('a name keeps its decomposed letters', async (t) => {
  const folder = await scratchFolder(t);
  const name = 'e\u0301 decomposed, \u00e9 composed.txt';
  await mkdir(join(folder, 'extra'));
  await writeFile(join(folder, 'extra', name), 'both forms');
  const decomposed = { ...input, extraFiles: [join(folder, 'extra')], exportPath: folder };
  const named = new Map([...folderContents(join(folder, 'extra')), handlerFacts()]);
  // libarchive composes every name that it reads, whatever stands in the archive.
  const faithful = (reader: ArchiveReader) => !reader.name.startsWith('bsdtar');
  const { output } = await pack(decomposed);
  await assertReadersAgree(t, zipReaders.filter(faithful), output, named);
  const tgz = await pack({ ...decomposed, archiveFormat: 'tgz' });
  await assertReadersAgree(t, tarGzReaders.filter(faithful), tgz.output, named, 'model');
});

/** Readers that would take anything prove nothing. */
for (const [archiveFormat, readers] of [
  ['zip-store', zipReaders],
  ['tgz', tarGzReaders],
] as const) {
  test(`a flipped byte in a ${archiveFormat} archive is noticed by every reader`, async (t) => {
    const exportPath = await scratchFolder(t);
    const { output } = await pack({ ...input, archiveFormat, exportPath });
    const bytes = await readFile(output);
    const middle = bytes.length >> 1;
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    const damaged = `${output}.damaged`;
    await writeFile(damaged, bytes);
    for (const reader of readers) {
      await t.test(`noticed by ${reader.name}`, async (subtest) => {
        const missing = await reader.available();
        if (missing) return subtest.skip(missing);
        const sound = await reader.read(output);
        const seen = await reader.read(damaged).catch(() => null);
        assert.notDeepEqual(seen, sound);
      });
    }
  });
}

function handlerFacts(): [string, FileFacts] {
  const facts = expected.get('handler.py');
  assert.ok(facts);
  return ['handler.py', facts];
}

/** TorchServe stops after the first gzip member, so nothing may follow it. */
function assertOneMember(bytes: Buffer): void {
  assert.deepEqual([...bytes.subarray(0, 3)], [0x1f, 0x8b, 8], 'the file begins as gzip');
  const hasName = bytes.readUInt8(3) & 8;
  assert.equal(bytes.readUInt8(3) & ~8, 0, 'no flag but a name is set');
  const start = hasName ? bytes.indexOf(0, 10) + 1 : 10;
  const { buffer, engine } = inflateRawSync(bytes.subarray(start), { info: true }) as unknown as {
    buffer: Buffer;
    engine: { bytesWritten: number };
  };
  const trailer = start + engine.bytesWritten;
  assert.equal(trailer + 8, bytes.length, 'the checksum and the size end the file');
  assert.equal(bytes.readUInt32LE(trailer + 4), buffer.length, 'the size is that of the whole tar');
}
