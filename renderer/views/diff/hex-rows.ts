/** Bytes as rows of a hex view, and which of them a range holds. */
import type { ByteRange } from '../../../core/contract/diff.ts';
import { asciiRuns, hexRuns, type PerRow, type Run } from '../../parts/hex-runs.ts';

export const bytesAtOnce = 512;
/** Offsets begin rows of so many bytes, whatever fits on the screen. */
const grid = 16;

export interface HexRow {
  readonly offset: number;
  readonly hex: readonly Run[];
  readonly text: readonly Run[];
}

export function hexRows(
  bytes: Uint8Array,
  offset: number,
  perRow: PerRow,
  isMarked: (offset: number) => boolean,
): HexRow[] {
  const rows: HexRow[] = [];
  for (let start = 0; start < bytes.length; start += perRow) {
    const here = bytes.subarray(start, start + perRow);
    const kindAt = (at: number) => (isMarked(offset + start + at) ? 'marked' : '');
    rows.push({ offset: offset + start, hex: hexRuns(here, perRow, kindAt), text: asciiRuns(here, kindAt) });
  }
  return rows;
}

/** Two rows before a place, at the beginning of a row. */
export const windowStart = (place: number) => Math.max(0, Math.floor(place / grid) - 2) * grid;

export function isInRange(offset: number, side: 'before' | 'after', ranges: readonly ByteRange[]): boolean {
  // They are in order and may be many.
  let [low, high] = [0, ranges.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle] as ByteRange;
    const start = side === 'before' ? range.beforeStart : range.afterStart;
    const length = side === 'before' ? range.beforeLength : range.afterLength;
    if (offset < start) high = middle - 1;
    else if (offset >= start + length) low = middle + 1;
    else return true;
  }
  return false;
}
