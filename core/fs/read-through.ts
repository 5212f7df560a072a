/** Reads a file once from start to end, with its SHA-256: what is handed out was read from the file itself. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { throwIfCancelled } from '../contract/errors.ts';
import { HashThread } from '../workers/pool.ts';
import { stepBytes } from './copy.ts';
import { inputProblem, outputProblem } from './system-error.ts';

// Starting a thread takes some 30 ms, in which this thread hashes about as many bytes itself.
const threadPaysBytes = 32 * 1024 * 1024;

export interface ReadThroughOptions {
  readonly size: number;
  /** The name to show when reading fails. */
  readonly shownPath: string;
  readonly signal: AbortSignal | undefined;
  /** Somebody's archive, and not what was just written: failing to read it is another problem. */
  readonly isInput?: boolean;
}

export async function readThrough(
  path: string,
  onBytes: (bytes: Buffer) => void,
  { size, shownPath, signal, isInput = false }: ReadThroughOptions,
): Promise<string> {
  const hasThread = size >= threadPaysBytes;
  // Shared memory reaches the hashing thread without a copy; ordinary memory would be copied.
  const buffers = (hasThread ? [0, 1, 2] : [0]).map(() =>
    Buffer.from(new SharedArrayBuffer(Math.min(2 * stepBytes, Math.max(1, size)))),
  );
  const hashing: Promise<void>[] = [];
  const translate = (error: unknown) =>
    isInput ? inputProblem(error, shownPath, 'archive') : outputProblem(error, shownPath, 'reading back');
  const handle = await open(path, 'r').catch((error) => {
    throw translate(error);
  });
  const hash = hasThread ? new HashThread() : inlineHash();
  try {
    for (let position = 0, turn = 0; position < size; turn++) {
      throwIfCancelled(signal);
      await hashing[turn - buffers.length];
      const buffer = buffers[turn % buffers.length] as Buffer;
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position).catch((error) => {
        throw translate(error);
      });
      if (bytesRead === 0) break; // The caller counts, and knows what is missing.
      const bytes = buffer.subarray(0, bytesRead);
      const update = hash.update(bytes);
      update.catch(() => {}); // Met when the buffer's turn comes again, or below.
      hashing.push(update);
      onBytes(bytes);
      position += bytesRead;
    }
    await Promise.all(hashing.slice(-buffers.length));
    return await hash.digest();
  } finally {
    await Promise.allSettled([hash.close(), handle.close()]);
  }
}

function inlineHash() {
  const hash = createHash('sha256');
  return {
    async update(bytes: Uint8Array): Promise<void> {
      hash.update(bytes);
    },
    async digest(): Promise<string> {
      return hash.digest('hex');
    },
    async close(): Promise<void> {},
  };
}
