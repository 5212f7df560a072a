/** Everything below a folder as it is: links are read and not followed, what is no file is never opened. */
import type { Stats } from 'node:fs';
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ArchiveEntry } from '../archive.ts';
import type { Report } from '../audit/rule.ts';
import { folderRules as rules } from '../audit/rules/folder.ts';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { showName } from '../contract/format.ts';
import type { EntryType } from '../contract/model.ts';
import { maxEntries } from '../mar/limits.ts';
import { type PinnedStat, pinStat } from './pinned-file.ts';
import { inputProblem } from './system-error.ts';

export interface FolderItem {
  readonly entry: ArchiveEntry;
  readonly pin: PinnedStat;
  /** Where a link ends, or null for all else and for links to nothing. */
  readonly target: LinkTarget | null;
}

export interface LinkTarget {
  /** Relative to the folder, with "/" between its parts; null where it lies outside. */
  readonly name: string | null;
  readonly isFile: boolean;
  readonly size: number;
}

export interface FolderListing {
  /** Folders only where they hold nothing, as in our archives: so a folder and its archive list the same. */
  readonly items: readonly FolderItem[];
  /** Where the items of each folder begin and end among all; they stand together. */
  readonly ranges: ReadonlyMap<string, readonly [from: number, to: number]>;
  /** The folder that TorchServe takes for the root, such as "inner/", or "". */
  readonly root: string;
}

/** Looked at side by side: most of the time goes into waiting for the disk. */
const together = 32;

export async function listFolder(
  folder: string,
  report: Report,
  signal: AbortSignal | undefined,
): Promise<FolderListing> {
  const root = await realpath(folder).catch((error) => {
    throw inputProblem(error, folder, 'archive');
  });
  const walk = new Walk(root, report, signal);
  const names = await readdir(root, { encoding: 'buffer' }).catch((error) => {
    throw inputProblem(error, folder, 'archive');
  });
  const children = await walk.look(Buffer.from(root), '', names);
  const [only] = children;
  const isNested = children.length === 1 && only !== undefined && (await leadsToFolder(only, root));
  await walk.enter(children);
  return { items: walk.items, ranges: walk.ranges, root: isNested ? `${only.name}/` : '' };
}

interface Child {
  readonly name: string;
  readonly rawName: Buffer;
  readonly seen: Stats;
}

async function leadsToFolder({ name, seen }: Child, root: string): Promise<boolean> {
  if (seen.isDirectory()) return true;
  const target = await stat(path.join(root, name)).catch(() => null);
  return seen.isSymbolicLink() && target?.isDirectory() === true;
}

class Walk {
  readonly items: FolderItem[] = [];
  readonly ranges = new Map<string, readonly [number, number]>();
  readonly #root: string;
  readonly #report: Report;
  readonly #signal: AbortSignal | undefined;

  constructor(root: string, report: Report, signal: AbortSignal | undefined) {
    this.#root = root;
    this.#report = report;
    this.#signal = signal;
  }

  /** What the names in one folder stand for, in order. Names are bytes: not all of them are text. */
  async look(folder: Buffer, prefix: string, names: readonly Buffer[]): Promise<Child[]> {
    const sorted = [...names].sort(Buffer.compare);
    const children: Child[] = [];
    for (let at = 0; at < sorted.length; at += together) {
      throwIfCancelled(this.#signal);
      const looks = sorted.slice(at, at + together).map(async (rawName): Promise<Child | null> => {
        const name = prefix + rawName.toString('utf8');
        try {
          return { name, rawName, seen: await lstat(joined(folder, rawName)) };
        } catch (error) {
          this.#unreadable(name, error);
          return null;
        }
      });
      for (const child of await Promise.all(looks)) if (child !== null) children.push(child);
    }
    return children;
  }

  async enter(
    children: readonly Child[],
    folder: Buffer = Buffer.from(this.#root),
    rawPrefix: Buffer = Buffer.alloc(0),
  ): Promise<void> {
    for (const child of children) {
      throwIfCancelled(this.#signal);
      const from = this.items.length;
      const rawName = rawPrefix.length === 0 ? child.rawName : joined(rawPrefix, child.rawName, '/');
      if (!child.seen.isDirectory()) {
        await this.#add(child, rawName);
        continue;
      }
      const place = joined(folder, child.rawName);
      const names = await readdir(place, { encoding: 'buffer' }).catch((error) => {
        this.#unreadable(`${child.name}/`, error);
        return [];
      });
      if (names.length === 0) await this.#add(child, rawName);
      else await this.enter(await this.look(place, `${child.name}/`, names), place, rawName);
      this.ranges.set(child.name, [from, this.items.length]);
    }
  }

  async #add({ name, seen }: Child, rawName: Buffer): Promise<void> {
    if (this.items.length === maxEntries) throw Problem.of('LIMIT_ENTRIES', { limit: maxEntries });
    const type = typeOf(seen);
    const size = type === 'file' ? seen.size : 0;
    const isLink = type === 'link';
    const target = isLink ? await this.#follow(name) : null;
    const entry: ArchiveEntry = {
      index: this.items.length,
      name: type === 'folder' ? `${name}/` : name,
      rawName,
      type,
      size,
      compressedSize: size,
      method: 'stored',
      crc32: null,
      modified: seen.mtime,
      mode: seen.mode & 0o7777,
      linkTarget: isLink ? await readlink(path.join(this.#root, name)).catch(() => '') : null,
      offset: null,
    };
    this.items.push({ entry, pin: pinStat(seen), target });
  }

  async #follow(name: string): Promise<LinkTarget | null> {
    try {
      const real = await realpath(path.join(this.#root, name));
      const seen = await stat(real);
      const fromRoot = path.relative(this.#root, real);
      const isOutside =
        fromRoot === '..' || fromRoot.startsWith(`..${path.sep}`) || path.isAbsolute(fromRoot);
      const inside = fromRoot.split(path.sep).join('/');
      return { name: isOutside ? null : inside, isFile: seen.isFile(), size: seen.size };
    } catch {
      return null; // A link to nothing, or round in circles.
    }
  }

  #unreadable(name: string, error: unknown): void {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    this.#report(rules.unreadable, name, `${showName(name)} can't be looked at (${reason})`);
  }
}

function joined(folder: Buffer, name: Buffer, separator: string = path.sep): Buffer {
  return Buffer.concat([folder, Buffer.from(separator), name]);
}

function typeOf(seen: Stats): EntryType {
  if (seen.isFile()) return 'file';
  if (seen.isDirectory()) return 'folder';
  if (seen.isSymbolicLink()) return 'link';
  if (seen.isFIFO()) return 'fifo';
  return seen.isSocket() ? 'socket' : 'device';
}
