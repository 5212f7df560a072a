import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from 'jpeg-js';
import { decodeJpeg } from '../../../core/image/jpeg.ts';
import { randomOf } from '../../support/random.ts';

const grey = encode({ width: 24, height: 16, data: Buffer.alloc(24 * 16 * 4, 128) }, 90).data;

test('a JPEG becomes pixels', () => {
  const pixels = decodeJpeg(grey, 1_000_000);
  assert.deepEqual([pixels?.width, pixels?.height, pixels?.rgba.length], [24, 16, 24 * 16 * 4]);
  assert.ok(pixels?.rgba.every((value, at) => at % 4 === 3 || Math.abs(value - 128) <= 2));
});

test('too many pixels are refused by the header, before anything is decoded', () => {
  assert.equal(decodeJpeg(grey, 24 * 16 - 1), null);
  const claimed = Buffer.from(grey);
  const frame = claimed.indexOf(Buffer.from([0xff, 0xc0]));
  claimed.writeUInt16BE(65_500, frame + 5);
  claimed.writeUInt16BE(65_500, frame + 7);
  assert.equal(decodeJpeg(claimed, 32 * 1024 * 1024), null);
});

test('a file of thousands of scans is refused', () => {
  const scan = grey.subarray(grey.indexOf(Buffer.from([0xff, 0xda])), -2);
  const scans = Array.from({ length: 1_000 }, () => scan);
  assert.equal(
    decodeJpeg(Buffer.concat([grey.subarray(0, -2), ...scans, grey.subarray(-2)]), 1_000_000),
    null,
  );
});

test('a damaged file is none, and never an error', () => {
  const random = randomOf(13);
  for (let round = 0; round < 300; round++) {
    const bytes = Buffer.from(
      grey.subarray(0, random.pick(3) === 0 ? random.pick(grey.length) : grey.length),
    );
    for (let edits = random.pick(6); edits > 0 && bytes.length > 0; edits--)
      bytes[random.pick(bytes.length)] = random.pick(256);
    const pixels = decodeJpeg(bytes, 1_000_000);
    if (pixels) assert.equal(pixels.rgba.length, pixels.width * pixels.height * 4);
  }
});
