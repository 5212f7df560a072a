/** How warm a value is: seven steps of equal ratio, from a thousandth of the largest to the largest; and none at all. */

export const heatSteps = 7;
/** What is smaller than this part of the largest is as cold as can be. */
const decades = 3.5;

/** 0 for what is no change, else 1 to 7. */
export function heatOf(value: number, largest: number): number {
  // NaN counts as changed as can be: nothing larger can be said of it.
  if (Number.isNaN(value)) return heatSteps;
  if (value <= 0 || largest <= 0) return 0;
  if (!Number.isFinite(largest)) return Number.isFinite(value) ? 1 : heatSteps;
  const below = Math.log10(largest / value);
  const step = heatSteps - Math.floor((below / decades) * heatSteps);
  return Math.max(1, Math.min(heatSteps, step));
}

/** The least value of a step. */
export function leastOf(step: number, largest: number): number {
  return step <= 1 ? 0 : largest * 10 ** ((-decades * (heatSteps - step + 1)) / heatSteps);
}

/** Which numbers of the flattened tensor a cell stands for: [from, to). */
export function stretchOf(cell: number, cells: number, length: number): readonly [number, number] {
  const edge = (at: number) => Math.floor((at * length) / cells);
  return [edge(cell), edge(cell + 1)];
}

/** The same in words; of a matrix in rows, since those are what people count. */
export function stretchWords(cell: number, cells: number, shape: readonly number[]): string {
  const length = shape.reduce((product, size) => product * size, 1);
  const [from, to] = stretchOf(cell, cells, length);
  const rowLength = shape.length === 2 ? (shape[1] ?? 0) : 0;
  const [first, last] =
    rowLength > 0 ? [Math.floor(from / rowLength), Math.floor((to - 1) / rowLength)] : [from, to - 1];
  const what = rowLength > 0 ? 'row' : 'number';
  const words = (at: number) => at.toLocaleString('en-US');
  return last <= first ? `${what} ${words(first)}` : `${what}s ${words(first)} to ${words(last)}`;
}
