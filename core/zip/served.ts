/** What TorchServe's reader leaves in the folder of the model. */
import type { Archive, ArchiveEntry } from '../archive.ts';
import { showName } from '../contract/format.ts';
import { ServedFolder } from '../served-folder.ts';
import type { LocalEntry, LocalWalk } from './local-walk.ts';
import { hasFolderName } from './types.ts';

/** No files where it gives up: TorchServe deletes then what it has written. */
export function serve(
  walk: LocalWalk,
  entryOf: (local: LocalEntry, at: number) => ArchiveEntry | null,
): Archive['served'] {
  const folder = new ServedFolder();
  for (const [at, local] of walk.entries.entries()) {
    const name = local.header.text;
    if (local.error !== null) return { files: [], error: `${local.error}, at ${showName(name)}` };
    const refused = hasFolderName(name)
      ? folder.addFolder(name)
      : folder.addFile(name, local.size, entryOf(local, at));
    if (refused !== null) return { files: [], error: refused };
  }
  return walk.error === null ? { files: folder.files, error: null } : { files: [], error: walk.error };
}

/** The listed entry with the same bytes, whatever it is called there. */
export function sameEntry(
  { header, listed, size, compressedSize }: LocalEntry,
  entries: readonly ArchiveEntry[],
): ArchiveEntry | null {
  const isSame =
    listed?.method === header.method && listed.size === size && listed.compressedSize === compressedSize;
  return isSame ? (entries[listed.index] ?? null) : null;
}
