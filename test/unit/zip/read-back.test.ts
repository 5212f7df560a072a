import assert from 'node:assert/strict';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { WriteSettings } from '../../../core/archive-writer.ts';
import { nativeEngine } from '../../../core/deflate/engine.ts';
import { OutputFile } from '../../../core/fs/output-file.ts';
import { readBackZip } from '../../../core/zip/read-back.ts';
import { type WrittenZip, ZipWriter } from '../../../core/zip/writer.ts';
import { fileFacts, scratchFolder } from '../../support/scratch.ts';
import { kinds, noise } from '../deflate/samples.ts';

const settings: WriteSettings = {
  compression: 'auto',
  level: 6,
  engine: nativeEngine,
  zone: 'utc',
  signal: undefined,
  onBytes: () => {},
};

type Files = Readonly<Record<string, Buffer>>;

const small: Files = {
  'stored.bin': noise(50),
  'deflated.txt': Buffer.from('text '.repeat(40)),
  'empty.txt': Buffer.alloc(0),
  'größe.txt': Buffer.from('a name beyond ASCII'),
  'last-and-empty.txt': Buffer.alloc(0),
};

async function writeZip(t: TestContext, files: Files): Promise<{ path: string; zip: WrittenZip }> {
  const path = join(await scratchFolder(t), 'archive.mar');
  const handle = await open(path, 'wx');
  try {
    const writer = new ZipWriter(new OutputFile(handle, path), settings);
    for (const [name, bytes] of Object.entries(files)) {
      const read = async (buffer: Uint8Array, length: number, position: number) => {
        bytes.copy(buffer, 0, position, position + length);
      };
      await writer.add({ name, modified: new Date(1e12), mode: 0o644 }, { size: bytes.length, read });
    }
    return { path, zip: await writer.finish() };
  } finally {
    await handle.close();
  }
}

const readBack = async (path: string, zip: WrittenZip, onBytes = (_: number) => {}) =>
  readBackZip(path, zip, {
    size: (await readFile(path)).length,
    shownPath: '/shown',
    signal: undefined,
    onBytes,
  });

const mebi = 1024 * 1024;

for (const [title, files] of Object.entries<Files>({
  'no entries': {},
  'small entries': small,
  'large entries': {
    'weights.pt': noise(5 * mebi + 3),
    'text.txt': kinds.words?.(2 * mebi) as Buffer,
    'zeros.bin': Buffer.alloc(9 * mebi),
  },
})) {
  test(`an archive with ${title} reads back with its SHA-256, every byte counted once`, async (t) => {
    const { path, zip } = await writeZip(t, files);
    let counted = 0;
    const sha256 = await readBack(path, zip, (bytes) => {
      counted += bytes;
    });
    assert.deepEqual({ size: counted, sha256 }, fileFacts(path));
  });
}

test('not one byte of an archive can change unnoticed', async (t) => {
  const { path, zip } = await writeZip(t, small);
  const sound = await readFile(path);
  const unnoticed: number[] = [];
  for (let at = 0; at < sound.length; at++) {
    // One bit, which one depending on the place, and then all of them.
    for (const mask of [1 << (at % 8), 0xff]) {
      const bad = Buffer.from(sound);
      bad[at] = (bad[at] as number) ^ mask;
      await writeFile(path, bad);
      const error = await readBack(path, zip).then(
        () => undefined,
        (reason) => reason,
      );
      if (error === undefined) unnoticed.push(at);
      else assert.equal(error.code, 'OUTPUT_CORRUPT', `byte ${at}: ${error.stack}`);
    }
  }
  assert.deepEqual(unnoticed, []);
});

test('an archive that is cut short anywhere, or has lost a byte, is noticed', async (t) => {
  const { path, zip } = await writeZip(t, small);
  const sound = await readFile(path);
  for (let at = 0; at < sound.length; at += 3) {
    for (const bad of [
      sound.subarray(0, at),
      Buffer.concat([sound.subarray(0, at), sound.subarray(at + 1)]),
    ]) {
      await writeFile(path, bad);
      await assert.rejects(readBack(path, zip), { code: 'OUTPUT_CORRUPT', path: '/shown' });
    }
  }
});

test('a sound archive that is not the one that was written is noticed', async (t) => {
  const { zip } = await writeZip(t, small);
  const { 'stored.bin': stored, ...rest } = small;
  const others: Files[] = [
    rest,
    { ...rest, 'stored.bin': stored as Buffer },
    { ...small, 'stored.bin': noise(50, 1) },
    { ...small, 'more.txt': Buffer.from('more') },
    {},
  ];
  for (const files of others) {
    const { path } = await writeZip(t, files);
    await assert.rejects(readBack(path, zip), { code: 'OUTPUT_CORRUPT' });
  }
});
