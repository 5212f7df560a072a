/** What a file that is no archive begins with, in words. */
import { hexOf } from '../../parts/bytes.ts';

const known: readonly (readonly [hex: string, words: string])[] = [
  ['504b0304', 'a ZIP archive'],
  ['504b0506', 'an empty ZIP archive'],
  ['1f8b', 'gzip data'],
  ['377abcaf271c', 'a 7z archive'],
  ['526172211a07', 'a RAR archive'],
  ['fd377a585a00', 'xz data'],
  ['28b52ffd', 'Zstandard data'],
  ['425a68', 'bzip2 data'],
  ['89504e470d0a1a0a', 'a PNG picture'],
  ['ffd8ff', 'a JPEG picture'],
  ['47494638', 'a GIF picture'],
  ['25504446', 'a PDF document'],
  ['7f454c46', 'a Linux program'],
  ['4d5a', 'a Windows program'],
  ['894844460d0a1a0a', 'an HDF5 file, such as Keras weights'],
  ['8002', 'a Python pickle'],
  ['8003', 'a Python pickle'],
  ['8004', 'a Python pickle'],
  ['8005', 'a Python pickle'],
];

export function kindOfBytes(start: Uint8Array): string {
  if (start.length === 0) return 'The file has 0 bytes.';
  const hex = Array.from(start.subarray(0, 16), hexOf);
  const joined = hex.join('');
  const kind = known.find(([magic]) => joined.startsWith(magic))?.[1] ?? textOrBytes(start);
  return `It begins with ${hex.slice(0, 8).join(' ')}: ${kind}.`;
}

function textOrBytes(start: Uint8Array): string {
  if (start.every((byte) => byte === 0)) return 'zeros, as of a file that was never written to its end';
  const isText = start.every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13);
  return isText ? 'text' : 'nothing known here';
}
