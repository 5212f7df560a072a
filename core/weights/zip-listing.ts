/** The names in a ZIP file that lies inside another file, without reading its data. */
import yauzl from 'yauzl';
import type { RandomAccess } from '../audit/rule.ts';

export interface ZipListing {
  readonly names: readonly string[];
  /** The first bytes of the first stored entry whose name fits, or null. */
  readStart(fits: (name: string) => boolean, limit: number): Promise<Buffer | null>;
}

/** A model with more tensors than this is told by its first ones. */
const mostEntries = 50_000;
const tailBytes = 1024 * 1024;

/** Null where the bytes are no ZIP file that can be listed. */
export async function listZip(content: RandomAccess): Promise<ZipListing | null> {
  const reader = new TailReader(content);
  await reader.fill();
  const entries = await listEntries(reader, content.size).catch((error: unknown) => {
    if (reader.failure) throw reader.failure;
    if (error instanceof Error) return null;
    throw error;
  });
  if (!entries) return null;
  return {
    names: entries.map((entry) => entry.name),
    async readStart(fits, limit) {
      const entry = entries.find(({ name, stored }) => stored && fits(name));
      if (!entry) return null;
      const header = await content.read(entry.localOffset, 30);
      if (header.length < 30 || header.readUInt32LE(0) !== 0x04034b50) return null;
      const dataOffset = entry.localOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
      return content.read(dataOffset, Math.min(limit, entry.size));
    },
  };
}

interface ListedEntry {
  readonly name: string;
  readonly stored: boolean;
  readonly size: number;
  readonly localOffset: number;
}

async function listEntries(reader: TailReader, fileBytes: number): Promise<ListedEntry[]> {
  // Names stay bytes: yauzl would end the listing at the first one that is not to its liking.
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false } as const;
  const zip = await yauzl.fromRandomAccessReaderPromise(reader, fileBytes, options);
  return new Promise((resolve, reject) => {
    const entries: ListedEntry[] = [];
    zip.on('entry', (entry: yauzl.Entry) => {
      entries.push({
        name: (entry.fileName as unknown as Buffer).toString('latin1'),
        stored: entry.compressionMethod === 0,
        size: entry.uncompressedSize,
        localOffset: entry.relativeOffsetOfLocalHeader,
      });
      if (entries.length >= mostEntries) resolve(entries);
      else zip.readEntry();
    });
    zip.on('end', () => resolve(entries));
    zip.on('error', reject);
    zip.readEntry();
  });
}

/** Serves the directory from memory: yauzl reads it record by record. */
class TailReader extends yauzl.RandomAccessReader {
  failure: unknown;
  readonly #content: RandomAccess;
  readonly #tailOffset: number;
  #tail: Buffer = Buffer.alloc(0);

  constructor(content: RandomAccess) {
    super();
    this.#content = content;
    this.#tailOffset = Math.max(0, content.size - tailBytes);
  }

  async fill(): Promise<void> {
    this.#tail = await this.#content.read(this.#tailOffset, this.#content.size - this.#tailOffset);
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    const inTail = position - this.#tailOffset;
    if (inTail >= 0 && inTail + length <= this.#tail.length) {
      this.#tail.copy(buffer, offset, inTail, inTail + length);
      setImmediate(callback, null);
      return;
    }
    this.#content.read(position, length).then(
      (bytes) => {
        bytes.copy(buffer, offset);
        callback(bytes.length === length ? null : new Error('the file ends too early'));
      },
      (error: unknown) => {
        this.failure = error;
        callback(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }
}
