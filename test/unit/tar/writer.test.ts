import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, gunzipSync } from 'node:zlib';
import type { WriteSettings } from '../../../core/archive-writer.ts';
import { compressions } from '../../../core/contract/model.ts';
import { nativeEngine } from '../../../core/deflate/engine.ts';
import { TarGzWriter } from '../../../core/tar/writer.ts';
import { kinds, noise } from '../deflate/samples.ts';

const files: readonly [string, Buffer][] = [
  ['empty', Buffer.alloc(0)],
  ['one', Buffer.from('1')],
  ['block', noise(512)],
  ['text', kinds.words?.(3_000_001) as Buffer],
  ['small', noise(1000)],
  ['noise', noise(2_500_000)],
];

for (const compression of compressions) {
  test(`${compression}: the members lie in order below one folder, each byte counted once`, async () => {
    const out: Buffer[] = [];
    let seen = 0;
    const settings: WriteSettings = {
      compression,
      level: 6,
      engine: nativeEngine,
      zone: 'utc',
      signal: undefined,
      onBytes: (bytes) => {
        seen += bytes;
      },
    };
    const sink = { write: async (bytes: Uint8Array) => void out.push(Buffer.from(bytes)) };
    const writer = new TarGzWriter(sink, 'root', 'path', settings);
    await writer.begin();
    for (const [name, bytes] of files) {
      const read = async (buffer: Uint8Array, length: number, position: number) => {
        bytes.copy(buffer, 0, position, position + length);
      };
      await writer.add({ name, modified: new Date(0), mode: 0o644 }, { size: bytes.length, read });
    }
    const crc = await writer.finish();
    const gzip = Buffer.concat(out);
    assert.equal(crc, crc32(gzip));
    assert.equal(
      seen,
      files.reduce((sum, [, bytes]) => sum + bytes.length, 0),
    );

    const tar = gunzipSync(gzip);
    let at = 0;
    for (const [name, bytes] of files) {
      assert.equal(tar.toString('latin1', at, at + name.length + 6), `root/${name}\0`);
      assert.ok(tar.subarray(at + 512, at + 512 + bytes.length).equals(bytes), name);
      at += 512 + Math.ceil(bytes.length / 512) * 512;
    }
    assert.ok(tar.subarray(at).equals(Buffer.alloc(1024)), 'two empty blocks end it');
    const growth = 1.001;
    if (compression === 'store') assert.ok(gzip.length >= tar.length);
    else assert.ok(gzip.length < tar.length && gzip.length > noise(2_500_000).length);
    assert.ok(gzip.length < tar.length * growth);
  });
}
