/**
 * Archives that stay open between two looks at them: reading the directory of a large one again for every preview
 * would take longer than the preview. What changed on disk meanwhile is opened anew.
 */
import { stat } from 'node:fs/promises';
import type { Archive } from '../archive.ts';
import { Problem } from '../contract/errors.ts';
import { openArchive } from '../open.ts';

/** These say nothing of the archive. */
const innocent: ReadonlySet<string> = new Set(['CANCELLED', 'ENTRY_MISSING', 'ENTRY_TYPE']);

const mostOpen = 3;
/** An open file can't be replaced on Windows, and holds its place on a disk that should be empty. */
const idleMs = 20_000;

interface Held {
  readonly path: string;
  readonly stamp: string;
  readonly archive: Promise<Archive>;
  users: number;
  isStale: boolean;
  idle: NodeJS.Timeout | null;
}

export class OpenArchives {
  #held: Held[] = [];

  async use<T>(path: string, work: (archive: Archive) => Promise<T>): Promise<T> {
    const held = await this.#take(path);
    try {
      return await work(await held.archive);
    } catch (error) {
      // It may have been the archive that was at fault, such as by a change underfoot.
      if (!(error instanceof Problem && innocent.has(error.code))) this.#retire(held);
      throw error;
    } finally {
      this.#giveBack(held);
    }
  }

  async close(): Promise<void> {
    const all = this.#held;
    this.#held = [];
    for (const held of all) await closeNow(held);
  }

  async #take(path: string): Promise<Held> {
    const stamp = await stampOf(path);
    const known = this.#held.find((one) => one.path === path);
    if (known?.stamp === stamp) {
      if (known.idle !== null) clearTimeout(known.idle);
      known.idle = null;
      known.users++;
      this.#held = [...this.#held.filter((one) => one !== known), known];
      return known;
    }
    if (known !== undefined) this.#retire(known);
    const fresh: Held = { path, stamp, archive: openArchive(path), users: 1, isStale: false, idle: null };
    fresh.archive.catch(() => {}); // Told to whoever waits for it.
    this.#held.push(fresh);
    for (const old of this.#held.slice(0, -mostOpen)) this.#retire(old);
    return fresh;
  }

  #giveBack(held: Held): void {
    held.users--;
    if (held.users > 0) return;
    if (held.isStale) void closeNow(held);
    else held.idle = setTimeout(() => this.#retire(held), idleMs).unref();
  }

  #retire(held: Held): void {
    this.#held = this.#held.filter((one) => one !== held);
    if (held.isStale) return;
    held.isStale = true;
    if (held.users === 0) void closeNow(held);
  }
}

async function closeNow({ archive, idle }: Held): Promise<void> {
  if (idle !== null) clearTimeout(idle);
  await archive.then(
    (open) => open.close(),
    () => {},
  );
}

/** Changes when the file does. Of a folder it says little: its files are pinned one by one. */
export async function stampOf(path: string): Promise<string> {
  const outer = path.includes('!') ? path.slice(0, path.indexOf('!')) : path;
  const seen =
    (await stat(path, { bigint: true }).catch(() => null)) ??
    (await stat(outer, { bigint: true }).catch(() => null));
  return seen === null ? 'missing' : [seen.dev, seen.ino, seen.size, seen.mtimeNs, seen.ctimeNs].join(' ');
}
