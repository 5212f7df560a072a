/** Deflate's stored blocks (RFC 1951, 3.2.4): bytes that pass through a deflate stream as they are. */

// Any step that is a multiple of this gives the same blocks: the bytes must not depend on how a file is read. The
// format would allow 65,535, which no step is a multiple of.
const blockBytes = 32 * 1024;
const headerBytes = 5;

/** What `storedBlocks` makes of this many bytes takes this many. */
export function storedBytes(bytes: number): number {
  return bytes + Math.ceil(bytes / blockBytes) * headerBytes;
}

/** Starts and ends at a byte boundary, and leaves the stream open. Lies at the start of `memory`. */
export function storedBlocks(
  bytes: Uint8Array,
  memory: Buffer = Buffer.allocUnsafe(storedBytes(bytes.length)),
): Buffer {
  const out = memory.subarray(0, storedBytes(bytes.length));
  for (let from = 0, to = 0; from < bytes.length; from += blockBytes) {
    const length = Math.min(blockBytes, bytes.length - from);
    to = writeBlockHeader(out, to, length, false);
    out.set(bytes.subarray(from, from + length), to);
    to += length;
  }
  return out;
}

/** An empty stored block that is the last one. */
export const streamEnd: Buffer = Buffer.alloc(headerBytes);
writeBlockHeader(streamEnd, 0, 0, true);

function writeBlockHeader(out: Buffer, at: number, length: number, last: boolean): number {
  out.writeUInt8(last ? 1 : 0, at);
  out.writeUInt16LE(length, at + 1);
  out.writeUInt16LE(~length & 0xffff, at + 3);
  return at + headerBytes;
}
