/**
 * The entries as TorchServe's reader meets them: from the first byte on, header after header, without a look
 * at the directory. What java.util.zip.ZipInputStream of JDK 17 does is followed to the letter.
 */
import { isUtf8 } from 'node:buffer';
import { Problem } from '../contract/errors.ts';
import { maxEntries } from '../mar/limits.ts';
import { type Descriptor, expectsWide, type Measured, readDescriptor } from './descriptor.ts';
import type { DirectoryRecord } from './directory-record.ts';
import { proofBytes } from './limits.ts';
import { encryptedFlag, hasDescriptor, type LocalHeader, readLocalHeader } from './local-header.ts';
import { measureDeflate, sumStored } from './measure.ts';
import { methodDeflated, methodStored } from './records.ts';
import type { ReadWindow, ZipSource } from './source.ts';

export interface LocalEntry {
  readonly header: LocalHeader;
  /** What the directory has at this place. */
  readonly listed: DirectoryRecord | undefined;
  readonly descriptor: Descriptor | null;
  /** Sizes as Java finds them: from the header, the descriptor, or by inflating. */
  readonly size: number;
  readonly compressedSize: number;
  /** Where the next header should be. */
  readonly end: number;
  /** Java's own words where it gives up at this entry. */
  readonly error: string | null;
}

export interface LocalWalk {
  readonly entries: readonly LocalEntry[];
  /** The first byte that belongs to no entry, which is where the directory should begin. */
  readonly stop: number;
  /** The archive is cut: it would need this many bytes at least. */
  readonly neededBytes: number | null;
  /** Java's words where it gives up between entries. */
  readonly error: string | null;
}

export async function walkLocalHeaders(
  source: ZipSource,
  window: ReadWindow,
  listedAt: ReadonlyMap<number, DirectoryRecord>,
): Promise<LocalWalk> {
  const walk = new Walk(source, window);
  const entries: LocalEntry[] = [];
  for (let at = 0; ; ) {
    const listed = listedAt.get(at);
    const header = await readLocalHeader(window, at, source.path, listed);
    if (header === null) return { entries, stop: at, neededBytes: null, error: null };
    if (header === 'cut') {
      // A header that is cut within its fixed part is the end for Java, later it is an error.
      const error = source.size - at < 30 ? null : 'EOFException';
      return { entries, stop: at, neededBytes: source.size + 1, error };
    }
    if (entries.length === maxEntries) throw Problem.of('LIMIT_ENTRIES', { limit: maxEntries });
    const entry = await walk.locate(header, listed);
    entries.push(entry);
    if (entry.end > source.size) return { entries, stop: at, neededBytes: entry.end, error: null };
    // Where nothing tells the end of an entry, what follows it can't be found.
    if (entry.end === at) return { entries, stop: at, neededBytes: null, error: null };
    at = entry.end;
  }
}

class Walk {
  readonly #source: ZipSource;
  readonly #window: ReadWindow;
  #budgetBytes = proofBytes;

  constructor(source: ZipSource, window: ReadWindow) {
    this.#source = source;
    this.#window = window;
  }

  async locate(header: LocalHeader, listed: DirectoryRecord | undefined): Promise<LocalEntry> {
    const refused = refusal(header);
    if (refused !== null) return this.#assume(header, listed, refused);
    if (header.method === methodStored) return this.#stored(header, listed);
    return hasDescriptor(header)
      ? this.#deflatedWithDescriptor(header, listed)
      : this.#deflated(header, listed);
  }

  /** Java takes as many bytes as the content should have, whatever the compressed size is. */
  async #stored(header: LocalHeader, listed: DirectoryRecord | undefined): Promise<LocalEntry> {
    const { size, dataOffset } = header;
    const end = dataOffset + size;
    const told = { header, listed, descriptor: null, size, compressedSize: size, end };
    if (end > this.#source.size) return { ...told, error: 'unexpected EOF' };
    if (agrees(header, listed) || size === 0 || size > this.#budgetBytes) return { ...told, error: null };
    this.#budgetBytes -= size;
    const measured = { size, compressedSize: size, crc32: await sumStored(this.#source, dataOffset, end) };
    return { ...told, error: contradiction({ ...measured, crc32: header.crc32 }, measured) };
  }

  async #deflated(header: LocalHeader, listed: DirectoryRecord | undefined): Promise<LocalEntry> {
    const { size, compressedSize, dataOffset } = header;
    const end = dataOffset + compressedSize;
    const told = { header, listed, descriptor: null, size, compressedSize, end, error: null };
    // Two headers that agree are believed until the content is read.
    if (agrees(header, listed) && end <= this.#source.size) return told;
    const isLimited = size < this.#budgetBytes;
    const measured = await this.#measure(dataOffset, size);
    if (measured === 'too long') {
      return { ...told, error: isLimited ? `invalid entry size (expected ${size} but got more)` : null };
    }
    if (measured === null) return this.#assume(header, listed, 'invalid or cut deflate stream');
    const error = contradiction(header, measured);
    return error === null ? told : this.#assume(header, listed, error, measured);
  }

  async #deflatedWithDescriptor(
    header: LocalHeader,
    listed: DirectoryRecord | undefined,
  ): Promise<LocalEntry> {
    // A directory that disagrees on the method is no witness to how many bytes the content takes.
    if (listed && listed.method === header.method) {
      const at = header.dataOffset + listed.compressedSize;
      const descriptor = at <= this.#source.size ? await readDescriptor(this.#window, at, listed) : null;
      if (descriptor && contradiction(descriptor.told, listed) === null) {
        return described(header, listed, listed, descriptor);
      }
    }
    const measured = await this.#measure(header.dataOffset);
    if (measured === null) return this.#assume(header, listed, 'invalid or cut deflate stream');
    if (measured === 'too long') return this.#assume(header, listed, null);
    const at = header.dataOffset + measured.compressedSize;
    const descriptor = await readDescriptor(this.#window, at, measured);
    if (descriptor === null) return this.#assume(header, listed, 'EOFException', measured);
    return described(header, listed, measured, descriptor);
  }

  async #measure(
    dataOffset: number,
    sizeLimit = Number.POSITIVE_INFINITY,
  ): Promise<Measured | 'too long' | null> {
    if (this.#budgetBytes <= 0) return 'too long';
    const limit = Math.min(sizeLimit, this.#budgetBytes);
    const { spentBytes, measured } = await measureDeflate(this.#source, dataOffset, limit);
    this.#budgetBytes -= spentBytes;
    return measured;
  }

  /** Java has given up, or can't be followed; the walk goes on to see what else is in the file. */
  async #assume(
    header: LocalHeader,
    listed: DirectoryRecord | undefined,
    error: string | null,
    measured?: Measured,
  ): Promise<LocalEntry> {
    const told = hasDescriptor(header) ? undefined : header;
    const { size, compressedSize } = listed ?? measured ?? told ?? { size: 0, compressedSize: 0 };
    if (!listed && !measured && !told) {
      return { header, listed, descriptor: null, size, compressedSize, end: header.offset, error };
    }
    const dataEnd = header.dataOffset + compressedSize;
    const descriptor =
      hasDescriptor(header) && listed && dataEnd <= this.#source.size
        ? await readDescriptor(this.#window, dataEnd, listed)
        : null;
    return {
      header,
      listed,
      descriptor,
      size,
      compressedSize,
      end: dataEnd + (descriptor?.bytes ?? 0),
      error,
    };
  }
}

/** What ZipInputStream says before it reads any content. */
function refusal(header: LocalHeader): string | null {
  if (header.text.includes('\ufffd') && !isUtf8(header.name)) return 'invalid LOC header (bad entry name)';
  if ((header.flags & encryptedFlag) !== 0) return 'encrypted ZIP entry not supported';
  if (hasDescriptor(header) && header.method !== methodDeflated) {
    return 'only DEFLATED entries can have EXT descriptor';
  }
  if (header.method !== methodStored && header.method !== methodDeflated) return 'invalid compression method';
  return null;
}

function described(
  header: LocalHeader,
  listed: DirectoryRecord | undefined,
  measured: Measured,
  descriptor: Descriptor,
): LocalEntry {
  const { size, compressedSize } = measured;
  const end = header.dataOffset + compressedSize + descriptor.bytes;
  const error =
    descriptor.isWide === expectsWide(measured)
      ? contradiction(descriptor.told, measured)
      : `invalid entry size (of ${descriptor.isWide ? 64 : 32} bits)`;
  return { header, listed, descriptor, size, compressedSize, end, error };
}

function agrees(header: LocalHeader, listed: DirectoryRecord | undefined): boolean {
  if (!listed) return false;
  return (
    header.repeats(listed) || (listed.method === header.method && contradiction(header, listed) === null)
  );
}

/** Java compares what it read with what it was told, in this order. */
function contradiction(told: Measured, measured: Measured): string | null {
  if (told.size !== measured.size) {
    return `invalid entry size (expected ${told.size} but got ${measured.size} bytes)`;
  }
  if (told.compressedSize !== measured.compressedSize) {
    return `invalid entry compressed size (expected ${told.compressedSize} but got ${measured.compressedSize} bytes)`;
  }
  if (told.crc32 !== measured.crc32) {
    return `invalid entry CRC (expected 0x${told.crc32.toString(16)} but got 0x${measured.crc32.toString(16)})`;
  }
  return null;
}
