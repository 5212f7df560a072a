/** ZIP records back from bytes. Offsets as in APPNOTE.TXT 4.3; what is wrong is said, never guessed around. */
import {
  type CentralRecord,
  centralFixedBytes,
  endFixedBytes,
  localFixedBytes,
  max16,
  max32,
  type ZipRecord,
} from './records.ts';

export class ZipParseError extends Error {
  override readonly name = 'ZipParseError';
}

export interface LocalHeader {
  readonly record: ZipRecord;
  readonly headerBytes: number;
}

/** How many bytes the local header at the start of `fixed` has in all. `fixed` holds its fixed part. */
export function localHeaderBytes(fixed: Buffer): number {
  if (fixed.readUInt32LE(0) !== 0x04034b50) throw new ZipParseError('no local header where one should be');
  return localFixedBytes + fixed.readUInt16LE(26) + fixed.readUInt16LE(28);
}

export function parseLocal(bytes: Buffer): LocalHeader {
  const headerBytes = localHeaderBytes(bytes);
  const nameEnd = localFixedBytes + bytes.readUInt16LE(26);
  const extra = bytes.subarray(nameEnd, headerBytes);
  const [size, compressedSize] = withZip64(extra, [bytes.readUInt32LE(22), bytes.readUInt32LE(18)]);
  return {
    headerBytes,
    record: {
      name: Buffer.from(bytes.subarray(localFixedBytes, nameEnd)),
      flags: bytes.readUInt16LE(6),
      method: bytes.readUInt16LE(8),
      dosTime: bytes.readUInt16LE(10),
      dosDate: bytes.readUInt16LE(12),
      crc32: bytes.readUInt32LE(14),
      compressedSize: compressedSize as number,
      size: size as number,
    },
  };
}

export function parseDirectory(bytes: Buffer, entries: number): CentralRecord[] {
  const records: CentralRecord[] = [];
  let at = 0;
  for (let index = 0; index < entries; index++) {
    if (at + centralFixedBytes > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) {
      throw new ZipParseError(`directory record ${index + 1} of ${entries} is missing`);
    }
    const nameEnd = at + centralFixedBytes + bytes.readUInt16LE(at + 28);
    const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
    const [size, compressedSize, localOffset] = withZip64(bytes.subarray(nameEnd, extraEnd), [
      bytes.readUInt32LE(at + 24),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 42),
    ]);
    records.push({
      name: Buffer.from(bytes.subarray(at + centralFixedBytes, nameEnd)),
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      dosTime: bytes.readUInt16LE(at + 12),
      dosDate: bytes.readUInt16LE(at + 14),
      crc32: bytes.readUInt32LE(at + 16),
      compressedSize: compressedSize as number,
      size: size as number,
      unixMode: bytes.readUInt16LE(at + 40),
      localOffset: localOffset as number,
    });
    at = extraEnd + bytes.readUInt16LE(at + 32);
  }
  if (at !== bytes.length)
    throw new ZipParseError(`${bytes.length - at} bytes follow the last directory record`);
  return records;
}

export interface DirectoryPlace {
  readonly entries: number;
  readonly offset: number;
  readonly bytes: number;
}

/** Finds the directory from the last bytes of a file of `fileBytes`; a comment is not expected. */
export function parseEnd(tail: Buffer, fileBytes: number): DirectoryPlace {
  const at = tail.length - endFixedBytes;
  if (at < 0 || tail.readUInt32LE(at) !== 0x06054b50) throw new ZipParseError('no end of central directory');
  const short = {
    entries: tail.readUInt16LE(at + 10),
    bytes: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  };
  let place = short;
  let endStart = fileBytes - endFixedBytes;
  if (short.entries === max16 || short.bytes === max32 || short.offset === max32) {
    const locator = at - 20;
    const zip64 = locator - 56;
    if (zip64 < 0 || tail.readUInt32LE(locator) !== 0x07064b50 || tail.readUInt32LE(zip64) !== 0x06064b50) {
      throw new ZipParseError('a number needs the Zip64 end of central directory, which is missing');
    }
    endStart -= 76;
    place = {
      entries: Number(tail.readBigUInt64LE(zip64 + 32)),
      bytes: Number(tail.readBigUInt64LE(zip64 + 40)),
      offset: Number(tail.readBigUInt64LE(zip64 + 48)),
    };
  }
  if (place.offset + place.bytes !== endStart)
    throw new ZipParseError('the directory does not reach the end record');
  return place;
}

/** Replaces each 32-bit field that is all ones by the next 64-bit value of the Zip64 extra field. */
function withZip64(extra: Buffer, fields: readonly number[]): number[] {
  if (!fields.includes(max32)) return [...fields];
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let value = at + 4;
    return fields.map((field) => {
      if (field !== max32) return field;
      if (value + 8 > extra.length) throw new ZipParseError('the Zip64 extra field is too short');
      value += 8;
      return Number(extra.readBigUInt64LE(value - 8));
    });
  }
  throw new ZipParseError('the Zip64 extra field is missing');
}
