/** Contents of a tar that are too large for memory, side by side in one temporary file that goes with the comparison. */
import { type FileHandle, mkdtemp, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchiveEntry } from '../archive.ts';
import type { RandomAccess } from '../audit/rule.ts';
import { assertSpace, remove, translated } from '../fs/atomic.ts';

const readBytes = 1024 * 1024;

interface Place {
  readonly start: number;
  readonly size: number;
}

export class Spool {
  readonly #places = new Map<ArchiveEntry, Place>();
  #folder: string | undefined;
  #file: FileHandle | undefined;
  #end = 0;

  /** `path` is the archive, for problems. */
  async add(entry: ArchiveEntry, content: AsyncIterable<Buffer>, path: string): Promise<void> {
    await assertSpace(`a temporary copy of ${path}!${entry.name}`, tmpdir(), entry.size);
    const file = await this.#open();
    const start = this.#end;
    for await (const chunk of content) {
      await translated(tmpdir(), file.write(chunk, 0, chunk.length, this.#end));
      this.#end += chunk.length;
    }
    this.#places.set(entry, { start, size: this.#end - start });
  }

  read(entry: ArchiveEntry): AsyncIterable<Buffer> | null {
    const content = this.open(entry);
    return content && piecesOf(content);
  }

  open(entry: ArchiveEntry): RandomAccess | null {
    const place = this.#places.get(entry);
    const file = this.#file;
    if (place === undefined || file === undefined) return null;
    const { start, size } = place;
    return {
      size,
      place: { fd: file.fd, start },
      async read(position, length) {
        const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - position)));
        const { bytesRead } = await translated(tmpdir(), file.read(bytes, 0, bytes.length, start + position));
        return bytes.subarray(0, bytesRead);
      },
      close: async () => {},
    };
  }

  async close(): Promise<void> {
    await this.#file?.close().catch(() => {});
    if (this.#folder !== undefined) await remove(this.#folder);
  }

  async #open(): Promise<FileHandle> {
    if (this.#file !== undefined) return this.#file;
    this.#folder ??= await translated(tmpdir(), mkdtemp(join(tmpdir(), 'mar-studio-')), 'making a folder in');
    this.#file = await translated(tmpdir(), open(join(this.#folder, 'contents'), 'wx+', 0o600));
    return this.#file;
  }
}

async function* piecesOf(content: RandomAccess): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.size; ) {
    const bytes = await content.read(at, readBytes);
    if (bytes.length === 0) throw new Error('a temporary file lost its end');
    yield bytes;
    at += bytes.length;
  }
}
