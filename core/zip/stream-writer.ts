/**
 * Streams a ZIP to a destination that can't seek, through yazl. Sizes are not known ahead there, so every
 * entry is deflated and followed by a descriptor, the one form with descriptors that TorchServe can read.
 */
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { ZipFile } from 'yazl';
import type { ArchiveWriter, EntryBody, EntryHead, WriteSettings, WrittenEntry } from '../archive-writer.ts';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import type { ByteSink } from '../fs/copy.ts';
import { fileMode } from './records.ts';

const readBytes = 256 * 1024;

/** Entries that begin beyond this get descriptors of a size that JDK 17 does not expect. */
const maxArchiveBytes = 0xffffffff;
/** yazl looks through all its entries for each one: 40,000 took 36 s of computing, and it grows as the square. */
const maxEntries = 20_000;
/** Local header, descriptor, directory record and the end: what an entry takes beside its content and names. */
const overheadBytes = 30 + 16 + 46 + 22;

/** Refuses beforehand what would come out in a form that TorchServe can't read. */
export function assertStreamable(entries: readonly { readonly name: string; readonly size: number }[]): void {
  if (entries.length > maxEntries) {
    const detail = `it has ${entries.length.toLocaleString('en-US')} entries, and a streamed ZIP takes ${maxEntries.toLocaleString('en-US')}`;
    throw Problem.of('OUTPUT_NOT_STREAMABLE', { detail });
  }
  let bytes = 0;
  for (const { name, size } of entries) {
    // Deflate may grow what it can't shrink, by five bytes in every 16 KiB.
    bytes += size + Math.ceil(size / 16_384) * 5 + overheadBytes + 2 * Buffer.byteLength(name);
  }
  if (bytes < maxArchiveBytes) return;
  const detail = `it may take ${bytes.toLocaleString('en-US')} bytes, and TorchServe reads streamed archives only below 4 GiB`;
  throw Problem.of('OUTPUT_NOT_STREAMABLE', { detail });
}

export class ZipStreamWriter implements ArchiveWriter {
  readonly #zip = new ZipFile();
  readonly #settings: WriteSettings;
  readonly #flowing: Promise<void>;

  constructor(sink: ByteSink, settings: WriteSettings) {
    this.#settings = settings;
    this.#flowing = (async () => {
      for await (const chunk of this.#zip.outputStream as Readable) await sink.write(chunk);
    })();
    this.#flowing.catch(() => {}); // Met in add() or finish().
  }

  async add(head: EntryHead, body: EntryBody): Promise<WrittenEntry> {
    const { signal, level, onBytes, zone } = this.#settings;
    throwIfCancelled(signal);
    let crc = 0;
    async function* chunks() {
      for (let position = 0; position < body.size; position += readBytes) {
        throwIfCancelled(signal);
        const bytes = Buffer.allocUnsafe(Math.min(readBytes, body.size - position));
        await body.read(bytes, bytes.length, position);
        crc = crc32(bytes, crc);
        onBytes(bytes.length);
        yield bytes;
      }
    }
    const source = Readable.from(chunks(), { objectMode: false });
    // yazl waits for ever on a source that fails, so this does not wait for yazl.
    const read = new Promise<void>((resolve, reject) => source.once('end', resolve).once('error', reject));
    this.#zip.addReadStream(source, head.name, {
      compress: true,
      compressionLevel: level,
      size: body.size,
      mode: fileMode(head.mode),
      mtime: zone === 'utc' ? new UtcClock(head.modified) : head.modified,
      forceDosTimestamp: true,
    });
    try {
      await Promise.race([read, this.#flowing.then(() => read)]);
    } catch (error) {
      source.destroy();
      throw error;
    }
    return { crc32: crc, compressedSize: null, method: 'deflated' };
  }

  /** After a failure, here or of what should have been added: what is still on its way goes nowhere. */
  abandon(): void {
    (this.#zip.outputStream as Readable).destroy();
  }

  async finish(): Promise<void> {
    this.#zip.end({ forceZip64Format: false, comment: '' });
    await this.#flowing;
  }
}

/** yazl asks a date for its local time; this one answers in UTC, whatever the zone and its summer time. */
class UtcClock extends Date {
  override getFullYear = this.getUTCFullYear;
  override getMonth = this.getUTCMonth;
  override getDate = this.getUTCDate;
  override getHours = this.getUTCHours;
  override getMinutes = this.getUTCMinutes;
  override getSeconds = this.getUTCSeconds;
}
