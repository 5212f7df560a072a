/** The portable compressor: zlib's algorithm in JavaScript, the same bytes on any machine. Runs in a worker. */
import { Deflate, Z_DEFAULT_STRATEGY, Z_FINISH, Z_HUFFMAN_ONLY, Z_OK, Z_SYNC_FLUSH } from 'pako';
import { type DeflateOptions, memLevel } from './engine.ts';

export function deflatePortably(input: Uint8Array, options: DeflateOptions): Uint8Array {
  const deflate = new Deflate({
    raw: true,
    level: options.level,
    memLevel,
    strategy: options.strategy === 'default' ? Z_DEFAULT_STRATEGY : Z_HUFFMAN_ONLY,
    chunkSize: Math.max(1024, input.length + (input.length >> 8) + 1024),
    ...(options.dictionary === undefined ? {} : { dictionary: options.dictionary }),
  });
  const chunks: Uint8Array[] = [];
  deflate.onData = (chunk) => chunks.push(chunk);
  deflate.push(input, options.last ? Z_FINISH : Z_SYNC_FLUSH);
  if (deflate.err !== Z_OK) throw new Error(`the portable compressor failed: ${deflate.msg}`);
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
}
