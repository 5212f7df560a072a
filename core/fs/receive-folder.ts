/**
 * A folder of files that appears whole: filled under a temporary name beside the target, then renamed. Into a
 * folder that has something in it already, which takes `force`, its files go one by one, and nothing else
 * in that folder is touched.
 */
import type { Stats } from 'node:fs';
import { lstat, mkdir, readdir, realpath, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { kindOf } from '../mar/sources.ts';
import { type AtomicOptions, assertSpace, inFolder, remove, renamePatiently, translated } from './atomic.ts';
import { syncFolder } from './folder-writer.ts';
import { removeStale, temporaryName } from './stale.ts';
import { outputProblem } from './system-error.ts';

export interface ReceiveOptions extends AtomicOptions {
  /** A file that must not be replaced, whatever is received: the one that is read from. */
  readonly source: string;
}

type Target = 'missing' | 'empty' | 'full';

/** `write` gets an empty folder of its own; what it leaves there is received once it has ended well. */
export async function receiveFolder<T>(
  place: string,
  { force, expectedBytes, signal, source }: ReceiveOptions,
  write: (temporary: string) => Promise<T>,
): Promise<T> {
  const asked = resolve(place);
  // Whoever names a link to a folder means that folder; links inside of it are another matter.
  const target = await realpath(asked).catch(() => asked);
  const state = await lookAt(target);
  if (state === 'full' && !force) {
    const suggestion = 'name an empty folder or a new one, or add --force to put the files among those there';
    throw Problem.of('OUTPUT_EXISTS', { path: target, suggestion });
  }
  const folder = dirname(target);
  return inFolder(folder, async () => {
    await removeStale(target);
    await assertSpace(target, folder, expectedBytes);
    const temporary = join(folder, temporaryName(target));
    await translated(target, mkdir(temporary));
    let written: T;
    try {
      written = await write(temporary);
      throwIfCancelled(signal);
      if (state === 'full' || (state === 'empty' && (await isWorkingFolder(target)))) {
        await new Reception(target, source, signal).receive(temporary);
      } else {
        await takeName(temporary, target, state);
      }
    } finally {
      await remove(temporary);
    }
    await syncFolder(folder, target);
    return written;
  });
}

async function lookAt(target: string): Promise<Target> {
  const seen = await look(target);
  if (seen === null) return 'missing';
  if (!seen.isDirectory()) throw wrongType(target, seen, 'folder');
  const names = await translated(target, readdir(target), 'looking at');
  return names.length === 0 ? 'empty' : 'full';
}

/** Where a shell stands in a folder, a new one under the same name would leave the shell in a removed one. */
async function isWorkingFolder(target: string): Promise<boolean> {
  return target === (await realpath('.').catch(() => ''));
}

async function takeName(temporary: string, target: string, state: Target): Promise<void> {
  try {
    // Windows renames nothing onto a folder, be it empty or not.
    if (state === 'empty' && process.platform === 'win32') await rmdir(target);
    await renamePatiently(temporary, target);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST' || code === 'ENOTEMPTY' || code === 'ENOTDIR') {
      const suggestion = 'something came to be there meanwhile: choose another folder';
      throw Problem.of('OUTPUT_EXISTS', { path: target, suggestion }, error);
    }
    throw outputProblem(error, target, 'naming');
  }
}

/** Moves what is in one folder into another that has something in it. */
class Reception {
  readonly #target: string;
  readonly #source: string;
  readonly #signal: AbortSignal | undefined;

  constructor(target: string, source: string, signal: AbortSignal | undefined) {
    this.#target = target;
    this.#source = source;
    this.#signal = signal;
  }

  /** Everything is looked at before anything is moved. */
  async receive(temporary: string): Promise<void> {
    const source = await stat(this.#source).catch(() => null);
    const moves: { readonly from: string; readonly to: string }[] = [];
    const plan = async (from: string, to: string) => {
      for (const child of await translated(to, readdir(from, { withFileTypes: true }), 'looking at')) {
        throwIfCancelled(this.#signal);
        const move = { from: join(from, child.name), to: join(to, child.name) };
        const seen = await look(move.to);
        if (child.isDirectory() && seen?.isDirectory()) await plan(move.from, move.to);
        else {
          assertReplaceable(move.to, seen, child.isDirectory(), source);
          moves.push(move);
        }
      }
    };
    await plan(temporary, this.#target);
    throwIfCancelled(this.#signal);
    for (const { from, to } of moves) await this.#move(from, to);
  }

  async #move(from: string, to: string): Promise<void> {
    // Looked at again: a link that takes a folder's place meanwhile must not lead out of the target.
    for (let parent = dirname(to); parent !== this.#target; parent = dirname(parent)) {
      const seen = await look(parent);
      if (!seen?.isDirectory()) throw wrongType(parent, seen, 'folder');
    }
    await translated(to, renamePatiently(from, to), 'naming');
  }
}

function assertReplaceable(path: string, seen: Stats | null, byFolder: boolean, source: Stats | null): void {
  if (seen === null) return;
  if (byFolder || !seen.isFile()) throw wrongType(path, seen, byFolder ? 'folder' : 'file');
  if (source !== null && seen.ino === source.ino && seen.dev === source.dev) {
    throw Problem.of('OUTPUT_IS_INPUT', { path, input: basename(path) });
  }
}

async function look(path: string): Promise<Stats | null> {
  return lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw outputProblem(error, path, 'looking at');
  });
}

function wrongType(path: string, seen: Stats | null, wanted: 'file' | 'folder'): Problem {
  const found = seen === null ? 'nothing' : kindOf(seen);
  return Problem.of('OUTPUT_TYPE', {
    path,
    found,
    wanted,
    suggestion: 'move it away, or choose another folder',
  });
}
