/**
 * Inflates a gzip file that holds one member and nothing else. Node's own gunzip joins further members and
 * drops what follows them without a word; TorchServe's reader stops after the first, so here that is told.
 */
import { pipeline, Readable } from 'node:stream';
import { constants, crc32, createInflateRaw } from 'node:zlib';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { formatCrc32 } from '../contract/format.ts';
import type { ZipSource } from '../zip/source.ts';

const readBytes = 256 * 1024;
const chunkBytes = 256 * 1024;
const trailerBytes = 8;
/** A name or a comment in the header that is longer than this was not written by anyone. */
const maxHeaderBytes = 128 * 1024;

const flag = {
  headerCrc: 1 << 1,
  extra: 1 << 2,
  name: 1 << 3,
  comment: 1 << 4,
  reserved: 0b1110_0000,
} as const;

export const isGzip = (start: Buffer): boolean => start[0] === 0x1f && start[1] === 0x8b;

/**
 * The content of the member, chunk by chunk. It is only proven once the last step has been taken: that one
 * throws where the checksum differs or anything follows.
 */
export async function* inflateMember(source: ZipSource, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const start = await headerBytes(source);
  // A sync flush hands out all that a truncated stream still holds, where a finish would only fail.
  const inflate = createInflateRaw({ chunkSize: chunkBytes, finishFlush: constants.Z_SYNC_FLUSH });
  pipeline(Readable.from(readFrom(source, start, signal), { highWaterMark: 1 }), inflate, () => {});
  let crc = 0;
  let size = 0;
  try {
    for await (const chunk of inflate as AsyncIterable<Buffer>) {
      throwIfCancelled(signal);
      crc = crc32(chunk, crc);
      size += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw Problem.of('GZIP_DEFLATE', { path: source.path, sizeBytes: size, detail: error.message }, error);
  } finally {
    inflate.destroy();
  }
  await source.assertUnchanged({ now: true });
  await assertEnd(source, start + inflate.bytesWritten, crc, size);
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && !(error instanceof Problem) && 'errno' in error;
}

async function* readFrom(source: ZipSource, start: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
  for (let at = start; at < source.size; at += readBytes) {
    throwIfCancelled(signal);
    yield await readAt(source, at, readBytes);
  }
}

async function readAt(source: ZipSource, position: number, most: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(most, source.size - position)));
  await source.read(bytes, bytes.length, position);
  return bytes;
}

/** RFC 1952, 2.3. The times and names in it mean nothing to us. */
async function headerBytes(source: ZipSource): Promise<number> {
  const { path } = source;
  const header = await readAt(source, 0, maxHeaderBytes);
  const truncated = () => Problem.of('GZIP_TRUNCATED', { path, size: source.size, where: 'its header' });
  const invalid = (detail: string) => Problem.of('GZIP_HEADER', { path, detail });
  if (header.length < 10) throw truncated();
  const method = header[2];
  const flags = header[3] as number;
  if (method !== 8) throw invalid(`names the compression method ${method}, and there is only 8, deflate`);
  if (flags & flag.reserved) throw invalid('sets flags that have no meaning');
  let at = 10;
  if (flags & flag.extra) {
    if (header.length < at + 2) throw truncated();
    at += 2 + header.readUInt16LE(at);
  }
  for (const text of [flag.name, flag.comment]) {
    if (!(flags & text)) continue;
    const end = header.indexOf(0, at);
    if (end === -1) throw header.length < maxHeaderBytes ? truncated() : invalid('is longer than 128 KiB');
    at = end + 1;
  }
  if (flags & flag.headerCrc) {
    if (header.length < at + 2) throw truncated();
    const told = header.readUInt16LE(at);
    const found = crc32(header.subarray(0, at)) & 0xffff;
    if (told !== found)
      throw invalid(`has the checksum ${told.toString(16)}, and ${found.toString(16)} is right`);
    at += 2;
  }
  if (at > header.length) throw truncated();
  return at;
}

async function assertEnd(source: ZipSource, end: number, crc: number, size: number): Promise<void> {
  const { path } = source;
  const trailer = await readAt(source, end, trailerBytes + 2);
  if (trailer.length < trailerBytes) {
    throw Problem.of('GZIP_TRUNCATED', { path, size: source.size, where: 'its content' });
  }
  const toldCrc = trailer.readUInt32LE(0);
  const toldSize = trailer.readUInt32LE(4);
  if (toldCrc !== crc || toldSize !== size % 2 ** 32) {
    const detail =
      toldCrc === crc
        ? `it tells ${toldSize} bytes and inflates to ${size % 2 ** 32}`
        : `it tells CRC-32 ${formatCrc32(toldCrc)} and inflates to ${formatCrc32(crc)}`;
    throw Problem.of('GZIP_CRC', { path, detail });
  }
  const trailing = source.size - end - trailerBytes;
  if (trailing > 0) {
    const isMember = isGzip(trailer.subarray(trailerBytes));
    throw Problem.of('GZIP_TRAILING', { path, bytes: trailing, offset: end + trailerBytes, isMember });
  }
}
