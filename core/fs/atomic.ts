/**
 * Output that appears under its final name only when it is complete: written beside the target, synced,
 * checked, renamed. Whatever fails before that leaves the old target as it was and nothing new.
 */
import { link, lstat, mkdir, open, rename, rm, rmdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { syncFolder } from './folder-writer.ts';
import { OutputFile } from './output-file.ts';
import { removeStale, temporaryName } from './stale.ts';
import { outputProblem } from './system-error.ts';

export interface AtomicOptions {
  /** Replace what is there. */
  readonly force: boolean;
  /** How many bytes will be written at most, to see beforehand whether they fit. */
  readonly expectedBytes: number;
  /** How many it will surely be, where compression may make them fewer. Asked only where the most of them don't fit. */
  readonly leastBytes?: () => Promise<number>;
  readonly signal: AbortSignal | undefined;
}

/** Writes `target` whole or not at all. `check` sees the finished temporary file before it gets its name. */
export async function writeFileAtomically<T>(
  target: string,
  options: AtomicOptions,
  write: (out: OutputFile) => Promise<T>,
  check: (temporary: string, sizeBytes: number, written: T) => Promise<void>,
): Promise<T> {
  const { force, signal } = options;
  const folder = dirname(target);
  return inFolder(folder, async () => {
    await prepare(target, folder, options);
    const temporary = join(folder, temporaryName(target));
    const handle = await translated(target, open(temporary, 'wx', 0o600));
    let written: T;
    try {
      try {
        const out = new OutputFile(handle, target);
        written = await write(out);
        await out.flush();
        // The temporary file was private; the archive is as readable as any new file of this user.
        await translated(target, handle.chmod(0o666 & ~process.umask()));
        // The disk is slow and the check reads from memory: they don't wait for each other.
        const syncing = out.sync();
        syncing.catch(() => {});
        try {
          await check(temporary, out.position, written);
        } catch (error) {
          // Nobody wants these bytes on the disk any more, and without them the sync is soon over.
          await handle.truncate(0).catch(() => {});
          throw error;
        } finally {
          await syncing;
        }
      } finally {
        await translated(target, handle.close(), 'closing');
      }
      throwIfCancelled(signal);
      await moveIntoPlace(temporary, target, force);
    } finally {
      await remove(temporary);
    }
    await syncFolder(folder, target);
    return written;
  });
}

/** The same for a folder: filled under a temporary name beside the target, then renamed. */
export async function writeFolderAtomically<T>(
  target: string,
  options: AtomicOptions,
  write: (temporary: string) => Promise<T>,
): Promise<T> {
  const { force, signal } = options;
  const folder = dirname(target);
  return inFolder(folder, async () => {
    await prepare(target, folder, options);
    const temporary = join(folder, temporaryName(target));
    await translated(target, mkdir(temporary));
    let written: T;
    try {
      written = await write(temporary);
      throwIfCancelled(signal);
      await moveFolderIntoPlace(temporary, target, force);
    } finally {
      await remove(temporary);
    }
    await syncFolder(folder, target);
    return written;
  });
}

/** Makes the folder where it is missing, and unmakes what it made if the work fails. */
export async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const made: string[] = [];
  try {
    await makeFolder(folder, made);
    const result = await work();
    // Their names have to last as well as what is in them.
    for (const path of made) await syncFolder(dirname(path), path);
    return result;
  } catch (error) {
    // One that somebody else uses by now is not empty, and stays.
    for (const path of made.reverse()) await rmdir(path).catch(() => {});
    throw error;
  }
}

/** One by one: `recursive` calls a read-only disk ENOENT, and does not tell what it made before it failed. */
async function makeFolder(path: string, made: string[]): Promise<void> {
  const isThere = async () => (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  if (await isThere()) return;
  if (dirname(path) !== path) await makeFolder(dirname(path), made);
  try {
    await mkdir(path);
    made.push(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw outputProblem(error, path, 'making');
    if (!(await isThere())) throw Problem.of('EXPORT_PATH', { path }, error);
  }
}

async function prepare(
  target: string,
  folder: string,
  { force, expectedBytes, leastBytes }: AtomicOptions,
): Promise<void> {
  await removeStale(target);
  if (!force && (await exists(target))) throw Problem.of('OUTPUT_EXISTS', { path: target });
  try {
    await assertSpace(target, folder, expectedBytes);
  } catch (error) {
    if (leastBytes === undefined) throw error;
    await assertSpace(target, folder, await leastBytes());
  }
}

/** Where `folder` is too full for what is to be written to `target`. */
export async function assertSpace(target: string, folder: string, expectedBytes: number): Promise<void> {
  const space = await statfs(folder).catch(() => undefined);
  // Some file systems don't say how large they are.
  if (space === undefined || space.blocks === 0) return;
  const free = space.bavail * space.bsize;
  const needed = Math.ceil(expectedBytes * 1.01);
  if (needed > free) throw Problem.of('IO_NO_SPACE', { path: target, needed, free });
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function moveIntoPlace(temporary: string, target: string, force: boolean): Promise<void> {
  if (force) {
    if ((await lstat(target).catch(() => undefined))?.isDirectory()) {
      throw Problem.of('OUTPUT_TYPE', { path: target, found: 'folder', wanted: 'file' });
    }
    await translated(target, renamePatiently(temporary, target), 'naming');
    return;
  }
  try {
    // A link, unlike a rename, never replaces what another process put there meanwhile.
    await link(temporary, target);
  } catch (error) {
    if (!saysLinksAreUnknown(error)) throw namingProblem(error, target);
    await claimAndRename(temporary, target);
  }
}

/** FAT and some network shares have no links; Windows then reports EISDIR. */
function saysLinksAreUnknown(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return ['EPERM', 'ENOTSUP', 'EMLINK', 'ENOSYS', 'EISDIR'].includes(code);
}

/** An empty file claims the name, and the archive then takes its place. */
async function claimAndRename(temporary: string, target: string): Promise<void> {
  const claim = await open(target, 'wx').catch((error) => {
    throw namingProblem(error, target);
  });
  try {
    await claim.close();
    await renamePatiently(temporary, target);
  } catch (error) {
    await remove(target);
    throw namingProblem(error, target);
  }
}

function namingProblem(error: unknown, target: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EEXIST' || code === 'ENOTEMPTY') return Problem.of('OUTPUT_EXISTS', { path: target }, error);
  return outputProblem(error, target, 'naming');
}

/**
 * No system call that Node offers replaces a folder by another in one step, so an old folder first steps
 * aside. If the process dies in between, the next run puts it back (see stale.ts).
 */
async function moveFolderIntoPlace(temporary: string, target: string, force: boolean): Promise<void> {
  for (;;) {
    const aside = force ? await stepAside(target) : undefined;
    try {
      // Without --force too: a rename replaces no folder that has something in it.
      await renamePatiently(temporary, target);
      if (aside !== undefined) await remove(aside);
      return;
    } catch (error) {
      const problem = namingProblem(error, target);
      const isBeaten = problem instanceof Problem && problem.code === 'OUTPUT_EXISTS';
      // Another process was faster with a folder of its own: ours comes later, so ours shall stand.
      if (isBeaten && force) {
        if (aside !== undefined) await remove(aside);
        continue;
      }
      if (aside !== undefined) await putBack(aside, target);
      throw problem;
    }
  }
}

/** The name that the target has now, or undefined if there is no target. */
async function stepAside(target: string): Promise<string | undefined> {
  const aside = join(dirname(target), temporaryName(target, 'old'));
  try {
    await renamePatiently(target, aside);
    return aside;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw outputProblem(error, target, 'replacing');
  }
}

async function putBack(aside: string, target: string): Promise<void> {
  await rename(aside, target).catch((error) => {
    throw Problem.of('IO_ERROR', {
      path: target,
      operation: 'replacing',
      system: `${error.message}; the old folder is now ${aside}`,
    });
  });
}

/** What can't be removed now is swept by a later run; the work itself has succeeded or failed before. */
export async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
}

/** Windows refuses to rename over a file that a virus scanner has open; it lets go within seconds. */
export async function renamePatiently(from: string, to: string): Promise<void> {
  for (let waitMs = 20; ; waitMs *= 2) {
    try {
      return await rename(from, to);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      const passing = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(code);
      if (!passing || waitMs > 5_000) throw error;
      await sleep(waitMs);
    }
  }
}

export async function translated<T>(path: string, work: Promise<T>, operation?: string): Promise<T> {
  return work.catch((error) => {
    throw outputProblem(error, path, operation);
  });
}
