import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from 'jpeg-js';
import { readImageFacts } from '../../../core/image/header.ts';
import { encodePng } from '../../../core/image/png.ts';
import { randomOf } from '../../support/random.ts';
import { bmpOf, gifOf, webpOf } from './samples.ts';

const samples: readonly (readonly [format: string, bytes: Buffer])[] = [
  ['PNG', encodePng(37, 21, new Uint8Array(37 * 21 * 3))],
  ['JPEG', encode({ width: 37, height: 21, data: Buffer.alloc(37 * 21 * 4) }).data],
  ['GIF', gifOf(37, 21)],
  ['WebP', webpOf('VP8X', 37, 21)],
  ['WebP', webpOf('VP8L', 37, 21)],
  ['WebP', webpOf('VP8 ', 37, 21)],
  ['BMP', bmpOf(37, 21)],
  ['BMP', bmpOf(37, -21)],
];

test('format and size are read from the first bytes of every format', () => {
  for (const [format, bytes] of samples)
    assert.deepEqual(readImageFacts(bytes), { format, width: 37, height: 21 });
});

test('a JPEG with a long comment and padding before its frame is understood', () => {
  const [, jpeg] = samples[1] as (typeof samples)[number];
  const comment = Buffer.concat([
    Buffer.from([0xff, 0xfe, 0xff, 0xff]),
    Buffer.alloc(65_533),
    Buffer.from([0xff, 0xff]),
  ]);
  const bytes = Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
  assert.deepEqual(readImageFacts(bytes), { format: 'JPEG', width: 37, height: 21 });
});

test('cut anywhere or with wrong bytes, an image is one or none, but never an error', () => {
  const random = randomOf(7);
  for (const [, bytes] of samples) {
    for (let length = 0; length < Math.min(bytes.length, 300); length++)
      readImageFacts(bytes.subarray(0, length));
    for (let round = 0; round < 500; round++) {
      const damaged = Buffer.from(bytes);
      for (let edits = 0; edits < 5; edits++)
        damaged[random.pick(Math.min(damaged.length, 200))] = random.pick(256);
      readImageFacts(damaged);
    }
  }
});

test('texts, nothing, and images of no size are no images', () => {
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('BMW and Audi are makers of cars, and this is a text.'),
    gifOf(0, 5),
  ])
    assert.equal(readImageFacts(bytes), null);
});

test('a JPEG of nothing but small segments is given up', () => {
  const segments = Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.from('ffe00002'.repeat(100_000), 'hex')]);
  assert.equal(readImageFacts(segments), null);
});
