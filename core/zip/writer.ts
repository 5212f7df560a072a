/**
 * Writes a ZIP that TorchServe's reader takes: sizes and checksum stand in the local header, no descriptor
 * ever, Zip64 only where a number needs it, both headers alike. The destination is a file, so a header is
 * written with zeros first and patched when its entry is complete.
 */
import { crc32 } from 'node:zlib';
import type { RawEntry } from '../archive.ts';
import type { ArchiveWriter, EntryBody, EntryHead, WriteSettings, WrittenEntry } from '../archive-writer.ts';
import { throwIfCancelled } from '../contract/errors.ts';
import { deflateParallel } from '../deflate/parallel.ts';
import { deflatedShare, paysToDeflate, worthwhileShare } from '../deflate/pays.ts';
import { copyInLargeSteps } from '../fs/copy.ts';
import type { OutputFile } from '../fs/output-file.ts';
import { crcProblem } from './content.ts';
import {
  type CentralRecord,
  dosDateTime,
  fileMode,
  flagsFor,
  methodDeflated,
  methodStored,
  writeCentral,
  writeEnd,
  writeLocal,
  type ZipRecord,
} from './records.ts';

/** What the archive should hold, for the check that reads it back. */
export interface WrittenZip {
  readonly records: readonly CentralRecord[];
  /** CRC-32 of each entry's bytes as they lie in the archive, compressed or not. */
  readonly storedCrcs: readonly number[];
  /** CRC-32 of the directory and the end record. */
  readonly directoryCrc: number;
}

/** Entries up to this size are compressed in memory and the smaller form is kept. */
export const smallBytes = 1024 * 1024;

export class ZipWriter implements ArchiveWriter {
  readonly #out: OutputFile;
  readonly #settings: WriteSettings;
  readonly #records: CentralRecord[] = [];
  readonly #storedCrcs: number[] = [];

  constructor(out: OutputFile, settings: WriteSettings) {
    this.#out = out;
    this.#settings = settings;
  }

  async add(head: EntryHead, body: EntryBody): Promise<WrittenEntry> {
    throwIfCancelled(this.#settings.signal);
    const name = Buffer.from(head.name, 'utf8');
    const localOffset = this.#out.position;
    const opening: ZipRecord = {
      name,
      flags: flagsFor(name),
      method: methodStored,
      ...dosDateTime(head.modified, this.#settings.zone),
      crc32: 0,
      compressedSize: 0,
      size: body.size,
    };
    const small = body.size <= smallBytes;
    const written = small
      ? await this.#addSmall(opening, body)
      : await this.#addLarge(opening, body, localOffset);
    this.#records.push({ ...written.record, localOffset, unixMode: fileMode(head.mode) });
    this.#storedCrcs.push(written.storedCrc);
    const { record } = written;
    return {
      crc32: record.crc32,
      compressedSize: record.compressedSize,
      method: record.method === methodStored ? 'stored' : 'deflated',
    };
  }

  /** Nothing is inflated here: whether deflated bytes hold what they should is proven afterwards. */
  async addRaw(head: EntryHead, raw: RawEntry, body: EntryBody): Promise<WrittenEntry> {
    const { signal, onBytes, zone } = this.#settings;
    throwIfCancelled(signal);
    const name = Buffer.from(head.name, 'utf8');
    const localOffset = this.#out.position;
    const { method, crc32: crc, size, compressedSize } = raw;
    const record = { name, flags: flagsFor(name), method, ...dosDateTime(head.modified, zone) };
    const whole: ZipRecord = { ...record, crc32: crc, compressedSize, size };
    await this.#out.write(writeLocal(whole));
    let storedCrc = 0;
    await copyInLargeSteps(body, this.#out, (bytes) => {
      throwIfCancelled(signal);
      storedCrc = crc32(bytes, storedCrc);
      onBytes((bytes.length / compressedSize) * size);
    });
    if (method === methodStored && storedCrc !== crc) throw crcProblem(head.name, crc, storedCrc);
    this.#records.push({ ...whole, localOffset, unixMode: fileMode(head.mode) });
    this.#storedCrcs.push(storedCrc);
    return { crc32: crc, compressedSize, method: method === methodStored ? 'stored' : 'deflated' };
  }

  /** Writes the directory and the end; the archive is complete afterwards. */
  async finish(): Promise<WrittenZip> {
    const directoryOffset = this.#out.position;
    let directoryCrc = 0;
    const write = async (bytes: Buffer) => {
      directoryCrc = crc32(bytes, directoryCrc);
      await this.#out.write(bytes);
    };
    for (const record of this.#records) await write(writeCentral(record));
    const directoryBytes = this.#out.position - directoryOffset;
    await write(writeEnd(this.#records.length, directoryOffset, directoryBytes));
    await this.#out.flush();
    return { records: this.#records, storedCrcs: this.#storedCrcs, directoryCrc };
  }

  async #addSmall(opening: ZipRecord, body: EntryBody): Promise<Written> {
    const raw = Buffer.allocUnsafe(body.size);
    await body.read(raw, body.size, 0);
    this.#settings.onBytes(body.size);
    const deflated = await deflateSmall(raw, this.#settings);
    const stored = deflated ?? raw;
    const method = deflated === null ? methodStored : methodDeflated;
    const record = { ...opening, crc32: crc32(raw), method, compressedSize: stored.length };
    await this.#out.write(writeLocal(record));
    await this.#out.write(stored);
    return { record, storedCrc: method === methodStored ? record.crc32 : crc32(stored) };
  }

  async #addLarge(opening: ZipRecord, body: EntryBody, at: number): Promise<Written> {
    const { compression, engine, level } = this.#settings;
    const deflates =
      compression === 'deflate' ||
      (compression === 'auto' && (await paysToDeflate(body.size, body.read, engine, level)));
    await this.#out.write(writeLocal(opening));
    let written = deflates ? await this.#deflate(opening, body) : undefined;
    if (written === undefined || written.record.compressedSize >= body.size) {
      if (written !== undefined) {
        // It did not shrink after all, which takes a second pass over the input.
        await this.#out.rewind(at);
        await this.#out.write(writeLocal(opening));
      }
      written = await this.#store(opening, body, !deflates);
    }
    await this.#out.patch(writeLocal(written.record), at);
    return written;
  }

  async #deflate(opening: ZipRecord, body: EntryBody): Promise<Written> {
    const { engine, level, signal, onBytes } = this.#settings;
    let storedCrc = 0;
    const { crc32: rawCrc, compressedBytes } = await deflateParallel({
      size: body.size,
      read: body.read,
      write: async (piece) => {
        storedCrc = crc32(piece, storedCrc);
        await this.#out.write(piece);
      },
      engine,
      level,
      closes: true,
      onRaw: (raw) => onBytes(raw.length),
      signal,
      path: this.#out.path,
    });
    const record = { ...opening, method: methodDeflated, crc32: rawCrc, compressedSize: compressedBytes };
    return { record, storedCrc };
  }

  async #store(opening: ZipRecord, body: EntryBody, countsBytes: boolean): Promise<Written> {
    let crc = 0;
    await copyInLargeSteps(body, this.#out, (bytes) => {
      throwIfCancelled(this.#settings.signal);
      crc = crc32(bytes, crc);
      if (countsBytes) this.#settings.onBytes(bytes.length);
    });
    const record = { ...opening, method: methodStored, crc32: crc, compressedSize: body.size };
    return { record, storedCrc: crc };
  }
}

/** Null where the bytes are kept as they are. */
async function deflateSmall(raw: Buffer, choice: CompressionChoice): Promise<Uint8Array | null> {
  const { compression, engine, level } = choice;
  if (compression === 'store' || raw.length === 0) return null;
  const options = { level, strategy: 'default', dictionary: undefined, last: true } as const;
  const deflated = await engine.deflate(raw, options);
  const limit = compression === 'auto' ? raw.length * worthwhileShare : raw.length - 1;
  return deflated.length <= limit ? deflated : null;
}

/**
 * How the writer would keep this content. Right for small content, and for all under `auto`; of large content that
 * `deflate` asks for, samples tell whether it will shrink. How many bytes it takes is an estimate where it is large.
 */
export async function foreseeEntry(
  body: EntryBody,
  choice: CompressionChoice,
): Promise<{ readonly method: 'stored' | 'deflated'; readonly bytes: number }> {
  const { size, read } = body;
  const { compression, engine, level } = choice;
  if (compression === 'store' || size === 0) return { method: 'stored', bytes: size };
  if (size <= smallBytes) {
    const raw = Buffer.allocUnsafe(size);
    await read(raw, size, 0);
    const deflated = await deflateSmall(raw, choice);
    return { method: deflated === null ? 'stored' : 'deflated', bytes: deflated?.length ?? size };
  }
  const share = await deflatedShare(size, read, engine, level);
  return share <= (compression === 'auto' ? worthwhileShare : 1)
    ? { method: 'deflated', bytes: Math.round(share * size) }
    : { method: 'stored', bytes: size };
}

type CompressionChoice = Pick<WriteSettings, 'compression' | 'engine' | 'level'>;

interface Written {
  readonly record: ZipRecord;
  readonly storedCrc: number;
}
