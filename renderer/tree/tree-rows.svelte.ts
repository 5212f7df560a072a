/** The rows of a tree as they are shown: what is open, sorted, filtered and selected. */
import { root, type Tree } from './tree.ts';

export interface RowPlace {
  readonly node: number;
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
}

export class TreeRows {
  readonly tree: Tree;
  rows = $state.raw<Int32Array>(new Int32Array());
  /** The node that has the focus; -1 before there is one. */
  focused = $state(-1);
  selected = $state.raw<ReadonlySet<number>>(new Set());
  readonly #open = new Set<number>();
  #shown: Uint8Array | null = null;
  #anchor = -1;

  constructor(tree: Tree, opensTo = Number.POSITIVE_INFINITY) {
    this.tree = tree;
    for (let node = 1; node < tree.count; node++) {
      if (tree.isFolder(node) && (tree.depths[node] as number) < opensTo) this.#open.add(node);
    }
    this.#flatten();
  }

  isOpen(node: number): boolean {
    // While something is filtered for, what was found shows itself.
    return this.#shown !== null || this.#open.has(node);
  }

  toggle(node: number, open = !this.#open.has(node)): void {
    if (open) this.#open.add(node);
    else this.#open.delete(node);
    this.#flatten();
  }

  openAll(open: boolean): void {
    this.#open.clear();
    if (open)
      for (let node = 1; node < this.tree.count; node++) if (this.tree.isFolder(node)) this.#open.add(node);
    this.#flatten();
  }

  /** Opens these folders and no others. */
  openWhere(isOpen: (node: number) => boolean): void {
    this.#open.clear();
    for (let node = 1; node < this.tree.count; node++)
      if (this.tree.isFolder(node) && isOpen(node)) this.#open.add(node);
    this.#flatten();
  }

  openSiblings(node: number): void {
    for (const one of this.tree.childrenOf(this.tree.parents[node] ?? root)) {
      if (this.tree.isFolder(one)) this.#open.add(one);
    }
    this.#flatten();
  }

  filter(isWanted: ((item: number) => boolean) | null): void {
    this.#shown = this.tree.shownNodes(isWanted);
    this.#flatten();
  }

  sort(compare: (a: number, b: number) => number): void {
    this.tree.sort(compare);
    this.#flatten();
  }

  /** Opens what leads to a node, and puts the focus there. */
  reveal(node: number): void {
    for (let at = this.tree.parents[node] as number; at > root; at = this.tree.parents[at] as number)
      this.#open.add(at);
    this.#flatten();
    this.select(node, 'only');
  }

  nodeOfItem(item: number): number {
    return this.tree.items.indexOf(item);
  }

  rowOf(node: number): number {
    return this.rows.indexOf(node);
  }

  select(node: number, how: 'only' | 'toggle' | 'range'): void {
    if (how === 'range' && this.#anchor !== -1) {
      const [a, b] = [this.rowOf(this.#anchor), this.rowOf(node)];
      if (a !== -1 && b !== -1) this.selected = new Set(this.rows.slice(Math.min(a, b), Math.max(a, b) + 1));
    } else if (how === 'toggle') {
      const next = new Set(this.selected);
      if (!next.delete(node)) next.add(node);
      this.selected = next;
      this.#anchor = node;
    } else {
      this.selected = new Set([node]);
      this.#anchor = node;
    }
    this.focused = node;
  }

  selectAll(): void {
    this.selected = new Set(this.rows);
  }

  /** Where a node stands among its shown siblings, as screen readers tell it. */
  placeOf(node: number): RowPlace {
    const siblings = this.#shownChildren(this.tree.parents[node] ?? root);
    return {
      node,
      level: (this.tree.depths[node] as number) + 1,
      position: siblings.get(node) ?? 1,
      siblings: siblings.size,
    };
  }

  /** Kept until rows change: asking it for every row of a long folder would count the folder each time. */
  #positions = new Map<number, ReadonlyMap<number, number>>();

  #shownChildren(parent: number): ReadonlyMap<number, number> {
    let positions = this.#positions.get(parent);
    if (positions === undefined) {
      const shown = this.tree
        .childrenOf(parent)
        .filter((node) => this.#shown === null || this.#shown[node] === 1);
      positions = new Map(shown.map((node, at) => [node, at + 1]));
      this.#positions.set(parent, positions);
    }
    return positions;
  }

  #flatten(): void {
    this.#positions = new Map();
    this.rows = this.tree.flatten((node) => this.isOpen(node), this.#shown);
    if (this.focused === -1 || this.rowOf(this.focused) !== -1) return;
    // The focus goes to what is left of its path, else to the first row.
    let at = this.focused;
    while (at > root && this.rowOf(at) === -1) at = this.tree.parents[at] as number;
    this.focused = at > root ? at : (this.rows[0] ?? -1);
  }
}
