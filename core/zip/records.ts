/**
 * The records of a ZIP file, written and parsed. Fields are listed at their offset, as in APPNOTE.TXT 4.3
 * (a fixed part, then name and extra field).
 */
import { clockOf, type Zone } from '../clock.ts';

export const methodStored = 0;
export const methodDeflated = 8;

export const max16 = 0xffff;
export const max32 = 0xffffffff;

const localSignature = 0x04034b50;
const centralSignature = 0x02014b50;
const endSignature = 0x06054b50;
const zip64EndSignature = 0x06064b50;
const zip64LocatorSignature = 0x07064b50;

export const localFixedBytes = 30;
export const centralFixedBytes = 46;
export const endFixedBytes = 22;
export const zip64EndBytes = 56;
export const zip64LocatorBytes = 20;

const zip64ExtraId = 0x0001;
const utf8Flag = 1 << 11;
const versionPlain = 20;
const versionZip64 = 45;
const madeByUnix = 3 << 8;
const regularFile = 0o100000;

/** One entry as both of its headers tell it. */
export interface ZipRecord {
  readonly name: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly dosTime: number;
  readonly dosDate: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
}

export interface CentralRecord extends ZipRecord {
  readonly localOffset: number;
  /** Unix mode with its type bits; 0 where the archive has none. */
  readonly unixMode: number;
}

/** Bit 11 says the name is UTF-8; pure ASCII needs no saying, and old readers then have nothing to misread. */
export function flagsFor(name: Buffer): number {
  return name.some((byte) => byte >= 0x80) ? utf8Flag : 0;
}

/** DOS keeps a wall-clock time in two-second steps, without a zone, from 1980 to 2107. */
export function dosDateTime(time: Date, zone: Zone): Pick<ZipRecord, 'dosDate' | 'dosTime'> {
  const [year, month, day, hours, minutes, seconds] = clockOf(time, zone);
  if (year < 1980) return { dosDate: (1 << 5) | 1, dosTime: 0 };
  if (year > 2107) return { dosDate: 0xff9f, dosTime: 0xbf7d };
  return {
    dosDate: ((year - 1980) << 9) | ((month + 1) << 5) | day,
    dosTime: (hours << 11) | (minutes << 5) | (seconds >> 1),
  };
}

/** Takes as many bytes before the entry is written as after: its form depends on nothing but name and size. */
export function writeLocal(record: ZipRecord): Buffer {
  // No entry is larger compressed than plain, so this covers both sizes.
  const zip64 = record.size >= max32;
  const extra = zip64 ? zip64Extra([record.size, record.compressedSize]) : Buffer.alloc(0);
  const out = Buffer.alloc(localFixedBytes);
  out.writeUInt32LE(localSignature, 0);
  out.writeUInt16LE(zip64 ? versionZip64 : versionPlain, 4);
  out.writeUInt16LE(record.flags, 6);
  out.writeUInt16LE(record.method, 8);
  out.writeUInt16LE(record.dosTime, 10);
  out.writeUInt16LE(record.dosDate, 12);
  out.writeUInt32LE(record.crc32, 14);
  out.writeUInt32LE(zip64 ? max32 : record.compressedSize, 18);
  out.writeUInt32LE(zip64 ? max32 : record.size, 22);
  out.writeUInt16LE(record.name.length, 26);
  out.writeUInt16LE(extra.length, 28);
  return Buffer.concat([out, record.name, extra]);
}

export function writeCentral(record: CentralRecord): Buffer {
  // The directory carries each 64-bit value only where the 32-bit field can't (4.5.3): sizes, then offset.
  const long = [record.size, record.compressedSize, record.localOffset].filter((value) => value >= max32);
  const extra = long.length > 0 ? zip64Extra(long) : Buffer.alloc(0);
  const version = long.length > 0 ? versionZip64 : versionPlain;
  const out = Buffer.alloc(centralFixedBytes);
  out.writeUInt32LE(centralSignature, 0);
  out.writeUInt16LE(madeByUnix | version, 4);
  out.writeUInt16LE(version, 6);
  out.writeUInt16LE(record.flags, 8);
  out.writeUInt16LE(record.method, 10);
  out.writeUInt16LE(record.dosTime, 12);
  out.writeUInt16LE(record.dosDate, 14);
  out.writeUInt32LE(record.crc32, 16);
  out.writeUInt32LE(Math.min(record.compressedSize, max32), 20);
  out.writeUInt32LE(Math.min(record.size, max32), 24);
  out.writeUInt16LE(record.name.length, 28);
  out.writeUInt16LE(extra.length, 30);
  // 32 comment length, 34 disk number, 36 internal attributes: all zero
  out.writeUInt32LE((record.unixMode << 16) >>> 0, 38);
  out.writeUInt32LE(Math.min(record.localOffset, max32), 42);
  return Buffer.concat([out, record.name, extra]);
}

export function fileMode(permissions: number): number {
  return regularFile | permissions;
}

/** The end of central directory, preceded by its Zip64 form where a number needs it. */
export function writeEnd(entries: number, directoryOffset: number, directoryBytes: number): Buffer {
  const end = Buffer.alloc(endFixedBytes);
  end.writeUInt32LE(endSignature, 0);
  // 4 this disk, 6 disk of the directory: zero
  end.writeUInt16LE(Math.min(entries, max16), 8);
  end.writeUInt16LE(Math.min(entries, max16), 10);
  end.writeUInt32LE(Math.min(directoryBytes, max32), 12);
  end.writeUInt32LE(Math.min(directoryOffset, max32), 16);
  if (entries < max16 && directoryBytes < max32 && directoryOffset < max32) return end;

  const zip64 = Buffer.alloc(zip64EndBytes);
  zip64.writeUInt32LE(zip64EndSignature, 0);
  zip64.writeBigUInt64LE(BigInt(zip64EndBytes - 12), 4);
  zip64.writeUInt16LE(madeByUnix | versionZip64, 12);
  zip64.writeUInt16LE(versionZip64, 14);
  // 16 this disk, 20 disk of the directory: zero
  zip64.writeBigUInt64LE(BigInt(entries), 24);
  zip64.writeBigUInt64LE(BigInt(entries), 32);
  zip64.writeBigUInt64LE(BigInt(directoryBytes), 40);
  zip64.writeBigUInt64LE(BigInt(directoryOffset), 48);
  const locator = Buffer.alloc(zip64LocatorBytes);
  locator.writeUInt32LE(zip64LocatorSignature, 0);
  // 4 disk of the Zip64 end: zero
  locator.writeBigUInt64LE(BigInt(directoryOffset + directoryBytes), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([zip64, locator, end]);
}

function zip64Extra(values: readonly number[]): Buffer {
  const out = Buffer.alloc(4 + 8 * values.length);
  out.writeUInt16LE(zip64ExtraId, 0);
  out.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, index) => {
    out.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  });
  return out;
}
