/** One record of the directory. A hundred thousand of them stay small: most fields are read where they lie. */
import { Problem } from '../contract/errors.ts';
import { type ExtraField, noExtra, parseExtra } from './extra-field.ts';
import type { Named } from './local-header.ts';
import { assertSafeSum, readSafe64 } from './numbers.ts';
import { type CentralRecord, centralFixedBytes, max16, max32 } from './records.ts';

export class DirectoryRecord implements CentralRecord, Named {
  readonly index: number;
  readonly text: string;
  readonly size: number;
  readonly compressedSize: number;
  readonly localOffset: number;
  readonly extra: ExtraField;
  readonly zip64Fault: string | null;
  readonly #bytes: Buffer;
  readonly #at: number;

  /** Parses the record at `at`; name, extra field and comment lie within the bytes. */
  constructor(bytes: Buffer, at: number, index: number, path: string) {
    this.#bytes = bytes;
    this.#at = at;
    this.index = index;
    const nameEnd = this.#nameEnd;
    const extraBytes = bytes.readUInt16LE(at + 30);
    this.text = bytes.toString('utf8', at + centralFixedBytes, nameEnd);
    this.extra = extraBytes === 0 ? noExtra : parseExtra(bytes.subarray(nameEnd, nameEnd + extraBytes));
    const short = {
      size: bytes.readUInt32LE(at + 24),
      compressedSize: bytes.readUInt32LE(at + 20),
      localOffset: bytes.readUInt32LE(at + 42),
      disk: bytes.readUInt16LE(at + 34),
    };
    const { fault, size, compressedSize, localOffset, disk } = withZip64(short, this.extra, path);
    if (disk !== 0) throw Problem.of('ZIP_MULTI_DISK', { path, disk, directoryDisk: 0 });
    assertSafeSum(localOffset, compressedSize, path, 'the end of an entry');
    this.size = size;
    this.compressedSize = compressedSize;
    this.localOffset = localOffset;
    this.zip64Fault = fault;
  }

  // 4 made by, 6 needed
  get flags(): number {
    return this.#bytes.readUInt16LE(this.#at + 8);
  }

  get method(): number {
    return this.#bytes.readUInt16LE(this.#at + 10);
  }

  get dosTime(): number {
    return this.#bytes.readUInt16LE(this.#at + 12);
  }

  get dosDate(): number {
    return this.#bytes.readUInt16LE(this.#at + 14);
  }

  get crc32(): number {
    return this.#bytes.readUInt32LE(this.#at + 16);
  }

  // 32 comment length, 36 internal attributes
  get dosAttributes(): number {
    return this.#bytes.readUInt16LE(this.#at + 38);
  }

  get unixMode(): number {
    return this.#bytes.readUInt16LE(this.#at + 40);
  }

  get name(): Buffer {
    return this.#bytes.subarray(this.#at + centralFixedBytes, this.#nameEnd);
  }

  /** Whether the name is these bytes, without a copy of either. */
  hasName(bytes: Buffer, start: number, end: number): boolean {
    return bytes.compare(this.#bytes, this.#at + centralFixedBytes, this.#nameEnd, start, end) === 0;
  }

  get #nameEnd(): number {
    return this.#at + centralFixedBytes + this.#bytes.readUInt16LE(this.#at + 28);
  }
}

interface Numbers {
  readonly size: number;
  readonly compressedSize: number;
  readonly localOffset: number;
  readonly disk: number;
}

const longFields = ['size', 'compressedSize', 'localOffset'] as const;

/** Replaces each field that is all ones by the next value of the Zip64 field (4.5.3), and says what is odd. */
function withZip64(short: Numbers, extra: ExtraField, path: string): Numbers & { fault: string | null } {
  const [data] = extra.zip64;
  const needed = longFields.filter((field) => short[field] === max32);
  if (data === undefined) {
    return { ...short, fault: needed.length > 0 ? 'its 64-bit numbers are missing' : null };
  }
  const neededBytes = 8 * needed.length + (short.disk === max16 ? 4 : 0);
  let fault: string | null = null;
  if (extra.zip64.length > 1) fault = 'it has more than one field of 64-bit numbers';
  else if (data.length !== neededBytes) {
    fault = `its 64-bit numbers take ${neededBytes} bytes, and ${data.length} are there`;
  }
  const long = { ...short };
  let at = 0;
  for (const field of needed) {
    if (at + 8 > data.length) break;
    const what = field === 'localOffset' ? 'the offset of an entry' : 'the size of an entry';
    long[field] = readSafe64(data, at, path, what);
    at += 8;
  }
  if (short.disk === max16 && at + 4 <= data.length) long.disk = data.readUInt32LE(at);
  return { ...long, fault };
}
