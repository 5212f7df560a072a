/**
 * One header block of a tar, read strictly: where two readers would take it for different things, it is
 * refused. Offsets as in POSIX.1-1988 (ustar), and as GNU tar and star use the room that it left.
 */
import { Problem } from '../contract/errors.ts';
import { isBinary, maxOctal, parseTarNumber } from './numbers.ts';
import { blockBytes } from './records.ts';

export interface TarPlace {
  readonly path: string;
  /** Where the header begins, in the tar. */
  readonly offset: number;
}

export interface TarHeader {
  readonly offset: number;
  readonly rawName: Buffer;
  readonly rawLinkName: Buffer;
  /** One character; "0" for the NUL of old tars. */
  readonly type: string;
  readonly size: number;
  readonly mode: number;
  /** Seconds since 1970. */
  readonly modified: number;
  /** TorchServe's reader puts a "/" behind the name of a folder here, and not in GNU's form. */
  readonly isGnu: boolean;
}

/** Past these times there is no date; no clock was ever there. */
const maxSeconds = 8_640_000_000_000;

/** star's prefix ends here, where ustar's goes on for 24 bytes. */
const starPrefixBytes = 130;

/** Number fields: their sense is nobody's business, but readers fail on them. */
const otherNumbers = [
  ['user id', 108, 8],
  ['group id', 116, 8],
  ['device number', 329, 8],
  ['device number', 337, 8],
] as const;

/** `isStar`: a global pax record said that star wrote this, whose prefix is shorter. */
export function parseTarHeader(block: Buffer, place: TarPlace, isStar: boolean): TarHeader {
  assertChecksum(block, place);
  const type = String.fromCharCode(block[156] || 0x30);
  if (type === 'S') throw Problem.of('TAR_SPARSE', { ...place, detail: 'GNU sparse file' });
  const number = (field: string, start: number, length: number): number => {
    const bytes = block.subarray(start, start + length);
    const value = parseTarNumber(bytes);
    if (value !== null) return value;
    throw Problem.of('TAR_NUMBER', { ...place, field, value: show(bytes) });
  };

  const size = number('size', 124, 12);
  const sizeField = block.subarray(124, 136);
  if (size < 0 || (isBinary(sizeField) && size <= maxOctal)) {
    throw Problem.of('TAR_NUMBER', { ...place, field: 'size', value: show(sizeField) });
  }
  const modified = number('time', 136, 12);
  if (Math.abs(modified) > maxSeconds) {
    throw Problem.of('TAR_NUMBER', { ...place, field: 'time', value: String(modified) });
  }
  for (const [field, start, length] of otherNumbers) number(field, start, length);

  return {
    offset: place.offset,
    rawName: nameOf(block, place, isStar),
    rawLinkName: untilNul(block.subarray(157, 257)),
    type,
    size,
    mode: number('mode', 100, 8) & 0o7777,
    modified,
    isGnu: isGnu(block),
  };
}

const zeros = Buffer.alloc(64 * 1024);

/** For at most 64 KiB. */
export const isZero = (bytes: Buffer): boolean =>
  bytes[0] === 0 && bytes.equals(zeros.subarray(0, bytes.length));

/** Most writers count bytes as unsigned, some as signed, and readers take both. */
function assertChecksum(block: Buffer, place: TarPlace): void {
  let unsigned = 0;
  let negative = 0;
  for (let at = 0; at < blockBytes; at++) {
    const byte = at >= 148 && at < 156 ? 0x20 : (block[at] as number);
    unsigned += byte;
    if (byte >= 0x80) negative += 256;
  }
  const field = block.subarray(148, 156);
  const told = parseTarNumber(field);
  if (told === unsigned || told === unsigned - negative) return;
  throw Problem.of('TAR_CHECKSUM', { ...place, told: show(field), found: unsigned.toString(8) });
}

const isGnu = (block: Buffer) => block.toString('latin1', 257, 263) === 'ustar ';

/** The name with its prefix. Each kind of tar keeps other things where ustar has the prefix. */
function nameOf(block: Buffer, place: TarPlace, isStar: boolean): Buffer {
  const name = untilNul(block.subarray(0, 100));
  const prefix = untilNul(block.subarray(345, 500));
  if (prefix.length === 0 && !isGnu(block)) return name;
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0';
  const isStarHeader = isStar || block.toString('latin1', 508, 512) === 'tar\0';
  const isDoubtful = isPosix ? isStarHeader && prefix.length > starPrefixBytes : !isZero(block.subarray(345));
  if (isDoubtful) {
    throw Problem.of('TAR_PAX', {
      ...place,
      detail: 'holds bytes that only some readers take for a part of the name',
    });
  }
  return prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]);
}

const nothing = Buffer.alloc(0);

/** A copy: the block is overwritten by the next one. */
function untilNul(field: Buffer): Buffer {
  if (field[0] === 0) return nothing;
  const end = field.indexOf(0);
  return Buffer.from(end === -1 ? field : field.subarray(0, end));
}

/** A field as people can read it. */
function show(field: Buffer): string {
  const text = field.toString('latin1').replace(/[\0 ]+$/, '');
  return /^[\x21-\x7e]*$/.test(text) ? JSON.stringify(text) : `0x${field.toString('hex')}`;
}
