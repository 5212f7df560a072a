/**
 * Small entries lie side by side, and a read of the disk for each of a hundred thousand takes longer than all that
 * is done with them: they are served from larger blocks, a few of which are kept.
 */
import type { ZipSource } from './source.ts';

const blockBytes = 64 * 1024;
const keptBlocks = 4;
/** What is larger would only be copied once more. */
const smallBytes = 16 * 1024;

export type ReadAt = ZipSource['read'];

export function readSmallFromBlocks(source: ZipSource): ReadAt {
  const blocks = new Map<number, Promise<Buffer>>();

  const blockAt = (index: number): Promise<Buffer> => {
    const known = blocks.get(index);
    if (known !== undefined) return known;
    const start = index * blockBytes;
    const bytes = Buffer.allocUnsafeSlow(Math.min(blockBytes, source.size - start));
    const loading = source.read(bytes, bytes.length, start).then(() => bytes);
    // One that failed is asked for again.
    loading.catch(() => blocks.delete(index));
    blocks.set(index, loading);
    if (blocks.size > keptBlocks) blocks.delete(blocks.keys().next().value as number);
    return loading;
  };

  return async (buffer, length, position) => {
    if (length > smallBytes || position + length > source.size) return source.read(buffer, length, position);
    for (let done = 0; done < length; ) {
      const at = position + done;
      const block = await blockAt(Math.floor(at / blockBytes));
      const from = at % blockBytes;
      const bytes = block.subarray(from, Math.min(block.length, from + length - done));
      buffer.set(bytes, done);
      done += bytes.length;
    }
  };
}
