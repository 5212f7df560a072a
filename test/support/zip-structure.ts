/**
 * A small ZIP parser that shares nothing with ours: it walks the local headers from the first byte on, then
 * the directory, and asserts on its way what holds for every archive that we write to a file.
 */
import assert from 'node:assert/strict';
import { type FileHandle, open } from 'node:fs/promises';

const max16 = 0xffff;
const max32 = 0xffffffff;

interface Header {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly time: number;
  readonly date: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
}

export interface ZipFacts {
  readonly names: readonly string[];
  /** Names of the entries that have a Zip64 field in their local header, and in the directory. */
  readonly localZip64: readonly string[];
  readonly centralZip64: readonly string[];
  readonly hasZip64End: boolean;
}

/** Asserts the structure, and returns what a test may want to know more. */
export async function assertSoundZip(path: string): Promise<ZipFacts> {
  const file = await open(path);
  try {
    return await walk(file, (await file.stat()).size);
  } finally {
    await file.close();
  }
}

async function walk(file: FileHandle, fileBytes: number): Promise<ZipFacts> {
  const end = await readEnd(file, fileBytes);
  const directory = parseDirectory(await read(file, end.directoryOffset, end.directoryBytes));
  assert.equal(directory.length, end.entries, 'the end counts the entries');
  assert.equal(
    end.directoryOffset + end.directoryBytes,
    end.start,
    'nothing stands between directory and end',
  );
  const needsZip64End = end.entries >= max16 || end.directoryOffset >= max32 || end.directoryBytes >= max32;
  assert.equal(end.isZip64, needsZip64End, 'a Zip64 end stands exactly where a number needs it');

  const localZip64: string[] = [];
  let position = 0;
  for (const { header, version, localOffset, zip64Fields } of directory) {
    assert.equal(localOffset, position, `${header.name} begins where what stands before it ends`);
    const local = await readLocal(file, position);
    assert.deepEqual(local.header, header, 'both headers tell the same');
    assert.equal(header.flags & ~(1 << 11), 0, `${header.name} has no flag but UTF-8, and so no descriptor`);
    const isAscii = /^[ -~]*$/.test(header.name);
    assert.ok(isAscii || header.flags & (1 << 11), `${header.name} says that it is UTF-8`);
    assert.ok(header.method === 0 || header.method === 8, `${header.name} is stored or deflated`);
    if (header.method === 0) assert.equal(header.compressedSize, header.size);
    if (header.method === 8) assert.ok(header.compressedSize < header.size, `${header.name} shrank`);
    const sizeNeeds = header.size >= max32 || header.compressedSize >= max32;
    assert.equal(local.isZip64, sizeNeeds, `${header.name} has Zip64 in its local header only at need`);
    const needing = [header.size, header.compressedSize, localOffset].filter((value) => value >= max32);
    assert.equal(zip64Fields, needing.length, `${header.name} has Zip64 in the directory only at need`);
    const versions = { local: local.isZip64 ? 45 : 20, directory: zip64Fields > 0 ? 45 : 20 };
    assert.deepEqual({ local: local.version, directory: version }, versions, `who can read ${header.name}`);
    if (local.isZip64) localZip64.push(header.name);
    position = local.bodyOffset + header.compressedSize;
  }
  assert.equal(position, end.directoryOffset, 'the directory follows the last entry');
  return {
    names: directory.map(({ header }) => header.name),
    localZip64,
    centralZip64: directory.filter((entry) => entry.zip64Fields > 0).map(({ header }) => header.name),
    hasZip64End: end.isZip64,
  };
}

async function readEnd(file: FileHandle, fileBytes: number) {
  const short = await read(file, fileBytes - 22, 22);
  assert.equal(short.readUInt32LE(0), 0x06054b50, 'the last 22 bytes are the end, without a comment');
  assert.equal(short.readUInt16LE(8), short.readUInt16LE(10), 'one disk holds all entries');
  const before = fileBytes < 98 ? Buffer.alloc(20) : await read(file, fileBytes - 42, 20);
  if (before.readUInt32LE(0) !== 0x07064b50) {
    return {
      isZip64: false,
      entries: short.readUInt16LE(10),
      directoryBytes: short.readUInt32LE(12),
      directoryOffset: short.readUInt32LE(16),
      start: fileBytes - 22,
    };
  }
  const start = fileBytes - 98;
  assert.equal(wide(before, 8), start, 'the locator points to the Zip64 end');
  const long = await read(file, start, 56);
  assert.equal(long.readUInt32LE(0), 0x06064b50);
  assert.equal(wide(long, 4), 44);
  const entries = wide(long, 32);
  const directoryBytes = wide(long, 40);
  const directoryOffset = wide(long, 48);
  assert.equal(short.readUInt16LE(10), Math.min(entries, max16));
  assert.equal(short.readUInt32LE(12), Math.min(directoryBytes, max32));
  assert.equal(short.readUInt32LE(16), Math.min(directoryOffset, max32));
  return { isZip64: true, entries, directoryBytes, directoryOffset, start };
}

function parseDirectory(bytes: Buffer) {
  const entries: { header: Header; version: number; localOffset: number; zip64Fields: number }[] = [];
  for (let at = 0; at < bytes.length; ) {
    assert.equal(bytes.readUInt32LE(at), 0x02014b50, 'a directory record follows the one before');
    const extraAt = at + 46 + bytes.readUInt16LE(at + 28);
    const next = extraAt + bytes.readUInt16LE(at + 30);
    assert.equal(bytes.readUInt16LE(at + 32), 0, 'no entry has a comment');
    const values = wideFields(bytes.subarray(extraAt, next));
    const zip64Fields = values.length;
    const field = (offset: number): number => {
      const value = bytes.readUInt32LE(at + offset);
      return value === max32 ? (values.shift() ?? value) : value;
    };
    const size = field(24);
    const compressedSize = field(20);
    const localOffset = field(42);
    assert.equal(values.length, 0, 'every Zip64 value stands for a field that is all ones');
    const header = headerFrom(bytes, at + 8, bytes.subarray(at + 46, extraAt), size, compressedSize);
    entries.push({ header, version: bytes.readUInt16LE(at + 6), localOffset, zip64Fields });
    at = next;
  }
  return entries;
}

async function readLocal(file: FileHandle, position: number) {
  const fixed = await read(file, position, 30);
  assert.deepEqual([...fixed.subarray(0, 4)], [0x50, 0x4b, 3, 4], 'an entry begins with PK 3 4');
  const nameBytes = fixed.readUInt16LE(26);
  const extraBytes = fixed.readUInt16LE(28);
  const rest = await read(file, position + 30, nameBytes + extraBytes);
  const values = wideFields(rest.subarray(nameBytes));
  const narrow = [fixed.readUInt32LE(22), fixed.readUInt32LE(18)];
  if (values.length > 0) {
    assert.equal(values.length, 2, 'a local Zip64 field holds both sizes');
    assert.deepEqual(narrow, [max32, max32], 'and both stand for fields that are all ones');
  }
  const [size = 0, compressedSize = 0] = values.length > 0 ? values : narrow;
  return {
    header: headerFrom(fixed, 6, rest.subarray(0, nameBytes), size, compressedSize),
    version: fixed.readUInt16LE(4),
    bodyOffset: position + 30 + rest.length,
    isZip64: values.length > 0,
  };
}

/** The fields that both headers have in the same order, from the flags on. */
function headerFrom(bytes: Buffer, at: number, name: Buffer, size: number, compressedSize: number): Header {
  return {
    name: name.toString('utf8'),
    flags: bytes.readUInt16LE(at),
    method: bytes.readUInt16LE(at + 2),
    time: bytes.readUInt16LE(at + 4),
    date: bytes.readUInt16LE(at + 6),
    crc32: bytes.readUInt32LE(at + 8),
    compressedSize,
    size,
  };
}

/** The 64-bit values of the Zip64 field, which is the only extra field that we write. */
function wideFields(extra: Buffer): number[] {
  if (extra.length === 0) return [];
  assert.equal(extra.readUInt16LE(0), 1, 'the extra field is Zip64');
  assert.equal(extra.readUInt16LE(2), extra.length - 4, 'and there is no other');
  return Array.from({ length: (extra.length - 4) / 8 }, (_, index) => wide(extra, 4 + 8 * index));
}

const wide = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
  assert.equal(bytesRead, length, `the file holds ${length} bytes at ${position}`);
  return buffer;
}
