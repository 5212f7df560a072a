/**
 * The rows of a changed text: what the hunks show, and folds for the unchanged lines between them, which open as far as
 * somebody asks. Side by side, a removed line stands beside the added one that took its place.
 */
import type { Hunk, HunkLine, MovedLines } from '../../../core/contract/diff.ts';

export type Layout = 'side-by-side' | 'unified';

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly sign: HunkLine['sign'];
  readonly text: string;
  readonly words: readonly (readonly [number, number])[];
  readonly crlf: boolean;
  readonly noNewline: boolean;
  /** It stands elsewhere on the other side; said once for a block, at its first line. */
  readonly isMoved: boolean;
  readonly movedWords: string;
}

export type Row =
  | {
      readonly is: 'pair';
      readonly before: Line | null;
      readonly after: Line | null;
      readonly change: number;
    }
  | {
      readonly is: 'line';
      readonly line: Line;
      readonly beforeNumber: number;
      readonly afterNumber: number;
      readonly change: number;
    }
  | { readonly is: 'fold'; readonly gap: number; readonly lines: number | null };

/** Unchanged lines between two hunks. */
export interface Gap {
  /** The first unchanged line on each side, from 1. */
  readonly beforeStart: number;
  readonly afterStart: number;
  /** Null at the end of a text that was not read yet. */
  readonly lines: number | null;
}

/** How many lines of a gap are shown, from its two ends. */
export interface Opened {
  readonly top: number;
  readonly bottom: number;
}

/** One more gap than there are hunks: before, between and behind them. */
export function gapsOf(hunks: readonly Hunk[], afterTotal: number | null): Gap[] {
  const gaps: Gap[] = [];
  let [before, after] = [1, 1];
  for (const hunk of hunks) {
    const afterStart = firstLine(hunk.afterStart, hunk.afterLines);
    gaps.push({ beforeStart: before, afterStart: after, lines: afterStart - after });
    before = firstLine(hunk.beforeStart, hunk.beforeLines) + hunk.beforeLines;
    after = afterStart + hunk.afterLines;
  }
  const rest = afterTotal === null ? (reachesTheEnd(hunks) ? 0 : null) : Math.max(0, afterTotal - after + 1);
  gaps.push({ beforeStart: before, afterStart: after, lines: rest });
  return gaps;
}

/** A hunk has three lines behind its last change, unless the text has no more. */
function reachesTheEnd(hunks: readonly Hunk[]): boolean {
  const lines = hunks.at(-1)?.lines ?? [];
  return lines.slice(-3).some(({ sign }) => sign !== ' ') || lines.some(({ noNewline }) => noNewline);
}

/** A hunk without lines on a side names the line before it. */
const firstLine = (start: number, lines: number) => (lines === 0 ? start + 1 : start);

export interface TextRows {
  readonly rows: readonly Row[];
  /** The row where each change begins. */
  readonly changes: readonly number[];
  /** Of the longest line, in characters. */
  readonly longest: number;
}

export interface RowsInput {
  readonly hunks: readonly Hunk[];
  readonly moved: readonly MovedLines[];
  readonly layout: Layout;
  readonly opened: ReadonlyMap<number, Opened>;
  /** All lines of the new side, once they were read. */
  readonly afterLines: readonly string[] | null;
  /** Lines around a change: hunks hold three, and more are shown once the text was read. */
  readonly context: number;
}

export function textRows({ hunks, moved, layout, opened, afterLines, context }: RowsInput): TextRows {
  const rows: Row[] = [];
  const changes: number[] = [];
  let longest = 0;
  const gaps = gapsOf(hunks, afterLines?.length ?? null);
  const movedFrom = movedIndex(moved);

  const see = (line: Line) => {
    if (line.text.length > longest) longest = line.text.length;
    return line;
  };
  const unchanged = (beforeNumber: number, afterNumber: number, text: string, of?: HunkLine) => {
    const line = see({
      ...{ number: beforeNumber, sign: ' ', text, words: [], isMoved: false, movedWords: '' },
      ...{ crlf: false, noNewline: of?.noNewline === true },
    });
    if (layout === 'unified') rows.push({ is: 'line', line, beforeNumber, afterNumber, change: -1 });
    else rows.push({ is: 'pair', before: line, after: { ...line, number: afterNumber }, change: -1 });
  };
  const gapRows = (at: number) => {
    const gap = gaps[at] as Gap;
    if (gap.lines === 0) return;
    const extra = Math.max(0, context - 3);
    const { top, bottom } = opened.get(at) ?? {
      top: at === 0 ? 0 : extra,
      bottom: at === gaps.length - 1 ? 0 : extra,
    };
    if (gap.lines === null || afterLines === null) {
      rows.push({ is: 'fold', gap: at, lines: gap.lines });
      return;
    }
    const isOpen = top + bottom >= gap.lines;
    const shownTop = isOpen ? gap.lines : top;
    for (let step = 0; step < shownTop; step++)
      unchanged(gap.beforeStart + step, gap.afterStart + step, afterLines[gap.afterStart + step - 1] ?? '');
    if (isOpen) return;
    rows.push({ is: 'fold', gap: at, lines: gap.lines - top - bottom });
    for (let step = gap.lines - bottom; step < gap.lines; step++)
      unchanged(gap.beforeStart + step, gap.afterStart + step, afterLines[gap.afterStart + step - 1] ?? '');
  };

  for (const [at, hunk] of hunks.entries()) {
    gapRows(at);
    let before = firstLine(hunk.beforeStart, hunk.beforeLines);
    let after = firstLine(hunk.afterStart, hunk.afterLines);
    for (let from = 0; from < hunk.lines.length; ) {
      const first = hunk.lines[from] as HunkLine;
      if (first.sign === ' ') {
        unchanged(before++, after++, first.text, first);
        from++;
        continue;
      }
      let to = from;
      while (to < hunk.lines.length && hunk.lines[to]?.sign !== ' ') to++;
      const olds: Line[] = [];
      const nows: Line[] = [];
      for (const line of hunk.lines.slice(from, to)) {
        if (line.sign === '-') olds.push(see(lineOf(line, before, movedFrom.before.get(before++))));
        else nows.push(see(lineOf(line, after, movedFrom.after.get(after++))));
      }
      const change = changes.length;
      changes.push(rows.length);
      if (layout === 'unified') {
        for (const line of olds)
          rows.push({ is: 'line', line, beforeNumber: line.number, afterNumber: 0, change });
        for (const line of nows)
          rows.push({ is: 'line', line, beforeNumber: 0, afterNumber: line.number, change });
      } else {
        for (let place = 0; place < Math.max(olds.length, nows.length); place++)
          rows.push({ is: 'pair', before: olds[place] ?? null, after: nows[place] ?? null, change });
      }
      from = to;
    }
  }
  gapRows(hunks.length);
  return { rows, changes, longest };
}

function lineOf(
  { sign, text, words = [], crlf, noNewline }: HunkLine,
  number: number,
  moved: string | undefined,
): Line {
  return {
    ...{ number, sign, text, words, crlf: crlf === true, noNewline: noNewline === true },
    ...{ isMoved: moved !== undefined, movedWords: moved ?? '' },
  };
}

function movedIndex(moved: readonly MovedLines[]) {
  const before = new Map<number, string>();
  const after = new Map<number, string>();
  for (const block of moved) {
    for (let line = 0; line < block.lines; line++) {
      before.set(block.before + line, line === 0 ? `moved to line ${block.after}` : '');
      after.set(block.after + line, line === 0 ? `moved from line ${block.before}` : '');
    }
  }
  return { before, after };
}

/** As the engine splits them: a lone CR ends a line only where no LF does. */
export function splitLines(text: string): string[] {
  const lines = !text.includes('\n') && text.includes('\r') ? text.split('\r') : text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export interface LinearChange {
  readonly removed: readonly Line[];
  readonly added: readonly Line[];
}

/** One item for each change, for those who listen: what was removed, then what was added. */
export function linearChanges(hunks: readonly Hunk[], moved: readonly MovedLines[]): LinearChange[] {
  const { rows, changes } = textRows({
    hunks,
    moved,
    layout: 'unified',
    opened: new Map(),
    afterLines: null,
    context: 3,
  });
  return changes.map((from, at) => {
    const lines: Line[] = [];
    for (let place = from; place < rows.length; place++) {
      const row = rows[place] as Row;
      if (row.is !== 'line' || row.change !== at) break;
      lines.push(row.line);
    }
    return {
      removed: lines.filter(({ sign }) => sign === '-'),
      added: lines.filter(({ sign }) => sign === '+'),
    };
  });
}

/** A line cut into pieces that changed and pieces that did not; at most so many pieces, at most so long. */
export function pieces(
  line: Line,
  longest: number,
): { readonly text: string; readonly isChanged: boolean }[] {
  const end = Math.min(line.text.length, longest);
  const found: { text: string; isChanged: boolean }[] = [];
  let at = 0;
  for (const [from, to] of line.words.slice(0, 400)) {
    const start = Math.max(at, Math.min(from, end));
    const stop = Math.min(to, end);
    if (stop <= start) continue;
    if (start > at) found.push({ text: line.text.slice(at, start), isChanged: false });
    found.push({ text: line.text.slice(start, stop), isChanged: true });
    at = stop;
  }
  if (at < end) found.push({ text: line.text.slice(at, end), isChanged: false });
  return found;
}
