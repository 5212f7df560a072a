/** What somebody types to be found among bytes. */
import { hexOf } from '../../../parts/bytes.ts';

export type FindAs = 'hex' | 'text';

const mostBytes = 256;

/** As the engine wants it, two digits a byte; null where nothing can be searched for, with the reason in words. */
export function patternOf(typed: string, as: FindAs): { readonly bytes: string } | { readonly why: string } {
  if (as === 'text') {
    const bytes = new TextEncoder().encode(typed);
    if (bytes.length > mostBytes) return { why: `at most ${mostBytes} bytes can be searched for` };
    return { bytes: Array.from(bytes, hexOf).join('') };
  }
  const digits = typed.toLowerCase().replaceAll(/0x|[\s,:-]/g, '');
  if (!/^[0-9a-f]*$/.test(digits)) return { why: 'bytes are written as 50 4b 03 04' };
  if (digits.length % 2 === 1) return { why: 'each byte has two digits' };
  if (digits.length > 2 * mostBytes) return { why: `at most ${mostBytes} bytes can be searched for` };
  return { bytes: digits };
}

/** Which of sorted places holds this offset, each so many bytes long; -1 where none does. */
export function hitAt(offsets: readonly number[], length: number, offset: number): number {
  const at = firstFrom(offsets, offset + 1) - 1;
  return at >= 0 && offset < (offsets[at] as number) + length ? at : -1;
}

/** The first of sorted places that is not before this offset; their count where all are. */
export function firstFrom(offsets: readonly number[], offset: number): number {
  let [low, high] = [0, offsets.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] as number) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
