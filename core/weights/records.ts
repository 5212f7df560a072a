/** The records of weights that are a ZIP: read where they lie, or unpacked when they are first asked for. */
import type { Archive, ArchiveEntry } from '../archive.ts';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import type { WeightsProblem } from '../contract/weights.ts';
import { Spool } from '../diff/spool.ts';
import { weightsBytes } from './bytes.ts';
import type { WeightsBytes } from './tensor.ts';
import type { Storage } from './tensor-of.ts';

/** More than this is not unpacked to look into it. */
const mostUnpackedBytes = 16 * 1024 ** 3;

export class Records {
  readonly archive: Archive;
  readonly signal: AbortSignal | undefined;
  readonly #byName = new Map<string, ArchiveEntry>();
  readonly #storages = new Map<ArchiveEntry, Promise<Storage>>();
  readonly #spool = new Spool();
  /** One after the other: they share a file. */
  #unpacking: Promise<unknown> = Promise.resolve();

  constructor(archive: Archive, signal: AbortSignal | undefined) {
    this.archive = archive;
    this.signal = signal;
    // Of two with one name the first counts, as for torch's own reader.
    for (const entry of archive.entries) {
      if (entry.type === 'file' && !this.#byName.has(entry.name)) this.#byName.set(entry.name, entry);
    }
  }

  find(name: string): ArchiveEntry | undefined {
    return this.#byName.get(name);
  }

  /** All of a record, its checksum proven. */
  async read(entry: ArchiveEntry, mostBytes: number): Promise<Buffer> {
    if (entry.size > mostBytes) {
      const detail = `${entry.name} has ${entry.size.toLocaleString('en-US')} bytes, and ${mostBytes.toLocaleString('en-US')} are read`;
      throw Problem.of('WEIGHTS_LIMIT', { path: this.archive.path, detail });
    }
    const chunks: Buffer[] = [];
    for await (const chunk of this.archive.read(entry, this.signal)) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  }

  /** The same for a record whose checksum is wrong: torch does not look at checksums, so what it would load is told. */
  async readAnyway(
    entry: ArchiveEntry,
    mostBytes: number,
  ): Promise<{ bytes: Buffer; problem: WeightsProblem | null }> {
    try {
      return { bytes: await this.read(entry, mostBytes), problem: null };
    } catch (error) {
      const problem = recordProblem(error);
      if (problem.code !== 'ZIP_CRC' || entry.method !== 'stored') throw error;
      const { bytes } = await this.storage(entry);
      return { bytes: await bytes.read(0, bytes.size), problem };
    }
  }

  /** The same object for the same record. Throws where its bytes can't be had. */
  storage(entry: ArchiveEntry): Promise<Storage> {
    const known = this.#storages.get(entry);
    if (known !== undefined) return known;
    const opening = this.#open(entry);
    this.#storages.set(entry, opening);
    return opening;
  }

  async close(): Promise<void> {
    await this.#unpacking.catch(() => {});
    await this.#spool.close();
    await this.archive.close();
  }

  async #open(entry: ArchiveEntry): Promise<Storage> {
    throwIfCancelled(this.signal);
    const content = await this.archive.openInPlace(entry);
    if (content !== null) {
      const offset = this.archive.openRaw?.(entry).start ?? null;
      return { bytes: weightsBytes(content), where: entry.name, offset };
    }
    if (entry.method !== 'deflated') {
      const detail = `${entry.name} is compressed in a way that is not read here (${entry.method})`;
      throw Problem.of('WEIGHTS_BROKEN', { path: this.archive.path, format: 'ZIP', detail });
    }
    return { bytes: this.#unpackedLater(entry), where: entry.name, offset: null };
  }

  #unpackedLater(entry: ArchiveEntry): WeightsBytes {
    let unpacked: WeightsBytes | null = null;
    let unpacking: Promise<WeightsBytes> | undefined;
    return {
      size: entry.size,
      /** Known once a byte was read. */
      get place() {
        return unpacked?.place ?? null;
      },
      read: async (position, length) => {
        unpacking ??= this.#unpack(entry);
        unpacked = await unpacking;
        return unpacked.read(position, length);
      },
      close: async () => {},
    };
  }

  #unpack(entry: ArchiveEntry): Promise<WeightsBytes> {
    const { path } = this.archive;
    const work = this.#unpacking
      .catch(() => {})
      .then(async () => {
        if (entry.size > mostUnpackedBytes) {
          throw Problem.of('NESTED_TOO_LARGE', {
            path: entry.name,
            size: entry.size,
            limit: mostUnpackedBytes,
          });
        }
        await this.#spool.add(entry, this.archive.read(entry, this.signal), path);
        const content = this.#spool.open(entry);
        if (content === null) throw new Error('what was unpacked is gone');
        return weightsBytes(content);
      });
    this.#unpacking = work;
    work.catch(() => {});
    return work;
  }
}

/** Failures of the machine or of the one who asks: they are none of the file's. */
const notOfTheFile = new Set([
  'CANCELLED',
  'INPUT_CHANGED',
  'INPUT_UNREADABLE',
  'IO_ERROR',
  'IO_NO_SPACE',
  'IO_READ_ONLY',
]);

/** The same of a file as a whole, with what to do. */
export function fileProblem(error: unknown): WeightsProblem {
  const problem = recordProblem(error);
  return { ...problem, hint: (error as Problem).hint };
}

/** What is wrong with one record or file, so that the others can still be listed; what is no such thing is thrown on. */
export function recordProblem(error: unknown): WeightsProblem {
  if (!(error instanceof Problem) || notOfTheFile.has(error.code)) throw error;
  return { code: error.code, message: error.message };
}
