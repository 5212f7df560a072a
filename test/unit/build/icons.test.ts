/** The icons that are kept in the repository are what installers on each system look for. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { packIcns, packIco } from '../../../build/icons/containers.ts';

const folder = fileURLToPath(new URL('../../../build/icons', import.meta.url));
const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024];

async function images(kind: string): Promise<Map<number, Buffer>> {
  const found = new Map<number, Buffer>();
  for (const size of sizes) found.set(size, await readFile(join(folder, kind, `${size}x${size}.png`)));
  return found;
}

/** Of a PNG: its width and height. */
function sizeOf(png: Buffer): readonly [number, number] {
  assert.equal(png.subarray(1, 4).toString(), 'PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

for (const [kind, name] of [
  ['app', 'icon'],
  ['file', 'mar'],
] as const) {
  test(`the images of ${name} have the sizes that their names say`, async () => {
    for (const [size, png] of await images(kind)) assert.deepEqual(sizeOf(png), [size, size]);
  });

  test(`${name}.ico holds those images`, async () => {
    const ico = await readFile(join(folder, `${name}.ico`));
    assert.deepEqual(ico, packIco(await images(kind)));
    const found = Array.from({ length: ico.readUInt16LE(4) }, (_, index) => {
      const entry = 6 + 16 * index;
      const at = ico.readUInt32LE(entry + 12);
      const [side] = sizeOf(ico.subarray(at, at + ico.readUInt32LE(entry + 8)));
      assert.equal(side % 256, ico.readUInt8(entry));
      return side;
    });
    assert.deepEqual(found, [16, 24, 32, 48, 64, 128, 256]);
  });

  test(`${name}.icns holds those images`, async () => {
    const icns = await readFile(join(folder, `${name}.icns`));
    assert.deepEqual(icns, packIcns(await images(kind)));
    assert.equal(icns.readUInt32BE(4), icns.length);
    const types = [];
    for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) {
      types.push(icns.toString('latin1', at, at + 4));
      sizeOf(icns.subarray(at + 8));
    }
    assert.deepEqual(types.slice(0, 6), ['icp4', 'icp5', 'ic07', 'ic08', 'ic09', 'ic10']);
  });
}

test('no drawing names anything outside of itself', async () => {
  for (const name of (await readdir(folder)).filter((name) => name.endsWith('.svg'))) {
    const svg = await readFile(join(folder, name), 'utf8');
    assert.doesNotMatch(svg, /href|url\(|<script|<image|<style/, name);
  }
});
