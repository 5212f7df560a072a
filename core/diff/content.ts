/** Contents for the comparison: their starts, small ones whole, large ones as a stream. */
import type { Archive, ArchiveEntry } from '../archive.ts';
import { throwIfCancelled } from '../contract/errors.ts';
import { startBytes } from './kind.ts';
import type { SideEntry } from './side.ts';
import { ofTheEntry } from './sums.ts';

/** Compared in memory up to this size, as bytes beyond it: lines and words take a dozen times the room of their text. */
export const wholeBytes = 32 * 1024 * 1024;

const aheadBytes = 1024 * 1024;
const aheadTotalBytes = 64 * 1024 * 1024;

export class Contents {
  readonly #archive: Archive;
  readonly #signal: AbortSignal | undefined;
  readonly #ahead = new Map<ArchiveEntry, Buffer>();

  constructor(archive: Archive, signal: AbortSignal | undefined) {
    this.#archive = archive;
    this.#signal = signal;
  }

  /** Each step back in a tar is a pass of its own, so what will be asked for is read in one, as far as it is small. */
  async readAhead(wanted: readonly SideEntry[]): Promise<void> {
    const { container } = this.#archive;
    if (container === 'zip' || container === 'directory') return;
    let total = 0;
    for (const { entry } of wanted.toSorted((a, b) => a.entry.index - b.entry.index)) {
      throwIfCancelled(this.#signal);
      if (entry.type !== 'file' || entry.size > aheadBytes || total + entry.size > aheadTotalBytes) continue;
      total += entry.size;
      try {
        this.#ahead.set(entry, await this.whole(entry));
      } catch (error) {
        ofTheEntry(error); // Met again, and told, when its turn comes.
      }
    }
  }

  async start(entry: ArchiveEntry): Promise<Buffer> {
    const known = this.#ahead.get(entry);
    if (known !== undefined) return known.subarray(0, startBytes);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of this.#archive.read(entry, this.#signal)) {
      chunks.push(Buffer.from(chunk.subarray(0, startBytes - bytes)));
      bytes += chunk.length;
      if (bytes >= startBytes) break;
    }
    return Buffer.concat(chunks);
  }

  async whole(entry: ArchiveEntry): Promise<Buffer> {
    const known = this.#ahead.get(entry);
    if (known !== undefined) return known;
    const bytes = Buffer.allocUnsafe(entry.size);
    let at = 0;
    for await (const chunk of this.#archive.read(entry, this.#signal)) at += chunk.copy(bytes, at);
    return bytes.subarray(0, at);
  }

  stream(entry: ArchiveEntry): AsyncIterable<Buffer> {
    return this.#archive.read(entry, this.#signal);
  }
}
