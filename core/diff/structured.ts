/** JSON and YAML by key path: what is there, not how it is laid out. */
import type { StructuredDetails, ValueChange } from '../contract/diff.ts';
import { pairAlike } from './pair-alike.ts';
import { readJsonTree, readYamlTree, type Unreadable } from './read-tree.ts';
import { type Block, blocksOf, diffSequences, mirrored, type Steps } from './sequence.ts';
import { type Branch, clipped, Forest, type List, shownValue, type Tree } from './tree.ts';

/** Or else why they can't be compared by their keys, with the parse error. */
export type StructuredResult = { readonly details: StructuredDetails } | { readonly fallback: string };

/** For aligning the items of lists. */
const stepsOfLists = 50_000_000;

export const compareJson = (before: string, after: string, steps?: number): StructuredResult =>
  compareBy(readJsonTree, before, after, steps);

export const compareYaml = (before: string, after: string, steps?: number): StructuredResult =>
  compareBy(readYamlTree, before, after, steps);

function compareBy(
  read: (text: string, forest: Forest) => Tree | Unreadable,
  before: string,
  after: string,
  steps = stepsOfLists,
): StructuredResult {
  const forest = new Forest();
  const old = read(before, forest);
  if ('why' in old) return { fallback: `the old one ${old.why}; compared as text` };
  const new_ = read(after, forest);
  if ('why' in new_) return { fallback: `the new one ${new_.why}; compared as text` };
  const comparison = new Comparison(steps, before > after);
  comparison.compare(old, new_, '');
  const { changes, budgetSpent } = comparison;
  return { details: { changes, sameMeaning: old === new_, ...(budgetSpent ? { budgetSpent } : {}) } };
}

class Comparison {
  readonly changes: ValueChange[] = [];
  budgetSpent = false;
  readonly #steps: Steps;
  /** Lists are always aligned from the same side, so that comparing the other way round tells the same, mirrored. */
  readonly #isTurned: boolean;

  constructor(steps: number, isTurned: boolean) {
    this.#steps = { left: steps };
    this.#isTurned = isTurned;
  }

  compare(before: Tree, after: Tree, path: string): void {
    if (before === after) return;
    if (before.kind === 'map' && after.kind === 'map') this.#compareMaps(before, after, path);
    else if (before.kind === 'list' && after.kind === 'list') this.#compareLists(before, after, path);
    else this.#changed(before, after, path, isOtherType(before, after) ? 'type' : undefined);
  }

  #compareMaps(before: Branch, after: Branch, path: string): void {
    for (const [key, old] of before.members) {
      const new_ = after.members.get(key);
      if (new_) this.compare(old, new_, pathOfKey(path, key));
      else this.#removed(old, pathOfKey(path, key));
    }
    for (const [key, new_] of after.members) {
      if (!before.members.has(key)) this.#added(new_, pathOfKey(path, key));
    }
  }

  /** Aligned by content, so that an item put in front is one addition. A changed item goes by its new place. */
  #compareLists(before: List, after: List, path: string): void {
    const [old, new_] = [idsOf(before), idsOf(after)];
    if (old.length === new_.length && isSame(old.toSorted(), new_.toSorted())) {
      this.#changed(before, after, path, 'order');
      return;
    }
    const marks = this.#isTurned
      ? diffSequences(new_, old, this.#steps)
      : diffSequences(old, new_, this.#steps);
    this.budgetSpent ||= !marks.isShortest;
    const blocks = blocksOf(marks);
    for (const block of this.#isTurned ? blocks.map(mirrored) : blocks) {
      const partners = this.#partners(block, before, after);
      const paired = new Set(partners.values());
      for (let x = block.beforeStart; x < block.beforeEnd; x++) {
        const y = partners.get(x);
        if (y === undefined) this.#removed(before.items[x] as Tree, `${path}[${x}]`);
        else this.compare(before.items[x] as Tree, after.items[y] as Tree, `${path}[${y}]`);
      }
      for (let y = block.afterStart; y < block.afterEnd; y++) {
        if (!paired.has(y)) this.#added(after.items[y] as Tree, `${path}[${y}]`);
      }
    }
  }

  #partners(block: Block, before: List, after: List): Map<number, number> {
    const alike = (x: number, y: number) => likenessOf(before.items[x] as Tree, after.items[y] as Tree);
    if (!this.#isTurned) return new Map(pairAlike(block, alike));
    return new Map(pairAlike(mirrored(block), (y, x) => alike(x, y)).map(([y, x]) => [x, y]));
  }

  #added(tree: Tree, path: string): void {
    this.changes.push({ path: path || root, change: 'added', before: null, after: shownValue(tree) });
  }

  #removed(tree: Tree, path: string): void {
    this.changes.push({ path: path || root, change: 'removed', before: shownValue(tree), after: null });
  }

  #changed(before: Tree, after: Tree, path: string, how?: ValueChange['how']): void {
    this.changes.push({
      path: path || root,
      change: 'changed',
      ...(how ? { how } : {}),
      before: shownValue(before),
      after: shownValue(after),
    });
  }
}

/** The path of the value as a whole. */
const root = '.';

function pathOfKey(path: string, key: string): string {
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${path}[${JSON.stringify(clipped(key, 200))}]`;
  return path === '' ? clipped(key, 200) : `${path}.${clipped(key, 200)}`;
}

const idsOf = (list: List) => Int32Array.from(list.items, ({ id }) => id);

const isSame = (a: Int32Array, b: Int32Array) => a.every((item, at) => item === b[at]);

/** 8 and "8", or 8 and 8.0; but from 1 to 0.5 it is the value that changed. */
function isOtherType(before: Tree, after: Tree): boolean {
  if (before.kind !== 'leaf' || after.kind !== 'leaf') return true;
  const isNumber = (type: string) => type === 'integer' || type === 'float';
  if (isNumber(before.type) && isNumber(after.type))
    return before.type !== after.type && before.value === after.value;
  return before.type !== after.type;
}

/** What is surely another item is zero; of two maps the one that shares more counts more. */
function likenessOf(before: Tree, after: Tree): number {
  if (before.kind !== after.kind) return 0;
  if (before.kind !== 'map' || after.kind !== 'map') return 0.1;
  let shared = 0;
  let looked = 0;
  for (const [key, value] of before.members) {
    if (++looked > 100) break;
    const other = after.members.get(key);
    shared += other === value ? 1 : other ? 0.2 : 0;
  }
  return shared / Math.max(before.members.size, after.members.size, 1);
}
