/** What a file is, told by its bytes. */
import { constants, gunzipSync } from 'node:zlib';

export type Container = 'zip' | 'tar' | 'tar.gz';

export const headBytes = 4096;

/** The container that begins with these bytes, or what they look like instead, in words. */
export function detectContainer(head: Buffer): { container: Container } | { looksLike: string } {
  if (zipStarts.some((start) => startsWith(head, start))) return { container: 'zip' };
  if (startsWith(head, '1f8b')) return detectGzip(head);
  if (looksLikeTar(head)) return { container: 'tar' };
  return { looksLike: looksLike(head) };
}

/** A local header, an empty archive, a part of a split one, and the marker of one that was not split after all. */
const zipStarts = ['504b0304', '504b0506', '504b0708', '504b3030'];

/** A gzip file that is broken within these bytes still is one: the reader of tar files says what is wrong. */
function detectGzip(head: Buffer): { container: Container } | { looksLike: string } {
  let inner: Buffer;
  try {
    inner = gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return { container: 'tar.gz' };
  }
  if (inner.length < 512 ? !isWholeGzip(head) : looksLikeTar(inner) || isZero(inner)) {
    return { container: 'tar.gz' };
  }
  return { looksLike: `gzip around ${looksLike(inner)}` };
}

function isWholeGzip(head: Buffer): boolean {
  try {
    return gunzipSync(head).length > 0;
  } catch {
    return false;
  }
}

/** The mark that every tar since 1988 has, or the checksum that those before have too. */
function looksLikeTar(head: Buffer): boolean {
  if (head.length < 512) return false;
  if (head.toString('latin1', 257, 262) === 'ustar') return true;
  const told = Number.parseInt(head.toString('latin1', 148, 156).replaceAll('\0', ' ').trim(), 8);
  let sum = 0;
  for (let at = 0; at < 512; at++) sum += at >= 148 && at < 156 ? 0x20 : (head[at] as number);
  return told === sum;
}

const known: readonly (readonly [string, string])[] = [
  ['89504e47', 'a PNG image'],
  ['ffd8ff', 'a JPEG image'],
  ['47494638', 'a GIF image'],
  ['25504446', 'a PDF document'],
  ['7f454c46', 'an ELF program or library'],
  ['4d5a', 'a Windows program'],
  ['cafebabe', 'a Java class'],
  ['425a68', 'a bzip2 file'],
  ['fd377a585a00', 'an xz file'],
  ['28b52ffd', 'a zstd file'],
  ['377abcaf271c', 'a 7z archive'],
  ['526172211a07', 'a RAR archive'],
  ['894844460d0a1a0a', 'an HDF5 file'],
  ['934e554d5059', 'a NumPy array'],
];

function looksLike(head: Buffer): string {
  const [, name] = known.find(([start]) => startsWith(head, start)) ?? [];
  if (name !== undefined) return name;
  if (isZero(head)) return 'nothing but zero bytes';
  if (/^\s*<(?:!doctype|html|head|\?xml)/i.test(head.toString('latin1', 0, 200)))
    return 'an HTML or XML page';
  if (/^\s*[{[]\s*["{}\]]/.test(head.toString('latin1', 0, 200))) return 'JSON';
  if (head[0] === 0x80 && (head[1] as number) >= 2 && (head[1] as number) <= 5) return 'a Python pickle';
  if (isText(head)) return 'text';
  return `nothing known (${head.subarray(0, 8).toString('hex')})`;
}

const isZero = (bytes: Buffer) => bytes.every((byte) => byte === 0);

const isText = (bytes: Buffer) => !/[^\t\n\f\r\x20-\x7e\x80-\xff]/.test(bytes.toString('latin1'));

const startsWith = (head: Buffer, hexDigits: string) =>
  head.toString('hex', 0, hexDigits.length / 2) === hexDigits;
