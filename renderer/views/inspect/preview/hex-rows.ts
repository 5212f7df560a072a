/** Bytes as rows of sixteen, or eight where there is less room, and where a row stands: no element may be tall enough for a large file, so its bar is mapped. */
import { charOf, hexOf } from '../../../parts/bytes.ts';

export type PerRow = 8 | 16;

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

export const offsetWords = (offset: number, size: number) =>
  offset.toString(16).padStart(Math.max(8, size.toString(16).length), '0');

/** How many letters the three columns of a row take: the offset, the bytes, and what they are as text. */
export const lettersOf = (perRow: PerRow, size: number) =>
  offsetWords(0, size).length + columnOf(perRow, perRow) - 1 + perRow;

/** Where the digits of a byte begin; after eight there is a wider gap. */
const columnOf = (at: number, perRow: PerRow) => 3 * at + (perRow === 16 && at >= 8 ? 1 : 0);

/** The byte at a letter of the row. */
export function byteAtLetter(letter: number, perRow: PerRow): number {
  const shifted = perRow === 16 && letter >= 24 ? letter - 1 : letter;
  return Math.max(0, Math.min(perRow - 1, Math.floor(shifted / 3)));
}

/** A run of bytes that look alike. */
export interface Run {
  readonly text: string;
  readonly kind: string;
}

/** Digits, with room for what a last row lacks. */
export function hexRuns(bytes: Uint8Array, perRow: PerRow, kindAt: (at: number) => string = plain): Run[] {
  const words: Run[] = [];
  for (let at = 0; at < perRow; at++) {
    const byte = bytes[at];
    const digits = byte === undefined ? '  ' : hexOf(byte);
    const end = columnOf(at + 1, perRow) - columnOf(at, perRow) - 2;
    const kind = byte === undefined ? '' : kindAt(at);
    // The gap belongs to a run only where it goes on behind it.
    const goesOn = at + 1 < bytes.length && kindAt(at + 1) === kind;
    words.push({ text: digits + (goesOn ? ' '.repeat(end) : ''), kind });
    if (!goesOn && at < perRow - 1) words.push({ text: ' '.repeat(end), kind: '' });
  }
  return joined(words);
}

export function asciiRuns(bytes: Uint8Array, kindAt: (at: number) => string = plain): Run[] {
  return joined(Array.from(bytes, (byte, at) => ({ text: charOf(byte), kind: kindAt(at) })));
}

const plain = () => '';

function joined(words: readonly Run[]): Run[] {
  const runs: { text: string; kind: string }[] = [];
  for (const { text, kind } of words) {
    const last = runs.at(-1);
    if (last?.kind === kind) last.text += text;
    else runs.push({ text, kind });
  }
  return runs;
}

/** "4096", "0x1000" or "1000h"; null where it is no place. */
export function parseOffset(text: string): number | null {
  const wanted = text.trim().toLowerCase().replaceAll(/[ ,_]/g, '');
  const hex = /^0x([0-9a-f]{1,13})$/.exec(wanted)?.[1] ?? /^([0-9a-f]{1,13})h$/.exec(wanted)?.[1];
  if (hex !== undefined) return Number.parseInt(hex, 16);
  return /^\d{1,15}$/.test(wanted) ? Number(wanted) : null;
}
