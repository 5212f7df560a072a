/** Blocks of lines that were taken out in one place and stand, unchanged, in another. */
import type { MovedLines } from '../contract/diff.ts';
import { knownNumbers } from './known-numbers.ts';
import type { Marks } from './sequence.ts';

const fewestLines = 3;
/** Braces and blank lines stand everywhere; what moved has to say something. */
const fewestTelling = 2;

type Changed = Pick<Marks, 'before' | 'after'>;

/**
 * Found by three lines in a row that were removed once and added once, then drawn out as far as removed and added
 * lines go on being equal.
 */
export function movedLines(
  changed: Changed,
  beforeIds: Int32Array,
  afterIds: Int32Array,
  afterLines: readonly string[],
): MovedLines[] {
  const pairs = new Map<number, number>();
  const removed = onceOnly(beforeIds, changed.before, changedIds(afterIds, changed.after), pairs);
  const added = onceOnly(afterIds, changed.after, changedIds(beforeIds, changed.before), pairs);
  const moved: MovedLines[] = [];
  const takenAfter = new Uint8Array(afterIds.length);
  let next = 0;
  for (const [key, at] of removed) {
    const place = added.get(key);
    if (at < next || place === undefined || place < 0) continue;
    const isSame = (by: number) =>
      at + by >= next &&
      changed.before[at + by] === 1 &&
      changed.after[place + by] === 1 &&
      takenAfter[place + by] === 0 &&
      beforeIds[at + by] === afterIds[place + by];
    let first = 0;
    while (isSame(first - 1)) first--;
    let end = 0;
    while (isSame(end)) end++;
    if (end - first < fewestLines || !isTelling(afterLines, place + first, place + end)) continue;
    moved.push({ before: at + first + 1, after: place + first + 1, lines: end - first });
    takenAfter.fill(1, place + first, place + end);
    next = at + end;
  }
  return moved;
}

const mostLines = 2 ** 26;

const changedIds = (ids: Int32Array, changed: Uint8Array) =>
  knownNumbers(ids.filter((_, at) => changed[at] === 1));

/**
 * Every three changed lines in a row that the other side knows, by a number of their own, in order: where they begin, or -1 if
 * they come again.
 */
function onceOnly(
  ids: Int32Array,
  changed: Uint8Array,
  isKnown: (id: number) => boolean,
  pairs: Map<number, number>,
): Map<number, number> {
  const places = new Map<number, number>();
  let run = 0;
  for (let last = 0; last < ids.length; last++) {
    run = changed[last] === 1 && isKnown(ids[last] as number) ? run + 1 : 0;
    if (run < fewestLines) continue;
    const at = last - fewestLines + 1;
    // Line numbers stay far below 2 ** 26, so two of them make one exact number.
    const two = (ids[at] as number) * mostLines + (ids[at + 1] as number);
    const pair = pairs.get(two) ?? pairs.size;
    pairs.set(two, pair);
    const key = pair * mostLines + (ids[at + 2] as number);
    places.set(key, places.has(key) ? -1 : at);
  }
  return places;
}

function isTelling(lines: readonly string[], start: number, end: number): boolean {
  let telling = 0;
  for (let at = start; at < end && telling < fewestTelling; at++) {
    if (/[\p{L}\p{N}]{2}/u.test(lines[at] as string)) telling++;
  }
  return telling >= fewestTelling;
}
