/**
 * Two compressors of one algorithm. The native one is fast, but its bytes depend on how Node was built
 * (distributions link other versions of zlib, or zlib-ng). Where the same bytes must come out on any
 * machine and in any year, the portable one, in JavaScript and pinned by the lockfile, does the work.
 */
import {
  constants,
  createDeflateRaw,
  createInflateRaw,
  type DeflateRaw,
  deflateRawSync,
  type InflateRaw,
} from 'node:zlib';
import type { WorkerPool } from '../workers/pool.ts';

export type Strategy = 'default' | 'huffman-only';

export interface DeflateOptions {
  readonly level: number;
  readonly strategy: Strategy;
  /** The up to 32 KiB before the input, which it may refer back to. */
  readonly dictionary: Uint8Array | undefined;
  /** The last piece closes the stream; any other ends at a byte boundary so that the next can follow. */
  readonly last: boolean;
}

export interface DeflateEngine {
  deflate(input: Uint8Array, options: DeflateOptions): Promise<Uint8Array>;
}

// 9 gives weights a slightly smaller and faster result than the default of 8.
export const memLevel = 9;

/** Below this, the way to the thread pool and back takes longer than the work. */
const smallBytes = 8 * 1024;

export const nativeEngine: DeflateEngine = {
  async deflate(input, { level, strategy, dictionary, last }) {
    const options = {
      level,
      memLevel,
      strategy: strategy === 'default' ? constants.Z_DEFAULT_STRATEGY : constants.Z_HUFFMAN_ONLY,
      ...(dictionary === undefined ? {} : { dictionary }),
      finishFlush: last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
      // Room for the worst case, so that one piece takes one trip to the thread pool.
      chunkSize: input.length + (input.length >> 8) + 1024,
    };
    if (input.length <= smallBytes) return deflateRawSync(input, options);
    return transformed(createDeflateRaw(options), input);
  },
};

export function portableEngine(pool: WorkerPool): DeflateEngine {
  return { deflate: (input, options) => pool.deflate(input, options) };
}

/** The way back for one piece, to prove what the compressor made. */
export function inflatePiece(
  piece: Uint8Array,
  dictionary: Uint8Array | undefined,
  sizeBytes: number,
): Promise<Uint8Array> {
  const inflate = createInflateRaw({
    ...(dictionary === undefined ? {} : { dictionary }),
    finishFlush: constants.Z_SYNC_FLUSH,
    chunkSize: sizeBytes + 1024,
  });
  return transformed(inflate, piece);
}

/** What zlib's own one-call functions do, without the copy they make of every result. */
function transformed(zlib: DeflateRaw | InflateRaw, input: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    zlib.on('data', (chunk: Buffer) => chunks.push(chunk));
    zlib.on('error', reject);
    zlib.on('end', () => resolve(joined(chunks)));
    zlib.end(input);
  });
}

/** Chunks that lie side by side in one piece of memory, as they do when it had room for all, are not copied. */
function joined(chunks: readonly Buffer[]): Uint8Array {
  const [first] = chunks;
  if (first === undefined) return Buffer.alloc(0);
  let end = first.byteOffset;
  for (const chunk of chunks) {
    if (chunk.buffer !== first.buffer || chunk.byteOffset !== end) return Buffer.concat(chunks);
    end += chunk.length;
  }
  return Buffer.from(first.buffer, first.byteOffset, end - first.byteOffset);
}

/**
 * Gives a large result's memory back at once. Left to the collector, the pieces of a few hundred MiB pile up
 * to some 60 MiB before it runs (Node 24). Small ones share their memory with others and are let be.
 */
export function release(bytes: Uint8Array): void {
  const memory = bytes.buffer as ArrayBuffer & { transfer?: (length: number) => ArrayBuffer };
  if (memory.byteLength > 2 * Buffer.poolSize) memory.transfer?.(0);
}
