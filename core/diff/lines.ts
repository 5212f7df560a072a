/** The shortest difference of two lists of lines, its blocks put where a reader expects them. */
import { mapKey } from './map-key.ts';
import { type Block, blocksOf, diffSequences, type Steps } from './sequence.ts';

export interface LinesDiff {
  readonly blocks: readonly Block[];
  readonly isShortest: boolean;
  /** Each line as a number, the same for equal lines of either side. */
  readonly beforeIds: Int32Array;
  readonly afterIds: Int32Array;
}

export function diffLines(before: readonly string[], after: readonly string[], steps: Steps): LinesDiff {
  const ids = new Map<string, number>();
  const beforeIds = numbered(before, ids);
  const afterIds = numbered(after, ids);
  const marks = diffSequences(beforeIds, afterIds, steps);
  const blocks = slideBlocks(blocksOf(marks), before, after, beforeIds, afterIds);
  return { blocks, isShortest: marks.isShortest, beforeIds, afterIds };
}

function numbered(lines: readonly string[], ids: Map<string, number>): Int32Array {
  const numbers = new Int32Array(lines.length);
  for (let index = 0; index < lines.length; index++) {
    const key = mapKey(lines[index] as string);
    let id = ids.get(key);
    if (id === undefined) {
      id = ids.size;
      ids.set(key, id);
    }
    numbers[index] = id;
  }
  return numbers;
}

const farthestSlide = 100;

/**
 * Where lines were only added, or only removed, among their like, several blocks tell the same. The one that
 * begins at the least indentation is taken, so that a new function begins with its `def`.
 */
function slideBlocks(
  blocks: readonly Block[],
  before: readonly string[],
  after: readonly string[],
  beforeIds: Int32Array,
  afterIds: Int32Array,
): Block[] {
  const slid: Block[] = [];
  for (const [index, block] of blocks.entries()) {
    const isAdded = block.beforeStart === block.beforeEnd;
    if (!isAdded && block.afterStart !== block.afterEnd) {
      slid.push(block);
      continue;
    }
    const [lines, ids] = isAdded ? [after, afterIds] : [before, beforeIds];
    const [start, end] = isAdded ? [block.afterStart, block.afterEnd] : [block.beforeStart, block.beforeEnd];
    // A line stays between neighbours, or they would be one block.
    const previous = slid.at(-1);
    const following = blocks[index + 1];
    const roomAbove = block.beforeStart - (previous ? previous.beforeEnd + 1 : 0);
    const roomBelow = (following?.beforeStart ?? before.length + 1) - block.beforeEnd - 1;
    const up = slides(farthestSlide, roomAbove, (by) => ids[start - by] === ids[end - by]);
    const down = slides(farthestSlide, roomBelow, (by) => ids[start + by - 1] === ids[end + by - 1]);
    let best = 0;
    let bestIndent = Number.POSITIVE_INFINITY;
    for (let by = -up; by <= down; by++) {
      const indent = (lines[start + by] as string).search(/\S|$/);
      const isBlank = indent === (lines[start + by] as string).length;
      if ((isBlank ? 0 : indent) > bestIndent) continue;
      best = by;
      bestIndent = isBlank ? 0 : indent;
    }
    slid.push({
      beforeStart: block.beforeStart + best,
      beforeEnd: block.beforeEnd + best,
      afterStart: block.afterStart + best,
      afterEnd: block.afterEnd + best,
    });
  }
  return slid;
}

function slides(farthest: number, room: number, fits: (by: number) => boolean): number {
  let by = 0;
  while (by < farthest && by < room && fits(by + 1)) by++;
  return by;
}
