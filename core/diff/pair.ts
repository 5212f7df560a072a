/** Which entry of the new archive stands for which of the old one: by name, then by content, then by likeness. */
import { throwIfCancelled } from '../contract/errors.ts';
import { likenessOf, linesFor } from './likeness.ts';
import { crcOf, type Side, type SideEntry, shaOf } from './side.ts';

export interface Pair {
  readonly before: SideEntry | null;
  readonly after: SideEntry | null;
  /** From 0 to 1, where the names differ. */
  readonly likeness?: number;
}

export interface Pairing {
  readonly before: Side;
  readonly after: Side;
  readonly signal: AbortSignal | undefined;
}

/** Reading so many unpaired texts, and holding each to each, is still quick. */
const maxLikenessFiles = 200;
const maxLikenessBytes = 256 * 1024;
/** Of each side: lines can be so short that holding them takes fifty times their bytes. */
const maxLikenessTotalBytes = 4 * 1024 * 1024;
const alike = 0.6;

/** Sums are needed first where a container keeps no checksums. The pairs come in the order of their names. */
export async function pairEntries(pairing: Pairing): Promise<Pair[]> {
  const { pairs, removed, added } = pairByNameAndContent(pairing);
  pairs.push(...(await byLikeness(removed, added, pairing)));
  return [...pairs, ...unpaired(removed, added)].sort((a, b) => compareNames(nameOf(a), nameOf(b)));
}

/** The same from what is known without reading anything: what is alike but not equal is a pair of its own each. */
export function pairAtSight(before: Side, after: Side): Pair[] {
  const { pairs, removed, added } = pairByNameAndContent({ before, after });
  return [...pairs, ...unpaired(removed, added)];
}

function* unpaired(removed: Set<SideEntry>, added: Set<SideEntry>): Generator<Pair> {
  for (const old of removed) yield { before: old, after: null };
  for (const now of added) yield { before: null, after: now };
}

function pairByNameAndContent({ before, after }: Pick<Pairing, 'before' | 'after'>) {
  const pairs: Pair[] = [];
  const removed = new Set<SideEntry>();
  for (const old of before.entries.values()) {
    const now = after.entries.get(old.name);
    if (now === undefined) removed.add(old);
    else pairs.push({ before: old, after: now });
  }
  const added = new Set([...after.entries.values()].filter(({ name }) => !before.entries.has(name)));
  for (const pair of byContent(removed, added)) pairs.push(pair);
  return { pairs, removed, added };
}

export const nameOf = ({ before, after }: Pair): string => (after ?? before)?.name ?? '';

const compareNames = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const lastPart = (name: string) => name.slice(name.lastIndexOf('/') + 1);

/** Of several with one content those with the same last name go together. */
function byContent(removed: Set<SideEntry>, added: Set<SideEntry>): Pair[] {
  const withLastPart = (key: string, { name }: SideEntry) => `${key} ${lastPart(name)}`;
  return [...byKey(removed, added, withLastPart), ...byKey(removed, added, (key) => key)];
}

/** Takes what it pairs out of both sets, first with first. A hundred thousand may have one content, so nothing is searched. */
function byKey(
  removed: Set<SideEntry>,
  added: Set<SideEntry>,
  keyOf: (key: string, side: SideEntry) => string,
): Pair[] {
  const waiting = new Map<string, SideEntry[]>();
  for (const old of [...removed].reverse()) {
    const content = contentKey(old);
    if (content === null) continue;
    const key = keyOf(content, old);
    const others = waiting.get(key);
    if (others) others.push(old);
    else waiting.set(key, [old]);
  }
  const pairs: Pair[] = [];
  for (const now of [...added]) {
    const content = contentKey(now);
    const candidates = content === null ? undefined : waiting.get(keyOf(content, now));
    const old = candidates?.at(-1);
    if (old === undefined || !sumsAgree(old, now)) continue;
    candidates?.pop();
    removed.delete(old);
    added.delete(now);
    pairs.push({ before: old, after: now, likeness: 1 });
  }
  return pairs;
}

/** Empty files are all alike, and say nothing of where they came from; nor does what could not be read. */
function contentKey(side: SideEntry): string | null {
  const crc = crcOf(side);
  const { size, type } = side.entry;
  const isBroken = side.sums !== undefined && 'problem' in side.sums;
  return type !== 'file' || size === 0 || crc === null || isBroken ? null : `${size} ${crc}`;
}

function sumsAgree(old: SideEntry, now: SideEntry): boolean {
  const [before, after] = [shaOf(old), shaOf(now)];
  return before === null || after === null || before === after;
}

async function byLikeness(
  removed: Set<SideEntry>,
  added: Set<SideEntry>,
  { before, after, signal }: Pairing,
): Promise<Pair[]> {
  const [olds, nows] = [fewOf(removed), fewOf(added)];
  if (olds.length === 0 || nows.length === 0) return [];
  const oldLines = await linesFor(before.archive, olds, signal);
  const nowLines = await linesFor(after.archive, nows, signal);
  const scored: { old: SideEntry; now: SideEntry; likeness: number }[] = [];
  for (const [old, lines] of oldLines) {
    throwIfCancelled(signal);
    for (const [now, others] of nowLines) {
      const likeness = likenessOf(lines, others);
      if (likeness >= alike) scored.push({ old, now, likeness });
    }
  }
  const pairs: Pair[] = [];
  for (const { old, now, likeness } of scored.sort((a, b) => b.likeness - a.likeness)) {
    if (!removed.has(old) || !added.has(now)) continue;
    removed.delete(old);
    added.delete(now);
    pairs.push({ before: old, after: now, likeness: Math.round(likeness * 100) / 100 });
  }
  return pairs;
}

/** Small files, as many as can be held to those of the other side. */
function fewOf(side: Set<SideEntry>): SideEntry[] {
  const few: SideEntry[] = [];
  let total = 0;
  for (const one of side) {
    const { type, size } = one.entry;
    if (type !== 'file' || size === 0 || size > maxLikenessBytes) continue;
    total += size;
    if (total > maxLikenessTotalBytes || few.length === maxLikenessFiles) break;
    few.push(one);
  }
  return few;
}
