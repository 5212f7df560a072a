/** Inflates a range of a source as it is read. */
import { pipeline, Readable } from 'node:stream';
import { createInflateRaw, type InflateRaw } from 'node:zlib';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import type { ZipSource } from './source.ts';

const readBytes = 256 * 1024;
const chunkBytes = 64 * 1024;

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The inflated chunks; `bytesWritten` of the stream tells how many bytes it took, once it has ended. */
export function inflateRange(source: ZipSource, range: Range, signal?: AbortSignal): InflateRaw {
  const inflate = createInflateRaw({ chunkSize: chunkBytes });
  // Whoever iterates the stream meets its errors, and destroying it ends the reading.
  pipeline(Readable.from(readRange(source, range, signal), { highWaterMark: 1 }), inflate, () => {});
  return inflate;
}

async function* readRange(source: ZipSource, { start, end }: Range, signal?: AbortSignal) {
  for (let at = start; at < end; at += readBytes) {
    throwIfCancelled(signal);
    const bytes = Buffer.allocUnsafe(Math.min(readBytes, end - at));
    await source.read(bytes, bytes.length, at);
    yield bytes;
  }
}

/** Whether zlib refused the bytes, as opposed to a failure to read them. */
export function isInflateError(error: unknown): error is Error {
  return error instanceof Error && !(error instanceof Problem) && 'errno' in error;
}
