/** The tensors of one weights file as rows: a tree by the dots of their names or a flat list, sorted and filtered. */
import type { TensorFacts, TensorListing } from '../../../../core/contract/weights.ts';
import { wantedTensors } from '../../../tensors/wanted-tensors.ts';
import { Tree } from '../../../tree/tree.ts';
import { TreeRows } from '../../../tree/tree-rows.svelte.ts';
import { namePaths } from './name-paths.ts';
import { compareTensors, type SortedBy, startsWith, type TensorColumn } from './tensor-columns.ts';

/** Above so many tensors only the outermost parts of names are open at first. */
const opensAllBelow = 300;

export class TensorTable {
  readonly listing: TensorListing;
  rows = $state.raw<TreeRows>(new TreeRows(new Tree([])));
  isFlat = $state(false);
  sorted = $state.raw<SortedBy | null>(null);
  filter = $state('');
  /** What is wrong with the filter; null where nothing is. */
  filterFlaw = $state<string | null>(null);
  matching = $state(0);
  #parameters: Float64Array = new Float64Array();
  #bytes: Float64Array = new Float64Array();
  #counts: Float64Array = new Float64Array();

  constructor(listing: TensorListing) {
    this.listing = listing;
    this.#arrange();
  }

  get tree(): Tree {
    return this.rows.tree;
  }

  tensorAt(node: number): TensorFacts | null {
    return this.listing.tensors[this.tree.items[node] ?? -1] ?? null;
  }

  /** What lies below a part of a name, itself included. */
  sumsAt(node: number): { readonly tensors: number; readonly parameters: number; readonly bytes: number } {
    const { [node]: parameters = 0 } = this.#parameters;
    return { tensors: this.#counts[node] ?? 0, parameters, bytes: this.#bytes[node] ?? 0 };
  }

  setFlat(isFlat: boolean): void {
    const focused = this.tree.items[this.rows.focused] ?? -1;
    this.isFlat = isFlat;
    this.#arrange();
    if (focused !== -1) this.reveal(focused);
  }

  sortBy(by: TensorColumn): void {
    const first = startsWith(by);
    // The third press gives back the order of the file.
    if (this.sorted?.by !== by) this.sorted = { by, direction: first };
    else if (this.sorted.direction === first)
      this.sorted = { by, direction: first === 'ascending' ? 'descending' : 'ascending' };
    else this.sorted = null;
    this.rows.sort(this.#comparer());
  }

  setFilter(text: string): void {
    this.filter = text;
    this.#applyFilter();
  }

  /** Shows a tensor, whatever the filter says of it; its node. */
  reveal(item: number): number {
    const node = this.rows.nodeOfItem(item);
    if (node <= 0) return -1;
    if (this.filter !== '' && this.rows.rowOf(node) === -1) this.setFilter('');
    this.rows.reveal(node);
    return node;
  }

  /** Those that are shown, in their order. */
  shown(): readonly TensorFacts[] {
    const nodes = this.filter === '' ? this.tree.flatten(() => true, null) : this.rows.rows;
    return [...nodes].map((node) => this.tensorAt(node)).filter((tensor) => tensor !== null);
  }

  #arrange(): void {
    const { tensors } = this.listing;
    const names = tensors.map(({ name }) => name);
    const tree = new Tree(this.isFlat ? names : namePaths(names), this.isFlat);
    this.#parameters = tree.sums((item) => tensors[item]?.parameters ?? 0);
    this.#bytes = tree.sums((item) => tensors[item]?.bytes ?? 0);
    this.#counts = tree.sums(() => 1);
    this.rows = new TreeRows(tree, tensors.length < opensAllBelow ? undefined : 1);
    this.rows.sort(this.#comparer());
    this.#applyFilter();
  }

  #applyFilter(): void {
    const { tensors } = this.listing;
    const { isWanted, flaw } = wantedTensors(this.filter);
    this.filterFlaw = flaw;
    if (isWanted === null) {
      this.matching = tensors.length;
      this.rows.filter(null);
      return;
    }
    const wanted = tensors.map(isWanted);
    this.matching = wanted.reduce((sum, one) => sum + Number(one), 0);
    this.rows.filter((item) => wanted[item] === true);
  }

  #comparer(): (a: number, b: number) => number {
    const { sorted, tree } = this;
    if (sorted === null) return (a, b) => a - b;
    const { by, direction } = sorted;
    const sign = direction === 'ascending' ? 1 : -1;
    return (a, b) => sign * this.#compare(a, b, by, tree) || a - b;
  }

  #compare(a: number, b: number, by: TensorColumn, tree: Tree): number {
    if (by === 'parameters' || by === 'bytes') {
      const sums = by === 'parameters' ? this.#parameters : this.#bytes;
      return (sums[a] ?? 0) - (sums[b] ?? 0);
    }
    const [one, other] = [this.tensorAt(a), this.tensorAt(b)];
    if (one !== null && other !== null) return compareTensors(one, other, by);
    if (one === null && other === null) return by === 'name' ? compareNames(tree, a, b) : 0;
    return by === 'name' ? compareNames(tree, a, b) : one === null ? -1 : 1;
  }
}

const collator = new Intl.Collator('en', { numeric: true });
const compareNames = (tree: Tree, a: number, b: number) =>
  collator.compare(tree.names[a] as string, tree.names[b] as string);
