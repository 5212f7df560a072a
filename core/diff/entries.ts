/** Two sides, entry by entry: what was added, removed, renamed, changed, and what is known of the rest. */
import type { ArchiveEntry } from '../archive.ts';
import type { DiffEntry, DiffSummary, EntryState, Proof } from '../contract/diff.ts';
import { throwIfCancelled } from '../contract/errors.ts';
import type { ProgressMeter } from '../contract/progress.ts';
import { sideBySide } from '../side-by-side.ts';
import { type Compared, Comparison, type ComparisonOptions } from './compare.ts';
import type { EarlyListing } from './early-listing.ts';
import { nameOf, type Pair, pairAtSight, pairEntries } from './pair.ts';
import { crcOf, type Side, type SideEntry, shaOf, stateOf } from './side.ts';
import { readSums } from './sums.ts';
import { wrappingOf } from './wrapping.ts';

export interface EntriesOptions extends ComparisonOptions {
  /** Unchanged ones are looked at too. */
  readonly seesAll?: boolean;
  readonly meter: ProgressMeter;
  /** Told of what is known before all is. */
  readonly early?: EarlyListing | undefined;
  /** Says of other bytes that they mean the same all the same. */
  readonly isSameMeaning?: (pair: Pair, compared: Compared) => boolean;
}

export interface ComparedEntries {
  readonly entries: readonly DiffEntry[];
  readonly summary: DiffSummary;
}

/** What has to be read before contents can be told apart: everything, or what has no checksum of its own. */
export function entriesToRead(before: Side, after: Side, proves: boolean): [SideEntry[], SideEntry[]] {
  return [toRead(before, after, proves), toRead(after, before, proves)];
}

function toRead(side: Side, other: Side, proves: boolean): SideEntry[] {
  const files = [...side.entries.values()].filter(({ entry }) => hasBytes(entry));
  if (proves) return files;
  const unpaired = new Set<number>();
  for (const { name, entry } of other.entries.values()) if (!side.entries.has(name)) unpaired.add(entry.size);
  return files.filter(({ name, entry }) => {
    if (entry.crc32 !== null) return false;
    const partner = other.entries.get(name);
    return partner ? partner.entry.size === entry.size : unpaired.has(entry.size);
  });
}

export const bytesOf = (sides: readonly SideEntry[]): number =>
  sides.reduce((sum, { entry }) => sum + entry.size, 0);

export async function compareEntries(
  before: Side,
  after: Side,
  options: EntriesOptions,
): Promise<ComparedEntries> {
  const { signal, meter, proves, early } = options;
  early?.list(pairAtSight(before, after), equalAtSight);
  const [olds, nows] = entriesToRead(before, after, proves);
  meter.phase('reading');
  await sideBySide(
    signal,
    (either) => readSums(before.archive, olds, meter, either),
    (either) => readSums(after.archive, nows, meter, either),
  );
  const paired = await pairEntries({ before, after, signal });
  early?.list(paired, (pair) => equality(pair) !== null);

  meter.phase('comparing');
  const comparison = new Comparison(before, after, options);
  try {
    const pairs = await withReplacedWeights(paired, comparison);
    const wanted = wantedOf(pairs, options);
    await comparison.readAhead(wanted.before, wanted.after);
    const entries: DiffEntry[] = [];
    for (const pair of pairs) {
      throwIfCancelled(signal);
      const entry = await entryOf(pair, comparison, options);
      entries.push(entry);
      early?.compared(entry);
    }
    return { entries, summary: summaryOf(entries) };
  } finally {
    await comparison.close();
  }
}

/** Weights that were saved anew under another name, mostly in another format, and are still those of one model. */
async function withReplacedWeights(pairs: readonly Pair[], comparison: Comparison): Promise<readonly Pair[]> {
  const alone = (which: 'before' | 'after') =>
    pairs.flatMap((pair) => {
      const [one, other] = which === 'before' ? [pair.before, pair.after] : [pair.after, pair.before];
      return other === null && one?.role === 'weights' ? [{ pair, one }] : [];
    });
  const [[old, second], [now, third]] = [alone('before'), alone('after')];
  if (old === undefined || now === undefined || second !== undefined || third !== undefined) return pairs;
  if (!(await comparison.areOfOneModel(old.one, now.one))) return pairs;
  return pairs.flatMap((pair) => {
    if (pair === old.pair) return [];
    return pair === now.pair ? [{ before: old.one, after: now.one }] : [pair];
  });
}

/** What is only named needs no more than its start, which tells its kind. */
function wantedOf(pairs: readonly Pair[], { patches, seesAll }: EntriesOptions) {
  const before = new Map<SideEntry, 'start' | 'whole'>();
  const after = new Map<SideEntry, 'start' | 'whole'>();
  for (const pair of pairs) {
    const isEqual = equality(pair) !== null;
    if (isEqual && pair.likeness === undefined && !seesAll) continue;
    const isAlone = pair.before === null || pair.after === null;
    const part = isEqual || (isAlone && !patches) ? 'start' : 'whole';
    if (pair.before !== null && !isEqual) before.set(pair.before, part);
    if (pair.after !== null) after.set(pair.after, part);
  }
  return { before, after };
}

/** A link in a ZIP holds its target as content; one in a tar or a folder has it beside the name, and no content. */
const hasBytes = ({ type, crc32 }: ArchiveEntry) => type === 'file' || crc32 !== null;

/** What equal contents are known by; null where they differ, one side has none, or one can't be read. */
function equality({ before, after }: Pair): Proof | null {
  if (before === null || after === null) return null;
  if (before.entry.type !== after.entry.type) return null;
  if (!hasBytes(before.entry) && !hasBytes(after.entry)) {
    return before.entry.linkTarget === after.entry.linkTarget ? 'sha256' : null;
  }
  if (before.entry.size !== after.entry.size) return null;
  const [oldSha, nowSha] = [shaOf(before), shaOf(after)];
  if (oldSha !== null && nowSha !== null) return oldSha === nowSha ? 'sha256' : null;
  const [oldCrc, nowCrc] = [crcOf(before), crcOf(after)];
  const isBroken = [before, after].some(({ sums }) => sums !== undefined && 'problem' in sums);
  return !isBroken && oldCrc !== null && oldCrc === nowCrc ? 'crc32' : null;
}

/** Null where both are of one size, and one of them has no checksum until it is read. */
function equalAtSight(pair: Pair): boolean | null {
  const { before, after } = pair;
  if (before === null || after === null || equality(pair) !== null) return before !== null && after !== null;
  const mayBeEqual = before.entry.type === after.entry.type && before.entry.size === after.entry.size;
  return mayBeEqual && (crcOf(before) === null || crcOf(after) === null) ? null : false;
}

async function entryOf(pair: Pair, comparison: Comparison, options: EntriesOptions): Promise<DiffEntry> {
  const { before, after, likeness } = pair;
  const proof = equality(pair);
  const shared = {
    path: nameOf(pair),
    from: before !== null && after !== null && before.name !== after.name ? before.name : null,
    role: (after ?? before)?.role ?? 'extra',
    before: before === null ? null : stateOf(before),
    after: after === null ? null : stateOf(after),
    wrapping: before !== null && after !== null ? wrappingOf(before.entry, after.entry, proof !== null) : [],
    ...(before !== null && after !== null && before.role !== after.role ? { fromRole: before.role } : {}),
    ...(likeness === undefined ? {} : { likeness }),
  } as const;
  if (proof !== null && before !== null && after !== null) {
    const change = shared.from === null ? 'unchanged' : 'renamed';
    // Nothing is read of what is not shown.
    if (change === 'unchanged' && !options.seesAll)
      return { ...shared, change, kind: 'binary', proof, details: {} };
    return { ...shared, change, proof, ...(await comparison.seeKind(after)) };
  }
  if (before === null || after === null) {
    const [one, side] = before === null ? [after, 'after' as const] : [before, 'before' as const];
    const compared =
      one === null ? { kind: 'binary' as const, details: {} } : await comparison.describe(one, side);
    return { ...shared, change: before === null ? 'added' : 'removed', ...compared };
  }
  const broken = [before, after].find(({ sums }) => sums !== undefined && 'problem' in sums);
  const compared = await comparison.compare(before, after);
  const isSame = options.isSameMeaning?.(pair, compared) ?? false;
  if (isSame && shared.from === null) {
    return { ...shared, change: 'unchanged', ...compared };
  }
  const problem = broken?.sums && 'problem' in broken.sums ? broken.sums.problem : null;
  const details =
    problem === null
      ? compared.details
      : { ...compared.details, problem: { code: problem.code, message: problem.message } };
  return { ...shared, change: shared.from === null ? 'modified' : 'renamed', kind: compared.kind, details };
}

function summaryOf(entries: readonly DiffEntry[]): DiffSummary {
  const count = (change: DiffEntry['change']) => entries.filter((entry) => entry.change === change).length;
  const bytes = (of: (entry: DiffEntry) => EntryState | null) =>
    entries.reduce((sum, entry) => sum + (of(entry)?.size ?? 0), 0);
  return {
    added: count('added'),
    removed: count('removed'),
    modified: count('modified'),
    renamed: count('renamed'),
    unchanged: count('unchanged'),
    bytesBefore: bytes(({ before }) => before),
    bytesAfter: bytes(({ after }) => after),
    wrapping: entries.filter(({ change, wrapping }) => change === 'unchanged' && wrapping.length > 0).length,
  };
}
