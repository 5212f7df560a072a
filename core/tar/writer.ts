/**
 * Writes a tar.gz as one gzip member, which is all that TorchServe's reader looks at, on all cores: deflate
 * pieces are joined inside the member. Weights that would not shrink go in as stored blocks.
 */
import { crc32 } from 'node:zlib';
import type { ArchiveWriter, EntryBody, EntryHead, WriteSettings, WrittenEntry } from '../archive-writer.ts';
import { throwIfCancelled } from '../contract/errors.ts';
import { deflateParallel, pieceBytes } from '../deflate/parallel.ts';
import { paysToDeflate } from '../deflate/pays.ts';
import { storedBlocks, storedBytes, streamEnd } from '../deflate/stored.ts';
import { type ByteSink, copyInLargeSteps, stepBytes } from '../fs/copy.ts';
import { paddingBytes, tarEndBytes, writeTarHead } from './records.ts';

/** Small entries are gathered to this many bytes, so that they too are compressed side by side. */
const gatherBytes = 4 * pieceBytes;

/** Time and system are left unknown: they would make equal archives differ. */
const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

export class TarGzWriter implements ArchiveWriter {
  readonly #sink: ByteSink;
  readonly #root: string;
  readonly #path: string;
  readonly #settings: WriteSettings;
  #gathered: Buffer[] = [];
  #gatheredBytes = 0;
  #tarCrc = 0;
  #tarBytes = 0;
  #compressedCrc = 0;

  /** Every entry lies under the folder `root`: TorchServe cuts the first part off every name. */
  constructor(sink: ByteSink, root: string, path: string, settings: WriteSettings) {
    this.#sink = sink;
    this.#root = root;
    this.#path = path;
    this.#settings = settings;
  }

  async begin(): Promise<void> {
    await this.#emit(gzipHeader);
  }

  async add(head: EntryHead, body: EntryBody): Promise<WrittenEntry> {
    const { compression, engine, level, onBytes, signal } = this.#settings;
    throwIfCancelled(signal);
    const name = `${this.#root}/${head.name}`;
    const modified = Math.floor(head.modified.getTime() / 1000);
    await this.#gather(writeTarHead({ name, size: body.size, modified, mode: head.mode }));
    if (body.size <= pieceBytes) {
      const bytes = Buffer.allocUnsafe(body.size);
      await body.read(bytes, body.size, 0);
      onBytes(bytes.length);
      await this.#gather(bytes);
    } else {
      await this.#flushGathered();
      const deflates =
        compression === 'deflate' ||
        (compression === 'auto' && (await paysToDeflate(body.size, body.read, engine, level)));
      if (deflates) await this.#deflate(body, onBytes);
      else await this.#store(body, onBytes);
    }
    await this.#gather(Buffer.alloc(paddingBytes(body.size)));
    return { crc32: null, compressedSize: null, method: 'gzip' };
  }

  /** Ends the member. Returns the CRC-32 of the whole file, for the check that reads it back. */
  async finish(): Promise<number> {
    await this.#gather(Buffer.alloc(tarEndBytes));
    await this.#flushGathered();
    await this.#emit(streamEnd);
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(this.#tarCrc, 0);
    trailer.writeUInt32LE(this.#tarBytes % 2 ** 32, 4);
    await this.#emit(trailer);
    return this.#compressedCrc;
  }

  async #gather(bytes: Buffer): Promise<void> {
    this.#gathered.push(bytes);
    this.#gatheredBytes += bytes.length;
    if (this.#gatheredBytes >= gatherBytes) await this.#flushGathered();
  }

  async #flushGathered(): Promise<void> {
    if (this.#gatheredBytes === 0) return;
    const bytes = Buffer.concat(this.#gathered);
    this.#gathered = [];
    this.#gatheredBytes = 0;
    const body: EntryBody = {
      size: bytes.length,
      read: async (buffer, length, position) => {
        bytes.copy(buffer, 0, position, position + length);
      },
    };
    if (this.#settings.compression === 'store') await this.#store(body, () => {});
    else await this.#deflate(body, () => {});
  }

  async #deflate(body: EntryBody, onBytes: (bytes: number) => void): Promise<void> {
    const { engine, level, signal } = this.#settings;
    await deflateParallel({
      size: body.size,
      read: body.read,
      write: (piece) => this.#emit(piece),
      engine,
      level,
      closes: false,
      onRaw: (raw) => {
        this.#sum(raw);
        onBytes(raw.length);
      },
      signal,
      path: this.#path,
    });
  }

  async #store(body: EntryBody, onBytes: (bytes: number) => void): Promise<void> {
    // The copy waits for a step to be written before it hands out the next, so one piece of memory does for all.
    const memory = Buffer.allocUnsafeSlow(storedBytes(Math.min(stepBytes, body.size)));
    const sink = { write: async (bytes: Uint8Array) => this.#emit(storedBlocks(bytes, memory)) };
    await copyInLargeSteps(body, sink, (bytes) => {
      throwIfCancelled(this.#settings.signal);
      this.#sum(bytes);
      onBytes(bytes.length);
    });
  }

  #sum(raw: Uint8Array): void {
    this.#tarCrc = crc32(raw, this.#tarCrc);
    this.#tarBytes += raw.length;
  }

  async #emit(bytes: Uint8Array): Promise<void> {
    this.#compressedCrc = crc32(bytes, this.#compressedCrc);
    await this.#sink.write(bytes);
  }
}
