/** Deflate's stored blocks (RFC 1951, 3.2.4): bytes that pass through a deflate stream as they are. */

const maxBlockBytes = 0xffff;
const headerBytes = 5;

/** Starts and ends at a byte boundary, and leaves the stream open. */
export function storedBlocks(bytes: Uint8Array): Buffer {
  const blocks = Math.ceil(bytes.length / maxBlockBytes);
  const out = Buffer.allocUnsafe(bytes.length + blocks * headerBytes);
  for (let from = 0, to = 0; from < bytes.length; from += maxBlockBytes) {
    const length = Math.min(maxBlockBytes, bytes.length - from);
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
