/** The tensors of two weights files as rows, by layer or flat, sorted by what somebody looks for, and filtered. */
import type { TensorChange } from '../../../../core/contract/diff.ts';
import { layersOf } from '../../../tensors/layers.ts';
import { wantedTensors } from '../../../tensors/wanted-tensors.ts';
import { Tree } from '../../../tree/tree.ts';
import { TreeRows } from '../../../tree/tree-rows.svelte.ts';
import { kindOf, type TensorKind, tensorKinds } from './tensor-kinds.ts';
import { measures, type SortKey } from './tensor-measures.ts';

/** With more rows than these only the layers are open. */
const opensAllBelow = 400;

export class TensorDiff {
  readonly changes: readonly TensorChange[];
  readonly kinds: readonly TensorKind[];
  readonly counts: ReadonlyMap<TensorKind, number>;
  rows = $state.raw<TreeRows>(new TreeRows(new Tree([])));
  filter = $state('');
  filterFlaw = $state<string | null>(null);
  /** Empty: all but what is bitwise equal, where anything else is there. */
  chosen = $state.raw<ReadonlySet<TensorKind>>(new Set());
  sorted = $state<SortKey>('order');
  isFlat = $state(false);
  /** Places among the changes, as the rows have them. */
  #items: readonly number[] = [];

  constructor(changes: readonly TensorChange[]) {
    this.changes = changes;
    this.kinds = changes.map(kindOf);
    const counts = new Map<TensorKind, number>();
    for (const kind of tensorKinds) {
      const count = this.kinds.reduce((sum, one) => sum + Number(one === kind), 0);
      if (count > 0) counts.set(kind, count);
    }
    this.counts = counts;
    this.#arrange();
  }

  get matching(): number {
    void this.rows;
    return this.#items.length;
  }

  itemAt(node: number): number {
    return this.#items[this.rows.tree.items[node] ?? -1] ?? -1;
  }

  /** What lies below a layer, of those that are listed. */
  itemsBelow(node: number): readonly number[] {
    const { tree } = this.rows;
    return tree.childrenOf(node).map((child) => this.itemAt(child));
  }

  setFilter(text: string): void {
    this.filter = text;
    this.#arrange();
  }

  toggleKind(kind: TensorKind): void {
    const next = new Set(this.chosen);
    if (!next.delete(kind)) next.add(kind);
    this.chosen = next;
    this.#arrange();
  }

  clear(): void {
    this.filter = '';
    this.chosen = new Set();
    this.#arrange();
  }

  sortBy(by: SortKey): void {
    this.sorted = this.sorted === by ? 'order' : by;
    this.#arrange();
  }

  setFlat(isFlat: boolean): void {
    this.isFlat = isFlat;
    this.#arrange();
  }

  /** Its node, once it is among the rows whatever was filtered for. */
  reveal(item: number): number {
    if (!this.#items.includes(item)) {
      this.filter = '';
      this.chosen = this.isShownByDefault(item) ? new Set() : new Set(this.counts.keys());
      this.#arrange();
    }
    const node = this.rows.nodeOfItem(this.#items.indexOf(item));
    if (node <= 0) return -1;
    this.rows.reveal(node);
    return node;
  }

  isShownByDefault(item: number): boolean {
    return this.kinds[item] !== 'equal' || this.counts.size === 1;
  }

  #arrange(): void {
    const { isWanted, flaw } = wantedTensors(this.filter);
    this.filterFlaw = flaw;
    const { chosen } = this;
    const items = [...this.changes.keys()].filter((item) => {
      const kind = this.kinds[item] as TensorKind;
      if (chosen.size > 0 ? !chosen.has(kind) : !this.isShownByDefault(item)) return false;
      const { name, after, before } = this.changes[item] as TensorChange;
      const state = after ?? before;
      return isWanted === null || isWanted({ name, dtype: state?.dtype ?? '', shape: state?.shape ?? [] });
    });
    this.#items = this.#inOrder(items);
    const names = this.#items.map((item) => this.changes[item]?.name ?? '');
    const tree = new Tree(this.isFlat ? names : inLayers(names), this.isFlat);
    this.rows = new TreeRows(tree, names.length < opensAllBelow ? undefined : 0);
  }

  #inOrder(items: readonly number[]): readonly number[] {
    const { sorted, changes } = this;
    if (sorted === 'order') return items;
    if (sorted === 'name') {
      const nameOf = (item: number) => changes[item]?.name ?? '';
      return [...items].sort((a, b) => collator.compare(nameOf(a), nameOf(b)));
    }
    const { amountOf } = measures[sorted];
    const value = (item: number) => amountOf(changes[item] as TensorChange) ?? Number.NEGATIVE_INFINITY;
    return [...items].sort((a, b) => value(b) - value(a) || a - b);
  }
}

const collator = new Intl.Collator('en', { numeric: true });

/** A layer stands where the first of its tensors does; of one tensor alone it is that tensor. No part of a name begins a folder. */
function inLayers(names: readonly string[]): string[] {
  const paths = new Array<string>(names.length);
  const plain = (text: string) => text.replaceAll('/', '\u2215');
  for (const { name, items } of layersOf(names)) {
    for (const item of items) {
      const whole = names[item] as string;
      const rest = whole.slice(name.length).replace(/^[./]/, '');
      paths[item] = rest === '' || items.length === 1 ? plain(whole) : `${plain(name)}/${plain(rest)}`;
    }
  }
  return paths;
}
