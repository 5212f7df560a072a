/** Counts as bars and outlines on a scale of logarithms: of a million weights some bins hold three. */

/** The picture is so wide and high in units of its own; it is stretched to whatever room there is. */
export const pictureWidth = 640;
export const pictureHeight = 160;

export function highest(series: readonly (readonly number[])[]): number {
  let most = 0;
  for (const counts of series) for (const count of counts) most = Math.max(most, count);
  return most;
}

/** From 0 to 1. One is told apart from none. */
export function heightOf(count: number, most: number): number {
  return count <= 0 || most <= 0 ? 0 : Math.log1p(count) / Math.log1p(most);
}

/** The tops of all bars as one line, from the lower left corner to the lower right one. */
export function outlineOf(counts: readonly number[], most: number): string {
  const width = pictureWidth / Math.max(1, counts.length);
  const steps = counts.map((count, at) => {
    const top = round(pictureHeight * (1 - heightOf(count, most)));
    return `V${top}H${round((at + 1) * width)}`;
  });
  return `M0 ${pictureHeight}${steps.join('')}V${pictureHeight}`;
}

const round = (value: number) => Math.round(value * 100) / 100;

/** Where a bin begins and ends. */
export function edgesOf(at: number, bins: number, min: number, max: number): readonly [number, number] {
  // Of the largest numbers there are, the difference would be none.
  const edge = (step: number) => min * (1 - step / bins) + max * (step / bins);
  return [edge(at), edge(at + 1)];
}

/** Counts at which a line may be drawn: powers of ten, at most four of them. */
export function ticksOf(most: number): readonly number[] {
  const ticks: number[] = [];
  for (let tick = 1; tick <= most; tick *= 10) ticks.push(tick);
  const step = Math.ceil(ticks.length / 4);
  return ticks.filter((_, at) => (ticks.length - 1 - at) % step === 0);
}
