/** The columns of the table of what became of tensors: as many as there is room for. */
import type { Column } from '../../../parts/TreeGrid.svelte';
import { type MeasureName, measures, type SortKey } from './tensor-measures.ts';

const widths: readonly {
  readonly id: MeasureName | 'form';
  readonly width: string;
  readonly from: number;
}[] = [
  { id: 'relativeL2', width: '5.5rem', from: 0 },
  { id: 'maxAbs', width: '5.5rem', from: 440 },
  { id: 'changed', width: '5rem', from: 580 },
  { id: 'meanAbs', width: '5.5rem', from: 720 },
  { id: 'cosine', width: '6rem', from: 820 },
  { id: 'odd', width: '5.5rem', from: 920 },
  { id: 'form', width: 'minmax(8rem, 0.6fr)', from: 1040 },
];

export function columnsFor(width: number, sorted: SortKey): readonly Column[] {
  const sortOf = (id: string) => (sorted === id ? (id === 'name' ? 'ascending' : 'descending') : null);
  return [
    { id: 'name', title: 'Tensor', width: 'minmax(0, 1fr)', sort: sortOf('name') },
    { id: 'kind', title: 'Change', width: width < 420 ? '2rem' : '7.5rem' },
    ...widths
      .filter(({ from }) => width >= from)
      .map(
        ({ id, width: wide }): Column =>
          id === 'form'
            ? { id, title: 'dtype and shape', width: wide }
            : { id, title: measures[id].title, width: wide, align: 'end', sort: sortOf(id) },
      ),
  ];
}
