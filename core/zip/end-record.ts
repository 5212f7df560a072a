/** The end of an archive: where its directory is. Several ends, or two that disagree, are findings. */
import type { Report } from '../audit/rule.ts';
import { zipRules as rules } from '../audit/rules/zip.ts';
import { Problem } from '../contract/errors.ts';
import { endSearchBytes } from './limits.ts';
import { count, hex, readSafe64 } from './numbers.ts';
import {
  centralFixedBytes,
  endFixedBytes,
  max16,
  max32,
  zip64EndBytes,
  zip64LocatorBytes,
} from './records.ts';
import { centralSignature, endSignature, zip64EndSignature, zip64LocatorSignature } from './signatures.ts';
import type { ZipSource } from './source.ts';

export interface EndRecord {
  /** Where the records at the end begin: the Zip64 one where there is one. */
  readonly start: number;
  /** Null where a number is missing, or is told twice and differently. */
  readonly entries: number | null;
  readonly directoryBytes: number | null;
  readonly directoryOffset: number | null;
}

type Told = { readonly [K in keyof EndRecord]: number };

/** Null where nothing in the last bytes of the file looks like the end of an archive. */
export async function readEndRecord(source: ZipSource, report: Report): Promise<EndRecord | null> {
  const tail = await EndSearch.read(source);
  const chosen = tail.choose();
  if (chosen === null) return null;
  tail.reportOthers(chosen, report);
  return tail.resolve(chosen, report);
}

class EndSearch {
  readonly #source: ZipSource;
  readonly #bytes: Buffer;
  readonly #start: number;

  static async read(source: ZipSource): Promise<EndSearch> {
    const bytes = Buffer.allocUnsafe(Math.min(source.size, endSearchBytes));
    await source.read(bytes, bytes.length, source.size - bytes.length);
    return new EndSearch(source, bytes);
  }

  private constructor(source: ZipSource, bytes: Buffer) {
    this.#source = source;
    this.#bytes = bytes;
    this.#start = source.size - bytes.length;
  }

  /** Of those that end with the file the last one that points at a directory; else one with bytes behind it. */
  choose(): number | null {
    const all = this.#candidates();
    const exact = all.filter((at) => this.#bytesAfter(at) === 0);
    return (
      exact.findLast((at) => this.#fits(at)) ??
      exact.findLast((at) => this.#pointsAtDirectory(at)) ??
      all.findLast((at) => this.#bytesAfter(at) > 0 && this.#fits(at)) ??
      exact.at(-1) ??
      null
    );
  }

  reportOthers(chosen: number, report: Report): void {
    const others = this.#candidates().filter(
      (at) => at > chosen || (at < chosen && this.#bytesAfter(at) === 0),
    );
    for (const at of others) {
      const places = `${hex(this.#start + chosen)} and ${hex(this.#start + at)}`;
      report(rules.multipleEnds, null, `the archive may end in two ways, with the records at ${places}`);
    }
    const after = this.#bytesAfter(chosen);
    if (after > 0) {
      const from = hex(this.#source.size - after);
      report(
        rules.trailingData,
        null,
        `${count(after)} bytes follow the end of the archive, from ${from} on`,
      );
    }
  }

  /** The numbers of the end record, those of its Zip64 form where it has one. */
  resolve(at: number, report: Report): EndRecord {
    const { path } = this.#source;
    const bytes = this.#bytes;
    const disk = bytes.readUInt16LE(at + 4);
    const directoryDisk = bytes.readUInt16LE(at + 6);
    const entriesHere = bytes.readUInt16LE(at + 8);
    const plain = {
      start: this.#start + at,
      entries: bytes.readUInt16LE(at + 10),
      directoryBytes: bytes.readUInt32LE(at + 12),
      directoryOffset: bytes.readUInt32LE(at + 16),
    };
    const zip64 = this.#zip64(at, report);
    const disksAreElsewhere = zip64 !== null && disk === max16 && directoryDisk === max16;
    const isWhole = disk === 0 && directoryDisk === 0 && entriesHere === plain.entries;
    if (!isWhole && !disksAreElsewhere) throw Problem.of('ZIP_MULTI_DISK', { path, disk, directoryDisk });
    return zip64 === null ? this.#withoutZip64(plain, report) : agreed(plain, zip64, report);
  }

  /** All ones refer to a Zip64 record; 65,535 entries may just be as many. */
  #withoutZip64(plain: Told, report: Report): EndRecord {
    const { start, entries, directoryBytes, directoryOffset } = plain;
    const isMissing = (value: number, full: number) => value === full && start < full * centralFixedBytes;
    const known = {
      start,
      entries: isMissing(entries, max16) ? null : entries,
      directoryBytes: isMissing(directoryBytes, max32) ? null : directoryBytes,
      directoryOffset: isMissing(directoryOffset, max32) ? null : directoryOffset,
    };
    if (Object.values(known).includes(null)) {
      report(rules.zip64End, null, 'the end record refers to a Zip64 end record, and there is none');
    }
    return known;
  }

  #zip64(end: number, report: Report): Told | null {
    const { path } = this.#source;
    const locator = end - zip64LocatorBytes;
    if (locator < 0 || this.#bytes.readUInt32LE(locator) !== zip64LocatorSignature) return null;
    const told = this.#bytes.readBigUInt64LE(locator + 8);
    const disks = this.#bytes.readUInt32LE(locator + 16);
    if (disks > 1) throw Problem.of('ZIP_MULTI_DISK', { path, disk: 0, directoryDisk: disks - 1 });

    const isRecord = (at: number) =>
      at >= 0 && at + zip64EndBytes <= locator && this.#bytes.readUInt32LE(at) === zip64EndSignature;
    const toldAt = Number(told) - this.#start;
    const adjacent = locator - zip64EndBytes;
    const at = [adjacent, toldAt].find(isRecord);
    if (at === undefined) {
      report(
        rules.zip64End,
        null,
        `the Zip64 end record is not at 0x${told.toString(16)}, where it should be`,
      );
      return null;
    }
    if (at !== toldAt) {
      const places = `0x${told.toString(16)} and is at ${hex(this.#start + at)}`;
      report(rules.zip64End, null, `the Zip64 end record should be at ${places}`);
    }
    const length = this.#bytes.readBigUInt64LE(at + 4);
    if (length !== BigInt(zip64EndBytes - 12) || at + zip64EndBytes !== locator) {
      const lengths = `${length.toLocaleString('en-US')} bytes long instead of ${zip64EndBytes - 12}`;
      report(rules.zip64End, null, `the Zip64 end record is ${lengths}, or not beside its locator`);
    }
    const disk = this.#bytes.readUInt32LE(at + 16);
    const directoryDisk = this.#bytes.readUInt32LE(at + 20);
    const entriesHere = this.#bytes.readBigUInt64LE(at + 24);
    if (disk !== 0 || directoryDisk !== 0 || entriesHere !== this.#bytes.readBigUInt64LE(at + 32)) {
      throw Problem.of('ZIP_MULTI_DISK', { path, disk, directoryDisk });
    }
    const number = (offset: number, what: string) => readSafe64(this.#bytes, at + offset, path, what);
    return {
      start: this.#start + at,
      entries: number(32, 'the count of entries'),
      directoryBytes: number(40, 'the size of the directory'),
      directoryOffset: number(48, 'the offset of the directory'),
    };
  }

  #candidates(): number[] {
    const signature = Buffer.alloc(4);
    signature.writeUInt32LE(endSignature);
    const found: number[] = [];
    for (let at = this.#bytes.indexOf(signature); at !== -1; at = this.#bytes.indexOf(signature, at + 1)) {
      if (at + endFixedBytes <= this.#bytes.length) found.push(at);
    }
    return found;
  }

  /** How many bytes of the file its comment leaves; negative where it claims more than there are. */
  #bytesAfter(at: number): number {
    return this.#bytes.length - (at + endFixedBytes + this.#bytes.readUInt16LE(at + 20));
  }

  /** Whether a directory ends right at the record, counted from the first byte of the file. */
  #fits(at: number): boolean {
    const directoryEnd = this.#bytes.readUInt32LE(at + 16) + this.#bytes.readUInt32LE(at + 12);
    const locator = at - zip64LocatorBytes;
    const hasZip64 = locator >= 0 && this.#bytes.readUInt32LE(locator) === zip64LocatorSignature;
    return directoryEnd === this.#start + at || hasZip64;
  }

  /** Whether a directory is at the place it names, or right before it; what can't be seen may be one. */
  #pointsAtDirectory(at: number): boolean {
    const bytes = this.#bytes.readUInt32LE(at + 12);
    const offset = this.#bytes.readUInt32LE(at + 16);
    if (bytes === 0) return this.#bytes.readUInt16LE(at + 10) === 0;
    if (offset === max32 || bytes === max32) return true;
    return [offset - this.#start, at - bytes].some(
      (start) =>
        start < 0 ||
        (start + 4 <= this.#bytes.length && this.#bytes.readUInt32LE(start) === centralSignature),
    );
  }
}

/** The numbers of the Zip64 form, as far as the plain ones do not contradict them. */
function agreed(plain: Told, zip64: Told, report: Report): EndRecord {
  const agree = (field: Exclude<keyof Told, 'start'>, full: number, what: string) => {
    if (plain[field] === full || plain[field] === zip64[field]) return zip64[field];
    const values = `${count(plain[field])} and ${count(zip64[field])}`;
    report(rules.zip64End, null, `the end record and its Zip64 form differ in the ${what}: ${values}`);
    return null;
  };
  return {
    start: zip64.start,
    entries: agree('entries', max16, 'count of entries'),
    directoryBytes: agree('directoryBytes', max32, 'size of the directory'),
    directoryOffset: agree('directoryOffset', max32, 'offset of the directory'),
  };
}
