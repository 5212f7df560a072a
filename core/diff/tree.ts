/**
 * Values of JSON and YAML by what they mean. Equal values are one and the same object, however deep they are and on whichever
 * side they stand, so that comparing two of them is comparing two pointers.
 */

import { mapKey } from './map-key.ts';

export type LeafType = 'string' | 'integer' | 'float' | 'boolean' | 'null' | 'date' | 'bytes';

export interface Leaf {
  readonly kind: 'leaf';
  readonly id: number;
  readonly type: LeafType;
  readonly value: string | number | boolean | null;
}

export interface List {
  readonly kind: 'list';
  readonly id: number;
  readonly items: readonly Tree[];
}

export interface Branch {
  readonly kind: 'map';
  readonly id: number;
  readonly members: ReadonlyMap<string, Tree>;
}

export type Tree = Leaf | List | Branch;

export class Forest {
  readonly #known = new Map<string, Tree>();

  /** `text` is the same for equal values of the type, and for them alone. */
  leaf(type: LeafType, text: string, value: Leaf['value'] = text): Tree {
    return this.#intern(`${type} ${text}`, (id) => ({ kind: 'leaf', id, type, value }));
  }

  /** A whole number of any length, as decimal digits. */
  integer(digits: string): Tree {
    const bare = digits.replace(/^\+/, '').replace(/^-0$/, '0');
    const value = Number(bare);
    return this.leaf('integer', bare, Number.isSafeInteger(value) ? value : bare);
  }

  float(value: number): Tree {
    // Neither infinity nor NaN has a form in JSON.
    return this.leaf(
      'float',
      Object.is(value, -0) ? '-0' : String(value),
      Number.isFinite(value) ? value : String(value),
    );
  }

  list(items: readonly Tree[]): Tree {
    return this.#intern(`[${items.map(({ id }) => id).join()}`, (id) => ({ kind: 'list', id, items }));
  }

  map(members: ReadonlyMap<string, Tree>): Tree {
    const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
    const key = sorted.map(([name, { id }]) => `${JSON.stringify(name)}:${id}`).join();
    return this.#intern(`{${key}`, (id) => ({ kind: 'map', id, members }));
  }

  #intern(text: string, make: (id: number) => Tree): Tree {
    const key = mapKey(text);
    const known = this.#known.get(key);
    if (known) return known;
    const tree = make(this.#known.size);
    this.#known.set(key, tree);
    return tree;
  }
}

const mostShown = 50;
const longestShown = 1000;

/** As plain data for a report: long texts clipped, large lists and maps told by their size. */
export function shownValue(tree: Tree): unknown {
  if (tree.kind !== 'leaf' && sizeOf(tree, mostShown) > mostShown) {
    const count = (tree.kind === 'list' ? tree.items.length : tree.members.size).toLocaleString('en-US');
    return tree.kind === 'list' ? `[… ${count} items]` : `{… ${count} keys}`;
  }
  return plainValue(tree);
}

function plainValue(tree: Tree): unknown {
  if (tree.kind === 'list') return tree.items.map(plainValue);
  // Object.fromEntries makes even "__proto__" a key like any other.
  if (tree.kind === 'map')
    return Object.fromEntries([...tree.members].map(([key, value]) => [clipped(key), plainValue(value)]));
  return typeof tree.value === 'string' ? clipped(tree.value) : tree.value;
}

export const clipped = (text: string, longest = longestShown) =>
  text.length > longest ? `${text.slice(0, longest)}…` : text;

/** How many values there are, counted no further than past a bound. */
function sizeOf(tree: Tree, most: number): number {
  if (tree.kind === 'leaf') return 1;
  let size = 1;
  for (const part of tree.kind === 'list' ? tree.items : tree.members.values()) {
    if (size > most) break;
    size += sizeOf(part, most - size);
  }
  return size;
}
