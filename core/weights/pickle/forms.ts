/** What holds pickles, told by its first bytes, whatever it is called. */
import { pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { Problem } from '../../contract/errors.ts';
import { type PaxFields, parsePax } from '../../tar/pax.ts';
import type { ScanSource } from './source.ts';

export type Form = 'zip' | 'legacy' | 'numpy' | 'gzip' | 'zlib' | 'tar' | 'plain' | Unreadable;
/** Compressed in ways that Node does not know. */
export type Unreadable = '7z' | 'bzip2' | 'xz' | 'lzma' | 'lz4' | 'zstd';

const signatures: readonly (readonly [Form, readonly number[]])[] = [
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['numpy', [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]],
  ['gzip', [0x1f, 0x8b, 0x08]],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['lz4', [0x04, 0x22, 0x4d, 0x18]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  // The pickle of torch's magic number, with which its files began before version 1.6.
  ['legacy', [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e]],
];

export function formOf(head: Buffer): Form {
  for (const [form, bytes] of signatures)
    if (head.length >= bytes.length && bytes.every((byte, at) => head[at] === byte)) return form;
  if (beginsLikeZlib(head)) return 'zlib';
  if (beginsLikeLzma(head)) return 'lzma';
  return isTarHeader(head) ? 'tar' : 'plain';
}

export const isUnreadable = (form: Form): form is Unreadable =>
  ['7z', 'bzip2', 'xz', 'lzma', 'lz4', 'zstd'].includes(form);

function beginsLikeZlib(head: Buffer): boolean {
  return head.length > 6 && head[0] === 0x78 && head.readUInt16BE(0) % 31 === 0;
}

/** joblib goes by two bytes, whatever dictionary the header asks for; behind the header the coder begins with a zero. */
function beginsLikeLzma(head: Buffer): boolean {
  return head.length > 13 && head[0] === 0x5d && head[1] === 0 && head[13] === 0;
}

function isTarHeader(head: Buffer): boolean {
  if (head.length < 512) return false;
  return isChecked(head);
}

/** Python takes either of two sums: some writers once added the bytes as signed ones. */
function isChecked(header: Buffer): boolean {
  const noted = octal(header, 148, 8);
  return noted !== null && noted > 0 && [checksum(header), signedChecksum(header)].includes(noted);
}

function signedChecksum(header: Buffer): number {
  let sum = checksum(header);
  for (let at = 0; at < 512; at++) if ((at < 148 || at >= 156) && (header[at] ?? 0) >= 0x80) sum -= 256;
  return sum;
}

function checksum(header: Buffer): number {
  let sum = 0;
  for (let at = 0; at < 512; at++) sum += at >= 148 && at < 156 ? 0x20 : (header[at] ?? 0);
  return sum;
}

function octal(header: Buffer, start: number, length: number): number | null {
  const text = header
    .toString('latin1', start, start + length)
    .replace(/\0.*$/s, '')
    .trim()
    // As Python reads it, whose int() takes its own way to spell octals.
    .replace(/^0[oO]/, '')
    .replace(/(?<=[0-7])_(?=[0-7])/g, '');
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : null;
}

export interface TarMember {
  readonly name: string;
  readonly start: number;
  readonly size: number;
}

const mostMembers = 10_000;

const mostPaxBytes = 1024 * 1024;

/** The files of a tar as Python finds them; `isWhole` tells whether all of its headers could be followed. */
export async function listTar(
  source: ScanSource,
): Promise<{ readonly members: readonly TarMember[]; readonly isWhole: boolean }> {
  const members: TarMember[] = [];
  let isPlain = true;
  let paxSize: number | undefined;
  for (let at = 0; members.length < mostMembers; ) {
    const header = await source.read(at, 512);
    if (header.length < 512 || header.every((byte) => byte === 0)) return { members, isWhole: isPlain };
    const type = header.toString('latin1', 156, 157);
    // Long names and the like stand before what they speak of, and have sizes of their own.
    const isExtension = 'xgXLK'.includes(type);
    const size = (isExtension ? undefined : paxSize) ?? octal(header, 124, 12);
    if (size === null || !isChecked(header)) return { members, isWhole: false };
    if (!isExtension) paxSize = undefined;
    const start = at + 512;
    if ('xgX'.includes(type)) {
      const pax = size > mostPaxBytes ? null : paxOf(await source.read(start, size), type === 'g');
      isPlain &&= pax !== null;
      paxSize = pax?.size ?? paxSize;
    }
    const name = header.toString('utf8', 0, 100).replace(/\0.*$/s, '');
    members.push({ name, start, size });
    at = start + Math.ceil(size / 512) * 512;
  }
  return { members, isWhole: false };
}

/** Null where it can be understood in two ways. */
function paxOf(body: Buffer, isGlobal: boolean): PaxFields | null {
  try {
    return parsePax(body, isGlobal, { path: '', offset: 0 });
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

export interface NumpyHeader {
  /** Where the array's bytes begin. */
  readonly start: number;
  /** Python objects: they are a pickle. */
  readonly isOfObjects: boolean;
}

export function readNumpyHeader(head: Buffer): NumpyHeader | null {
  if (head.length < 12) return null;
  const isFirst = head[6] === 1;
  const start = isFirst ? 10 + head.readUInt16LE(8) : 12 + head.readUInt32LE(8);
  const text = head.toString('latin1', isFirst ? 10 : 12, Math.min(start, head.length));
  // Of a table each column has its type: one of objects makes the whole a pickle.
  return { start, isOfObjects: start > head.length || /['"][|<>=]?O\d*['"]/.test(text) };
}

const inflaters: Readonly<Record<'gzip' | 'zlib' | 'deflate', () => Transform>> = {
  gzip: () => createGunzip(),
  zlib: () => createInflate(),
  deflate: () => createInflateRaw(),
};

const pieceBytes = 64 * 1024;

/** What can be inflated of it up to a limit; a broken end does not take away what came before. */
export async function inflateSome(
  source: ScanSource,
  kind: keyof typeof inflaters,
  limit: number,
): Promise<Buffer> {
  const inflate = inflaters[kind]();
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Whoever iterates the stream meets its errors, and leaving it ends the reading.
  pipeline(Readable.from(piecesOf(source), { highWaterMark: 1 }), inflate, () => {});
  try {
    for await (const chunk of inflate as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, limit - bytes));
      bytes += chunk.length;
      if (bytes >= limit) break;
    }
  } catch (error) {
    if (!(error instanceof Error && 'errno' in error)) throw error;
  }
  return Buffer.concat(chunks);
}

async function* piecesOf(source: ScanSource): AsyncGenerator<Buffer> {
  for (let at = 0; at < source.size; at += pieceBytes) yield await source.read(at, pieceBytes);
}
