/** Checksums of contents: where a container keeps none, and where they shall be proven. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Archive, ArchiveEntry } from '../archive.ts';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import type { ProgressMeter } from '../contract/progress.ts';
import { HashThread } from '../workers/pool.ts';
import type { SideEntry } from './side.ts';

export type Sums = { readonly crc32: number; readonly sha256: string } | { readonly problem: Problem };

/** From here on a content is worth a thread for its hash. */
const largeBytes = 4 * 1024 * 1024;
/** What is read, and where its sums go. */
type Summed = Pick<SideEntry, 'name' | 'entry' | 'sums'>;

const stepBytes = 1024 * 1024;
const stepsInFlight = 3;

/**
 * Reads these contents once each, in the order of their container, which for a tar is the only way that takes one
 * pass. What can't be read keeps the reason. The two archives of a comparison are read side by side.
 */
export async function readSums(
  archive: Archive,
  wanted: readonly Summed[],
  meter: ProgressMeter,
  signal: AbortSignal | undefined,
  onRead: (entry: ArchiveEntry, sums: Sums) => void = () => {},
): Promise<void> {
  const hasLarge = wanted.some(({ entry }) => entry.size >= largeBytes);
  const thread = hasLarge ? new LargeHash() : null;
  try {
    for (const one of wanted.toSorted((a, b) => a.entry.index - b.entry.index)) {
      throwIfCancelled(signal);
      meter.entry(one.name);
      try {
        one.sums = await sumsOf(archive, one, thread, meter, signal);
      } catch (error) {
        one.sums = { problem: ofTheEntry(error) };
      }
      onRead(one.entry, one.sums);
    }
  } finally {
    await thread?.close();
  }
}

/** What an entry is at fault for belongs to it; anything else ends the work. */
export function ofTheEntry(error: unknown): Problem {
  const ends = ['CANCELLED', 'INPUT_CHANGED', 'INPUT_MISSING', 'IO_ERROR'];
  if (error instanceof Problem && !ends.includes(error.code)) return error;
  throw error;
}

async function sumsOf(
  archive: Archive,
  { entry }: Summed,
  thread: LargeHash | null,
  meter: ProgressMeter,
  signal: AbortSignal | undefined,
): Promise<Sums> {
  const hash = thread !== null && entry.size >= largeBytes ? thread : new SmallHash();
  let crc = 0;
  try {
    for await (const chunk of archive.read(entry, signal)) {
      // A ZIP's reader holds the content to its checksum already.
      if (entry.crc32 === null) crc = crc32(chunk, crc);
      await hash.update(chunk);
      meter.add(chunk.length);
    }
  } catch (error) {
    // The thread starts anew with a digest: what was read of this content must not count for the next one.
    if (!signal?.aborted) await hash.digest();
    throw error;
  }
  return { crc32: entry.crc32 ?? crc, sha256: await hash.digest() };
}

class SmallHash {
  readonly #hash = createHash('sha256');

  async update(bytes: Buffer): Promise<void> {
    this.#hash.update(bytes);
  }

  async digest(): Promise<string> {
    return this.#hash.digest('hex');
  }
}

/** Hashes on a thread, from shared memory, while the next bytes are read. */
class LargeHash {
  readonly #thread = new HashThread();
  readonly #memory = Array.from({ length: stepsInFlight }, () =>
    Buffer.from(new SharedArrayBuffer(stepBytes)),
  );
  readonly #working: Promise<void>[] = this.#memory.map(() => Promise.resolve());
  #turn = 0;

  async update(bytes: Buffer): Promise<void> {
    for (let from = 0; from < bytes.length; from += stepBytes) {
      const turn = this.#turn++ % stepsInFlight;
      await this.#working[turn];
      const memory = this.#memory[turn] as Buffer;
      const length = bytes.copy(memory, 0, from, Math.min(bytes.length, from + stepBytes));
      const working = this.#thread.update(memory.subarray(0, length));
      working.catch(() => {}); // Met when the turn comes round, or by the digest.
      this.#working[turn] = working;
    }
  }

  async digest(): Promise<string> {
    await Promise.all(this.#working);
    return this.#thread.digest();
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}
