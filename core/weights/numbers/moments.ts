/** Minimum, maximum, mean and deviation of the finite numbers, block by block, and 64 bins once the ends are known. */

export interface Moments {
  finite: number;
  min: number;
  max: number;
  mean: number;
  /** The sum of squared distances from the mean. */
  spread: number;
  zeros: number;
  nan: number;
  inf: number;
}

export const statisticsBins = 64;
/** Many times what rounding can do to a place among the bins. */
const near = 1e-9;

export const noMoments = (): Moments => ({
  finite: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  mean: 0,
  spread: 0,
  zeros: 0,
  nan: 0,
  inf: 0,
});

/** Changes the block where not all of it is finite. */
export function addBlock(to: Moments, block: Float64Array): void {
  if (momentsOf(to, block)) return;
  const finite = keepFinite(to, block);
  if (!momentsOf(to, finite)) merge(to, halved(finite));
}

/** Chan's way to put two together, which loses no digits to large numbers that lie close to each other. */
export function merge(to: Moments, other: Moments): void {
  to.nan += other.nan;
  to.inf += other.inf;
  to.zeros += other.zeros;
  if (other.finite === 0) return;
  const finite = to.finite + other.finite;
  const apart = other.mean - to.mean;
  const share = other.finite / finite;
  to.spread += other.spread + (to.finite === 0 ? 0 : apart * apart * to.finite * share);
  // Where the two lie too far apart for their distance, each counts by its share.
  to.mean = Number.isFinite(apart) ? to.mean + apart * share : to.mean * (1 - share) + other.mean * share;
  if (to.finite === 0) to.mean = other.mean;
  to.finite = finite;
  to.min = Math.min(to.min, other.min);
  to.max = Math.max(to.max, other.max);
}

/** False, and nothing counted, where some number is not finite, or a sum grew too large. */
function momentsOf(to: Moments, block: Float64Array): boolean {
  const length = block.length;
  if (length === 0) return true;
  const anchor = block[0] as number;
  const { min, max, sum, squares, zeros } = sumDistances(block, anchor);
  if (!Number.isFinite(sum) || !Number.isFinite(squares)) return false;
  merge(to, {
    ...{ finite: length, min, max, zeros, nan: 0, inf: 0 },
    mean: anchor + sum / length,
    spread: Math.max(0, squares - (sum * sum) / length),
  });
  return true;
}

function keepFinite(to: Moments, block: Float64Array): Float64Array {
  let kept = 0;
  for (const value of block) {
    if (Number.isFinite(value)) block[kept++] = value;
    else if (Number.isNaN(value)) to.nan++;
    else to.inf++;
  }
  return block.subarray(0, kept);
}

/** Numbers so large that their squares are none: the mean is still to be had, the deviation is not. */
function halved(block: Float64Array): Moments {
  const found = noMoments();
  for (const value of block) {
    found.min = Math.min(found.min, value);
    found.max = Math.max(found.max, value);
    found.mean += value / block.length;
    if (value === 0) found.zeros++;
  }
  return { ...found, finite: block.length, spread: Number.POSITIVE_INFINITY };
}

interface BlockMoments {
  min: number;
  max: number;
  sum: number;
  squares: number;
  zeros: number;
}

/** Sums of distances from a number near by: sums of the numbers themselves would drown what tells them apart. */
function sumDistances(numbers: Float64Array, near: number): BlockMoments {
  let min = near;
  let max = near;
  let sum = 0;
  let squares = 0;
  let zeros = 0;
  for (let at = 0; at < numbers.length; at++) {
    const value = numbers[at] as number;
    const distance = value - near;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += distance;
    squares += distance * distance;
    zeros += Number(value === 0);
  }
  return { min, max, sum, squares, zeros };
}

/** Counts as numpy.histogram does: each bin has its lower end, the last one both. Numbers that are not finite are left out. */
export function countInBins(block: Float64Array, min: number, max: number, counts: Float64Array): void {
  const last = statisticsBins - 1;
  // The distance of the ends may be larger than any number, half of it is not.
  const half = max / 2 - min / 2;
  if (half === 0) {
    for (const value of block) if (value === min) counts[0] = (counts[0] as number) + 1;
    return;
  }
  const scale = statisticsBins / 2 / half;
  const edges = Float64Array.from({ length: statisticsBins + 1 }, (_, at) =>
    at === statisticsBins ? max : 2 * (min / 2 + at * (half / statisticsBins)),
  );
  const isExtreme = !Number.isFinite(scale) || !Number.isFinite(max - min);
  for (let at = 0; at < block.length; at++) {
    const value = block[at] as number;
    if (!(value >= min && value <= max)) continue;
    const place = isExtreme ? ((value / 2 - min / 2) / half) * statisticsBins : (value - min) * scale;
    let bin = Math.min(last, Math.floor(place));
    const rest = place - bin;
    // Near an end of a bin by the ends themselves: rounding may have gone over it.
    if (rest < near || rest > 1 - near) {
      if (bin > 0 && value < (edges[bin] as number)) bin--;
      else if (bin < last && value >= (edges[bin + 1] as number)) bin++;
    }
    counts[bin] = (counts[bin] as number) + 1;
  }
}
