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

/** A copy that is only made where the first bytes are of a kind that is worth it. */
export interface CopyWish {
  readonly startBytes: number;
  readonly wants: (start: Buffer) => Promise<boolean>;
}

/** Compressed bytes have no places: they are unpacked to a file, their checksum proven on the way. */
export async function copyOut(
  archive: Archive,
  entry: ArchiveEntry,
  signal?: AbortSignal,
): Promise<ZipSource> {
  const copy = await copyWanted(archive, entry, { startBytes: 0, wants: async () => true }, signal);
  if (copy === null) throw new Error('a copy was not made');
  return copy;
}

/** Null where it is not wanted. The bytes that tell are not read twice: in a tar.gz that would cost a pass of its own. */
export async function copyWanted(
  archive: Archive,
  entry: ArchiveEntry,
  wish: CopyWish,
  signal?: AbortSignal,
): Promise<ZipSource | null> {
  const path = `${archive.path}!${entry.name}`;
  const content = archive.read(entry, signal)[Symbol.asyncIterator]();
  try {
    const { held, isDone } = await startOf(content, wish.startBytes);
    if (!(await wish.wants(Buffer.concat(held).subarray(0, wish.startBytes)))) return null;
    const { size } = entry;
    if (size > maxCopyBytes) throw Problem.of('NESTED_TOO_LARGE', { path, size, limit: maxCopyBytes });
    await assertSpace(path, tmpdir(), size);
    return await copyFrom(path, held, isDone ? null : content);
  } finally {
    await content.return?.();
  }
}

/** The chunks that hold so many bytes, or all there are. */
async function startOf(
  content: AsyncIterator<Buffer>,
  startBytes: number,
): Promise<{ held: Buffer[]; isDone: boolean }> {
  const held: Buffer[] = [];
  let length = 0;
  while (length < startBytes) {
    const next = await content.next();
    if (next.done) return { held, isDone: true };
    held.push(Buffer.from(next.value));
    length += next.value.length;
  }
  return { held, isDone: false };
}

async function copyFrom(
  path: string,
  held: readonly Buffer[],
  more: AsyncIterator<Buffer> | null,
): Promise<ZipSource> {
  const folder = await translated(tmpdir(), mkdtemp(join(tmpdir(), 'mar-studio-')), 'making a folder in');
  try {
    const copy = join(folder, 'content');
    const handle = await translated(copy, open(copy, 'wx', 0o600));
    try {
      for (const chunk of held) await translated(copy, handle.writeFile(chunk));
      for (let next = await more?.next(); next && !next.done; next = await more?.next()) {
        await translated(copy, handle.writeFile(next.value));
      }
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
