/**
 * What a person has viewed and noted: bound to the contents of both sides, so that a mark never outlives what it was
 * made on. Plain data, kept as one JSON value.
 */
import type { DiffEntry, EntryState } from '../../../core/contract/diff.ts';

export interface Mark {
  /** What the contents were, on each side. */
  readonly before: string;
  readonly after: string;
  /** Milliseconds since 1970; null where there is only a note. */
  readonly viewed: number | null;
  readonly note: string;
}

/** The marks of one pair of archives, by the entry's name. */
export interface PairMarks {
  readonly before: string;
  readonly after: string;
  readonly used: number;
  readonly marks: Readonly<Record<string, Mark>>;
  /** How far whoever marked something last had come; the archives themselves need not be read to tell it. */
  readonly progress?: ReviewProgress;
  /** Home does not offer to go on with it, until something is marked again. */
  readonly isPutAway?: boolean;
}

export interface ReviewProgress {
  readonly viewed: number;
  /** Of so many that changed. */
  readonly changed: number;
}

export interface Marks {
  /** The latest first. */
  readonly pairs: readonly PairMarks[];
}

export type ViewedState = 'no' | 'viewed' | 'viewed elsewhere' | 'changed since';

export const isViewed = (state: ViewedState) => state === 'viewed' || state === 'viewed elsewhere';

const mostPairs = 50;
/** A request to the engine holds no more than 2^20 characters. */
const mostChars = 900_000;
const longestName = 1_000;
export const longestNote = 4_000;

/** Size, CRC-32 and the beginning of SHA-256, as far as they are known. */
export function fingerprint(state: EntryState | null): string {
  if (state === null) return '';
  return [state.size.toString(36), state.crc32 ?? '', state.sha256?.slice(0, 16) ?? ''].join(' ');
}

/** Whether both tell of the same content: no known sum differs, and at least one is known of both. */
export function isSameContent(a: string, b: string): boolean {
  if (a === '' || b === '') return a === b;
  const [aSize, aCrc = '', aSha = ''] = a.split(' ');
  const [bSize, bCrc = '', bSha = ''] = b.split(' ');
  if (aSize !== bSize) return false;
  const differs = (x: string, y: string) => x !== '' && y !== '' && x !== y;
  if (differs(aCrc, bCrc) || differs(aSha, bSha)) return false;
  return (aCrc !== '' && bCrc !== '') || (aSha !== '' && bSha !== '');
}

const fits = (mark: Mark, entry: DiffEntry) =>
  isSameContent(mark.before, fingerprint(entry.before)) &&
  isSameContent(mark.after, fingerprint(entry.after));

export function checkMarks(value: unknown): Marks {
  const pairs = (value as Partial<Marks> | null)?.pairs;
  if (!Array.isArray(pairs)) return { pairs: [] };
  const isText = (one: unknown) => typeof one === 'string';
  return {
    pairs: pairs
      .filter(
        (pair) =>
          isText(pair?.before) && isText(pair?.after) && typeof pair?.marks === 'object' && pair.marks,
      )
      .map(({ before, after, used, marks, progress, isPutAway }) => ({
        ...{ before, after, used: typeof used === 'number' ? used : 0 },
        ...(isProgress(progress) ? { progress } : {}),
        ...(isPutAway === true ? { isPutAway } : {}),
        marks: Object.fromEntries(Object.entries<Mark>(marks).filter(([, mark]) => isMark(mark))),
      })),
  };
}

const isProgress = (value: Partial<ReviewProgress> | null | undefined) =>
  typeof value?.viewed === 'number' && typeof value.changed === 'number';

const isMark = (mark: Mark | null) =>
  typeof mark?.before === 'string' &&
  typeof mark.after === 'string' &&
  typeof mark.note === 'string' &&
  (mark.viewed === null || typeof mark.viewed === 'number');

export interface PairOfPaths {
  readonly before: string;
  readonly after: string;
}

export function markOf(marks: Marks, pair: PairOfPaths, name: string): Mark | null {
  const own = pairOf(marks, pair)?.marks;
  return own !== undefined && Object.hasOwn(own, name) ? (own[name] ?? null) : null;
}

const pairOf = (marks: Marks, { before, after }: PairOfPaths) =>
  marks.pairs.find((one) => one.before === before && one.after === after);

/** Whoever viewed the same two contents before, in whichever archives, has viewed these. */
export function viewedState(marks: Marks, pair: PairOfPaths, entry: DiffEntry): ViewedState {
  const own = markOf(marks, pair, entry.path);
  if (own !== null && own.viewed !== null && fits(own, entry)) return 'viewed';
  // Taken back here, whatever was seen elsewhere.
  if (own !== null && own.viewed === null && fits(own, entry)) return 'no';
  for (const { marks: others } of marks.pairs) {
    const other = Object.hasOwn(others, entry.path) ? others[entry.path] : undefined;
    if (other !== undefined && other !== own && other.viewed !== null && fits(other, entry))
      return 'viewed elsewhere';
  }
  return own !== null && own.viewed !== null ? 'changed since' : 'no';
}

interface Change {
  readonly viewed?: number | null;
  readonly note?: string;
}

export function withMarks(
  marks: Marks,
  pair: PairOfPaths,
  entries: readonly DiffEntry[],
  { viewed, note }: Change,
  now: number,
): Marks {
  const own = { ...pairOf(marks, pair)?.marks };
  for (const entry of entries) {
    if (entry.path.length > longestName) continue;
    const old = Object.hasOwn(own, entry.path) ? own[entry.path] : undefined;
    const mark: Mark = {
      before: fingerprint(entry.before),
      after: fingerprint(entry.after),
      viewed: viewed === undefined ? keptView(old, entry) : viewed,
      note: (note ?? old?.note ?? '').slice(0, longestNote),
    };
    Object.defineProperty(own, entry.path, {
      value: mark,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  const { before, after } = pair;
  const others = marks.pairs.filter((one) => one.before !== before || one.after !== after);
  return { pairs: fitting([{ before, after, used: now, marks: own }, ...others].slice(0, mostPairs)) };
}

/** Tells how far a comparison was viewed, for whoever does not have it open. */
export function withProgress(marks: Marks, pair: PairOfPaths, changed: readonly DiffEntry[]): Marks {
  const viewed = changed.filter((entry) => isViewed(viewedState(marks, pair, entry))).length;
  return withPart(marks, pair, { progress: { viewed, changed: changed.length } });
}

export const putAway = (marks: Marks, pair: PairOfPaths): Marks => withPart(marks, pair, { isPutAway: true });

function withPart(marks: Marks, pair: PairOfPaths, part: Partial<PairMarks>): Marks {
  const one = pairOf(marks, pair);
  return { pairs: marks.pairs.map((other) => (other === one ? { ...other, ...part } : other)) };
}

/** Reviews that were begun and not finished, the latest first. */
export function unfinished({ pairs }: Marks): readonly (PairMarks & { readonly progress: ReviewProgress })[] {
  return pairs
    .filter((pair) => pair.progress !== undefined && pair.isPutAway !== true)
    .map((pair) => ({ ...pair, progress: pair.progress as ReviewProgress }))
    .filter(({ progress: { viewed, changed } }) => viewed > 0 && viewed < changed)
    .sort((a, b) => b.used - a.used);
}

/** The marks as they are now, those of one pair as they were before. */
export function withPairOf(before: Marks, now: Marks, pair: PairOfPaths): Marks {
  const was = pairOf(before, pair);
  const others = now.pairs.filter((one) => one.before !== pair.before || one.after !== pair.after);
  return { pairs: was === undefined ? others : fitting([was, ...others]) };
}

/** A new note on other content does not say that this content was viewed. */
const keptView = (old: Mark | undefined, entry: DiffEntry) =>
  old !== undefined && fits(old, entry) ? old.viewed : null;

/** The marks of pairs that were not compared for the longest time go first. */
function fitting(pairs: readonly PairMarks[]): readonly PairMarks[] {
  let room = mostChars;
  const kept: PairMarks[] = [];
  for (const pair of pairs) {
    room -= JSON.stringify(pair, null, 1).length;
    if (room < 0 && kept.length > 0) break;
    kept.push(pair);
  }
  return kept;
}
