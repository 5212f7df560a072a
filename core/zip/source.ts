/** The bytes of an archive on disk, readable at any place, and held to what the file was when it was opened. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { FilePlace, RandomAccess } from '../audit/rule.ts';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { stepBytes } from '../fs/copy.ts';
import { openPinned, pinStat } from '../fs/pinned-file.ts';
import { inputProblem } from '../fs/system-error.ts';

export interface ZipSource {
  readonly path: string;
  readonly size: number;
  /** Null where these bytes have no file of their own. */
  readonly fd: number | null;
  /** Where they lie in a file that holds more than them. */
  readonly place?: FilePlace | null;
  /** Fills the buffer from `position`; what lies beyond the end of the file is a bug of the caller. */
  read(buffer: Uint8Array, length: number, position: number): Promise<void>;
  /** Throws INPUT_CHANGED where the file is not what it was. Looks at most ten times a second, unless told. */
  assertUnchanged(options?: { readonly now: boolean }): Promise<void>;
  close(): Promise<void>;
  /** Set where these are the bytes of an entry: the path is no file's, and its name tells TorchServe nothing. */
  readonly isInside?: true;
}

const lookEveryMs = 100;

export async function openSource(path: string): Promise<ZipSource> {
  const seen = await stat(path).catch((error) => {
    throw inputProblem(error, path, 'archive');
  });
  // Opening a pipe would wait for ever for its other end, and a device has no end at all.
  if (!seen.isFile()) throw Problem.of('INPUT_NOT_REGULAR', { path, type: specialType(seen) });
  const file = await openPinned(path, pinStat(seen), 'archive');
  let lookedAt = performance.now();
  return {
    path,
    size: file.size,
    fd: file.handle.fd,
    read: file.read,
    async assertUnchanged(options) {
      if (!options?.now && performance.now() - lookedAt < lookEveryMs) return;
      await file.assertUnchanged();
      lookedAt = performance.now();
    },
    close: file.close,
  };
}

function specialType(seen: Awaited<ReturnType<typeof stat>>): string {
  if (seen.isDirectory()) return 'folder';
  if (seen.isFIFO()) return 'pipe';
  if (seen.isSocket()) return 'socket';
  return 'device';
}

/** The SHA-256 of all of its bytes. */
export async function hashOf(source: ZipSource, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(Math.min(stepBytes, source.size));
  for (let at = 0; at < source.size; at += buffer.length) {
    throwIfCancelled(signal);
    const length = Math.min(buffer.length, source.size - at);
    await source.read(buffer, length, at);
    hash.update(buffer.subarray(0, length));
  }
  await source.assertUnchanged({ now: true });
  return hash.digest('hex');
}

/** A part of the source as bytes of its own, such as a stored entry. Closing it leaves the source open. */
export function openRange(source: ZipSource, start: number, size: number): RandomAccess {
  const whole = source.fd === null ? source.place : { fd: source.fd, start: 0 };
  return {
    size,
    place: whole ? { fd: whole.fd, start: whole.start + start } : null,
    async read(position, length) {
      const from = Math.min(Math.max(position, 0), size);
      const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - from)));
      await source.read(bytes, bytes.length, start + from);
      await source.assertUnchanged();
      return bytes;
    },
    close: async () => {},
  };
}

/** The bytes of an entry, wherever they lie, as those of an archive. */
export function sourceOf(content: RandomAccess, path: string): ZipSource {
  return {
    path,
    size: content.size,
    fd: null,
    place: content.place ?? null,
    async read(buffer, length, position) {
      const bytes = await content.read(position, length);
      if (bytes.length < length) throw new Error(`read beyond the end of ${path}`);
      buffer.set(bytes);
    },
    // The content looks after that with every read.
    assertUnchanged: async () => {},
    close: () => content.close(),
  };
}

const farBytes = 64 * 1024;
const nearBytes = 4 * 1024;

/**
 * Small reads that go forward through a source, served from one larger read where they lie close together:
 * a hundred thousand small entries then cost a few thousand reads, and ten large ones ten small reads.
 */
export class ReadWindow {
  readonly #source: ZipSource;
  #buffer = Buffer.allocUnsafe(farBytes);
  #start = 0;
  #end = 0;

  constructor(source: ZipSource) {
    this.#source = source;
  }

  /** The bytes at a place, fewer at the end of the file. They stay valid until the next call. */
  async at(position: number, length: number): Promise<Buffer> {
    if (!this.holds(position, length)) await this.load(position, length);
    const at = this.indexOf(position);
    return this.bytes.subarray(at, at + Math.min(length, this.heldFrom(position)));
  }

  // The same in steps, for those who can't afford a promise and a buffer for each of many headers.

  holds(position: number, length: number): boolean {
    return position >= this.#start && position + length <= this.#end;
  }

  /** Afterwards the bytes are held, fewer at the end of the file. */
  async load(position: number, length: number): Promise<void> {
    const left = Math.max(0, this.#source.size - position);
    const isNear = position >= this.#start && position <= this.#end + farBytes;
    const bytes = Math.min(left, Math.max(length, isNear ? farBytes : nearBytes));
    if (bytes > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(bytes);
    if (bytes > 0) await this.#source.read(this.#buffer, bytes, position);
    this.#start = position;
    this.#end = position + bytes;
  }

  get bytes(): Buffer {
    return this.#buffer;
  }

  /** Where in the bytes a place lies that was just loaded or found to be held. */
  indexOf(position: number): number {
    return position - this.#start;
  }

  /** How many bytes are at hand from there on. */
  heldFrom(position: number): number {
    return this.#end - position;
  }
}
