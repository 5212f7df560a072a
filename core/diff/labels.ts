/**
 * The classes of index_to_name.json: which were added, removed or renamed, and whether a single rule explains why the others
 * have other numbers now. A shift by one makes every answer of a good model wrong, and looks like noise in a text.
 */
import type { LabelDetails } from '../contract/diff.ts';
import { clipped } from './tree.ts';

/** ImageNet has 21,843 classes, and vocabularies some 100,000. */
const mostClasses = 500_000;

/** Null where either is no label map: numbers as keys, or a list, and a text for each, or texts such as ["n01440764", "tench"]. */
export function compareLabels(before: unknown, after: unknown): LabelDetails | null {
  const old = labelsOf(before);
  const new_ = labelsOf(after);
  if (old === null || new_ === null) return null;
  const oldPlaces = placesOf(old);
  const newPlaces = placesOf(new_);
  const removed = new Set<number>();
  const added = new Set<number>();
  const kept: Kept[] = [];
  for (const [label, from] of oldPlaces) {
    const to = newPlaces.get(label);
    if (to === undefined) removed.add(from);
    else kept.push({ label: old.get(from) ?? '', from, to });
  }
  for (const [label, to] of newPlaces) if (!oldPlaces.has(label)) added.add(to);
  let renamed = 0;
  for (const index of removed) if (added.has(index)) renamed++;
  kept.sort((a, b) => a.from - b.from);
  const moved = kept.filter(({ from, to }) => from !== to);
  const isSameSet = removed.size === 0 && added.size === 0;
  return {
    before: old.size,
    after: new_.size,
    added: added.size - renamed,
    removed: removed.size - renamed,
    renamed,
    moved: moved.length,
    pattern: patternOf(kept, moved, isSameSet),
  };
}

interface Kept {
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

function labelsOf(value: unknown): Map<number, string> | null {
  if (value === null || typeof value !== 'object') return null;
  const entries = Object.entries(value);
  if (entries.length === 0 || entries.length > mostClasses) return null;
  const labels = new Map<number, string>();
  for (const [key, label] of entries) {
    const text = labelText(label);
    if (text === null || !/^(?:0|[1-9]\d{0,8})$/.test(key)) return null;
    labels.set(Number(key), text);
  }
  return labels;
}

function labelText(label: unknown): string | null {
  if (typeof label === 'string') return label;
  const isList = Array.isArray(label) && label.length > 0 && label.length <= 16;
  return isList && label.every((part) => typeof part === 'string') ? label.join(' ') : null;
}

/** Names that come twice, as "crane" does in ImageNet, are told apart by their order. */
function placesOf(labels: ReadonlyMap<number, string>): Map<string, number> {
  const seen = new Map<string, number>();
  const places = new Map<string, number>();
  for (const index of [...labels.keys()].sort((a, b) => a - b)) {
    const label = labels.get(index) ?? '';
    const times = seen.get(label) ?? 0;
    seen.set(label, times + 1);
    places.set(`${times} ${label}`, index);
  }
  return places;
}

/** The one rule by which classes have other numbers, or null. Both lists are in the order of the old numbers. */
function patternOf(kept: readonly Kept[], moved: readonly Kept[], isSameSet: boolean): string | null {
  const [first, second] = moved;
  const last = moved.at(-1);
  if (!first || !last) return null;
  if (moved.length === 1) return `${named(first)} moved from ${first.from} to ${first.to}`;
  const shift = first.to - first.from;
  if (moved.every(({ from, to }) => to - from === shift) && isUnbroken(kept, moved)) {
    const by = `moved by ${Math.abs(shift) === 1 ? 'one' : Math.abs(shift)}${shift < 0 ? ' to the front' : ''}`;
    const isToTheEnd = last === kept.at(-1);
    if (moved.length === kept.length) return `every class ${by}`;
    return isToTheEnd
      ? `every class from ${first.from} on ${by}`
      : `every class from ${first.from} to ${last.from} ${by}`;
  }
  if (moved.length === 2 && second && first.from === second.to && first.to === second.from)
    return `${named(first)} and ${named(second)} changed places, ${first.from} and ${second.from}`;
  if (!isSameSet) return null;
  const count = kept.length.toLocaleString('en-US');
  if (kept.every(({ to }, at) => to === kept.at(-1 - at)?.from))
    return `the same ${count} classes in reverse order`;
  return `the same ${count} classes in another order`;
}

const named = ({ label }: Kept) => JSON.stringify(clipped(label, 60));

/** No class that stayed stands between those that moved. */
function isUnbroken(kept: readonly Kept[], moved: readonly Kept[]): boolean {
  const start = kept.indexOf(moved[0] as Kept);
  return moved.every((one, at) => kept[start + at] === one);
}
