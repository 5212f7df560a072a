/** One archive that is looked into: what the engine told of it, its rows, and whether the file is still that one. */
import type { Inspected, ProblemData } from '../../../core/contract/api.ts';
import { asProblem, isCancelled } from '../../parts/words.ts';
import { app } from '../../state/app.svelte.ts';
import { recents } from '../../state/recents.svelte.ts';
import { Tree } from '../../tree/tree.ts';
import { TreeRows } from '../../tree/tree-rows.svelte.ts';
import { EntryCells, type Sorted } from './entry-columns.ts';
import { EntryFacts } from './entry-facts.ts';
import { asksNothing, type EntryFilter, noFilter, wantedBy } from './entry-filter.ts';
import { EntrySums } from './entry-sums.svelte.ts';
import { judgedPickles } from './tensors/judged-pickles.svelte.ts';

/** Above so many entries only the outermost folders are open at first: nobody reads that many rows. */
const opensAllBelow = 500;
/** Below this nothing is shown of waiting: it would only flicker. */
const slowMs = 150;

/** The tree of the entries, with what its rows show. */
export interface Listing {
  readonly inspected: Inspected;
  readonly facts: EntryFacts;
  readonly cells: EntryCells;
  readonly rows: TreeRows;
}

export class Inspection {
  path = $state<string | null>(null);
  listing = $state.raw<Listing | null>(null);
  /** Why nothing can be shown at all. */
  problem = $state.raw<ProblemData | null>(null);
  isSlow = $state(false);
  /** The file is another one now; whoever looks decides what to do. */
  isStale = $state(false);
  /** Shown on purpose although the file is another one. */
  isKept = $state(false);
  isFlat = $state(false);
  sorted = $state.raw<Sorted | null>(null);
  filter = $state.raw<EntryFilter>(noFilter);
  /** How many entries the filter leaves. */
  matching = $state(0);
  readonly sums = new EntrySums();
  #asked: AbortController | null = null;

  async load(path: string): Promise<void> {
    const isSame = this.path === path;
    this.#asked?.abort();
    const asked = new AbortController();
    this.#asked = asked;
    this.path = path;
    this.problem = null;
    this.isStale = this.isKept = false;
    if (!isSame) {
      this.listing = null;
      this.#forget();
      this.filter = noFilter;
      this.sorted = null;
    }
    const slow = setTimeout(() => (this.isSlow = true), slowMs);
    try {
      const inspected = await app.call('inspect', { path }, asked.signal);
      if (this.#asked === asked) this.#show(inspected);
    } catch (error) {
      if (this.#asked !== asked || isCancelled(error)) return;
      this.problem = asProblem(error);
      this.listing = null;
    } finally {
      clearTimeout(slow);
      if (this.#asked === asked) this.isSlow = false;
    }
  }

  close(): void {
    this.#asked?.abort();
    this.#asked = null;
    this.#forget();
    this.path = this.listing = this.problem = null;
    this.isSlow = this.isStale = this.isKept = false;
  }

  /** Asked whenever the window comes to the front: a look at the file's times, no reading. */
  async compareStamp(): Promise<void> {
    const { path, listing } = this;
    if (path === null || listing === null || this.isKept || app.link !== 'open') return;
    const answer = await app.call('stampOf', { path }).catch(() => null);
    if (answer !== null && this.listing === listing) this.isStale = answer.stamp !== listing.inspected.stamp;
  }

  keepOld(): void {
    this.isStale = false;
    this.isKept = true;
  }

  setFilter(part: Partial<EntryFilter>): void {
    const next = { ...this.filter, ...part };
    this.filter = asksNothing(next) && next.text === '' ? noFilter : next;
    this.#applyFilter();
  }

  sortBy(by: Sorted['by']): void {
    // The third press gives back the archive's own order.
    if (this.sorted?.by !== by) this.sorted = { by, direction: startsWith(by) };
    else if (this.sorted.direction === startsWith(by))
      this.sorted = { by, direction: startsWith(by) === 'ascending' ? 'descending' : 'ascending' };
    else this.sorted = null;
    const { listing } = this;
    if (listing) listing.rows.sort(listing.cells.comparer(this.sorted));
  }

  setFlat(isFlat: boolean): void {
    const { listing } = this;
    this.isFlat = isFlat;
    if (listing === null) return;
    const focused = listing.cells.tree.items[listing.rows.focused] ?? -1;
    this.#arrange(listing.inspected, listing.facts);
    if (focused !== -1) this.reveal(focused);
  }

  reveal(item: number): number {
    const rows = this.listing?.rows;
    const node = this.listing?.cells.nodes[item] ?? -1;
    if (rows === undefined || node === -1) return -1;
    if (this.filter !== noFilter && rows.rowOf(node) === -1) this.setFilter(noFilter);
    rows.reveal(node);
    return node;
  }

  /** Of these entries, or of every file. */
  async computeSums(entries: readonly number[] | null): Promise<void> {
    const { path, listing, sums } = this;
    if (path === null || listing === null) return;
    await sums.compute(path, listing.inspected.stamp, entries);
    if (this.sorted?.by === 'sha256') this.listing?.rows.sort(this.listing.cells.comparer(this.sorted));
  }

  #show(inspected: Inspected): void {
    // The same file again keeps what is known of it.
    if (this.listing?.inspected.stamp !== inspected.stamp) this.#forget();
    this.#arrange(inspected, new EntryFacts(inspected));
    if (inspected.problem === null) this.#noteRecent(inspected);
  }

  /** What was computed of another archive, or of this one before it changed. */
  #forget(): void {
    this.sums.clear();
    judgedPickles.clear();
  }

  #noteRecent({ manifest, size, totals }: Inspected): void {
    const { path } = this;
    if (path === null || path.includes('!')) return;
    const { modelName, modelVersion } = manifest?.model ?? {};
    const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 200) : null);
    recents.note({ path, model: text(modelName), version: text(modelVersion), size: size || totals.size });
  }

  #arrange(inspected: Inspected, facts: EntryFacts): void {
    const tree = new Tree(facts.columns.path, this.isFlat);
    const cells = new EntryCells(tree, facts, (item) => this.sums.at(item));
    if (this.sorted !== null) tree.sort(cells.comparer(this.sorted));
    const rows = new TreeRows(tree, facts.count < opensAllBelow ? undefined : 1);
    this.listing = { inspected, facts, cells, rows };
    this.matching = facts.count;
    if (this.filter !== noFilter) this.#applyFilter();
  }

  #applyFilter(): void {
    const { listing } = this;
    if (listing === null) return;
    const { facts, rows } = listing;
    const isWanted = wantedBy(this.filter, facts);
    let matching = 0;
    if (isWanted === null) {
      rows.filter(null);
      this.matching = facts.count;
      return;
    }
    const wanted = new Uint8Array(facts.count);
    for (let item = 0; item < facts.count; item++) {
      if (!isWanted(item)) continue;
      wanted[item] = 1;
      matching++;
    }
    this.matching = matching;
    rows.filter((item) => wanted[item] === 1);
  }
}

/** Amounts are sorted to find the largest. */
const startsWith = (by: Sorted['by']) =>
  by === 'size' || by === 'packed' || by === 'ratio' || by === 'modified' ? 'descending' : 'ascending';
