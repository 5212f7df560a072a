/** Which entries of a comparison are listed, and in what order: filters, attention, tallies. */
import type { ContentKind, DiffEntry, DiffSummary, EntryChange } from '../../../core/contract/diff.ts';
import { changeOrder } from '../../../core/contract/diff-words.ts';
import type { Role } from '../../../core/contract/model.ts';
import { looksLikeLabels } from './early.ts';
import { isViewed, type ViewedState } from './marks.ts';

export interface Filter {
  /** Only these; none means all that changed. */
  readonly changes: readonly EntryChange[];
  readonly showsUnchanged: boolean;
  /** Unchanged ones whose time, order or compression differs. */
  readonly showsWrapping: boolean;
  readonly kind: ContentKind | '';
  readonly role: Role | '';
  readonly text: string;
  readonly marked: '' | 'unviewed' | 'noted' | 'policy';
}

export const noFilter: Filter = {
  ...{ changes: [], showsUnchanged: false, showsWrapping: false },
  ...{ kind: '', role: '', text: '', marked: '' },
};

export const isFiltering = ({ changes, kind, role, text, marked }: Filter) =>
  changes.length > 0 || kind !== '' || role !== '' || text.trim() !== '' || marked !== '';

export interface Known {
  readonly viewed: (entry: DiffEntry) => ViewedState;
  readonly hasNote: (entry: DiffEntry) => boolean;
  readonly breaksPolicy: (entry: DiffEntry) => boolean;
}

/** Words are looked for in the names, all of them; a star stands for anything. */
export function nameMatcher(text: string): (entry: DiffEntry) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean).map(wordMatcher);
  return ({ path, from }) => {
    const names = `${path}\n${from ?? ''}`.toLowerCase();
    return words.every((matches) => matches(names));
  };
}

function wordMatcher(word: string): (names: string) => boolean {
  const parts = word.split('*').filter(Boolean);
  return (names) => {
    let at = 0;
    for (const part of parts) {
      const found = names.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return true;
  };
}

/** The places of those that are listed. */
export function listed(entries: readonly DiffEntry[], filter: Filter, known: Known): number[] {
  const { changes, showsUnchanged, showsWrapping, kind, role, marked } = filter;
  const matches = nameMatcher(filter.text);
  const hasStatus = ({ change, wrapping }: DiffEntry) => {
    if (changes.length > 0) return changes.includes(change);
    return change !== 'unchanged' || showsUnchanged || (showsWrapping && wrapping.length > 0);
  };
  const places: number[] = [];
  for (const [place, entry] of entries.entries()) {
    if (!hasStatus(entry)) continue;
    if (kind !== '' && entry.kind !== kind) continue;
    if (role !== '' && entry.role !== role) continue;
    if (!matches(entry)) continue;
    if (marked === 'unviewed' && (entry.change === 'unchanged' || isViewed(known.viewed(entry)))) continue;
    if (marked === 'noted' && !known.hasNote(entry)) continue;
    if (marked === 'policy' && !known.breaksPolicy(entry)) continue;
    places.push(place);
  }
  return places;
}

const attention: readonly Role[] = ['manifest', 'handler', 'model', 'requirements', 'config'];

/** What a reader should look at first has the lower number: labels come before weights, the rest last. */
export function attentionOf({ path, role, kind, details }: DiffEntry): number {
  const at = attention.indexOf(role);
  if (at !== -1) return at;
  // By its name as well, which is known before its content is.
  if (details.labels !== undefined || looksLikeLabels(path)) return attention.length;
  return role === 'weights' || kind === 'weights' ? attention.length + 1 : attention.length + 2;
}

export type Tally = Readonly<Record<EntryChange, number>>;

export const emptyTally = (): Record<EntryChange, number> => ({
  ...{ added: 0, removed: 0, modified: 0, renamed: 0, unchanged: 0 },
});

/** "+3 ±12 −1", without what there is none of. */
export function tallyParts(
  tally: Tally,
  signs: Readonly<Record<EntryChange, string>>,
): { change: EntryChange; text: string }[] {
  return changeOrder
    .filter((change) => change !== 'unchanged' && tally[change] > 0)
    .map((change) => ({ change, text: `${signs[change]}${tally[change].toLocaleString('en-US')}` }));
}

export const sizeDelta = ({ before, after }: DiffEntry) => (after?.size ?? 0) - (before?.size ?? 0);

/** How many bytes a proof has yet to read: all of both sides. */
export const bytesToProve = ({ bytesBefore, bytesAfter }: DiffSummary) => bytesBefore + bytesAfter;

/** The next one in a list, round its end; `isWanted` may skip some. */
export function nextIn<T>(
  list: readonly T[],
  from: number,
  step: 1 | -1,
  isWanted: (one: T) => boolean,
): T | null {
  const start = from === -1 && step === -1 ? 0 : from;
  for (let count = 1; count <= list.length; count++) {
    const at = (((start + step * count) % list.length) + list.length) % list.length;
    const one = list[at] as T;
    if (isWanted(one)) return one;
  }
  return null;
}
