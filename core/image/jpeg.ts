/**
 * JPEG to pixels, by jpeg-js: JavaScript alone, nothing native that would read hostile bytes, and since 0.4.4 bounded in
 * memory and pixels. What it does not bound is time: a progressive file may go over all its pixels in every one of
 * thousands of scans, so those are counted first.
 */
import { decode } from 'jpeg-js';
import { readImageFacts } from './header.ts';
import type { Pixels } from './png.ts';

/** The decoder takes some fifty bytes a pixel (measured), so fewer are decoded than of a PNG. */
const mostJpegPixels = 8 * 1024 * 1024;
/** Encoders write about ten. */
const mostScans = 64;
const mostMegabytes = 256;

/** Null where the file is damaged, unusual, or has more pixels than are allowed. */
export function decodeJpeg(bytes: Uint8Array, mostPixels: number): Pixels | null {
  const facts = readImageFacts(bytes);
  if (
    facts === null ||
    facts.width * facts.height > Math.min(mostPixels, mostJpegPixels) ||
    hasTooManyScans(bytes)
  )
    return null;
  try {
    const { width, height, data } = decode(bytes, {
      useTArray: true,
      formatAsRGBA: true,
      tolerantDecoding: false,
      maxResolutionInMP: mostPixels / 1e6,
      maxMemoryUsageInMB: mostMegabytes,
    });
    // A file may declare a second frame, and the decoder goes by that one.
    if (width !== facts.width || height !== facts.height) return null;
    return { width, height, rgba: data, isDeep: false };
  } catch {
    return null;
  }
}

function hasTooManyScans(bytes: Uint8Array): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const startOfScan = Buffer.from([0xff, 0xda]);
  let at = view.indexOf(startOfScan);
  for (let scans = 0; at !== -1; scans++) {
    if (scans === mostScans) return true;
    at = view.indexOf(startOfScan, at + 2);
  }
  return false;
}
