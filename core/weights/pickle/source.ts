/** Bytes that a scan looks at: a file, a record in it, or what was inflated from one. */

export interface ScanSource {
  readonly size: number;
  /** Fewer bytes than asked for only at the end. */
  read(position: number, length: number): Promise<Buffer>;
}

/** What is held in memory of one content at once. */
export const windowBytes = 64 * 1024 * 1024;

export function sourceOfBytes(bytes: Buffer): ScanSource {
  return { size: bytes.length, read: async (at, length) => bytes.subarray(at, at + length) };
}

export function partOf(source: ScanSource, start: number, length: number): ScanSource {
  const size = Math.max(0, Math.min(length, source.size - start));
  return {
    size,
    async read(at, wanted) {
      const length = Math.min(wanted, size - at);
      return length > 0 ? source.read(start + at, length) : Buffer.alloc(0);
    },
  };
}
