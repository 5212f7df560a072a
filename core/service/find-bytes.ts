/** Where some bytes stand, for the hex view: all of an entry or a file is read once, a piece at a time. */
import { stat } from 'node:fs/promises';
import type { FindBytesInput, FindBytesResult } from '../contract/api.ts';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { type JobOptions, ProgressMeter } from '../contract/progress.ts';
import { findFile } from '../find-entries.ts';
import { openPinned, pinStat } from '../fs/pinned-file.ts';
import { inputProblem } from '../fs/system-error.ts';
import type { OpenArchives } from './open-archives.ts';

const stepBytes = 1024 * 1024;
/** Nobody goes through more; of a file of zeros there would be millions. */
const mostFound = 10_000;

export async function findBytes(
  archives: OpenArchives,
  { path, entry, bytes }: FindBytesInput,
  options: JobOptions,
): Promise<FindBytesResult> {
  const wanted = Buffer.from(bytes, 'hex');
  if (entry === null) {
    return readingFile(path, (chunks, size) => search(chunks, size, wanted, options));
  }
  return archives.use(path, (archive) => {
    const found = findFile(archive, entry);
    return search(archive.read(found, options.signal), found.size, wanted, options);
  });
}

async function readingFile<T>(
  path: string,
  work: (chunks: AsyncIterable<Buffer>, size: number) => Promise<T>,
): Promise<T> {
  const seen = await stat(path).catch((error) => {
    throw inputProblem(error, path, 'archive');
  });
  if (!seen.isFile()) throw Problem.of('INPUT_NOT_REGULAR', { path, type: 'folder' });
  const file = await openPinned(path, pinStat(seen), 'archive');
  async function* chunks() {
    const buffer = Buffer.allocUnsafe(Math.min(stepBytes, seen.size));
    for (let at = 0; at < seen.size; at += buffer.length) {
      const chunk = buffer.subarray(0, Math.min(buffer.length, seen.size - at));
      await file.read(chunk, chunk.length, at);
      yield chunk;
    }
  }
  try {
    return await work(chunks(), seen.size);
  } finally {
    await file.close();
  }
}

async function search(
  chunks: AsyncIterable<Buffer>,
  size: number,
  wanted: Buffer,
  { signal, onProgress }: JobOptions,
): Promise<FindBytesResult> {
  const meter = new ProgressMeter(onProgress, 'searching', size);
  const offsets: number[] = [];
  // The end of what was read: a place may begin in one piece and end in the next.
  let kept: Buffer = Buffer.alloc(0);
  let position = 0;
  for await (const chunk of chunks) {
    throwIfCancelled(signal);
    const piece = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
    const start = position - kept.length;
    let from = 0;
    for (let at = piece.indexOf(wanted); at !== -1; at = piece.indexOf(wanted, from)) {
      if (offsets.length === mostFound) return { offsets, isCut: true };
      offsets.push(start + at);
      from = at + wanted.length;
    }
    position += chunk.length;
    // Nothing of what was found already, or it would be found again.
    kept = Buffer.from(piece.subarray(Math.max(from, piece.length - wanted.length + 1)));
    meter.add(chunk.length);
  }
  meter.finish();
  return { offsets, isCut: false };
}
