/** What an image says of itself in its first bytes, which decide what it is: suffixes lie. No pixel is decoded. */
import type { ImageFacts } from '../contract/diff.ts';

/** Null where the bytes are none of PNG, JPEG, GIF, WebP and BMP, or end before they name a size. */
export function readImageFacts(bytes: Uint8Array): ImageFacts | null {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const read of [readPng, readJpeg, readGif, readWebp, readBmp]) {
    const facts = read(view);
    if (facts !== null) return facts.width > 0 && facts.height > 0 ? facts : null;
  }
  return null;
}

const startsWith = (bytes: Buffer, text: string, at = 0) =>
  bytes.length >= at + text.length && bytes.toString('latin1', at, at + text.length) === text;

function readPng(bytes: Buffer): ImageFacts | null {
  if (!startsWith(bytes, '\x89PNG\r\n\x1a\n') || !startsWith(bytes, 'IHDR', 12) || bytes.length < 29)
    return null;
  return { format: 'PNG', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** Where the size stands in a JPEG varies: segments are walked, of which no file needs more than this. */
const mostSegments = 1000;

function readJpeg(bytes: Buffer): ImageFacts | null {
  if (!startsWith(bytes, '\xff\xd8\xff')) return null;
  let at = 2;
  for (let segment = 0; segment < mostSegments && at + 9 <= bytes.length; segment++) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] as number;
    // Any number of 0xff may stand before a marker.
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame)
      return { format: 'JPEG', width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    at += 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  }
  return null;
}

function readGif(bytes: Buffer): ImageFacts | null {
  if (!(startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a')) || bytes.length < 10) return null;
  return { format: 'GIF', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
}

function readWebp(bytes: Buffer): ImageFacts | null {
  if (!startsWith(bytes, 'RIFF') || !startsWith(bytes, 'WEBP', 8) || bytes.length < 30) return null;
  const format = 'WebP';
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8X':
      return { format, width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return bytes[20] === 0x2f
        ? { format, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
        : null;
    }
    case 'VP8 ':
      return startsWith(bytes, '\x9d\x01\x2a', 23)
        ? { format, width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
        : null;
    default:
      return null;
  }
}

function readBmp(bytes: Buffer): ImageFacts | null {
  if (!startsWith(bytes, 'BM') || bytes.length < 26) return null;
  const header = bytes.readUInt32LE(14);
  if (header === 12) return { format: 'BMP', width: bytes.readUInt16LE(18), height: bytes.readUInt16LE(20) };
  // "BM" alone is how many a text begins; the header's length tells.
  if (![40, 52, 56, 64, 108, 124].includes(header)) return null;
  // A negative height means that the first row is the top one.
  return { format: 'BMP', width: Math.abs(bytes.readInt32LE(18)), height: Math.abs(bytes.readInt32LE(22)) };
}
