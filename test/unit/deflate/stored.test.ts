import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { storedBlocks, streamEnd } from '../../../core/deflate/stored.ts';
import { noise } from './samples.ts';

test('stored blocks inflate to the bytes they hold, and cost five bytes for each 32 KiB', () => {
  for (const size of [0, 1, 32_767, 32_768, 32_769, 65_536, 65_537, 4 * 1024 * 1024]) {
    const bytes = noise(size);
    const blocks = storedBlocks(bytes);
    assert.equal(blocks.length, size + 5 * Math.ceil(size / 32_768));
    assert.ok(inflateRawSync(Buffer.concat([blocks, streamEnd])).equals(bytes), `${size} bytes`);
  }
});

test('the blocks of a whole are the blocks of its steps', () => {
  const whole = noise(200_000);
  const steps = [whole.subarray(0, 65_536), whole.subarray(65_536, 163_840), whole.subarray(163_840)];
  assert.ok(Buffer.concat(steps.map((step) => storedBlocks(step))).equals(storedBlocks(whole)));
});

test('stored blocks may follow each other', () => {
  const parts = [noise(10), noise(0), noise(70_000), noise(1)];
  const stream = Buffer.concat([...parts.map((part) => storedBlocks(part)), streamEnd]);
  assert.ok(inflateRawSync(stream).equals(Buffer.concat(parts)));
});
