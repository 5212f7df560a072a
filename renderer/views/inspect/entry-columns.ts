/** The columns of the entries: what each shows of a row, and how it is sorted. A folder shows the sums of what is in it. */
import { formatBytes } from '../../../core/contract/format.ts';
import type { Severity } from '../../../core/contract/model.ts';
import { localTime } from '../../parts/words.ts';
import type { Tree } from '../../tree/tree.ts';
import type { EntryFacts } from './entry-facts.ts';

export const columnIds = [
  'name',
  'role',
  'size',
  'packed',
  'ratio',
  'method',
  'crc32',
  'modified',
  'mode',
  'offset',
  'sha256',
] as const;
export type ColumnId = (typeof columnIds)[number];

export interface ColumnWords {
  readonly id: ColumnId;
  readonly title: string;
  /** In rem; the name takes what is left as well. */
  readonly width: number;
  readonly align?: 'end';
}

export const columnWords: readonly ColumnWords[] = [
  { id: 'name', title: 'Name', width: 10 },
  { id: 'role', title: 'Role', width: 6.5 },
  { id: 'size', title: 'Size', width: 7, align: 'end' },
  { id: 'packed', title: 'Packed', width: 5, align: 'end' },
  { id: 'ratio', title: 'Ratio', width: 4.5, align: 'end' },
  { id: 'method', title: 'Method', width: 4.5 },
  { id: 'crc32', title: 'CRC-32', width: 5.75 },
  { id: 'modified', title: 'Modified', width: 11 },
  { id: 'mode', title: 'Mode', width: 4 },
  { id: 'offset', title: 'Offset', width: 6, align: 'end' },
  { id: 'sha256', title: 'SHA-256', width: 12 },
];

/** What fits into so many rem and leaves the names room. */
export function shownAtFirst(rem: number): readonly ColumnId[] {
  if (rem > 38) return ['name', 'role', 'size', 'packed', 'method'];
  if (rem > 30) return ['name', 'role', 'size', 'packed'];
  return rem > 24 ? ['name', 'role', 'size'] : ['name', 'size'];
}

export interface Sorted {
  readonly by: ColumnId;
  readonly direction: 'ascending' | 'descending';
}

const severities: readonly (Severity | null)[] = [null, 'info', 'warning', 'error'];

/** Sums and texts for the nodes of one tree over the entries. */
export class EntryCells {
  readonly tree: Tree;
  readonly facts: EntryFacts;
  readonly sizes: Float64Array;
  readonly packed: Float64Array;
  /** How many entries a folder holds. */
  readonly counts: Float64Array;
  /** Where each entry stands in the tree. */
  readonly nodes: Int32Array;
  readonly #worst: Uint8Array;
  readonly #knowsPacked: boolean;
  readonly sha256At: (item: number) => string | null;

  constructor(tree: Tree, facts: EntryFacts, sha256At: (item: number) => string | null = () => null) {
    this.sha256At = sha256At;
    const { size, compressedSize } = facts.columns;
    this.tree = tree;
    this.facts = facts;
    this.sizes = tree.sums((item) => size[item] as number);
    this.packed = tree.sums((item) => compressedSize[item] ?? 0);
    this.counts = tree.sums((item) => (facts.columns.type[item] === 'folder' ? 0 : 1));
    this.nodes = new Int32Array(facts.count).fill(-1);
    for (let node = 1; node < tree.count; node++) {
      const item = tree.items[node] as number;
      if (item !== -1) this.nodes[item] = node;
    }
    this.#worst = this.#worstBelow();
    this.#knowsPacked = compressedSize.length === 0 || compressedSize.some((bytes) => bytes !== null);
  }

  /** Of a folder the worst that is in it. */
  worstAt(node: number): Severity | null {
    return severities[this.#worst[node] as number] ?? null;
  }

  #worstBelow(): Uint8Array {
    const { tree, facts } = this;
    const worst = new Uint8Array(tree.count);
    if (!facts.hasFindings) return worst;
    // A node is always made after its parent.
    for (let node = tree.count - 1; node > 0; node--) {
      const item = tree.items[node] as number;
      const own = item === -1 ? 0 : severities.indexOf(facts.worstAt(item));
      worst[node] = Math.max(worst[node] as number, own);
      const parent = tree.parents[node] as number;
      worst[parent] = Math.max(worst[parent] as number, worst[node] as number);
    }
    return worst;
  }

  /** Of what is selected, each entry once: a folder counts for all that is in it. */
  sumsOf(
    nodes: Iterable<number>,
    chosen: ReadonlySet<number>,
  ): { entries: number; size: number; packed: number | null } {
    let [entries, size, packed] = [0, 0, 0];
    for (const node of nodes) {
      if (this.#isBelow(node, chosen)) continue;
      entries += this.counts[node] as number;
      size += this.sizes[node] as number;
      packed += this.packed[node] as number;
    }
    return { entries, size, packed: this.#knowsPacked ? packed : null };
  }

  /** The files that are selected, alone or with the folder that they are in, in the archive's order. */
  filesIn(chosen: ReadonlySet<number>): readonly number[] {
    if (chosen.size === 0) return [];
    const files: number[] = [];
    const { type } = this.facts.columns;
    for (let item = 0; item < this.facts.count; item++) {
      const node = this.nodes[item] as number;
      if (type[item] === 'file' && (chosen.has(node) || this.#isBelow(node, chosen))) files.push(item);
    }
    return files;
  }

  #isBelow(node: number, chosen: ReadonlySet<number>): boolean {
    for (let at = this.tree.parents[node] as number; at > 0; at = this.tree.parents[at] as number)
      if (chosen.has(at)) return true;
    return false;
  }

  packedAt(node: number): number | null {
    return this.#knowsPacked ? (this.packed[node] as number) : null;
  }

  textAt(node: number, column: ColumnId): string {
    const item = this.tree.items[node] as number;
    const { method, crc32, modified, mode, offset } = this.facts.columns;
    const isFolder = this.tree.isFolder(node);
    switch (column) {
      case 'name':
        return this.tree.names[node] as string;
      case 'role':
        return isFolder || item === -1 ? '' : this.facts.roleAt(item);
      case 'size':
        return formatBytes(this.sizes[node] as number);
      case 'packed': {
        const packed = this.packedAt(node);
        return packed === null ? '' : formatBytes(packed);
      }
      case 'ratio':
        return this.#ratioText(node);
      case 'method':
        return isFolder || item === -1 ? '' : (method[item] as string);
      case 'crc32':
        return isFolder || item === -1 ? '' : (crc32[item] ?? '');
      case 'modified':
        return item === -1 || !Number.isFinite(modified[item]) ? '' : localTime(modified[item] as number);
      case 'mode':
        return item === -1 ? '' : (mode[item] as string);
      case 'offset': {
        const at = item === -1 ? null : (offset[item] as number | null);
        return at === null ? '' : `0x${at.toString(16)}`;
      }
      case 'sha256':
        return item === -1 ? '' : (this.sha256At(item) ?? '');
    }
  }

  #ratioText(node: number): string {
    const packed = this.packedAt(node);
    const size = this.sizes[node] as number;
    return packed === null || size === 0 ? '' : `${((100 * packed) / size).toFixed(0)} %`;
  }

  /** For Tree.sort; equal ones keep the archive's order, and folders stand before files. */
  comparer(sorted: Sorted | null): (a: number, b: number) => number {
    if (sorted === null) return (a, b) => a - b;
    const { tree } = this;
    const sign = sorted.direction === 'ascending' ? 1 : -1;
    const key = this.#sortKey(sorted.by);
    return (a, b) => {
      const folders = Number(tree.isFolder(b)) - Number(tree.isFolder(a));
      if (folders !== 0) return folders;
      const [one, other] = [key(a), key(b)];
      if (one === other) return a - b;
      return one < other ? -sign : sign;
    };
  }

  #sortKey(column: ColumnId): (node: number) => string | number {
    const { names, items } = this.tree;
    const { modified, offset } = this.facts.columns;
    switch (column) {
      case 'name': {
        const lower = names.map((name) => name.toLowerCase());
        return (node) => lower[node] as string;
      }
      case 'size':
        return (node) => this.sizes[node] as number;
      case 'packed':
        return (node) => this.packed[node] as number;
      case 'ratio':
        return (node) => (this.packed[node] as number) / Math.max(1, this.sizes[node] as number);
      case 'modified':
        return (node) => (items[node] === -1 ? 0 : (modified[items[node] as number] as number));
      case 'offset':
        return (node) => (items[node] === -1 ? -1 : (offset[items[node] as number] ?? -1));
      default:
        return (node) => this.textAt(node, column);
    }
  }
}
