/**
 * Builds ZIP files for tests, right ones and wrong ones: every field of every record can be set, and nothing
 * is checked. It shares no code with the writers in core/.
 */
import { deflateRawSync } from 'node:zlib';
import { crcOf, type Piece, sizeOf } from './pieces.ts';

export interface Header {
  readonly signature: number;
  readonly needed: number;
  readonly flags: number;
  readonly method: number;
  readonly time: number;
  readonly date: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly name: Buffer;
  readonly extra: Buffer;
}

export interface CentralHeader extends Header {
  readonly madeBy: number;
  readonly comment: Buffer;
  readonly disk: number;
  readonly externalAttributes: number;
  /** Where the local header stands; null takes the true place, 'zip64' tells it in a Zip64 field. */
  readonly offset: number | null | 'zip64';
}

export interface ZipEntry {
  /** Null where the directory tells of an entry that the file does not have. */
  readonly local: Header | null;
  /** Null where the directory does not tell of it. */
  readonly central: CentralHeader | null;
  readonly data: readonly Piece[];
  /** Bytes before the local header, and after the data. */
  readonly before: Buffer;
  readonly descriptor: Buffer;
}

export interface EntryChanges {
  readonly method?: number;
  /** What lies in the file; without it the body, stored or deflated as `method` tells. */
  readonly data?: readonly Piece[];
  readonly both?: Partial<Header>;
  readonly local?: Partial<Header>;
  readonly central?: Partial<CentralHeader>;
  readonly before?: Buffer;
  readonly descriptor?: Buffer;
  readonly unlisted?: boolean;
  readonly absent?: boolean;
}

export const flag = { encrypted: 1, descriptor: 8, strong: 1 << 6, utf8: 1 << 11, masked: 1 << 13 } as const;
export const max16 = 0xffff;
export const max32 = 0xffffffff;
const regularFile = 0o100644;

/** An entry that is right, then changed as told. */
export function zipEntry(
  name: string | Buffer,
  body: string | Buffer | readonly Piece[] = '',
  changes: EntryChanges = {},
): ZipEntry {
  const content: readonly Piece[] =
    typeof body === 'string' ? [Buffer.from(body)] : Buffer.isBuffer(body) ? [body] : body;
  const { method = 0 } = changes;
  const data =
    changes.data ?? (method === 8 ? [deflateRawSync(Buffer.concat(content as readonly Buffer[]))] : content);
  const rawName = Buffer.from(name as string);
  const header: Header = {
    signature: 0x04034b50,
    needed: 20,
    flags: rawName.some((byte) => byte >= 0x80) ? flag.utf8 : 0,
    method,
    time: 0,
    date: 0x21,
    crc32: crcOf(content),
    compressedSize: sizeOf(data),
    size: sizeOf(content),
    name: rawName,
    extra: Buffer.alloc(0),
    ...changes.both,
  };
  const central: CentralHeader = {
    ...header,
    signature: 0x02014b50,
    madeBy: 0x031e,
    comment: Buffer.alloc(0),
    disk: 0,
    externalAttributes: mode(regularFile),
    offset: null,
    ...changes.central,
  };
  return {
    local: changes.absent ? null : { ...header, ...changes.local },
    central: changes.unlisted ? null : central,
    data: changes.absent ? [] : data,
    before: changes.before ?? Buffer.alloc(0),
    descriptor: changes.descriptor ?? Buffer.alloc(0),
  };
}

export const mode = (unixMode: number): number => unixMode * 0x10000;

export const deflated = (
  name: string | Buffer,
  body: string | Buffer,
  changes: EntryChanges = {},
): ZipEntry => zipEntry(name, body, { method: 8, ...changes });

export interface DescriptorForm {
  readonly unsigned?: boolean;
  /** Sizes of eight bytes each. */
  readonly wide?: boolean;
  readonly crc32?: number;
  readonly compressedSize?: number;
  readonly size?: number;
}

/** The same entry as a streaming writer leaves it: its CRC and sizes behind the data, not before it. */
export function withDescriptor(entry: ZipEntry, form: DescriptorForm = {}): ZipEntry {
  const { local, central } = entry;
  if (!local || !central) throw new Error('an entry with a descriptor has both headers');
  const { crc32 = central.crc32, compressedSize = central.compressedSize, size = central.size } = form;
  return {
    ...entry,
    local: { ...local, flags: local.flags | flag.descriptor, crc32: 0, compressedSize: 0, size: 0 },
    central: { ...central, flags: central.flags | flag.descriptor },
    descriptor: Buffer.concat([
      form.unsigned ? Buffer.alloc(0) : u32(0x08074b50),
      u32(crc32),
      ...[compressedSize, size].map((value) => (form.wide ? u64(value) : u32(value))),
    ]),
  };
}

interface End {
  readonly disk: number;
  readonly directoryDisk: number;
  readonly entriesHere: number;
  readonly entries: number;
  readonly directoryBytes: number;
  readonly directoryOffset: number;
  readonly comment: Buffer;
  readonly commentBytes: number;
}

interface WideEnd {
  readonly recordBytes: number;
  readonly disk: number;
  readonly directoryDisk: number;
  readonly entriesHere: number | bigint;
  readonly entries: number | bigint;
  readonly directoryBytes: number | bigint;
  readonly directoryOffset: number | bigint;
  readonly extensible: Buffer;
}

interface Locator {
  readonly disk: number;
  readonly offset: number | bigint;
  readonly disks: number;
}

export interface ZipChanges {
  readonly prefix?: Buffer;
  /** Whether all offsets count the prefix. */
  readonly countsPrefix?: boolean;
  readonly beforeDirectory?: Buffer;
  readonly order?: (records: readonly Buffer[]) => readonly Buffer[];
  readonly end?: Partial<End>;
  /** Adds a Zip64 end of directory, which is right but for these fields. */
  readonly wideEnd?: Partial<WideEnd>;
  /** Null leaves the locator out. */
  readonly locator?: Partial<Locator> | null;
  readonly suffix?: Buffer;
}

export function zip(entries: readonly ZipEntry[], changes: ZipChanges = {}): Piece[] {
  const { prefix = Buffer.alloc(0), beforeDirectory = Buffer.alloc(0) } = changes;
  const origin = changes.countsPrefix ? prefix.length : 0;
  const body: Piece[] = [];
  const records: Buffer[] = [];
  let position = origin;
  const put = (piece: Piece) => {
    body.push(piece);
    position += sizeOf([piece]);
  };
  for (const entry of entries) {
    put(entry.before);
    const offset = position;
    if (entry.local) put(localHeader(entry.local));
    for (const piece of entry.data) put(piece);
    put(entry.descriptor);
    if (entry.central) records.push(centralRecord(entry.central, offset));
  }
  put(beforeDirectory);
  const directory = Buffer.concat(changes.order?.(records) ?? records);
  const facts = { entries: records.length, bytes: directory.length, offset: position };
  const wide = changes.wideEnd && wideEnd(facts, changes.wideEnd, changes.locator);
  return [
    prefix,
    ...body,
    directory,
    ...(wide ? [wide] : []),
    end(facts, changes.end),
    changes.suffix ?? Buffer.alloc(0),
  ];
}

interface DirectoryFacts {
  readonly entries: number;
  readonly bytes: number;
  readonly offset: number;
}

export function end(facts: DirectoryFacts, changes: Partial<End> = {}): Buffer {
  const record: End = {
    disk: 0,
    directoryDisk: 0,
    entriesHere: changes.entries ?? facts.entries,
    entries: facts.entries,
    directoryBytes: facts.bytes,
    directoryOffset: facts.offset,
    comment: Buffer.alloc(0),
    commentBytes: changes.comment?.length ?? 0,
    ...changes,
  };
  return Buffer.concat([
    u32(0x06054b50),
    u16(record.disk),
    u16(record.directoryDisk),
    u16(record.entriesHere),
    u16(record.entries),
    u32(record.directoryBytes),
    u32(record.directoryOffset),
    u16(record.commentBytes),
    record.comment,
  ]);
}

function wideEnd(
  facts: DirectoryFacts,
  changes: Partial<WideEnd>,
  locator: Partial<Locator> | null = {},
): Buffer {
  const record: WideEnd = {
    recordBytes: 44 + (changes.extensible?.length ?? 0),
    disk: 0,
    directoryDisk: 0,
    entriesHere: changes.entries ?? facts.entries,
    entries: facts.entries,
    directoryBytes: facts.bytes,
    directoryOffset: facts.offset,
    extensible: Buffer.alloc(0),
    ...changes,
  };
  const fields = Buffer.concat([
    u32(0x06064b50),
    u64(record.recordBytes),
    u16(45),
    u16(45),
    u32(record.disk),
    u32(record.directoryDisk),
    u64(record.entriesHere),
    u64(record.entries),
    u64(record.directoryBytes),
    u64(record.directoryOffset),
    record.extensible,
  ]);
  if (locator === null) return fields;
  const { disk, offset, disks } = { disk: 0, offset: facts.offset + facts.bytes, disks: 1, ...locator };
  return Buffer.concat([fields, u32(0x07064b50), u32(disk), u64(offset), u32(disks)]);
}

export function localHeader(header: Header): Buffer {
  return Buffer.concat([
    u32(header.signature),
    sharedFields(header),
    u16(header.name.length),
    u16(header.extra.length),
    header.name,
    header.extra,
  ]);
}

function centralRecord(header: CentralHeader, trueOffset: number): Buffer {
  if (header.offset === 'zip64') {
    const extraFields = Buffer.concat([header.extra, zip64Extra(trueOffset)]);
    return centralRecord({ ...header, extra: extraFields, offset: max32 }, trueOffset);
  }
  return Buffer.concat([
    u32(header.signature),
    u16(header.madeBy),
    sharedFields(header),
    u16(header.name.length),
    u16(header.extra.length),
    u16(header.comment.length),
    u16(header.disk),
    u16(0),
    u32(header.externalAttributes),
    u32(header.offset ?? trueOffset),
    header.name,
    header.extra,
    header.comment,
  ]);
}

const sharedFields = (header: Header): Buffer =>
  Buffer.concat([
    u16(header.needed),
    u16(header.flags),
    u16(header.method),
    u16(header.time),
    u16(header.date),
    u32(header.crc32),
    u32(header.compressedSize),
    u32(header.size),
  ]);

/** One extra field: its id, its length, and what it holds. */
export const extra = (id: number, body: Buffer): Buffer => Buffer.concat([u16(id), u16(body.length), body]);

export const zip64Extra = (...values: readonly (number | bigint)[]): Buffer =>
  extra(1, Buffer.concat(values.map(u64)));

/** Info-ZIP's Unicode Path: another name for the entry, tied to the raw one by its CRC. */
export const unicodePath = (rawName: string, name: string): Buffer =>
  extra(0x7075, Buffer.concat([Buffer.from([1]), u32(crcOf([Buffer.from(rawName)])), Buffer.from(name)]));

export const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value & max16);
  return bytes;
};

export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value % 2 ** 32);
  return bytes;
};

export const u64 = (value: number | bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return bytes;
};

/** An entry with sizes that only a Zip64 field can tell, in both headers, as Python writes it. */
export const wide = (size: number, compressedSize: number) => {
  const fields = {
    size: max32,
    compressedSize: max32,
    needed: 45,
    extra: zip64Extra(size, compressedSize),
  };
  return { local: fields, central: fields };
};

/** For `zip`: the directory lies where only a Zip64 end record can tell. */
export const wideOffsets = { wideEnd: {}, end: { directoryOffset: max32 } };
