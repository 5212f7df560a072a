/** Inside a stretch that differs: which of the old items became which of the new ones. */
import type { Block } from './sequence.ts';

/** A block of more than this is one content in place of another: what pairs were found would be chance. */
const mostPairings = 400;
const mostInOrder = 10_000;

/** As many on either side belong together in order; else those whose likenesses, from 0 to 1, add up to most. */
export function pairAlike(
  { beforeStart, beforeEnd, afterStart, afterEnd }: Block,
  likenessOf: (x: number, y: number) => number,
): [number, number][] {
  const removed = beforeEnd - beforeStart;
  const added = afterEnd - afterStart;
  if (removed === added && removed <= mostInOrder)
    return Array.from({ length: removed }, (_, at) => [beforeStart + at, afterStart + at]);
  if (removed * added > mostPairings) return [];
  const width = added + 1;
  // The best sum for what stands from x and y on.
  const best = new Float64Array((removed + 1) * width);
  const bestAt = (x: number, y: number) => best[x * width + y] as number;
  for (let x = removed - 1; x >= 0; x--) {
    for (let y = added - 1; y >= 0; y--) {
      const paired = bestAt(x + 1, y + 1) + likenessOf(beforeStart + x, afterStart + y);
      best[x * width + y] = Math.max(paired, bestAt(x + 1, y), bestAt(x, y + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let x = 0, y = 0; x < removed && y < added; ) {
    if (bestAt(x, y) === bestAt(x + 1, y)) x++;
    else if (bestAt(x, y) === bestAt(x, y + 1)) y++;
    else pairs.push([beforeStart + x++, afterStart + y++]);
  }
  return pairs;
}
