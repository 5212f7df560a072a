/** A local header, as java.util.zip.ZipInputStream reads it. */
import type { DirectoryRecord } from './directory-record.ts';
import { type ExtraField, noExtra, parseExtra } from './extra-field.ts';
import { readSafe64 } from './numbers.ts';
import { localFixedBytes, max32, type ZipRecord } from './records.ts';
import { localSignature } from './signatures.ts';
import type { ReadWindow } from './source.ts';

/** A name as bytes and as text; what is no UTF-8 in it shows as U+FFFD. */
export interface Named {
  readonly name: Buffer;
  readonly text: string;
}

export interface LocalHeader extends ZipRecord, Named {
  readonly offset: number;
  readonly dataOffset: number;
  readonly extra: ExtraField;
  readonly zip64Fault: string | null;
  /** True only where the record says the very same, so that nothing is left to compare. */
  repeats(record: DirectoryRecord): boolean;
}

export const encryptedFlag = 1 << 0;
const descriptorFlag = 1 << 3;
export const utf8Flag = 1 << 11;

export const hasDescriptor = (header: { readonly flags: number }) => (header.flags & descriptorFlag) !== 0;

/** Null where no header is; `cut` where one begins and the file ends within it. */
export async function readLocalHeader(
  window: ReadWindow,
  offset: number,
  path: string,
  listed?: DirectoryRecord,
): Promise<LocalHeader | 'cut' | null> {
  if (!window.holds(offset, localFixedBytes)) await window.load(offset, localFixedBytes);
  if (window.heldFrom(offset) < 4) return null;
  if (window.bytes.readUInt32LE(window.indexOf(offset)) !== localSignature) return null;
  if (window.heldFrom(offset) < localFixedBytes) return 'cut';
  const length = headerBytes(window.bytes, window.indexOf(offset));
  if (!window.holds(offset, length)) await window.load(offset, length);
  if (window.heldFrom(offset) < length) return 'cut';

  const at = window.indexOf(offset);
  return listed && repeats(window.bytes, at, listed)
    ? new RepeatedHeader(offset, offset + length, listed)
    : parseHeader(Buffer.from(window.bytes.subarray(at, at + length)), offset, path);
}

function headerBytes(bytes: Buffer, at: number): number {
  return localFixedBytes + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
}

/** Whether the header says what the directory says, and nothing more: nearly all do. */
function repeats(bytes: Buffer, at: number, listed: DirectoryRecord): boolean {
  const nameStart = at + localFixedBytes;
  return (
    bytes.readUInt16LE(at + 28) === 0 &&
    bytes.readUInt16LE(at + 6) === listed.flags &&
    bytes.readUInt16LE(at + 8) === listed.method &&
    bytes.readUInt16LE(at + 10) === listed.dosTime &&
    bytes.readUInt16LE(at + 12) === listed.dosDate &&
    bytes.readUInt32LE(at + 14) === listed.crc32 &&
    bytes.readUInt32LE(at + 18) === listed.compressedSize &&
    bytes.readUInt32LE(at + 22) === listed.size &&
    listed.size !== max32 &&
    listed.compressedSize !== max32 &&
    listed.hasName(bytes, nameStart, nameStart + bytes.readUInt16LE(at + 26))
  );
}

/** Keeps nothing but its place. */
class RepeatedHeader implements LocalHeader {
  readonly offset: number;
  readonly dataOffset: number;
  readonly #listed: DirectoryRecord;

  constructor(offset: number, dataOffset: number, listed: DirectoryRecord) {
    this.offset = offset;
    this.dataOffset = dataOffset;
    this.#listed = listed;
  }

  get name(): Buffer {
    return this.#listed.name;
  }

  get text(): string {
    return this.#listed.text;
  }

  get flags(): number {
    return this.#listed.flags;
  }

  get method(): number {
    return this.#listed.method;
  }

  get dosTime(): number {
    return this.#listed.dosTime;
  }

  get dosDate(): number {
    return this.#listed.dosDate;
  }

  get crc32(): number {
    return this.#listed.crc32;
  }

  get compressedSize(): number {
    return this.#listed.compressedSize;
  }

  get size(): number {
    return this.#listed.size;
  }

  get extra(): ExtraField {
    return noExtra;
  }

  get zip64Fault(): null {
    return null;
  }

  repeats(record: DirectoryRecord): boolean {
    return record === this.#listed;
  }
}

function parseHeader(bytes: Buffer, offset: number, path: string): LocalHeader {
  const nameEnd = localFixedBytes + bytes.readUInt16LE(26);
  const name = bytes.subarray(localFixedBytes, nameEnd);
  const extra = bytes.length === nameEnd ? noExtra : parseExtra(bytes.subarray(nameEnd));
  const short = { size: bytes.readUInt32LE(22), compressedSize: bytes.readUInt32LE(18) };
  return {
    offset,
    dataOffset: offset + bytes.length,
    name,
    text: name.toString('utf8'),
    // 4 needed
    flags: bytes.readUInt16LE(6),
    method: bytes.readUInt16LE(8),
    dosTime: bytes.readUInt16LE(10),
    dosDate: bytes.readUInt16LE(12),
    crc32: bytes.readUInt32LE(14),
    ...withZip64(short, extra, path),
    extra,
    repeats: () => false,
  };
}

/** Java replaces both sizes where one is all ones, from a field of at least 16 bytes, the last one of several. */
function withZip64(
  short: { readonly size: number; readonly compressedSize: number },
  extra: ExtraField,
  path: string,
): { size: number; compressedSize: number; zip64Fault: string | null } {
  const isLong = short.size === max32 || short.compressedSize === max32;
  const data = extra.zip64.findLast((field) => field.length >= 16);
  const zip64Fault = faultOf(isLong, extra.zip64);
  if (!isLong || data === undefined) return { ...short, zip64Fault };
  return {
    size: readSafe64(data, 0, path, 'the size of an entry'),
    compressedSize: readSafe64(data, 8, path, 'the compressed size of an entry'),
    zip64Fault,
  };
}

function faultOf(isLong: boolean, fields: readonly Buffer[]): string | null {
  if (fields.length > 1) return 'its local header has more than one field of 64-bit sizes';
  const [data] = fields;
  if (data === undefined) return isLong ? 'the 64-bit sizes are missing from its local header' : null;
  // Writers that reserve room for large sizes leave it there when the sizes turn out small.
  if (data.length === 16) return null;
  return `the 64-bit sizes in its local header take ${data.length} bytes instead of 16`;
}
