/**
 * Deflates one stream on all cores. The input is cut into pieces that are compressed side by side, each
 * with the 32 KiB before it as dictionary, and joined at byte boundaries into one valid deflate stream.
 */
import { availableParallelism } from 'node:os';
import { crc32 } from 'node:zlib';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { type DeflateEngine, inflatePiece, release, type Strategy } from './engine.ts';

export const pieceBytes = 1024 * 1024;
const dictionaryBytes = 32 * 1024;
/** Each takes some 3 MiB: what is read, what comes of it, and the proof. Beyond this the disk is slower anyway. */
const mostLanes = 16;

/** Fills the first `length` bytes of the buffer from `position` of the source. */
export type ReadAt = (buffer: Uint8Array, length: number, position: number) => Promise<void>;

export interface DeflateJob {
  readonly size: number;
  readonly read: ReadAt;
  /** Receives the compressed pieces in order. A piece is gone once the promise has resolved. */
  readonly write: (piece: Uint8Array) => Promise<void>;
  readonly engine: DeflateEngine;
  readonly level: number;
  /** False leaves the stream open, for more to follow. */
  readonly closes: boolean;
  /** Seen in order, before compression: for checksums that span several jobs, and for progress. */
  readonly onRaw?: (raw: Uint8Array) => void;
  readonly signal?: AbortSignal | undefined;
  /** Named when what was compressed does not inflate to what it was. */
  readonly path: string;
}

export interface Deflated {
  readonly crc32: number;
  readonly compressedBytes: number;
}

export async function deflateParallel(job: DeflateJob): Promise<Deflated> {
  const { size, engine, level, signal } = job;
  const lanes = Math.min(mostLanes, availableParallelism() + 1);
  const pieces = Math.max(1, Math.ceil(size / pieceBytes));
  const buffers: Buffer[] = [];
  const inFlight: { done: Promise<Uint8Array>; buffer: Buffer }[] = [];
  let crc = 0;
  let compressedBytes = 0;
  let strategy: Promise<Strategy> = Promise.resolve('default');
  let before: Uint8Array | undefined;

  const writeOldest = async () => {
    const oldest = inFlight.shift();
    if (oldest === undefined) return;
    const piece = await oldest.done;
    compressedBytes += piece.length;
    await job.write(piece);
    release(piece);
    buffers.push(oldest.buffer);
  };

  try {
    for (let index = 0; index < pieces; index++) {
      throwIfCancelled(signal);
      if (inFlight.length === lanes) await writeOldest();
      const position = index * pieceBytes;
      const length = Math.min(pieceBytes, size - position);
      // One buffer holds the dictionary and the piece, so that it outlives its neighbours' reuse; shared, so that
      // worker threads read it in place.
      const buffer =
        buffers.pop() ?? Buffer.from(new SharedArrayBuffer(dictionaryBytes + Math.min(pieceBytes, size)));
      const dictionary = before === undefined ? undefined : buffer.subarray(0, before.length);
      if (before !== undefined) buffer.set(before);
      const raw = buffer.subarray(dictionary?.length ?? 0, (dictionary?.length ?? 0) + length);
      await job.read(raw, length, position);
      crc = crc32(raw, crc);
      job.onRaw?.(raw);
      if (index % strategyPieces === 0) strategy = pickStrategy(raw, engine, level);
      before = raw.subarray(Math.max(0, length - dictionaryBytes));
      const last = job.closes && index === pieces - 1;
      const done = deflatePiece(raw, dictionary, strategy, last, job);
      done.catch(() => {}); // A failure is met when its turn comes; it must not count as unhandled until then.
      inFlight.push({ done, buffer });
    }
    while (inFlight.length > 0) {
      throwIfCancelled(signal);
      await writeOldest();
    }
  } finally {
    // Buffers must not be given up while the compressors still read them.
    await Promise.allSettled(inFlight.map(({ done }) => done));
  }
  return { crc32: crc, compressedBytes };
}

async function deflatePiece(
  raw: Uint8Array,
  dictionary: Uint8Array | undefined,
  strategy: Promise<Strategy>,
  last: boolean,
  { engine, level, path }: DeflateJob,
): Promise<Uint8Array> {
  const piece = await engine.deflate(raw, { level, strategy: await strategy, dictionary, last });
  const back = await inflatePiece(piece, dictionary, raw.length);
  if (back.length !== raw.length || crc32(back) !== crc32(raw)) {
    throw Problem.of('OUTPUT_CORRUPT', { path, detail: 'a compressed piece did not inflate to what it was' });
  }
  release(back);
  return piece;
}

// Weights have no repeats worth finding: for them coding bytes without looking for matches is four
// times as fast (115 against 31 MB/s a core) and even a little smaller. A sample of every few pieces tells.
const strategyPieces = 4;
const sampleBytes = 64 * 1024;
const huffmanOnlyMayCost = 1.001;

async function pickStrategy(raw: Uint8Array, engine: DeflateEngine, level: number): Promise<Strategy> {
  if (raw.length <= sampleBytes) return 'default';
  const start = (raw.length - sampleBytes) >> 1;
  const sample = raw.subarray(start, start + sampleBytes);
  const measure = async (strategy: Strategy) => {
    const deflated = await engine.deflate(sample, { level, strategy, dictionary: undefined, last: true });
    const bytes = deflated.length;
    release(deflated); // Of 8 GiB there are four thousand.
    return bytes;
  };
  const [matching, coding] = await Promise.all([measure('default'), measure('huffman-only')]);
  return coding <= matching * huffmanOnlyMayCost ? 'huffman-only' : 'default';
}
