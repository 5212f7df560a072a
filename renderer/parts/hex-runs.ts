/** A row of bytes, sixteen or eight where there is less room, as runs of what looks alike: of digits, and as text. */
import { charOf, hexOf } from './bytes.ts';

export type PerRow = 8 | 16;

export const offsetWords = (offset: number, size: number) =>
  offset.toString(16).padStart(Math.max(8, size.toString(16).length), '0');

/** Where the digits of a byte begin; after eight there is a wider gap. */
export const columnOf = (at: number, perRow: PerRow) => 3 * at + (perRow === 16 && at >= 8 ? 1 : 0);

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
