import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { storedBlocks, streamEnd } from '../../../core/deflate/stored.ts';
import { noise } from './samples.ts';

test('stored blocks inflate to the bytes they hold, and cost five bytes for each 65,535', () => {
  for (const size of [0, 1, 65_534, 65_535, 65_536, 131_070, 131_071, 4 * 1024 * 1024]) {
    const bytes = noise(size);
    const blocks = storedBlocks(bytes);
    assert.equal(blocks.length, size + 5 * Math.ceil(size / 65_535));
    assert.ok(inflateRawSync(Buffer.concat([blocks, streamEnd])).equals(bytes), `${size} bytes`);
  }
});

test('stored blocks may follow each other', () => {
  const parts = [noise(10), noise(0), noise(70_000), noise(1)];
  const stream = Buffer.concat([...parts.map(storedBlocks), streamEnd]);
  assert.ok(inflateRawSync(stream).equals(Buffer.concat(parts)));
});
