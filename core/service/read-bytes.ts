/** Bytes at a place, for the hex view. Of a compressed entry all that lies before them is inflated on the way. */
import { stat } from 'node:fs/promises';
import type { Archive, ArchiveEntry } from '../archive.ts';
import type { BytesInput, BytesRead } from '../contract/api.ts';
import { Problem } from '../contract/errors.ts';
import { openPinned, pinStat } from '../fs/pinned-file.ts';
import { inputProblem } from '../fs/system-error.ts';

type Span = Pick<BytesInput, 'offset' | 'length'>;

export async function readFileBytes(path: string, { offset, length }: Span): Promise<BytesRead> {
  const seen = await stat(path).catch((error) => {
    throw inputProblem(error, path, 'archive');
  });
  if (!seen.isFile()) throw Problem.of('INPUT_NOT_REGULAR', { path, type: 'folder' });
  const file = await openPinned(path, pinStat(seen), 'archive');
  try {
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, seen.size - offset)));
    await file.read(bytes, bytes.length, offset);
    return { size: seen.size, offset, base64: bytes.toString('base64') };
  } finally {
    await file.close();
  }
}

export async function readEntryBytes(
  archive: Archive,
  entry: ArchiveEntry,
  { offset, length }: Span,
  signal: AbortSignal,
): Promise<BytesRead> {
  const { size } = entry;
  const end = Math.min(size, offset + length);
  const inPlace = await archive.openInPlace(entry);
  if (inPlace !== null) {
    try {
      const bytes = end > offset ? await inPlace.read(offset, end - offset) : Buffer.alloc(0);
      return { size, offset, base64: bytes.toString('base64') };
    } finally {
      await inPlace.close();
    }
  }
  const parts: Buffer[] = [];
  let at = 0;
  for await (const chunk of archive.read(entry, signal)) {
    if (at + chunk.length > offset)
      parts.push(Buffer.from(chunk.subarray(Math.max(0, offset - at), end - at)));
    at += chunk.length;
    if (at >= end) break;
  }
  return { size, offset, base64: Buffer.concat(parts).toString('base64') };
}
