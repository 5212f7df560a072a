import assert from 'node:assert/strict';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import type { WriteSettings, WrittenEntry } from '../../../core/archive-writer.ts';
import { type DeflateEngine, nativeEngine } from '../../../core/deflate/engine.ts';
import { OutputFile } from '../../../core/fs/output-file.ts';
import { ZipWriter } from '../../../core/zip/writer.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { assertSoundZip } from '../../support/zip-structure.ts';
import { kinds, noise } from '../deflate/samples.ts';

const mebi = 1024 * 1024;

async function writeOne(t: TestContext, bytes: Buffer, changes: Partial<WriteSettings>) {
  const path = join(await scratchFolder(t), 'archive.mar');
  const handle = await open(path, 'wx');
  let counted = 0;
  let entry: WrittenEntry;
  try {
    const writer = new ZipWriter(new OutputFile(handle, path), {
      compression: 'auto',
      level: 6,
      engine: nativeEngine,
      zone: 'utc',
      signal: undefined,
      onBytes: (count) => {
        counted += count;
      },
      ...changes,
    });
    const read = async (buffer: Uint8Array, length: number, position: number) => {
      bytes.copy(buffer, 0, position, position + length);
    };
    entry = await writer.add({ name: 'x', modified: new Date(0), mode: 0o644 }, { size: bytes.length, read });
    await writer.finish();
  } finally {
    await handle.close();
  }
  await assertSoundZip(path);
  const body = (await readFile(path)).subarray(31, 31 + (entry.compressedSize as number));
  const content = entry.method === 'deflated' ? inflateRawSync(body) : body;
  assert.ok(content.equals(bytes));
  assert.equal(counted, bytes.length, 'every byte is counted once');
  return entry;
}

test('auto deflates what shrinks by a tenth, deflate what shrinks at all, store nothing', async (t) => {
  for (const size of [1000, mebi, mebi + 1, 3 * mebi]) {
    const text = kinds.words?.(size) as Buffer;
    const weights = kinds.weights?.(size) as Buffer;
    const methods = async (bytes: Buffer) =>
      Promise.all(
        (['auto', 'deflate', 'store'] as const).map(
          async (compression) => (await writeOne(t, bytes, { compression })).method,
        ),
      );
    assert.deepEqual(await methods(text), ['deflated', 'deflated', 'stored']);
    assert.deepEqual(await methods(weights), ['stored', 'deflated', 'stored']);
    assert.deepEqual(await methods(noise(size)), ['stored', 'stored', 'stored']);
  }
  assert.equal((await writeOne(t, Buffer.alloc(0), { compression: 'deflate' })).method, 'stored');
});

test('what seemed to shrink and then did not is stored after all', async (t) => {
  // The samples are taken at eight places, and everything between them is noise.
  const bytes = noise(3 * mebi);
  const swelling: DeflateEngine = {
    deflate: (input, options) =>
      options.strategy === 'default' && options.dictionary === undefined && input.length === 32 * 1024
        ? Promise.resolve(new Uint8Array(1))
        : nativeEngine.deflate(input, options),
  };
  const entry = await writeOne(t, bytes, { engine: swelling });
  assert.equal(entry.method, 'stored');
  assert.equal(entry.compressedSize, bytes.length);
});
