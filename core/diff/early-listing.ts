/** What two directories tell of a comparison before any content is read, and what becomes of it entry by entry. */
import { createHash } from 'node:crypto';
import type { DiffEntry, DiffSide, EntryChange } from '../contract/diff.ts';
import type { EarlyCounts, EarlyDiff, EarlyEntry, EarlyItem } from '../contract/early.ts';
import type { Pair } from './pair.ts';
import { nameOf } from './pair.ts';
import { type SideEntry, stateOf } from './side.ts';

export type OnEarly = (head: EarlyDiff, items: readonly EarlyItem[]) => void;

/** More rows than anybody reads before the rest is there; all are counted. */
const mostListed = 4000;

type Standing = EntryChange | 'unread';

export class EarlyListing {
  readonly #sides: { readonly before: DiffSide; readonly after: DiffSide };
  readonly #tell: OnEarly;
  #standing = new Map<string, Standing>();
  /** What was told of each row. */
  readonly #listed = new Map<string, string>();
  #counts: Record<Standing, number> = noCounts();

  constructor(sides: { readonly before: DiffSide; readonly after: DiffSide }, tell: OnEarly) {
    this.#sides = sides;
    this.#tell = tell;
  }

  /** Once from names alone, and again when more is known; `isEqual` is null of what nothing is known of yet. */
  list(pairs: readonly Pair[], isEqual: (pair: Pair) => boolean | null): void {
    const standing = new Map<string, Standing>();
    const counts = noCounts();
    const items: EarlyItem[] = [];
    for (const pair of pairs) {
      const now = standingOf(pair, isEqual);
      const path = nameOf(pair);
      standing.set(path, now);
      counts[now]++;
      if (now === 'unread' || now === 'unchanged') continue;
      if (!this.#listed.has(path) && this.#listed.size >= mostListed) continue;
      const entry = earlyEntry(path, pair, now);
      const told = fingerprintOf(entry);
      if (this.#listed.get(path) === told) continue;
      this.#listed.set(path, told);
      items.push(entry);
    }
    for (const path of this.#listed.keys()) {
      const now = standing.get(path);
      if (now !== undefined && now !== 'unread' && now !== 'unchanged') continue;
      this.#listed.delete(path);
      items.push({ gone: path });
    }
    this.#standing = standing;
    this.#counts = counts;
    this.#say(items);
  }

  /** One that was read and compared by its kind. */
  compared({ path, change, from, role, kind, before, after }: DiffEntry): void {
    const was = this.#standing.get(path);
    if (was !== undefined) this.#counts[was]--;
    this.#counts[change]++;
    this.#standing.set(path, change);
    const isListed = this.#listed.has(path);
    if (!isListed && was === change) return;
    const mayList = isListed || this.#listed.size < mostListed;
    const items: EarlyItem[] = [];
    if (change !== 'unchanged' && mayList) {
      const entry: EarlyEntry = { path, change, from, role, kind, before, after };
      this.#listed.set(path, fingerprintOf(entry));
      items.push(entry);
    } else if (this.#listed.delete(path)) items.push({ gone: path });
    this.#say(items);
  }

  #say(items: readonly EarlyItem[]): void {
    const counts: EarlyCounts = { ...this.#counts };
    this.#tell({ ...this.#sides, counts }, items);
  }
}

/** Short, however long the names are that it tells of. */
const fingerprintOf = (entry: EarlyEntry): string =>
  createHash('sha256').update(JSON.stringify(entry)).digest('base64');

const noCounts = (): Record<Standing, number> => ({
  ...{ added: 0, removed: 0, modified: 0, renamed: 0, unchanged: 0, unread: 0 },
});

function standingOf(pair: Pair, isEqual: (pair: Pair) => boolean | null): Standing {
  const { before, after } = pair;
  if (before === null) return 'added';
  if (after === null) return 'removed';
  if (before.name !== after.name) return 'renamed';
  const equal = isEqual(pair);
  if (equal === null) return 'unread';
  return equal ? 'unchanged' : 'modified';
}

function earlyEntry(path: string, { before, after }: Pair, change: EntryChange): EarlyEntry {
  const state = (side: SideEntry | null) => (side === null ? null : stateOf(side));
  return {
    ...{ path, change, kind: null, role: (after ?? before)?.role ?? 'extra' },
    from: before !== null && after !== null && before.name !== after.name ? before.name : null,
    ...{ before: state(before), after: state(after) },
  };
}
