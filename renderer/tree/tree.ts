/**
 * Paths as a tree, for a hundred thousand of them: numbers in flat arrays, so that sorting, filtering and unfolding stay
 * fast. A node is a number; an item is the place of a path among those that were given.
 */

export const root = 0;
/** Deeper names stand in one piece: no model is nested so far, and a hostile archive is nested further. */
const deepest = 64;

export class Tree {
  readonly names: string[] = [''];
  readonly parents: number[] = [-1];
  readonly depths: number[] = [-1];
  /** The item that a node stands for; -1 for a folder that only its contents name. */
  readonly items: number[] = [-1];
  readonly #children: (number[] | undefined)[] = [[]];

  constructor(paths: readonly string[], isFlat = false) {
    const folders = new Map<string, number>([['', root]]);
    for (const [item, path] of paths.entries()) {
      if (isFlat) this.#add(root, path, item);
      else this.#place(path, item, folders);
    }
  }

  get count(): number {
    return this.names.length;
  }

  isFolder(node: number): boolean {
    return this.#children[node] !== undefined;
  }

  childrenOf(node: number): readonly number[] {
    return this.#children[node] ?? [];
  }

  pathOf(node: number): string {
    const parts: string[] = [];
    for (let at = node; at > root; at = this.parents[at] as number) parts.unshift(this.names[at] as string);
    return parts.join('/');
  }

  /** For each node the sum over the items below it, itself included. */
  sums(amountOf: (item: number) => number): Float64Array {
    const sums = new Float64Array(this.count);
    // A node is always made after its parent.
    for (let node = this.count - 1; node > root; node--) {
      const item = this.items[node] as number;
      if (item !== -1) sums[node] = (sums[node] as number) + amountOf(item);
      const parent = this.parents[node] as number;
      sums[parent] = (sums[parent] as number) + (sums[node] as number);
    }
    return sums;
  }

  /** Nodes whose item is wanted, and all that lead to them; null where everything is. */
  shownNodes(isWanted: ((item: number) => boolean) | null): Uint8Array | null {
    if (isWanted === null) return null;
    const shown = new Uint8Array(this.count);
    for (let node = this.count - 1; node > root; node--) {
      const item = this.items[node] as number;
      if (item !== -1 && isWanted(item)) shown[node] = 1;
      if (shown[node] === 1) shown[this.parents[node] as number] = 1;
    }
    return shown;
  }

  sort(compare: (a: number, b: number) => number): void {
    for (const children of this.#children)
      if (children !== undefined && children.length > 1) children.sort(compare);
  }

  /** The nodes in the order of the rows: all that are shown, below folders that are open. */
  flatten(isOpen: (node: number) => boolean, shown: Uint8Array | null): Int32Array {
    const rows = new Int32Array(this.count);
    let length = 0;
    const stack: number[] = [];
    const push = (node: number) => {
      const children = this.#children[node] ?? [];
      for (let at = children.length - 1; at >= 0; at--) {
        const child = children[at] as number;
        if (shown === null || shown[child] === 1) stack.push(child);
      }
    };
    push(root);
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      rows[length++] = node;
      if (this.#children[node] !== undefined && isOpen(node)) push(node);
    }
    return rows.slice(0, length);
  }

  #place(path: string, item: number, folders: Map<string, number>): void {
    const isFolder = path.endsWith('/');
    const nameAt = path.lastIndexOf('/') + 1;
    // Most files lie in a folder that is known already: no need to walk to it part by part.
    const known = isFolder ? undefined : folders.get(path.slice(0, nameAt));
    if (known !== undefined) {
      this.#add(known, path.slice(nameAt), item);
      return;
    }
    const parts = (isFolder ? path.slice(0, -1) : path).split('/');
    const inFolders = Math.min(parts.length - 1, deepest);
    let folder = root;
    let at = '';
    for (let depth = 0; depth < inFolders; depth++) {
      at += `${parts[depth]}/`;
      folder = this.#folder(folder, parts[depth] as string, at, folders);
    }
    const name = parts.slice(inFolders).join('/');
    if (!isFolder) {
      this.#add(folder, name, item);
      return;
    }
    const node = this.#folder(folder, name, path, folders);
    // Of a folder that is listed twice the first stands in the tree, and the second beside it.
    if (this.items[node] === -1) this.items[node] = item;
    else this.#add(folder, name, item);
  }

  #folder(parent: number, name: string, path: string, folders: Map<string, number>): number {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const node = this.#add(parent, name, -1);
    this.#children[node] = [];
    folders.set(path, node);
    return node;
  }

  #add(parent: number, name: string, item: number): number {
    const node = this.names.length;
    this.names.push(name);
    this.parents.push(parent);
    this.depths.push((this.depths[parent] as number) + 1);
    this.items.push(item);
    this.#children[parent]?.push(node);
    return node;
  }
}
