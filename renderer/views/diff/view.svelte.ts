/** What of a comparison is shown: filters, the tree of changes, what was viewed. */
import { untrack } from 'svelte';
import type { DiffEntry, EntryChange } from '../../../core/contract/diff.ts';
import { changeOrder } from '../../../core/contract/diff-words.ts';
import { app } from '../../state/app.svelte.ts';
import { Tree } from '../../tree/tree.ts';
import { TreeRows } from '../../tree/tree-rows.svelte.ts';
import { Comparison } from './comparison.svelte.ts';
import {
  attentionOf,
  emptyTally,
  type Filter,
  listed,
  nextIn,
  noFilter,
  sizeDelta,
  type Tally,
} from './entry-list.ts';
import {
  isViewed,
  type Marks,
  markOf,
  type ViewedState,
  viewedState,
  withMarks,
  withPairOf,
  withProgress,
} from './marks.ts';
import { marks } from './marks-store.svelte.ts';

export type Order = 'attention' | 'path' | 'size';

export class View {
  readonly comparison: Comparison;
  filter = $state.raw<Filter>(noFilter);
  order = $state<Order>('attention');
  /** What the marks were before they were changed in bulk. */
  undo = $state.raw<{ readonly marks: Marks; readonly words: string } | null>(null);

  constructor(comparison: Comparison) {
    this.comparison = comparison;
  }

  /** Not all is known, and nothing can be marked yet. */
  readonly isEarly = $derived.by(() => this.comparison.result === null);
  readonly entries = $derived.by(() => (this.comparison.result ?? this.comparison.early)?.entries ?? []);
  readonly changed = $derived(this.entries.filter(({ change }) => change !== 'unchanged'));
  readonly viewedCount = $derived(this.changed.filter((entry) => isViewed(this.viewed(entry))).length);
  readonly #brokenPaths = $derived.by(() => {
    const broken = (this.comparison.result?.policy?.rules ?? []).flatMap((rule) => rule.broken);
    return new Set(broken.map(({ path }) => path));
  });
  readonly shown = $derived.by(() => {
    const known = {
      viewed: (entry: DiffEntry) => this.viewed(entry),
      hasNote: (entry: DiffEntry) => this.note(entry) !== '',
      breaksPolicy: (entry: DiffEntry) => this.breaksPolicy(entry),
    };
    return listed(this.entries, this.filter, known).map((place) => this.entries[place] as DiffEntry);
  });
  readonly rows = $derived.by(() => {
    const { shown, order, isEarly } = this;
    return untrack(() => this.#treeOf(shown, order, isEarly));
  });
  /** While more becomes known, rows stay as they are: what is closed, what has the focus. */
  #before: RowsBefore | null = null;
  readonly tallies = $derived.by(() => {
    const { tree } = this.rows;
    const sums = changeOrder.map((change) =>
      tree.sums((item) => Number(this.shown[item]?.change === change)),
    );
    const deltas = tree.sums((item) => sizeDelta(this.shown[item] as DiffEntry));
    return {
      tallyOf: (node: number): Tally => {
        const tally = emptyTally();
        for (const [at, change] of changeOrder.entries()) tally[change] = sums[at]?.[node] ?? 0;
        return tally;
      },
      deltaOf: (node: number) => deltas[node] ?? 0,
    };
  });
  readonly selected = $derived.by((): DiffEntry | null => {
    const { selected, byPath } = this.comparison;
    return selected === null ? null : (byPath.get(selected) ?? null);
  });

  entryOf(node: number): DiffEntry | null {
    return this.shown[this.rows.tree.items[node] as number] ?? null;
  }

  viewed(entry: DiffEntry): ViewedState {
    return viewedState(marks.value, this.comparison, entry);
  }

  note(entry: DiffEntry): string {
    return markOf(marks.value, this.comparison, entry.path)?.note ?? '';
  }

  /** Its content was not compared yet. */
  isPending({ path }: DiffEntry): boolean {
    return this.isEarly && (this.comparison.early?.pending.has(path) ?? false);
  }

  breaksPolicy({ path }: DiffEntry): boolean {
    return this.#brokenPaths.has(path);
  }

  setViewed(entry: DiffEntry, isSeen: boolean): void {
    this.#mark([entry], { viewed: isSeen ? Date.now() : null });
    app.say(`${entry.path}: ${isSeen ? 'viewed' : 'not viewed'}`);
  }

  setNote(entry: DiffEntry, note: string): void {
    this.#mark([entry], { note });
  }

  markShown(): void {
    const entries = this.shown.filter(
      (entry) => entry.change !== 'unchanged' && !isViewed(this.viewed(entry)),
    );
    if (entries.length === 0) return;
    this.undo = { marks: marks.value, words: `${entries.length.toLocaleString('en-US')} marked as viewed.` };
    this.#mark(entries, { viewed: Date.now() });
    app.say(this.undo.words);
  }

  takeBack(): void {
    if (this.undo === null) return;
    const before = this.undo.marks;
    marks.update((now) => withPairOf(before, now, this.comparison));
    this.undo = null;
    app.say('The marks are as they were.');
  }

  toggleChange(change: EntryChange): void {
    const { changes } = this.filter;
    const next = changes.includes(change) ? changes.filter((one) => one !== change) : [...changes, change];
    this.filter = { ...this.filter, changes: next };
  }

  clearFilter(): void {
    const { showsUnchanged, showsWrapping } = this.filter;
    this.filter = { ...noFilter, showsUnchanged, showsWrapping };
  }

  /** Shows an entry, in the tree as well, whatever the filters say of it. */
  open(path: string): boolean {
    const entry = this.comparison.byPath.get(path);
    if (entry === undefined) return false;
    if (!this.shown.includes(entry)) {
      this.filter = { ...noFilter, showsUnchanged: entry.change === 'unchanged' };
    }
    this.comparison.selected = path;
    const node = this.rows.nodeOfItem(this.shown.indexOf(entry));
    if (node > 0) this.rows.reveal(node);
    return true;
  }

  /** The next one in the order of the rows. */
  step(step: 1 | -1, isWanted: (entry: DiffEntry) => boolean): DiffEntry | null {
    const inOrder = this.#inOrder();
    const from = this.selected === null ? -1 : inOrder.indexOf(this.selected);
    const next = nextIn(inOrder, from, step, isWanted);
    if (next !== null) this.open(next.path);
    return next;
  }

  #inOrder(): readonly DiffEntry[] {
    const all = this.rows.tree.flatten(() => true, null);
    return [...all].map((node) => this.entryOf(node)).filter((entry) => entry !== null);
  }

  #mark(
    entries: readonly DiffEntry[],
    change: { readonly viewed?: number | null; readonly note?: string },
  ): void {
    const at = Date.now();
    const { comparison, changed } = this;
    marks.update((now) => withProgress(withMarks(now, comparison, entries, change, at), comparison, changed));
  }

  #treeOf(shown: readonly DiffEntry[], order: Order, isEarly: boolean): TreeRows {
    const paths = shown.map(({ path }) => path);
    const tree = new Tree(paths);
    const ranks = ranksOf(tree, shown, order);
    const before = this.#before?.isEarly && this.#before.order === order ? this.#before : null;
    if (before !== null && areSame(before.paths, paths) && areSame(before.ranks, ranks)) {
      this.#before = { ...before, isEarly };
      return before.rows;
    }
    tree.sort((a, b) => (ranks[a] as number) - (ranks[b] as number) || compareNames(tree, a, b));
    // Only what holds a change is open: thousands of unchanged ones would bury it.
    const hasChange = tree.sums((item) => Number(shown[item]?.change !== 'unchanged'));
    const closed = before === null ? new Set<string>() : closedFolders(before.rows);
    const rows = new TreeRows(tree);
    rows.openWhere((node) => (hasChange[node] as number) > 0 && !closed.has(tree.pathOf(node)));
    const at = shown.findIndex(({ path }) => path === this.comparison.selected);
    if (at !== -1) rows.reveal(rows.nodeOfItem(at));
    this.#before = { paths, ranks, order, isEarly, rows };
    return rows;
  }
}

interface RowsBefore {
  readonly paths: readonly string[];
  readonly ranks: Float64Array;
  readonly order: Order;
  readonly isEarly: boolean;
  readonly rows: TreeRows;
}

function areSame<T>(some: ArrayLike<T>, others: ArrayLike<T>): boolean {
  if (some.length !== others.length) return false;
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false;
  return true;
}

function closedFolders(rows: TreeRows): Set<string> {
  const closed = new Set<string>();
  for (let node = 1; node < rows.tree.count; node++) {
    if (rows.tree.isFolder(node) && !rows.isOpen(node)) closed.add(rows.tree.pathOf(node));
  }
  return closed;
}

/** A folder stands where the first of its entries would. */
function ranksOf(tree: Tree, shown: readonly DiffEntry[], order: Order): Float64Array {
  const ranks = new Float64Array(tree.count).fill(order === 'path' ? 0 : Number.POSITIVE_INFINITY);
  if (order === 'path') return ranks;
  for (let node = tree.count - 1; node > 0; node--) {
    const entry = shown[tree.items[node] as number];
    if (entry !== undefined) {
      const own = order === 'attention' ? attentionOf(entry) : -Math.abs(sizeDelta(entry));
      ranks[node] = Math.min(ranks[node] as number, own);
    }
    const parent = tree.parents[node] as number;
    ranks[parent] = Math.min(ranks[parent] as number, ranks[node] as number);
  }
  return ranks;
}

function compareNames(tree: Tree, a: number, b: number): number {
  const [x, y] = [tree.names[a] as string, tree.names[b] as string];
  return x < y ? -1 : x > y ? 1 : 0;
}

const mostKept = 3;
interface Kept {
  readonly view: View;
  readonly forget: () => void;
}

let kept: readonly Kept[] = [];

/** The same one when somebody comes back to it, such as from the entry of a nested archive. */
export function viewOf(before: string, after: string): View {
  const known = kept.find(
    ({ view: { comparison } }) => comparison.before === before && comparison.after === after,
  );
  const one = known ?? keep(before, after);
  const others = kept.filter((other) => other !== known);
  for (const { forget } of others.slice(0, -(mostKept - 1))) forget();
  kept = [...others.slice(-(mostKept - 1)), one];
  return one.view;
}

/** What is derived belongs to the screen that is shown while it is made, and would end with that one. */
function keep(before: string, after: string): Kept {
  let view: View | undefined;
  const forget = $effect.root(() => {
    view = new View(new Comparison(before, after));
  });
  return { view: view as View, forget };
}
