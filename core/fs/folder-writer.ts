/** Writes entries as plain files below a folder that is not there yet, synced and read back one by one. */
import { chmod, mkdir, open, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { ArchiveWriter, EntryBody, EntryHead, WriteSettings, WrittenEntry } from '../archive-writer.ts';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { copyInLargeSteps } from './copy.ts';
import { OutputFile } from './output-file.ts';
import { readThrough } from './read-through.ts';
import { outputProblem } from './system-error.ts';

interface WrittenFile {
  readonly path: string;
  readonly shownPath: string;
  readonly size: number;
  readonly crc32: number;
}

export class FolderWriter implements ArchiveWriter {
  readonly #folder: string;
  readonly #shownFolder: string;
  readonly #settings: WriteSettings;
  readonly #folders = new Set<string>();
  readonly #files: WrittenFile[] = [];

  /** `shownFolder` is the name to show when writing fails: the final one. */
  constructor(folder: string, shownFolder: string, settings: WriteSettings) {
    this.#folder = folder;
    this.#shownFolder = shownFolder;
    this.#settings = settings;
  }

  async add(head: EntryHead, body: EntryBody): Promise<WrittenEntry> {
    const { signal, onBytes } = this.#settings;
    throwIfCancelled(signal);
    const path = join(this.#folder, head.name);
    const shownPath = join(this.#shownFolder, head.name);
    let crc = 0;
    try {
      await mkdir(dirname(path), { recursive: true });
      this.#rememberFolders(head.name);
      const handle = await open(path, 'wx');
      try {
        const out = new OutputFile(handle, shownPath);
        await copyInLargeSteps(body, out, (bytes) => {
          throwIfCancelled(signal);
          crc = crc32(bytes, crc);
          onBytes(bytes.length);
        });
        await out.flush();
        await out.sync();
      } finally {
        await handle.close();
      }
      await chmod(path, head.mode & ~process.umask());
      await utimes(path, head.modified, head.modified);
    } catch (error) {
      throw outputProblem(error, shownPath);
    }
    this.#files.push({ path, shownPath, size: body.size, crc32: crc });
    return { crc32: null, compressedSize: body.size, method: 'stored' };
  }

  /** Makes the names durable, then reads every file back. */
  async finish(onBytes: (bytes: number) => void): Promise<void> {
    for (const folder of this.#folders) await syncFolder(folder, this.#shownFolder);
    for (const file of this.#files) {
      let crc = 0;
      let size = 0;
      await readThrough(
        file.path,
        (bytes) => {
          crc = crc32(bytes, crc);
          size += bytes.length;
          onBytes(bytes.length);
        },
        { size: file.size, shownPath: file.shownPath, signal: this.#settings.signal },
      );
      if (crc !== file.crc32 || size !== file.size) {
        throw Problem.of('OUTPUT_CORRUPT', { path: file.shownPath, detail: 'its bytes differ' });
      }
    }
  }

  #rememberFolders(name: string): void {
    for (let folder = dirname(name); ; folder = dirname(folder)) {
      this.#folders.add(join(this.#folder, folder));
      if (folder === '.') return;
    }
  }
}

/** Makes the names in a folder durable. Some systems can't sync a folder; that must not fail the work. */
export async function syncFolder(folder: string, shownPath: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  if (handle === undefined) return;
  try {
    await handle.sync();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!['EINVAL', 'EPERM', 'EISDIR', 'EBADF', 'ENOTSUP'].includes(code)) {
      throw outputProblem(error, shownPath, 'syncing');
    }
  } finally {
    await handle.close().catch(() => {});
  }
}
