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

/** Numbers of values stay below it, so that two of them make one exact number. */
const mostValues = 2 ** 26;

export class Forest {
  #count = 0;
  // Strings and small integers are nearly all there is in a large file, so they have maps without a made-up key.
  readonly #strings = new Map<string, Tree>();
  readonly #integers = new Map<number, Tree>();
  readonly #others = new Map<string, Tree>();

  string(value: string): Tree {
    return this.#intern(this.#strings, mapKey(value), (id) => ({ kind: 'leaf', id, type: 'string', value }));
  }

  /** A whole number of any length, as decimal digits. */
  integer(digits: string): Tree {
    const value = Number(digits);
    if (!Number.isSafeInteger(value)) return this.leaf('integer', digits.replace(/^\+/, ''));
    // Of the two zeros there is but one among integers.
    const integer = value === 0 ? 0 : value;
    return this.#intern(this.#integers, integer, (id) => ({
      kind: 'leaf',
      id,
      type: 'integer',
      value: integer,
    }));
  }

  float(value: number): Tree {
    // Neither infinity nor NaN has a form in JSON.
    const shown = Number.isFinite(value) ? value : String(value);
    return this.leaf('float', Object.is(value, -0) ? '-0' : String(value), shown);
  }

  /** `text` is the same for equal values of the type, and for them alone. */
  leaf(type: LeafType, text: string, value: Leaf['value'] = text): Tree {
    return this.#intern(this.#others, mapKey(`${type} ${text}`), (id) => ({ kind: 'leaf', id, type, value }));
  }

  list(items: readonly Tree[]): Tree {
    const key = mapKey(`[${items.map(({ id }) => id).join()}`);
    return this.#intern(this.#others, key, (id) => ({ kind: 'list', id, items }));
  }

  map(members: ReadonlyMap<string, Tree>): Tree {
    const pairs = new Float64Array(members.size);
    let at = 0;
    for (const [name, { id }] of members) pairs[at++] = this.string(name).id * mostValues + id;
    return this.#intern(this.#others, mapKey(`{${pairs.sort().join()}`), (id) => ({
      kind: 'map',
      id,
      members,
    }));
  }

  #intern<Key>(known: Map<Key, Tree>, key: Key, make: (id: number) => Tree): Tree {
    const found = known.get(key);
    if (found) return found;
    const tree = make(this.#count++);
    known.set(key, tree);
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
