/** How much of one text is in another: what tells a renamed and edited file from a new one. */
import type { Archive } from '../archive.ts';
import { isText } from './decode-text.ts';
import type { SideEntry } from './side.ts';
import { ofTheEntry } from './sums.ts';

/** How often each line occurs, and the bytes of all of them. */
export interface LineCounts {
  readonly counts: ReadonlyMap<string, number>;
  readonly weight: number;
}

/** Of those that are text; in the order of the container, so that a tar is read once. */
export async function linesFor(
  archive: Archive,
  entries: readonly SideEntry[],
  signal: AbortSignal | undefined,
): Promise<Map<SideEntry, LineCounts>> {
  const found = new Map<SideEntry, LineCounts>();
  for (const one of entries.toSorted((a, b) => a.entry.index - b.entry.index)) {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of archive.read(one.entry, signal)) chunks.push(Buffer.from(chunk));
    } catch (error) {
      ofTheEntry(error); // One that can't be read is like no other.
      continue;
    }
    const bytes = Buffer.concat(chunks);
    if (isText(bytes)) found.set(one, countLines(bytes.toString('utf8')));
  }
  return found;
}

function countLines(text: string): LineCounts {
  const counts = new Map<string, number>();
  let weight = 0;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const bare = line.trim();
    if (bare === '') continue;
    counts.set(bare, (counts.get(bare) ?? 0) + 1);
    weight += bare.length;
  }
  return { counts, weight };
}

/** The share of common lines, by their length; 1 where both have the same lines, in whatever order. */
export function likenessOf(a: LineCounts, b: LineCounts): number {
  if (a.weight === 0 || b.weight === 0) return 0;
  const larger = Math.max(a.weight, b.weight);
  // Not even if all of the smaller one were in the larger one.
  if (Math.min(a.weight, b.weight) / larger < 0.5) return 0;
  let common = 0;
  for (const [line, count] of a.counts) common += Math.min(count, b.counts.get(line) ?? 0) * line.length;
  return common / larger;
}
