/**
 * Reads a new archive back and holds it to what was meant: the directory to the entries that were written,
 * every local header to the directory, every byte to the checksum taken when it was written.
 */
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { Problem } from '../contract/errors.ts';
import { type ReadThroughOptions, readThrough } from '../fs/read-through.ts';
import { outputProblem } from '../fs/system-error.ts';
import { localHeaderBytes, parseDirectory, parseEnd, parseLocal, ZipParseError } from './parse.ts';
import {
  type CentralRecord,
  endFixedBytes,
  localFixedBytes,
  writeLocal,
  type ZipRecord,
  zip64EndBytes,
  zip64LocatorBytes,
} from './records.ts';
import type { WrittenZip } from './writer.ts';

/** Returns the SHA-256 of the whole file, or throws OUTPUT_CORRUPT. */
export async function readBackZip(
  path: string,
  written: WrittenZip,
  options: ReadThroughOptions & { readonly onBytes: (bytes: number) => void },
): Promise<string> {
  try {
    const directoryOffset = await checkDirectory(path, written, options);
    const walk = new LocalWalk(written, directoryOffset);
    const sha256 = await readThrough(
      path,
      (bytes) => {
        options.onBytes(bytes.length);
        walk.push(bytes);
      },
      options,
    );
    walk.end();
    return sha256;
  } catch (error) {
    if (!(error instanceof ZipParseError)) throw error;
    throw Problem.of('OUTPUT_CORRUPT', { path: options.shownPath, detail: error.message }, error);
  }
}

async function checkDirectory(
  path: string,
  { records: meantRecords, directoryCrc }: WrittenZip,
  { size, shownPath }: ReadThroughOptions,
): Promise<number> {
  const handle = await open(path, 'r').catch((error) => {
    throw outputProblem(error, shownPath, 'reading back');
  });
  const read = async (position: number, length: number) => {
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await handle.read(bytes, done, length - done, position + done).catch((error) => {
        throw outputProblem(error, shownPath, 'reading back');
      });
      if (bytesRead === 0) throw new ZipParseError(`it ends at byte ${position + done} of ${size}`);
      done += bytesRead;
    }
    return bytes;
  };
  try {
    const tailBytes = Math.min(size, zip64EndBytes + zip64LocatorBytes + endFixedBytes);
    const place = parseEnd(await read(size - tailBytes, tailBytes), size);
    if (place.entries !== meantRecords.length) {
      throw new ZipParseError(`the directory has ${place.entries} entries instead of ${meantRecords.length}`);
    }
    const bytes = await read(place.offset, size - place.offset);
    const records = parseDirectory(bytes.subarray(0, place.bytes), place.entries);
    for (const [index, record] of records.entries()) {
      const meant = meantRecords[index] as CentralRecord;
      assertSame(record, meant, 'directory');
      if (record.localOffset !== meant.localOffset || record.unixMode !== meant.unixMode) {
        throw new ZipParseError(`the directory misplaces ${meant.name}`);
      }
    }
    // Some fields, such as the version needed, mean nothing to our parser; as bytes all of them count.
    if (crc32(bytes) !== directoryCrc) throw new ZipParseError('the bytes of the directory differ');
    return place.offset;
  } finally {
    await handle.close().catch(() => {});
  }
}

function assertSame(record: ZipRecord, meant: ZipRecord, where: string): void {
  if (!record.name.equals(meant.name))
    throw new ZipParseError(`the ${where} names ${record.name}, not ${meant.name}`);
  for (const field of ['flags', 'method', 'dosTime', 'dosDate', 'crc32', 'compressedSize', 'size'] as const) {
    if (record[field] !== meant[field]) {
      throw new ZipParseError(
        `the ${where} has ${field} ${record[field]}, not ${meant[field]}, for ${meant.name}`,
      );
    }
  }
}

/** Follows the local headers through the bytes of the file as they come, without looking at the directory. */
class LocalWalk {
  readonly #written: WrittenZip;
  readonly #directoryOffset: number;
  #position = 0;
  #index = 0;
  #header: Buffer = Buffer.alloc(0);
  #bodyLeft = 0;
  #crc = 0;

  constructor(written: WrittenZip, directoryOffset: number) {
    this.#written = written;
    this.#directoryOffset = directoryOffset;
  }

  push(bytes: Buffer): void {
    for (let at = 0; at < bytes.length && this.#index < this.#written.records.length; ) {
      const taken =
        this.#bodyLeft > 0 ? this.#takeBody(bytes.subarray(at)) : this.#takeHeader(bytes.subarray(at));
      at += taken;
      this.#position += taken;
    }
  }

  end(): void {
    if (this.#index < this.#written.records.length) {
      throw new ZipParseError(`it ends within entry ${this.#index + 1} of ${this.#written.records.length}`);
    }
    if (this.#position !== this.#directoryOffset) {
      throw new ZipParseError('the last entry does not end where the directory begins');
    }
  }

  #takeHeader(bytes: Buffer): number {
    const fixed = this.#header.length < localFixedBytes;
    const wanted = (fixed ? localFixedBytes : localHeaderBytes(this.#header)) - this.#header.length;
    const taken = bytes.subarray(0, wanted);
    this.#header = Buffer.concat([this.#header, taken]);
    if (this.#header.length >= localFixedBytes && this.#header.length === localHeaderBytes(this.#header)) {
      const meant = this.#written.records[this.#index] as CentralRecord;
      const { record, headerBytes } = parseLocal(this.#header);
      assertSame(record, meant, 'local header');
      if (!this.#header.equals(writeLocal(meant))) {
        throw new ZipParseError(`the bytes of the local header of ${meant.name} differ`);
      }
      if (this.#position + taken.length - headerBytes !== meant.localOffset) {
        throw new ZipParseError(`the local header of ${meant.name} is not where the directory says`);
      }
      this.#header = Buffer.alloc(0);
      this.#crc = 0;
      this.#bodyLeft = record.compressedSize;
      if (this.#bodyLeft === 0) this.#endEntry();
    }
    return taken.length;
  }

  #takeBody(bytes: Buffer): number {
    const taken = bytes.subarray(0, this.#bodyLeft);
    this.#crc = crc32(taken, this.#crc);
    this.#bodyLeft -= taken.length;
    if (this.#bodyLeft === 0) this.#endEntry();
    return taken.length;
  }

  #endEntry(): void {
    if (this.#crc !== this.#written.storedCrcs[this.#index]) {
      throw new ZipParseError(`the bytes of ${this.#written.records[this.#index]?.name} differ`);
    }
    this.#index++;
  }
}
