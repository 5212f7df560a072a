/** What a job knows before it is done. It is shown as it comes, counted "so far", and the result takes its place. */
import type { ContentKind, DiffSide, EntryChange, EntryState } from './diff.ts';
import type { EntrySum } from './found.ts';
import type { Finding, Role, Severity } from './model.ts';

/** Items follow each other as they were found; the head is the newest. */
interface Part<V, H, I> {
  readonly verb: V;
  readonly head: H | null;
  readonly items: readonly I[];
  /** How many items there are by now, with those before `from`. */
  readonly total: number;
}

export type EarlyPart =
  | Part<'verify', FindingTally, Finding>
  | Part<'diff', EarlyDiff, EarlyItem>
  | Part<'hash', null, EntrySum>;

export type FindingTally = Readonly<Record<Severity, number>>;

/** Two archives, paired by names, sizes and checksums. */
export interface EarlyDiff {
  readonly before: DiffSide;
  readonly after: DiffSide;
  readonly counts: EarlyCounts;
}

/** Those that nothing is known of before their contents are read count as "unread". */
export type EarlyCounts = Readonly<Record<EntryChange | 'unread', number>>;

/** A row, put in the place of an earlier one of the same path; or one that is none any more. */
export type EarlyItem = EarlyEntry | { readonly gone: string };

export interface EarlyEntry {
  readonly path: string;
  readonly change: EntryChange;
  readonly from: string | null;
  readonly role: Role;
  /** Null until its content was compared. */
  readonly kind: ContentKind | null;
  readonly before: EntryState | null;
  readonly after: EntryState | null;
}
