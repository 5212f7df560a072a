/**
 * Small entries that lie close together, read at once and written one by one, on a thread of their own and
 * without a promise for each step: of tens of thousands of them the steps are most of the time.
 */
import { closeSync, futimesSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';

export interface UnpackFile {
  readonly path: string;
  /** Where its compressed bytes begin in the archive. */
  readonly start: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly crc32: number;
  readonly isDeflated: boolean;
  readonly mode: number;
  readonly modifiedSeconds: number;
}

export interface UnpackBatch {
  /** Of the archive, which the sender keeps open. */
  readonly fd: number;
  /** In the order of their places. */
  readonly files: readonly UnpackFile[];
  /** Shared with the sender, who sets it to end the work early. */
  readonly stop: Int32Array;
}

/** Which of the files failed. Without a system error it is the content, which another reading explains. */
export interface UnpackFailure {
  readonly index: number;
  readonly system: { readonly code: string; readonly syscall: string; readonly message: string } | null;
}

const madeFolders = new Set<string>();

export function unpackBatch({ fd, files, stop }: UnpackBatch): UnpackFailure | null {
  const from = files[0]?.start ?? 0;
  const end = files.reduce((most, { start, compressedSize }) => Math.max(most, start + compressedSize), from);
  const bytes = Buffer.allocUnsafe(end - from);
  const isRead = readWhole(fd, bytes, from);
  for (const [index, file] of files.entries()) {
    if (Atomics.load(stop, 0) !== 0) return null;
    const content = isRead ? contentOf(file, bytes.subarray(file.start - from)) : null;
    if (content === null) return { index, system: null };
    try {
      writeNew(file, content);
    } catch (error) {
      const { code = 'EIO', syscall = 'write', message } = error as NodeJS.ErrnoException;
      return { index, system: { code, syscall, message } };
    }
  }
  return null;
}

function readWhole(fd: number, bytes: Buffer, from: number): boolean {
  try {
    for (let done = 0; done < bytes.length; ) {
      const count = readSync(fd, bytes, done, bytes.length - done, from + done);
      if (count === 0) return false;
      done += count;
    }
    return true;
  } catch {
    return false;
  }
}

/** Null unless the content is all that was declared. */
function contentOf(file: UnpackFile, bytes: Buffer): Buffer | null {
  const compressed = bytes.subarray(0, file.compressedSize);
  const content = file.isDeflated ? inflated(compressed, file.size) : compressed;
  return content?.length === file.size && crc32(content) === file.crc32 ? content : null;
}

function inflated(compressed: Buffer, size: number): Buffer | null {
  try {
    const options = { info: true, maxOutputLength: size + 1, chunkSize: Math.max(64, size + 1) };
    const { buffer, engine } = inflateRawSync(compressed, options) as unknown as Inflated;
    return engine.bytesWritten === compressed.length ? buffer : null;
  } catch {
    return null;
  }
}

interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function writeNew({ path, mode, modifiedSeconds }: UnpackFile, content: Buffer): void {
  const folder = dirname(path);
  if (!madeFolders.has(folder)) {
    mkdirSync(folder, { recursive: true });
    madeFolders.add(folder);
  }
  const fd = openSync(path, 'wx', mode);
  try {
    for (let done = 0; done < content.length; ) done += writeSync(fd, content, done, content.length - done);
    futimesSync(fd, modifiedSeconds, modifiedSeconds);
  } finally {
    closeSync(fd);
  }
}
