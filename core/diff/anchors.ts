/** Where two sequences surely belong together: items that stand once on either side, as many as keep their order. */

export interface Anchor {
  readonly x: number;
  readonly y: number;
}

export function anchorsOf(
  x: Int32Array,
  xStart: number,
  xEnd: number,
  y: Int32Array,
  yStart: number,
  yEnd: number,
): Anchor[] {
  const onceInY = placesOfUnique(y, yStart, yEnd);
  const common: Anchor[] = [];
  for (const [value, place] of placesOfUnique(x, xStart, xEnd)) {
    const partner = onceInY.get(value);
    if (place >= 0 && partner !== undefined && partner >= 0) common.push({ x: place, y: partner });
  }
  return longestRising(common.sort((a, b) => a.x - b.x));
}

/** The place of each item, or -1 where it stands more than once. */
function placesOfUnique(items: Int32Array, start: number, end: number): Map<number, number> {
  const places = new Map<number, number>();
  for (let at = start; at < end; at++) {
    const item = items[at] as number;
    places.set(item, places.has(item) ? -1 : at);
  }
  return places;
}

/** Patience sorting: of pairs in the order of x, the most whose y rise too. */
function longestRising(pairs: readonly Anchor[]): Anchor[] {
  // The pair with the lowest y that ends a rising run of each length, and for each pair the one before it.
  const ends: number[] = [];
  const previous = new Int32Array(pairs.length).fill(-1);
  for (const [index, { y }] of pairs.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((pairs[ends[middle] as number] as Anchor).y < y) low = middle + 1;
      else high = middle;
    }
    if (low > 0) previous[index] = ends[low - 1] as number;
    ends[low] = index;
  }
  const rising: Anchor[] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = previous[at] as number) rising.push(pairs[at] as Anchor);
  return rising.reverse();
}
