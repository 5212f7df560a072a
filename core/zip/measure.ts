/** Reads an entry only to find out where it ends and what it sums up to. */
import { crc32 } from 'node:zlib';
import type { Measured } from './descriptor.ts';
import { inflateRange, isInflateError } from './inflate.ts';
import type { ZipSource } from './source.ts';

const stepBytes = 1024 * 1024;
/** A read and a stream, however few bytes come of it. */
const leastCost = 4 * 1024;

export interface Measurement {
  /** What the stream holds; null where it is broken or cut, `too long` where the budget ends first. */
  readonly measured: Measured | 'too long' | null;
  readonly spentBytes: number;
}

export async function measureDeflate(
  source: ZipSource,
  start: number,
  budgetBytes: number,
): Promise<Measurement> {
  const stream = inflateRange(source, { start, end: source.size });
  let size = 0;
  let crc = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > budgetBytes) return { measured: 'too long', spentBytes: size };
      crc = crc32(chunk, crc);
    }
  } catch (error) {
    if (isInflateError(error)) return { measured: null, spentBytes: size + leastCost };
    throw error;
  } finally {
    stream.destroy();
  }
  return {
    measured: { size, crc32: crc, compressedSize: stream.bytesWritten },
    spentBytes: size + leastCost,
  };
}

/** The CRC-32 of bytes as they lie. */
export async function sumStored(source: ZipSource, start: number, end: number): Promise<number> {
  const buffer = Buffer.allocUnsafe(Math.min(stepBytes, end - start));
  let crc = 0;
  for (let at = start; at < end; at += buffer.length) {
    const bytes = buffer.subarray(0, Math.min(buffer.length, end - at));
    await source.read(bytes, bytes.length, at);
    crc = crc32(bytes, crc);
  }
  return crc;
}
