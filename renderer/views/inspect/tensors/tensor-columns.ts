/** The columns of the table of tensors: their words, what they sort by, and how many of them a width has room for. */
import { formatBytes } from '../../../../core/contract/format.ts';
import type { TensorFacts } from '../../../../core/contract/weights.ts';
import type { Column } from '../../../parts/TreeGrid.svelte';
import { countWords, shapeWords } from '../../../tensors/number-words.ts';

export type TensorColumn = 'name' | 'dtype' | 'shape' | 'parameters' | 'bytes' | 'offset';

export interface SortedBy {
  readonly by: TensorColumn;
  readonly direction: 'ascending' | 'descending';
}

interface ColumnKind {
  readonly id: TensorColumn;
  readonly title: string;
  readonly width: string;
  readonly align?: 'end';
  /** It is shown from so many pixels on. */
  readonly from: number;
}

/** From here on there is room for bars beside the bytes. */
export const wideFrom = 600;

const kinds: readonly ColumnKind[] = [
  { id: 'name', title: 'Name', width: 'minmax(0, 2fr)', from: 0 },
  { id: 'dtype', title: 'dtype', width: '5rem', from: 0 },
  { id: 'shape', title: 'Shape', width: 'minmax(6rem, 0.6fr)', from: 340 },
  { id: 'parameters', title: 'Parameters', width: '7rem', align: 'end', from: 680 },
  { id: 'bytes', title: 'Bytes', width: '5.5rem', align: 'end', from: 500 },
  { id: 'offset', title: 'Offset', width: '8rem', align: 'end', from: 800 },
];

export function columnsFor(width: number, sorted: SortedBy | null): readonly Column[] {
  return kinds
    .filter(({ from }) => width >= from)
    .map(({ from: _, ...column }) => ({
      ...column,
      ...(column.id === 'bytes' && width >= wideFrom ? { width: '8.5rem' } : {}),
      sort: sorted?.by === column.id ? sorted.direction : null,
    }));
}

/** The largest is what people sort by amounts for. */
export const startsWith = (by: TensorColumn): SortedBy['direction'] =>
  by === 'parameters' || by === 'bytes' ? 'descending' : 'ascending';

export function cellWords(tensor: TensorFacts, column: TensorColumn): string {
  switch (column) {
    case 'name':
      return tensor.name;
    case 'dtype':
      return tensor.dtype;
    case 'shape':
      return shapeWords(tensor.shape);
    case 'parameters':
      return countWords(tensor.parameters);
    case 'bytes':
      return formatBytes(tensor.bytes);
    case 'offset':
      return tensor.offset === null ? '' : countWords(tensor.offset);
  }
}

const collator = new Intl.Collator('en', { numeric: true });

/** By one column; equal ones stay in the order of the file. */
export function compareTensors(a: TensorFacts, b: TensorFacts, by: TensorColumn): number {
  switch (by) {
    case 'name':
      return collator.compare(a.name, b.name);
    case 'dtype':
      return collator.compare(a.dtype, b.dtype);
    case 'shape':
      return a.shape.length - b.shape.length || compareSizes(a.shape, b.shape);
    case 'offset':
      return (a.offset ?? -1) - (b.offset ?? -1);
    default:
      return a[by] - b[by];
  }
}

function compareSizes(a: readonly number[], b: readonly number[]): number {
  for (const [at, size] of a.entries()) if (size !== b[at]) return size - (b[at] ?? 0);
  return 0;
}
