/** Contents for the comparison: their starts, small ones whole, large ones as a stream, archives opened. */
import type { Archive, ArchiveEntry } from '../archive.ts';
import type { RandomAccess } from '../audit/rule.ts';
import { type Problem, throwIfCancelled } from '../contract/errors.ts';
import { openNested, openNestedIn } from '../nested.ts';
import { startBytes } from './kind.ts';
import type { SideEntry } from './side.ts';
import { Spool } from './spool.ts';
import { ofTheEntry } from './sums.ts';

/** Compared in memory up to this size, as bytes beyond it: lines and words take a dozen times the room of their text. */
export const wholeBytes = 32 * 1024 * 1024;

/** A content is asked for whole, or for no more than its start. */
export type Wanted = ReadonlyMap<SideEntry, 'start' | 'whole'>;

const inMemoryBytes = 1024 * 1024;
const inMemoryTotalBytes = 64 * 1024 * 1024;

/**
 * A ZIP and a folder are read as they are asked. Each step back in a tar is a pass of its own, so there all that will be
 * asked for is kept in one pass: small contents in memory, large ones in a temporary file.
 */
export class Contents {
  readonly #archive: Archive;
  readonly #signal: AbortSignal | undefined;
  readonly #kept = new Map<ArchiveEntry, Buffer | { readonly problem: Problem }>();
  readonly #spool = new Spool();

  constructor(archive: Archive, signal: AbortSignal | undefined) {
    this.#archive = archive;
    this.#signal = signal;
  }

  async readAhead(wanted: Wanted, signal: AbortSignal): Promise<void> {
    const { container } = this.#archive;
    if (container === 'zip' || container === 'directory') return;
    const inOrder = [...wanted]
      .filter(([{ entry }]) => entry.type === 'file')
      .sort(([a], [b]) => a.entry.index - b.entry.index);
    let inMemory = 0;
    for (const [{ entry }, part] of inOrder) {
      throwIfCancelled(signal);
      const bytes = part === 'start' ? Math.min(entry.size, startBytes) : entry.size;
      const isKept = bytes <= inMemoryBytes && inMemory + bytes <= inMemoryTotalBytes;
      if (isKept) inMemory += bytes;
      try {
        const content = this.#archive.read(entry, signal);
        if (isKept) this.#kept.set(entry, part === 'start' ? await startOf(content) : await wholeOf(content));
        else await this.#spool.add(entry, content, this.#archive.path);
      } catch (error) {
        // Told when its turn comes: reading it again would only take another pass.
        this.#kept.set(entry, { problem: ofTheEntry(error) });
      }
    }
  }

  async start(entry: ArchiveEntry): Promise<Buffer> {
    const kept = this.#keptOf(entry);
    return kept ? kept.subarray(0, startBytes) : startOf(this.stream(entry));
  }

  async whole(entry: ArchiveEntry): Promise<Buffer> {
    const kept = this.#keptOf(entry);
    return kept?.length === entry.size ? kept : wholeOf(this.stream(entry));
  }

  stream(entry: ArchiveEntry): AsyncIterable<Buffer> {
    const kept = this.#keptOf(entry);
    if (kept?.length === entry.size) return onePiece(kept);
    return this.#spool.read(entry) ?? this.#archive.read(entry, this.#signal);
  }

  /** The ZIP that an entry is, or null where it is none. */
  async open(entry: ArchiveEntry): Promise<Archive | null> {
    const content = this.#spool.open(entry);
    const signal = this.#signal;
    return content === null
      ? openNested(this.#archive, entry, { signal })
      : openNestedIn(content, `${this.#archive.path}!${entry.name}`, signal);
  }

  /** The bytes of an entry, where they were kept; null where the archive has to be asked for them. */
  atHand(entry: ArchiveEntry): RandomAccess | null {
    const kept = this.#keptOf(entry);
    if (kept?.length !== entry.size) return this.#spool.open(entry);
    return {
      size: kept.length,
      read: async (position, length) => kept.subarray(position, position + length),
      close: async () => {},
    };
  }

  close(): Promise<void> {
    return this.#spool.close();
  }

  #keptOf(entry: ArchiveEntry): Buffer | undefined {
    const kept = this.#kept.get(entry);
    if (kept !== undefined && 'problem' in kept) throw kept.problem;
    return kept;
  }
}

async function* onePiece(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function startOf(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    chunks.push(Buffer.from(chunk.subarray(0, startBytes - bytes)));
    bytes += chunk.length;
    if (bytes >= startBytes) break;
  }
  return Buffer.concat(chunks);
}

/** To the end, where checksum and size are proven. */
async function wholeOf(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
