/** Two texts: the lines and words that differ, what moved, and what differs that lines don't show. */
import type { TextDetails, TextFormChange } from '../contract/diff.ts';
import { type DecodedText, decodeText, splitLines, type TextLines } from './decode-text.ts';
import { hunksOf } from './hunks.ts';
import { diffLines } from './lines.ts';
import { movedLines } from './moved.ts';
import { type Block, mirrored } from './sequence.ts';
import { changedWords } from './words.ts';

/** Steps of the searches: counted, not timed, so that a result is the same on every machine. */
export interface TextBudget {
  readonly lines: number;
  readonly words: number;
}

export const textBudget: TextBudget = { lines: 100_000_000, words: 4_000_000 };

export function compareText(
  before: Uint8Array,
  after: Uint8Array,
  budget: TextBudget = textBudget,
): TextDetails {
  // Always searched from the same side, so that comparing the other way round tells the same, mirrored.
  const isSwapped = Buffer.compare(before, after) > 0;
  const decodedBefore = decodeText(before);
  const decodedAfter = decodeText(after);
  const old = splitLines(decodedBefore.text);
  const new_ = splitLines(decodedAfter.text);
  const [x, y] = isSwapped ? [new_, old] : [old, new_];
  const found = diffLines(x.lines, y.lines, { left: budget.lines });
  const words = changedWords(found.blocks, x.lines, y.lines, { left: budget.words });
  const moved = movedLines(marksOf(found.blocks, x, y), found.beforeIds, found.afterIds, y.lines);
  const blocks = isSwapped ? found.blocks.map(mirrored) : found.blocks;
  const sum = (count: (block: Block) => number) => blocks.reduce((total, block) => total + count(block), 0);
  return {
    additions: sum(({ afterStart, afterEnd }) => afterEnd - afterStart),
    deletions: sum(({ beforeStart, beforeEnd }) => beforeEnd - beforeStart),
    hunks: hunksOf(
      withFinalNewline(blocks, old, new_),
      old,
      new_,
      isSwapped ? { before: words.after, after: words.before } : words,
    ),
    form: formChanges(decodedBefore, old, decodedAfter, new_, blocks),
    whitespaceOnly: blocks.length > 0 && blocks.every((block) => isWhitespaceOnly(block, old, new_)),
    moved: isSwapped ? moved.map(turned).sort((a, b) => a.before - b.before) : moved,
    budgetSpent: !found.isShortest || !words.isComplete,
  };
}

const turned = ({ before, after, lines }: { before: number; after: number; lines: number }) => ({
  before: after,
  after: before,
  lines,
});

function marksOf(blocks: readonly Block[], x: TextLines, y: TextLines) {
  const marks = { before: new Uint8Array(x.lines.length), after: new Uint8Array(y.lines.length) };
  for (const block of blocks) {
    marks.before.fill(1, block.beforeStart, block.beforeEnd);
    marks.after.fill(1, block.afterStart, block.afterEnd);
  }
  return marks;
}

/**
 * A last line that only gained or lost its line end is the same line, and isn't counted. A patch needs it taken out and
 * put back, so it stands in the hunks.
 */
export function withFinalNewline(blocks: readonly Block[], before: TextLines, after: TextLines): Block[] {
  const [lastBefore, lastAfter] = [before.lines.length - 1, after.lines.length - 1];
  const partnerOfBefore = partnerOf(lastBefore, blocks);
  const partnerOfAfter = partnerOf(lastAfter, blocks.map(mirrored));
  // Whether equal lines, one of them the last without a line end, are equal in that too.
  const isSame = partnerOfBefore === lastAfter && before.hasFinalNewline === after.hasFinalNewline;
  if (!before.hasFinalNewline && partnerOfBefore !== null && !isSame)
    return withPair(blocks, lastBefore, partnerOfBefore);
  if (!after.hasFinalNewline && partnerOfAfter !== null && !isSame)
    return withPair(blocks, partnerOfAfter, lastAfter);
  return [...blocks];
}

/** The line of the other side that an unchanged line of the first is equal to. */
function partnerOf(line: number, blocks: readonly Block[]): number | null {
  if (line < 0) return null;
  let shift = 0;
  for (const { beforeStart, beforeEnd, afterEnd } of blocks) {
    if (line < beforeStart) break;
    if (line < beforeEnd) return null;
    shift = afterEnd - beforeEnd;
  }
  return line + shift;
}

/** Two equal lines made a change, joined to the blocks that they touch. */
function withPair(blocks: readonly Block[], x: number, y: number): Block[] {
  const joined: Block[] = [];
  const pair = { beforeStart: x, beforeEnd: x + 1, afterStart: y, afterEnd: y + 1 };
  for (const block of [...blocks, pair].sort(
    (a, b) => a.beforeStart - b.beforeStart || a.afterStart - b.afterStart,
  )) {
    const last = joined.at(-1);
    if (last && last.beforeEnd === block.beforeStart && last.afterEnd === block.afterStart)
      joined[joined.length - 1] = { ...last, beforeEnd: block.beforeEnd, afterEnd: block.afterEnd };
    else joined.push(block);
  }
  return joined;
}

/** Character by character, up to the first that is no white space and differs. Blank lines may come and go. */
function isWhitespaceOnly(block: Block, before: TextLines, after: TextLines): boolean {
  let [x, y] = [block.beforeStart, block.afterStart];
  for (;;) {
    while (x < block.beforeEnd && isBlank(before.lines[x] as string)) x++;
    while (y < block.afterEnd && isBlank(after.lines[y] as string)) y++;
    if (x === block.beforeEnd || y === block.afterEnd) return x === block.beforeEnd && y === block.afterEnd;
    if (!equalsButForSpace(before.lines[x++] as string, after.lines[y++] as string)) return false;
  }
}

const isBlank = (line: string) => !/\S/.test(line);

function equalsButForSpace(a: string, b: string): boolean {
  const visible = /\S/g;
  const next = (text: string, from: number) => {
    if (!isSpaceCode(text.charCodeAt(from))) return from;
    visible.lastIndex = from;
    return visible.exec(text)?.index ?? text.length;
  };
  for (let x = 0, y = 0; ; x++, y++) {
    x = next(a, x);
    y = next(b, y);
    if (x >= a.length || y >= b.length) return x >= a.length && y >= b.length;
    if (a.charCodeAt(x) !== b.charCodeAt(y)) return false;
  }
}

/** Beyond ASCII only the pattern knows. */
const isSpaceCode = (code: number) => code <= 32 || code > 127 || Number.isNaN(code);

function formChanges(
  decodedBefore: DecodedText,
  before: TextLines,
  decodedAfter: DecodedText,
  after: TextLines,
  blocks: readonly Block[],
): TextFormChange[] {
  const changes: TextFormChange[] = [];
  const add = (what: TextFormChange['what'], old: string, new_: string) =>
    changes.push({ what, before: old, after: new_ });
  // ASCII is valid in the others, so it alone is no other encoding.
  const isEitherAscii = decodedBefore.encoding === 'ASCII' || decodedAfter.encoding === 'ASCII';
  const isWide = (text: DecodedText) => text.encoding.startsWith('UTF-16');
  if (
    decodedBefore.encoding !== decodedAfter.encoding &&
    (!isEitherAscii || isWide(decodedBefore) || isWide(decodedAfter))
  )
    add('encoding', decodedBefore.encoding, decodedAfter.encoding);
  else if (decodedBefore.hasBom !== decodedAfter.hasBom)
    add('bom', presence(decodedBefore.hasBom), presence(decodedAfter.hasBom));
  if (before.ends !== 'none' && after.ends !== 'none') {
    const isElsewhere =
      before.ends === 'mixed' && after.ends === 'mixed' && endsDiffer(before, after, blocks);
    if (before.ends !== after.ends || isElsewhere) {
      const [old, new_] = [endsInWords(before), endsInWords(after)];
      add('line-ends', old, old === new_ ? `${new_}, at other lines` : new_);
    }
  }
  if (before.lines.length > 0 && after.lines.length > 0 && before.hasFinalNewline !== after.hasFinalNewline)
    add('final-newline', presence(before.hasFinalNewline), presence(after.hasFinalNewline));
  return changes;
}

const presence = (isThere: boolean) => (isThere ? 'present' : 'absent');

function endsInWords({ ends, crlfCount, lines, hasFinalNewline }: TextLines): string {
  if (ends !== 'mixed') return ends;
  const lf = lines.length - (hasFinalNewline ? 0 : 1) - crlfCount;
  return `mixed: ${crlfCount.toLocaleString('en-US')} CRLF, ${lf.toLocaleString('en-US')} LF`;
}

/** Whether any line that is on both sides ends otherwise. */
function endsDiffer(before: TextLines, after: TextLines, blocks: readonly Block[]): boolean {
  const isEnded = (text: TextLines, line: number) => line < text.lines.length - 1 || text.hasFinalNewline;
  let [x, y] = [0, 0];
  const end: Block = {
    beforeStart: before.lines.length,
    beforeEnd: before.lines.length,
    afterStart: after.lines.length,
    afterEnd: after.lines.length,
  };
  for (const block of [...blocks, end]) {
    for (; x < block.beforeStart; x++, y++) {
      if (before.crlf[x] !== after.crlf[y] && isEnded(before, x) && isEnded(after, y)) return true;
    }
    [x, y] = [block.beforeEnd, block.afterEnd];
  }
  return false;
}
