/** Changed lines with three lines around them, as in a unified diff. */
import type { Hunk, HunkLine } from '../contract/diff.ts';
import type { TextLines } from './decode-text.ts';
import type { Block } from './sequence.ts';
import type { ChangedWords, Stretches } from './words.ts';

const context = 3;

type Side = Pick<TextLines, 'lines' | 'crlf' | 'hasFinalNewline'>;

export function hunksOf(
  blocks: readonly Block[],
  before: Side,
  after: Side,
  words?: Pick<ChangedWords, 'before' | 'after'>,
): Hunk[] {
  const hunks: Hunk[] = [];
  for (let index = 0; index < blocks.length; ) {
    const first = index;
    // Blocks whose surroundings touch make one hunk.
    while (distance(blocks[index++], blocks[index]) <= 2 * context);
    hunks.push(hunkOf(blocks.slice(first, index), before, after, words));
  }
  return hunks;
}

const distance = (block: Block | undefined, next: Block | undefined) =>
  block && next ? next.beforeStart - block.beforeEnd : Number.POSITIVE_INFINITY;

function hunkOf(
  blocks: readonly Block[],
  before: Side,
  after: Side,
  words: Pick<ChangedWords, 'before' | 'after'> | undefined,
): Hunk {
  const [first, last] = [blocks[0] as Block, blocks.at(-1) as Block];
  const above = Math.min(context, first.beforeStart);
  const below = Math.min(context, before.lines.length - last.beforeEnd);
  const beforeStart = first.beforeStart - above;
  const afterStart = first.afterStart - above;
  const lines: HunkLine[] = [];
  const add = (
    sign: HunkLine['sign'],
    side: Side,
    from: number,
    to: number,
    marked?: ReadonlyMap<number, Stretches>,
  ) => {
    for (let at = from; at < to; at++) lines.push(lineOf(sign, side, at, marked?.get(at)));
  };
  let at = beforeStart;
  for (const block of blocks) {
    add(' ', before, at, block.beforeStart);
    add('-', before, block.beforeStart, block.beforeEnd, words?.before);
    add('+', after, block.afterStart, block.afterEnd, words?.after);
    at = block.beforeEnd;
  }
  add(' ', before, at, last.beforeEnd + below);
  const beforeLines = last.beforeEnd + below - beforeStart;
  const afterLines = last.afterEnd + below - afterStart;
  return {
    beforeStart: beforeLines === 0 ? beforeStart : beforeStart + 1,
    beforeLines,
    afterStart: afterLines === 0 ? afterStart : afterStart + 1,
    afterLines,
    lines,
  };
}

function lineOf(sign: HunkLine['sign'], side: Side, at: number, words: Stretches | undefined): HunkLine {
  return {
    sign,
    text: side.lines[at] as string,
    ...(words ? { words } : {}),
    ...(side.crlf[at] === 1 ? { crlf: true as const } : {}),
    ...(at === side.lines.length - 1 && !side.hasFinalNewline ? { noNewline: true as const } : {}),
  };
}

/**
 * The lines of a unified diff below its "---" and "+++", each without its line end, to be joined by LF. They apply where both
 * sides are UTF-8 without a BOM, end their lines in LF or CRLF, and `form` names no line ends; patchBody knows the rest too.
 */
export function formatHunks(hunks: readonly Hunk[]): string[] {
  const lines: string[] = [];
  for (const hunk of hunks) {
    lines.push(
      `@@ -${range(hunk.beforeStart, hunk.beforeLines)} +${range(hunk.afterStart, hunk.afterLines)} @@`,
    );
    for (const line of hunk.lines) {
      lines.push(`${line.sign}${line.text}${line.crlf ? '\r' : ''}`);
      if (line.noNewline) lines.push('\\ No newline at end of file');
    }
  }
  return lines;
}

const range = (start: number, lines: number) => (lines === 1 ? `${start}` : `${start},${lines}`);
