/** Where a row of bytes stands, and a byte in it: no element may be tall enough for a large file, so its bar is mapped. */
import { columnOf, offsetWords, type PerRow } from '../../../parts/hex-runs.ts';

/** Chromium ends elements at some 33 million pixels; well below that a bar is fine enough. */
const tallest = 8_000_000;

/** How a scroll position and a row tell of each other, for a file of so many rows. */
export class RowScale {
  readonly rows: number;
  readonly rowPx: number;
  readonly height: number;
  readonly isMapped: boolean;

  constructor(size: number, rowPx: number, perRow: PerRow = 16) {
    this.rows = Math.max(1, Math.ceil(size / perRow));
    this.rowPx = rowPx;
    this.isMapped = this.rows * rowPx > tallest;
    this.height = this.isMapped ? tallest : this.rows * rowPx;
  }

  lastFirst(viewPx: number): number {
    return Math.max(0, this.rows - Math.floor(viewPx / this.rowPx));
  }

  /** The first row that is seen, where the bar stands so far down. */
  rowAt(scrollTop: number, viewPx: number): number {
    if (!this.isMapped) return Math.floor(scrollTop / this.rowPx);
    const share = scrollTop / Math.max(1, this.height - viewPx);
    return Math.round(Math.min(1, Math.max(0, share)) * this.lastFirst(viewPx));
  }

  scrollTopOf(row: number, viewPx: number): number {
    if (!this.isMapped) return row * this.rowPx;
    return (row / Math.max(1, this.lastFirst(viewPx))) * (this.height - viewPx);
  }
}

/** How many letters the three columns of a row take: the offset, the bytes, and what they are as text. */
export const lettersOf = (perRow: PerRow, size: number) =>
  offsetWords(0, size).length + columnOf(perRow, perRow) - 1 + perRow;

/** The byte at a letter of the row. */
export function byteAtLetter(letter: number, perRow: PerRow): number {
  const shifted = perRow === 16 && letter >= 24 ? letter - 1 : letter;
  return Math.max(0, Math.min(perRow - 1, Math.floor(shifted / 3)));
}

/** "4096", "0x1000" or "1000h"; null where it is no place. */
export function parseOffset(text: string): number | null {
  const wanted = text.trim().toLowerCase().replaceAll(/[ ,_]/g, '');
  const hex = /^0x([0-9a-f]{1,13})$/.exec(wanted)?.[1] ?? /^([0-9a-f]{1,13})h$/.exec(wanted)?.[1];
  if (hex !== undefined) return Number.parseInt(hex, 16);
  return /^\d{1,15}$/.test(wanted) ? Number(wanted) : null;
}
