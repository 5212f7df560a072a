/** A copy of a compressed entry that can be read at any place, and is gone when it is closed. */
import { mkdtemp, open, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Archive, ArchiveEntry } from './archive.ts';
import { Problem } from './contract/errors.ts';
import { assertSpace, remove, translated } from './fs/atomic.ts';
import { openPinned, pinStat } from './fs/pinned-file.ts';
import type { ZipSource } from './zip/source.ts';

/** More than this is not unpacked to look into it. */
const maxCopyBytes = 16 * 1024 ** 3;

/** Compressed bytes have no places: they are unpacked to a file, their checksum proven on the way. */
export async function copyOut(
  archive: Archive,
  entry: ArchiveEntry,
  signal?: AbortSignal,
): Promise<ZipSource> {
  const path = `${archive.path}!${entry.name}`;
  if (entry.size > maxCopyBytes) {
    throw Problem.of('NESTED_TOO_LARGE', { path, size: entry.size, limit: maxCopyBytes });
  }
  await assertSpace(path, tmpdir(), entry.size);
  const folder = await translated(tmpdir(), mkdtemp(join(tmpdir(), 'mar-studio-')), 'making a folder in');
  try {
    const copy = join(folder, 'content');
    const handle = await translated(copy, open(copy, 'wx', 0o600));
    try {
      for await (const chunk of archive.read(entry, signal)) await translated(copy, handle.writeFile(chunk));
    } finally {
      await handle.close();
    }
    const file = await openPinned(copy, pinStat(await stat(copy)), 'copy');
    return {
      path,
      size: file.size,
      fd: file.handle.fd,
      read: file.read,
      assertUnchanged: file.assertUnchanged,
      async close() {
        await file.close();
        await remove(folder);
      },
    };
  } catch (error) {
    await remove(folder);
    throw error;
  }
}
