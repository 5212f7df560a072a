import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from 'jpeg-js';
import { compareImages } from '../../../core/diff/image.ts';
import { decodePng, encodePng } from '../../../core/image/png.ts';
import { gifOf, pngOf } from '../image/samples.ts';

const [width, height] = [1_100, 40];
const plain = new Uint8Array(width * height * 3).fill(90);
const png = (change: (rgb: Uint8Array) => unknown = () => {}) => {
  const rgb = Uint8Array.from(plain);
  change(rgb);
  return encodePng(width, height, rgb);
};

test('the pixels that differ are counted, with the largest difference', () => {
  const details = compareImages(
    png(),
    png((rgb) => {
      rgb[0] = 91;
      rgb[300] = 190;
      rgb[301] = 0;
    }),
  );
  assert.deepEqual(details?.after, { format: 'PNG', width, height });
  const { changed, total, largest } = details?.pixels ?? {};
  assert.deepEqual({ changed, total, largest }, { changed: 2, total: width * height, largest: 100 });
});

test('the picture is a PNG of at most 512 pixels a side, in which a single changed pixel stands out', () => {
  const at = (20 * width + 700) * 3;
  const details = compareImages(
    png(),
    png((rgb) => rgb.fill(91, at, at + 1)),
  );
  const picture = decodePng(Buffer.from(details?.pixels?.picture ?? '', 'base64'), 512 * 512);
  assert.ok(picture && picture.width <= 512 && picture.height <= 512);
  const strong = [...picture.rgba.keys()].filter(
    (at) => at % 4 === 0 && (picture.rgba[at] as number) - (picture.rgba[at + 2] as number) > 100,
  );
  assert.equal(strong.length, 1);
});

test('equal pixels in other bytes are said to be equal, and need no picture', () => {
  const rows = new Uint8Array((width * 3 + 1) * height).map((_, at) => (at % (width * 3 + 1) === 0 ? 0 : 90));
  const other = pngOf({ width, height, depth: 8, colour: 2, rows });
  assert.ok(!other.equals(png()));
  const pixels = compareImages(png(), other)?.pixels;
  assert.deepEqual([pixels?.changed, pixels?.largest, pixels?.picture], [0, 0, null]);
});

test('a PNG and a JPEG of one size are compared by what is seen', () => {
  const rgba = Buffer.alloc(width * height * 4, 90);
  const pixels = compareImages(png(), encode({ width, height, data: rgba }, 100).data)?.pixels;
  assert.ok(pixels && pixels.largest <= 3);
});

test('what can not be compared by pixels still has its format and size', () => {
  assert.deepEqual(compareImages(gifOf(3, 4), gifOf(5, 6)), {
    before: { format: 'GIF', width: 3, height: 4 },
    after: { format: 'GIF', width: 5, height: 6 },
    pixels: null,
  });
  assert.equal(compareImages(png(), Buffer.from('a text'))?.after, null);
  assert.equal(compareImages(png(), png().subarray(0, 100))?.pixels, null);
  const deep = pngOf({ width: 1, height: 1, depth: 16, colour: 0, rows: Uint8Array.from([0, 1, 2]) });
  assert.equal(compareImages(deep, deep)?.pixels, null);
  const huge = pngOf({ width: 60_000, height: 60_000, depth: 8, colour: 6, rows: new Uint8Array(10) });
  assert.deepEqual(compareImages(huge, huge)?.pixels, null);
});

test('two texts are no images', () => {
  assert.equal(compareImages(Buffer.from('one'), Buffer.from('two')), null);
});
