/** Builds tar files and gzip members for tests, right ones and wrong ones; it shares no code with core/tar. */
import { deflateRawSync } from 'node:zlib';
import { crcOf, type Piece, sizeOf } from './pieces.ts';
import { u16, u32 } from './zip-builder.ts';

export interface TarFields {
  /** "0" file, "1" hard link, "2" link, "3" and "4" devices, "5" folder, "6" fifo, "x" and "g" pax, … */
  readonly type: string;
  readonly linkName: string;
  readonly mode: number;
  readonly modified: number;
  /** A number in octal, or the twelve bytes as they shall stand. */
  readonly size: number | Buffer;
  readonly magic: string;
  readonly prefix: string;
  /** Added to the right checksum. */
  readonly checksumError: number;
}

const blockBytes = 512;

export function tarEntry(
  name: string | Buffer,
  body: string | Buffer | readonly Piece[] = '',
  changes: Partial<TarFields> = {},
): Piece[] {
  const content: readonly Piece[] =
    typeof body === 'string' ? [Buffer.from(body)] : Buffer.isBuffer(body) ? [body] : body;
  const size = sizeOf(content);
  return [
    tarHeader(name, size, changes),
    ...content,
    Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes),
  ];
}

function tarHeader(name: string | Buffer, bodyBytes: number, changes: Partial<TarFields> = {}): Buffer {
  const fields: TarFields = {
    type: '0',
    linkName: '',
    mode: 0o644,
    modified: 315_532_800,
    size: bodyBytes,
    magic: 'ustar\x0000',
    prefix: '',
    checksumError: 0,
    ...changes,
  };
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  Buffer.from(name as string).copy(block, 0, 0, 100);
  octal(fields.mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  if (Buffer.isBuffer(fields.size)) fields.size.copy(block, 124, 0, 12);
  else octal(fields.size, 124, 12);
  octal(fields.modified, 136, 12);
  block.fill(' ', 148, 156);
  block.write(fields.type, 156, 'latin1');
  block.write(fields.linkName, 157, 100, 'utf8');
  block.write(fields.magic, 257, 'latin1');
  block.write(fields.prefix, 345, 155, 'utf8');
  const sum = block.reduce((total, byte) => total + byte, 0) + fields.checksumError;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** A pax record before an entry ("x") or for all that follow ("g"). */
export function pax(fields: Readonly<Record<string, string>>, type: 'x' | 'g' = 'x'): Piece[] {
  const records = Object.entries(fields).map(([key, value]) => paxRecord(key, value));
  return tarEntry('PaxHeader', Buffer.concat(records), { type });
}

export function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length;
  while (length !== String(length).length + rest.length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

/** GNU's way to a name of more than 100 bytes. */
export const gnuLongName = (name: string): Piece[] =>
  tarEntry('././@LongLink', `${name}\0`, { type: 'L', magic: 'ustar  \0' });

/** A number as GNU tar writes one that octal can't hold: the top bit set, then big-endian bytes. */
export function base256(value: bigint): Buffer {
  const bytes = Buffer.alloc(12);
  let left = BigInt.asUintN(96, value);
  for (let at = 11; at >= 0; at--, left >>= 8n) bytes[at] = Number(left & 0xffn);
  bytes[0] = value < 0n ? 0xff : (bytes[0] as number) | 0x80;
  return bytes;
}

export const endOfTar = Buffer.alloc(2 * blockBytes);

export const tar = (entries: readonly (readonly Piece[])[]): Piece[] => [...entries.flat(), endOfTar];

export interface GzipForm {
  readonly flags?: number;
  /** What stands between the fixed header and the data: the fields that the flags tell of. */
  readonly fields?: Buffer;
  readonly method?: number;
  readonly crc32?: number;
  readonly size?: number;
  readonly data?: Buffer;
}

/** One gzip member. */
export function gzip(content: Buffer, form: GzipForm = {}): Buffer {
  const { flags = 0, fields = Buffer.alloc(0), method = 8 } = form;
  return Buffer.concat([
    Buffer.from([0x1f, 0x8b, method, flags, 0, 0, 0, 0, 0, 3]),
    fields,
    form.data ?? deflateRawSync(content),
    u32(form.crc32 ?? crcOf([content])),
    u32(form.size ?? content.length),
  ]);
}

export const gzipHeaderCrc = (headerSoFar: Buffer): Buffer => u16(crcOf([headerSoFar]));
