/**
 * Where the cells of a layer map lie: a column for each layer, its tensors below each other, so that equal layers show their
 * like tensors side by side. A layer of many tensors takes several columns; bands follow each other as lines of a text do.
 */
import type { Layer } from './layers.ts';

export interface MapCell {
  readonly item: number;
  readonly layer: number;
  /** Counted through all bands. */
  readonly column: number;
  readonly row: number;
  readonly x: number;
  readonly y: number;
}

export interface MapPlaces {
  /** In the order of the model. */
  readonly cells: readonly MapCell[];
  readonly labels: readonly { readonly text: string; readonly x: number; readonly y: number }[];
  /** From cell to cell. */
  readonly step: number;
  readonly height: number;
  /** The cell at a point, or -1. */
  at(x: number, y: number): number;
}

const mostRows = 24;
const labelPx = 16;
const gapPx = 3;

/** Cells as large as a finger where there are few, small where a model has thousands. */
const stepFor = (tensors: number) => (tensors <= 400 ? 14 : tensors <= 3000 ? 10 : 8);

export function placeCells(layers: readonly Layer[], width: number): MapPlaces {
  const tensors = layers.reduce((sum, { items }) => sum + items.length, 0);
  const step = stepFor(tensors);
  const rows = rowsFor(layers);
  const perBand = Math.max(1, Math.floor((width - gapPx) / step));
  const cells: MapCell[] = [];
  const labels: { text: string; x: number; y: number }[] = [];
  const cellsAt = new Map<number, number>();
  let column = 0;
  let columnsBefore = 0;
  /** Of the band that is filled: where it begins, and how many rows it has so far. */
  let top = 0;
  let bandRows = 0;
  let waiting: { text: string; x: number }[] = [];
  let gaps = 0;
  let labelEnd = 0;
  const bands: { top: number; rows: number }[] = [];
  const widthNow = (columns: number) => columns * step + gaps * gapPx;
  const endBand = () => {
    bands.push({ top, rows: bandRows });
    const below = top + bandRows * step;
    labels.push(...waiting.map((label) => ({ ...label, y: below })));
    top = below + labelPx;
    columnsBefore += column;
    column = gaps = labelEnd = bandRows = 0;
    waiting = [];
  };
  for (const [layer, { items, label }] of layers.entries()) {
    const columns = Math.ceil(items.length / rows);
    if (column > 0 && widthNow(column + Math.min(columns, perBand)) > width) endBand();
    const x = widthNow(column);
    const text = label.length > 18 ? `${label.slice(0, 17)}…` : label;
    if (x >= labelEnd && x + labelWidth(text) <= width) {
      waiting.push({ text, x });
      labelEnd = x + labelWidth(text);
    }
    for (const [at, item] of items.entries()) {
      if (at > 0 && at % rows === 0) {
        column++;
        if (widthNow(column + 1) > width) endBand();
      }
      const row = at % rows;
      bandRows = Math.max(bandRows, row + 1);
      const [left, y] = [widthNow(column), top + row * step];
      cellsAt.set(keyOf(left, y), cells.length);
      cells.push({ item, layer, column: columnsBefore + column, row, x: left, y });
    }
    column++;
    gaps++;
  }
  if (cells.length > 0) endBand();
  const at = (x: number, y: number) => {
    const band = bands.findLast((one) => one.top <= y);
    if (band === undefined || y >= band.top + band.rows * step) return -1;
    const rowTop = band.top + Math.floor((y - band.top) / step) * step;
    // Columns begin at any pixel, for gaps lie between them.
    for (let left = Math.floor(x); left > x - step; left--) {
      const cell = cellsAt.get(keyOf(left, rowTop));
      if (cell !== undefined) return cell;
    }
    return -1;
  };
  return { cells, labels, step, height: top, at };
}

/** As high as most layers are, so that few need a second column. */
function rowsFor(layers: readonly Layer[]): number {
  const sizes = layers.map(({ items }) => items.length).sort((a, b) => a - b);
  const usual = sizes[Math.floor(sizes.length * 0.9)] ?? sizes.at(-1) ?? 1;
  return Math.max(1, Math.min(mostRows, usual));
}

const labelWidth = (text: string) => text.length * 6.4 + 8;
const keyOf = (x: number, y: number) => x * 4_000_000 + y;

/** The cell that a key leads to. */
export function keyTo({ cells }: MapPlaces, from: number, key: string): number | null {
  const here = cells[from];
  if (here === undefined) return null;
  switch (key) {
    case 'ArrowDown':
      return Math.min(cells.length - 1, from + 1);
    case 'ArrowUp':
      return Math.max(0, from - 1);
    case 'ArrowRight':
      return besides(cells, from, 1);
    case 'ArrowLeft':
      return besides(cells, from, -1);
    case 'PageDown':
      return layerStart(cells, here.layer + 1) ?? cells.length - 1;
    case 'PageUp':
      return layerStart(cells, here.layer - 1) ?? 0;
    case 'Home':
      return 0;
    case 'End':
      return cells.length - 1;
    default:
      return null;
  }
}

/** The one of the next column that stands as high, or the last of that column. */
function besides(cells: readonly MapCell[], from: number, direction: 1 | -1): number {
  const { column, row } = cells[from] as MapCell;
  const wanted = column + direction;
  let best = from;
  for (let at = from; ; at += direction) {
    const cell = cells[at];
    if (cell === undefined || (cell.column - wanted) * direction > 0) return best;
    if (cell.column === wanted && (best === from || isNearer(cell, cells[best] as MapCell, row))) best = at;
  }
}

const isNearer = (a: MapCell, b: MapCell, row: number) => Math.abs(a.row - row) < Math.abs(b.row - row);

const layerStart = (cells: readonly MapCell[], layer: number): number | null => {
  const at = cells.findIndex((cell) => cell.layer === layer);
  return at === -1 ? null : at;
};
