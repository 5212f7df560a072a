/**
 * What stays open between two looks at it: reading the directory of a large archive again for every preview would take longer
 * than the preview. What changed on disk meanwhile is opened anew.
 */
import { stat } from 'node:fs/promises';
import { Problem } from '../contract/errors.ts';

/** These say nothing of what was opened. */
const innocent: ReadonlySet<string> = new Set(['CANCELLED', 'ENTRY_MISSING', 'ENTRY_TYPE', 'TENSOR_MISSING']);

/** An open file can't be replaced on Windows, and holds its place on a disk that should be empty. */
const idleMs = 20_000;

interface Closable {
  close(): Promise<void>;
}

interface Held<T> {
  readonly key: string;
  readonly stamp: string;
  readonly opened: Promise<T>;
  readonly opening: AbortController;
  isOpen: boolean;
  users: number;
  isStale: boolean;
  idle: NodeJS.Timeout | null;
}

export class KeptOpen<T extends Closable> {
  readonly #most: number;
  #held: Held<T>[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** `path` is the file that it lies in; whoever waits for nothing but the opening can be cancelled by their signal. */
  async use<R>(
    {
      key,
      path,
      signal,
    }: { readonly key: string; readonly path: string; readonly signal?: AbortSignal | undefined },
    open: (signal: AbortSignal, stamp: string) => Promise<T>,
    work: (opened: T) => Promise<R>,
  ): Promise<R> {
    const held = this.#take(key, await stampOf(path), open);
    try {
      return await work(await orCancelled(held.opened, signal));
    } catch (error) {
      // It may have been what was opened that was at fault, such as by a change underfoot.
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

  #take(key: string, stamp: string, open: (signal: AbortSignal, stamp: string) => Promise<T>): Held<T> {
    const known = this.#held.find((one) => one.key === key);
    if (known?.stamp === stamp) {
      if (known.idle !== null) clearTimeout(known.idle);
      known.idle = null;
      known.users++;
      this.#held = [...this.#held.filter((one) => one !== known), known];
      return known;
    }
    if (known !== undefined) this.#retire(known);
    const opening = new AbortController();
    const opened = open(opening.signal, stamp);
    const fresh: Held<T> = {
      key,
      stamp,
      opened,
      opening,
      isOpen: false,
      users: 1,
      isStale: false,
      idle: null,
    };
    // A failure is told to whoever waits for it.
    opened.then(
      () => {
        fresh.isOpen = true;
      },
      () => {},
    );
    this.#held.push(fresh);
    for (const old of this.#held.slice(0, -this.#most)) this.#retire(old);
    return fresh;
  }

  #giveBack(held: Held<T>): void {
    held.users--;
    if (held.users > 0) return;
    if (held.isStale) void closeNow(held);
    // Nobody waits for it any more, and it may be a copy of gigabytes.
    else if (!held.isOpen) this.#retire(held);
    else held.idle = setTimeout(() => this.#retire(held), idleMs).unref();
  }

  #retire(held: Held<T>): void {
    this.#held = this.#held.filter((one) => one !== held);
    if (held.isStale) return;
    held.isStale = true;
    if (held.users === 0) void closeNow(held);
  }
}

async function closeNow<T extends Closable>({ opened, opening, idle }: Held<T>): Promise<void> {
  if (idle !== null) clearTimeout(idle);
  opening.abort();
  await opened.then(
    (open) => open.close(),
    () => {},
  );
}

function orCancelled<T>(opened: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return opened;
  return new Promise((resolve, reject) => {
    const cancel = () => reject(Problem.cancelled());
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    opened.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel));
  });
}

/** Changes when the file does. Of a folder it says little: its files are pinned one by one. */
export async function stampOf(path: string): Promise<string> {
  const outer = path.includes('!') ? path.slice(0, path.indexOf('!')) : path;
  const seen =
    (await stat(path, { bigint: true }).catch(() => null)) ??
    (await stat(outer, { bigint: true }).catch(() => null));
  return seen === null ? 'missing' : [seen.dev, seen.ino, seen.size, seen.mtimeNs, seen.ctimeNs].join(' ');
}
