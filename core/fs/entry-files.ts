/** Writes entries of an archive as files below a folder that nobody else knows yet. */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Archive, ArchiveEntry, RawEntry } from '../archive.ts';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { showName } from '../contract/format.ts';
import type { ProgressMeter } from '../contract/progress.ts';
import { clampTime } from '../mar/times.ts';
import { WorkerPool } from '../workers/pool.ts';
import { crcProblem } from '../zip/content.ts';
import { methodStored } from '../zip/records.ts';
import type { UnpackFailure } from '../zip/unpack-batch.ts';
import { batchesOf, divide, type EntryFile, modeOf, type SmallBatch } from '../zip/unpack-small.ts';
import { copyInLargeSteps } from './copy.ts';
import { outputProblem } from './system-error.ts';

export interface EntryFilesOptions {
  /** The name to show when writing fails: the final one. */
  readonly shownFolder: string;
  readonly maxBytes: number;
  readonly meter: ProgressMeter;
  readonly signal: AbortSignal | undefined;
}

/** From here on a stored entry is worth two large buffers. */
const largeBytes = 1024 * 1024;

export class EntryFiles {
  readonly #archive: Archive;
  readonly #folder: string;
  readonly #options: EntryFilesOptions;
  readonly #stopping = new AbortController();
  readonly #signal: AbortSignal;
  readonly #folders = new Set<string>();
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  #writtenBytes = 0;
  #failure: { readonly reason: unknown } | undefined;

  constructor(archive: Archive, folder: string, options: EntryFilesOptions) {
    this.#archive = archive;
    this.#folder = folder;
    this.#options = options;
    const stop = this.#stopping.signal;
    this.#signal = options.signal ? AbortSignal.any([options.signal, stop]) : stop;
  }

  /** The first failure stops all that is under way, and is met only when nothing writes any more. */
  async write(files: readonly EntryFile[]): Promise<void> {
    const { small, others } = divide(this.#archive, files);
    const batches = batchesOf(this.#archive, small, this.#folder);
    const threads = availableParallelism();
    // A tar has no other way than from its front to its end.
    const inOrder = this.#archive.container === 'tar' || this.#archive.container === 'tar.gz';
    // A thread that is ended while it makes a zlib stream takes the process with it, so it is asked to stop.
    const pool = new WorkerPool(undefined);
    this.#signal.addEventListener('abort', () => Atomics.store(this.#stop, 0, 1));
    try {
      await Promise.all([
        // Each thread has its next batch waiting while it writes one.
        this.#inLanes(batches, small.length > 0 ? 2 * threads : 0, (batch) => this.#writeBatch(pool, batch)),
        this.#inLanes(others.values(), inOrder ? 1 : threads + 1, (file) => this.#write(file)),
      ]);
    } finally {
      await pool.close();
    }
    if (this.#failure !== undefined) throw this.#failure.reason;
  }

  async #inLanes<T>(
    waiting: IterableIterator<T>,
    lanes: number,
    work: (item: T) => Promise<void>,
  ): Promise<void> {
    const lane = async () => {
      try {
        for (const item of waiting) {
          if (this.#failure !== undefined) return;
          await work(item);
        }
      } catch (reason) {
        this.#failure ??= { reason };
        this.#stopping.abort();
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }

  async #writeBatch(pool: WorkerPool, { fd, files, members, bytes }: SmallBatch): Promise<void> {
    throwIfCancelled(this.#signal);
    this.#count(bytes);
    this.#options.meter.entry(members[0]?.entry.name ?? '');
    const failure = await pool.unpack({ fd, files, stop: this.#stop });
    throwIfCancelled(this.#signal);
    if (failure !== null) throw await this.#explain(failure, (members[failure.index] as EntryFile).entry);
    this.#options.meter.add(bytes);
  }

  async #explain({ system }: UnpackFailure, entry: ArchiveEntry): Promise<unknown> {
    if (system !== null) return this.#translate(Object.assign(new Error(system.message), system), entry);
    // Reading it once more, with all the checks there are, says what is wrong.
    for await (const _ of this.#archive.read(entry, this.#signal));
    return Problem.of('INPUT_CHANGED', {
      path: this.#archive.path,
      detail: 'it reads otherwise than before',
    });
  }

  async #write({ entry, name }: EntryFile): Promise<void> {
    throwIfCancelled(this.#signal);
    const path = join(this.#folder, name);
    try {
      if (entry.type === 'folder') await this.#makeFolder(path);
      else await this.#writeFile(entry, path);
    } catch (error) {
      throw this.#translate(error, entry);
    }
  }

  #translate(error: unknown, entry: ArchiveEntry): unknown {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return collision(entry.name);
    return outputProblem(error, join(this.#options.shownFolder, entry.name));
  }

  async #makeFolder(path: string): Promise<void> {
    if (this.#folders.has(path)) return;
    await mkdir(path, { recursive: true });
    this.#folders.add(path);
  }

  async #writeFile(entry: ArchiveEntry, path: string): Promise<void> {
    await this.#makeFolder(dirname(path));
    this.#options.meter.entry(entry.name);
    const handle = await open(path, 'wx', modeOf(entry));
    try {
      const raw = entry.size >= largeBytes ? this.#archive.openRaw?.(entry) : undefined;
      if (raw?.method === methodStored && raw.compressedSize === raw.size) {
        await this.#copyStored(entry, raw, handle);
      } else {
        for await (const chunk of this.#archive.read(entry, this.#signal)) {
          this.#count(chunk.length);
          await this.#append(handle, chunk);
        }
      }
      const modified = clampTime(entry.modified);
      await handle.utimes(modified, modified);
    } finally {
      await handle.close();
    }
  }

  /** Reads on while it writes, where the bytes lie in the archive as they are. */
  async #copyStored(entry: ArchiveEntry, raw: RawEntry, handle: FileHandle): Promise<void> {
    let crc = 0;
    const sink = { write: (bytes: Uint8Array) => this.#append(handle, bytes) };
    await copyInLargeSteps(raw, sink, (bytes) => {
      throwIfCancelled(this.#signal);
      this.#count(bytes.length);
      crc = crc32(bytes, crc);
    });
    await raw.assertUnchanged({ now: true });
    if (crc !== raw.crc32) throw crcProblem(entry.name, raw.crc32, crc);
  }

  async #append(handle: FileHandle, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, null);
      if (bytesWritten === 0) throw stuck(this.#options.shownFolder);
      done += bytesWritten;
    }
    this.#options.meter.add(bytes.length);
  }

  #count(bytes: number): void {
    this.#writtenBytes += bytes;
    const { maxBytes: limit } = this.#options;
    if (this.#writtenBytes > limit) throw Problem.of('LIMIT_OUTPUT', { path: this.#archive.path, limit });
  }
}

function stuck(path: string): Problem {
  const system = 'the system takes no more bytes and does not say why';
  return Problem.of('IO_ERROR', { path, operation: 'writing', system });
}

/** The names were told apart before: it is the file system here that does not. */
function collision(name: string): Problem {
  return Problem.refusing({
    code: 'NAME_COLLISION_CASE',
    severity: 'error',
    path: name,
    message: `the file system here takes ${showName(name)} for the name of another entry`,
    hint: 'extract it to a disk that tells them apart',
  });
}
