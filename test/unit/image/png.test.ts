import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePng, encodePng } from '../../../core/image/png.ts';
import { randomOf } from '../../support/random.ts';
import { type PngParts, pngOf } from './samples.ts';

const most = 1_000_000;
const decoded = (parts: PngParts) => [...(decodePng(pngOf(parts), most)?.rgba ?? [])];

test('what is encoded is decoded again', () => {
  const random = randomOf(11);
  for (let round = 0; round < 50; round++) {
    const [width, height] = [1 + random.pick(40), 1 + random.pick(40)];
    const rgb = Uint8Array.from({ length: width * height * 3 }, () => random.pick(256));
    const pixels = decodePng(encodePng(width, height, rgb), most);
    assert.ok(pixels);
    assert.deepEqual([pixels.width, pixels.height], [width, height]);
    assert.deepEqual([...pixels.rgba.filter((_, at) => at % 4 !== 3)], [...rgb]);
    assert.ok(pixels.rgba.every((value, at) => at % 4 !== 3 || value === 255));
  }
});

test('each filter gives the same rows', () => {
  const rows = [
    [10, 20, 30, 40],
    [12, 25, 29, 60],
  ] as const;
  const [first, second] = rows;
  const paeth = (a: number, b: number, c: number) => {
    const [x, y, z] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
    return x <= y && x <= z ? a : y <= z ? b : c;
  };
  const filtered = [0, 1, 2, 3, 4].map((filter) => [
    filter,
    ...second.map((value, at) => {
      const [a, b, c] = [second[at - 1] ?? 0, first[at] as number, first[at - 1] ?? 0];
      return (value - ([0, a, b, (a + b) >> 1, paeth(a, b, c)][filter] as number)) & 255;
    }),
  ]);
  const expected = rows.flat().flatMap((grey) => [grey, grey, grey, 255]);
  for (const row of filtered)
    assert.deepEqual(
      decoded({ width: 4, height: 2, depth: 8, colour: 0, rows: Uint8Array.from([0, ...first, ...row]) }),
      expected,
    );
});

test('every colour type and depth becomes eight bits of red, green, blue and alpha', () => {
  const one = { width: 1, height: 1 };
  const of = (depth: number, colour: number, bytes: readonly number[], more: Partial<PngParts> = {}) =>
    decoded({ ...one, depth, colour, rows: Uint8Array.from([0, ...bytes]), ...more });
  assert.deepEqual(of(8, 2, [1, 2, 3]), [1, 2, 3, 255]);
  assert.deepEqual(of(8, 4, [7, 9]), [7, 7, 7, 9]);
  assert.deepEqual(of(8, 6, [1, 2, 3, 4]), [1, 2, 3, 4]);
  assert.deepEqual(of(16, 0, [200, 1]), [200, 200, 200, 255]);
  assert.deepEqual(of(4, 0, [0xf0]), [255, 255, 255, 255]);
  assert.deepEqual(of(2, 0, [0x40]), [85, 85, 85, 255]);
  assert.deepEqual(of(1, 0, [0x80], { transparency: Uint8Array.from([0, 1]) }), [255, 255, 255, 0]);
  const palette = Uint8Array.from([9, 9, 9, 5, 6, 7]);
  assert.deepEqual(of(1, 3, [0x80], { palette, transparency: Uint8Array.from([1, 128]) }), [5, 6, 7, 128]);
  assert.deepEqual(of(8, 2, [1, 2, 3], { transparency: Uint8Array.from([0, 1, 0, 2, 0, 3]) }), [1, 2, 3, 0]);
});

test('an interlaced image is put together from its passes', () => {
  // Of 3 by 3 pixels, pass 1 has one, passes 4 to 7 the others.
  const rows = Uint8Array.from([0, 1, 0, 3, 0, 7, 9, 0, 2, 0, 8, 0, 4, 5, 6]);
  const expected = [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((grey) => [grey, grey, grey, 255]);
  assert.deepEqual(decoded({ width: 3, height: 3, depth: 8, colour: 0, interlace: 1, rows }), expected);
});

test('a bomb is not inflated further than its header says, nor at all where it says too much', () => {
  const bomb = pngOf({ width: 2, height: 2, depth: 8, colour: 0, rows: new Uint8Array(50_000_000) });
  assert.equal(decodePng(bomb, most), null);
  const huge = pngOf({ width: 100_000, height: 100_000, depth: 8, colour: 6, rows: new Uint8Array(10) });
  assert.equal(decodePng(huge, most), null);
});

test('a damaged file is none, and never an error', () => {
  const random = randomOf(12);
  const whole = encodePng(9, 9, new Uint8Array(243));
  for (let round = 0; round < 3_000; round++) {
    const bytes = Buffer.from(
      whole.subarray(0, random.pick(3) === 0 ? random.pick(whole.length) : whole.length),
    );
    for (let edits = random.pick(4); edits > 0 && bytes.length > 0; edits--)
      bytes[random.pick(bytes.length)] = random.pick(256);
    const pixels = decodePng(bytes, most);
    if (pixels) assert.equal(pixels.rgba.length, pixels.width * pixels.height * 4);
  }
});
