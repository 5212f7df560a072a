/** Archives that were looked at, newest first; pinned ones stay on top. */
import { isUploaded } from '../host/uploaded.ts';
import { settings } from './settings.svelte.ts';
import { Stored } from './stored.svelte.ts';

export interface Recent {
  readonly path: string;
  readonly model: string | null;
  readonly version: string | null;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly opened: number;
  /** Such as "No errors" or "2 errors"; empty before anything was judged. */
  readonly verdict: string;
  readonly isPinned: boolean;
}

interface Recents {
  readonly items: readonly Recent[];
}

const mostKept = 30;

function checkRecents(value: unknown): Recents {
  const items = (value as Partial<Recents> | null)?.items;
  if (!Array.isArray(items)) return { items: [] };
  return {
    items: items.filter((item) => typeof item?.path === 'string' && typeof item?.opened === 'number'),
  };
}

class RecentList extends Stored<Recents> {
  constructor() {
    super('recents', checkRecents);
  }

  get sorted(): readonly Recent[] {
    return this.value.items.toSorted(
      (a, b) => Number(b.isPinned) - Number(a.isPinned) || b.opened - a.opened,
    );
  }

  note(recent: Pick<Recent, 'path'> & Partial<Recent>): void {
    if (!settings.value.keepsRecents || isUploaded(recent.path)) return;
    const opened = Date.now();
    this.#keep((items) => {
      const known = items.find(({ path }) => path === recent.path);
      const base = { model: null, version: null, size: 0, verdict: '', isPinned: false };
      const fresh: Recent = { ...base, ...known, ...recent, opened };
      return [fresh, ...items.filter(({ path }) => path !== recent.path)].slice(0, mostKept);
    });
  }

  pin(path: string, isPinned: boolean): void {
    this.#keep((items) => items.map((item) => (item.path === path ? { ...item, isPinned } : item)));
  }

  remove(path: string): void {
    this.#keep((items) => items.filter((item) => item.path !== path));
  }

  clear(): void {
    this.#keep(() => []);
  }

  #keep(change: (items: readonly Recent[]) => readonly Recent[]): void {
    this.update(({ items }) => ({ items: change(items) }));
  }
}

export const recents = new RecentList();
