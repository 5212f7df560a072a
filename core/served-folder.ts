/** The folder that TorchServe unpacks into: what a sequence of entries leaves there, on Linux. */
import type { ArchiveEntry, ServedFile } from './archive.ts';
import { showName } from './contract/format.ts';

const maxComponentBytes = 255;
const maxPathBytes = 4096;
const plainFile = /^[\w-][\w.-]{0,99}$/;

export class ServedFolder {
  readonly #files = new Map<string, ServedFile>();
  readonly #folders = new Set<string>();
  /** Folders as the names of files spell them: what held for the first file there holds for the others. */
  readonly #spellings = new Set<string>();

  get files(): ServedFile[] {
    return [...this.#files.values()];
  }

  /** Returns why TorchServe gives up at this name, or null. */
  addFolder(name: string): string | null {
    const parts = partsOf(name);
    return refusal(name, parts) ?? this.#makeFolders(name, parts);
  }

  /** A later file of the same name takes the place of the earlier one. */
  addFile(name: string, size: number, entry: ArchiveEntry | null): string | null {
    const folder = name.slice(0, name.lastIndexOf('/') + 1);
    let path = name;
    if (!this.#spellings.has(folder) || !plainFile.test(name.slice(folder.length))) {
      const parts = partsOf(name);
      const refused = refusal(name, parts) ?? this.#makeFolders(name, parts.slice(0, -1));
      if (refused !== null) return refused;
      path = parts.join('/');
      if (path === name) this.#spellings.add(folder);
    }
    if (path === '' || this.#folders.has(path)) return `${showName(name)} is a folder (Is a directory)`;
    this.#files.set(path, { name: path, size, entry });
    return null;
  }

  #makeFolders(name: string, parts: readonly string[]): string | null {
    let path = '';
    for (const part of parts) {
      path = path === '' ? part : `${path}/${part}`;
      if (this.#files.has(path))
        return `${showName(name)} needs a folder where the file ${showName(path)} is`;
      this.#folders.add(path);
    }
    return null;
  }
}

/** Linux takes "a//b" and "a/./b" for "a/b", and an absolute name lands inside the folder. */
function partsOf(name: string): string[] {
  return name.split('/').filter((part) => part !== '' && part !== '.');
}

function refusal(name: string, parts: readonly string[]): string | null {
  if (name.includes('\0')) return `${showName(name)} holds a NUL byte (Invalid file path)`;
  if (parts.includes('..')) return `${showName(name)} leads out of the model`;
  const isLong =
    Buffer.byteLength(name) >= maxPathBytes ||
    parts.some((part) => part.length > maxComponentBytes / 4 && Buffer.byteLength(part) > maxComponentBytes);
  return isLong ? `${showName(name)} is too long for a file (File name too long)` : null;
}
