/**
 * Archives past the limits of plain ZIP: more than 65,535 entries, and sizes and offsets about 4 GiB.
 *
 * The bodies are zeros from sparse files or from nowhere, so that reading costs more than writing. Three
 * archives go to every reader: 70,000 entries, one entry past 4 GiB deflated, and one stored with small
 * entries behind it. The edges go to those that parse ZIP by themselves in different ways: the JDK (local
 * headers, and known for wrong ideas about Zip64), Python (the directory) and bsdtar from a pipe (local
 * headers). What takes minutes and tells of no limit of ZIP on disk waits for MAR_STUDIO_HEAVY=1.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Compression } from '../../core/contract/model.ts';
import { nativeEngine } from '../../core/deflate/engine.ts';
import { OutputFile } from '../../core/fs/output-file.ts';
import { pack, packToStream } from '../../core/pack.ts';
import { ZipWriter } from '../../core/zip/writer.ts';
import { assertReadersAgree } from '../support/agreement.ts';
import { type Contents, tarGzReaders, zipReaders } from '../support/readers.ts';
import { fileFacts, folderContents, scratchFolder, streamInto } from '../support/scratch.ts';
import { assertSoundZip } from '../support/zip-structure.ts';

const gibi = 2 ** 30;
const limit = { timeout: 900_000 };
const isHeavy = Boolean(process.env.MAR_STUDIO_HEAVY);

// ZipInputStream never seeks: from a pipe it meets the same bytes in the same order as from a file.
const allReaders = zipReaders.filter(({ name }) => name !== 'java.util.zip.ZipInputStream from a pipe');
const edgeReaders = zipReaders.filter(({ name }) =>
  ['java.util.zip.ZipInputStream', 'Python zipfile', 'bsdtar from a pipe'].includes(name),
);
// A tar has no count of entries and no directory, so fewer readers are enough.
const tarReaders = tarGzReaders.filter(({ name }) =>
  ["TorchServe's commons-compress", 'Python tarfile', 'bsdtar'].includes(name),
);

test('70,000 entries are read whole by every reader', limit, async (t) => {
  const { input, expected } = await manyFiles(t);
  const { output } = await pack(input);
  const { hasZip64End, names } = await assertSoundZip(output);
  assert.deepEqual({ hasZip64End, entries: names.length }, { hasZip64End: true, entries: 70_002 });
  await assertReadersAgree(t, allReaders, output, expected);
  const tgz = await pack({ ...input, archiveFormat: 'tgz' });
  await assertReadersAgree(t, tarReaders, tgz.output, expected, 'many');
});

test('more entries than yazl can take in good time are refused before a byte is streamed', async (t) => {
  const { input } = await manyFiles(t);
  const streamed = join(input.exportPath, 'streamed.mar');
  await assert.rejects(
    streamInto(streamed, (stream) => packToStream(input, stream)),
    { code: 'OUTPUT_NOT_STREAMABLE' },
  );
});

for (const [count, hasZip64End] of [
  [65_534, false],
  [65_535, true],
] as const) {
  test(`${count} entries ${hasZip64End ? 'need' : 'do without'} a Zip64 end`, limit, async (t) => {
    const path = join(await scratchFolder(t), 'count.zip');
    const bodies = Array.from({ length: count - 1 }, (_, index) => ({ name: `${index}`, size: index % 3 }));
    const expected = await writeZeros(path, 'store', bodies);
    assert.equal((await assertSoundZip(path)).hasZip64End, hasZip64End);
    await assertReadersAgree(t, edgeReaders, path, expected);
  });
}

test('a deflated entry over 4 GiB is read whole by every reader', limit, async (t) => {
  const folder = await scratchFolder(t);
  const { input, expected } = await sparseModel(folder, 4 * gibi + 1);
  const { output } = await pack(input);
  const { localZip64, hasZip64End } = await assertSoundZip(output);
  assert.deepEqual({ localZip64, hasZip64End }, { localZip64: ['model.bin'], hasZip64End: false });
  await assertReadersAgree(t, allReaders, output, expected);
});

test('small entries after a stored one of 4 GiB are read whole by every reader', limit, async (t) => {
  const path = join(await scratchFolder(t), 'behind.zip');
  const bodies = [
    { name: 'four-gibibytes', size: 4 * gibi },
    { name: 'empty-behind', size: 0 },
    { name: 'small-behind', size: 5 },
    { name: '后面', size: 100_000 },
  ];
  const expected = await writeZeros(path, 'store', bodies);
  const { localZip64, centralZip64, hasZip64End } = await assertSoundZip(path);
  assert.deepEqual(localZip64, ['four-gibibytes']);
  assert.deepEqual(centralZip64, ['four-gibibytes', 'empty-behind', 'small-behind', '后面']);
  assert.ok(hasZip64End);
  await assertReadersAgree(t, allReaders, path, expected);
});

test('deflated entries of 4 GiB - 1 and 4 GiB are read whole', limit, async (t) => {
  const path = join(await scratchFolder(t), 'edges.zip');
  const bodies = [-1, 0].map((offset) => ({ name: `4GiB${offset}`, size: 4 * gibi + offset }));
  const expected = await writeZeros(path, 'deflate', bodies);
  assert.deepEqual((await assertSoundZip(path)).localZip64, ['4GiB-1', '4GiB0']);
  await assertReadersAgree(t, edgeReaders, path, expected);
});

test('a stored entry of exactly 4 GiB - 1 with one behind it is read whole', limit, async (t) => {
  const path = join(await scratchFolder(t), 'stored-edge.zip');
  const bodies = [
    { name: 'edge', size: 4 * gibi - 1 },
    { name: 'behind', size: 3 },
  ];
  const expected = await writeZeros(path, 'store', bodies);
  const { localZip64, centralZip64 } = await assertSoundZip(path);
  assert.deepEqual({ localZip64, centralZip64 }, { localZip64: ['edge'], centralZip64: ['edge', 'behind'] });
  await assertReadersAgree(t, edgeReaders, path, expected);
});

test('a total just over 4 GiB of entries that need no Zip64 has a Zip64 end alone', limit, async (t) => {
  const path = join(await scratchFolder(t), 'total.zip');
  const bodies = [
    { name: 'first', size: 2 * gibi },
    { name: 'second', size: 2 * gibi },
  ];
  const expected = await writeZeros(path, 'store', bodies);
  const { centralZip64, hasZip64End } = await assertSoundZip(path);
  assert.deepEqual({ centralZip64, hasZip64End }, { centralZip64: [], hasZip64End: true });
  await assertReadersAgree(t, edgeReaders, path, expected);
});

test(
  'a streamed entry over 4 GiB is read whole, or refused with a code before it is begun',
  limit,
  async (t) => {
    const folder = await scratchFolder(t);
    const { input, expected } = await sparseModel(folder, 4 * gibi + 1);
    const path = join(folder, 'streamed.mar');
    const refused = await streamInto(path, (stream) => packToStream(input, stream)).then(
      () => null,
      (problem) => problem as { code: string },
    );
    if (refused === null) return assertReadersAgree(t, edgeReaders, path, expected);
    assert.equal(refused.code, 'OUTPUT_NOT_STREAMABLE');
    assert.equal(fileFacts(path).size, 0);
  },
);

test(
  'a tgz with an entry over 8 GiB, which plain tar headers can not tell, is read whole',
  limit,
  async (t) => {
    if (!isHeavy) return t.skip('set MAR_STUDIO_HEAVY=1 to pack and read 8 GiB');
    const folder = await scratchFolder(t);
    const { input, expected } = await sparseModel(folder, 8 * gibi + 1);
    const { output } = await pack({ ...input, archiveFormat: 'tgz' });
    await assertReadersAgree(t, tarReaders, output, expected, 'large');
  },
);

async function manyFiles(t: TestContext) {
  const exportPath = await scratchFolder(t);
  const extra = join(exportPath, 'extra');
  for (let part = 0; part < 70; part++) {
    await mkdir(join(extra, `part-${part}`), { recursive: true });
    const paths = Array.from({ length: 1000 }, (_, index) => join(extra, `part-${part}`, `${index}.txt`));
    await Promise.all(paths.map((path) => writeFile(path, path.slice(-8))));
  }
  const handler = await writeHandler(extra);
  const input = { modelName: 'many', version: '1.0', handler, extraFiles: [extra], exportPath };
  return { input, expected: folderContents(extra) };
}

async function writeHandler(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const handler = join(folder, 'handler.py');
  await writeFile(handler, 'def handle(data, context):\n    return data\n');
  return handler;
}

/** A model whose weights are a hole of that many bytes. */
async function sparseModel(folder: string, sizeBytes: number) {
  const handler = await writeHandler(join(folder, 'sources'));
  const weights = join(folder, 'sources', 'model.bin');
  const file = await open(weights, 'w');
  await file.truncate(sizeBytes);
  await file.close();
  const [sha256 = ''] = hashZeros([sizeBytes]);
  return {
    input: { modelName: 'large', version: '1.0', handler, extraFiles: [weights], exportPath: folder },
    expected: new Map([
      ['handler.py', fileFacts(handler)],
      ['model.bin', { size: sizeBytes, sha256 }],
    ]) as Contents,
  };
}

/** Writes a manifest and then entries full of zeros, in the given order, which a plan would not keep. */
async function writeZeros(
  path: string,
  compression: Compression,
  bodies: readonly { readonly name: string; readonly size: number }[],
): Promise<Contents> {
  const file = await open(path, 'wx+');
  try {
    const settings = {
      compression,
      level: 1,
      engine: nativeEngine,
      zone: 'utc',
      signal: undefined,
      onBytes: () => {},
    } as const;
    const writer = new ZipWriter(new OutputFile(file, path), settings);
    for (const { name, size } of [{ name: 'MAR-INF/MANIFEST.json', size: 2 }, ...bodies]) {
      await writer.add(
        { name, modified: new Date(0), mode: 0o644 },
        { size, read: async (buffer, length) => void buffer.fill(0, 0, length) },
      );
    }
    await writer.finish();
  } finally {
    await file.close();
  }
  const digests = hashZeros(bodies.map(({ size }) => size));
  return new Map(bodies.map(({ name, size }, index) => [name, { size, sha256: digests[index] as string }]));
}

/** The SHA-256 of each number of zeros, in one pass up to the largest. */
function hashZeros(sizes: readonly number[]): string[] {
  const zeros = Buffer.alloc(1 << 22);
  const digests = new Map<number, string>();
  const hash = createHash('sha256');
  let done = 0;
  for (const size of [...new Set(sizes)].sort((a, b) => a - b)) {
    while (done < size) {
      const length = Math.min(zeros.length, size - done);
      hash.update(zeros.subarray(0, length));
      done += length;
    }
    digests.set(size, hash.copy().digest('hex'));
  }
  return sizes.map((size) => digests.get(size) as string);
}
