/** Contents that nothing better is known of: where they begin to differ, and how much; small ones also aligned. */
import type { ByteRange } from '../contract/diff.ts';

export interface ByteCount {
  /** Offset of the first byte that differs. */
  readonly firstDifference: number;
  /** Bytes at the same offset that differ, and those that one side has more. */
  readonly differing: number;
}

/** Both to their ends, holding no more than one piece of each. Null where they are equal. */
export async function compareBytes(
  before: AsyncIterable<Buffer>,
  after: AsyncIterable<Buffer>,
): Promise<ByteCount | null> {
  const sides = [new Pieces(before), new Pieces(after)] as const;
  const [left, right] = sides;
  let offset = 0;
  let first = -1;
  let differing = 0;
  try {
    while (true) {
      await Promise.all([left.fill(), right.fill()]);
      const step = Math.min(left.piece.length, right.piece.length);
      if (step === 0) break;
      const [a, b] = [left.take(step), right.take(step)];
      if (!a.equals(b)) {
        const count = countDiffering(a, b);
        if (first === -1) first = offset + count.first;
        differing += count.differing;
      }
      offset += step;
    }
    const rest = (await left.drain()) + (await right.drain());
    if (rest > 0 && first === -1) first = offset;
    return first === -1 ? null : { firstDifference: first, differing: differing + rest };
  } finally {
    await Promise.allSettled(sides.map((side) => side.close()));
  }
}

/** The pieces of one side, which are cut elsewhere than those of the other. */
class Pieces {
  readonly #source: AsyncIterator<Buffer>;
  #ended = false;
  piece: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Until there is a byte, or the end. */
  async fill(): Promise<void> {
    while (this.piece.length === 0 && !this.#ended) {
      const next = await this.#source.next();
      if (next.done) this.#ended = true;
      else this.piece = next.value;
    }
  }

  take(bytes: number): Buffer {
    const taken = this.piece.subarray(0, bytes);
    this.piece = this.piece.subarray(bytes);
    return taken;
  }

  /** Counts what is left. */
  async drain(): Promise<number> {
    let count = 0;
    for (await this.fill(); this.piece.length > 0; await this.fill())
      count += this.take(this.piece.length).length;
    return count;
  }

  async close(): Promise<void> {
    if (!this.#ended) await this.#source.return?.();
  }
}

/** Most of a changed file is often equal, and native comparison finds that out many times faster than a loop. */
const stretch = 4096;
// Four bytes at a time, which asks for an even start that no piece promises, so a stretch is copied first.
const copies = [new Uint32Array(stretch / 4), new Uint32Array(stretch / 4)] as const;
const copied = [new Uint8Array(copies[0].buffer), new Uint8Array(copies[1].buffer)] as const;

function countDiffering(a: Buffer, b: Buffer): { first: number; differing: number } {
  let first = -1;
  let differing = 0;
  for (let start = 0; start < a.length; start += stretch) {
    const end = Math.min(start + stretch, a.length);
    if (a.compare(b, start, end, start, end) === 0) continue;
    if (first === -1) {
      first = start;
      while (a[first] === b[first]) first++;
    }
    // What is left in both copies from a longer stretch is wiped, so that it counts as equal.
    for (const [side, bytes] of [a, b].entries())
      copied[side]?.fill(0, end - start).set(bytes.subarray(start, end));
    differing += differingInCopies();
  }
  return { first, differing };
}

function differingInCopies(): number {
  const [left, right] = copies;
  let differing = 0;
  for (let at = 0; at < left.length; at++) {
    const bits = (left[at] as number) ^ (right[at] as number);
    if (bits === 0) continue;
    // The highest bit of each byte is set where any bit of the byte is; then the four are added up.
    const marks = (((bits & 0x7f7f7f7f) + 0x7f7f7f7f) | bits) >>> 7;
    differing += Math.imul(marks & 0x01010101, 0x01010101) >>> 24;
  }
  return differing;
}

/** Above this, aligning costs more than its answer is worth. */
export const mostAlignedBytes = 4 * 1024 * 1024;
/** Two files that differ in more places than this have too little in common to be aligned. */
const mostRanges = 10_000;
/** What is called equal on the way must be at least so long, or it is chance. */
const shortestMatch = 16;
const mostCandidates = 4;
const longestLook = 64;
/** A jump further than this gives up all that lies between, and asks for a match of 64 bytes. */
const shortJump = 1024;

/**
 * What was put in, taken out and changed, in order; all bytes between the ranges are equal. Null where a side is too large,
 * or the two have too little in common. One walk through both: where they part, the next 16 equal bytes are sought,
 * in place or further on in the old file, whose blocks are indexed as rsync does it.
 */
export function alignBytes(before: Uint8Array, after: Uint8Array): ByteRange[] | null {
  if (before.length > mostAlignedBytes || after.length > mostAlignedBytes) return null;
  const [head, tail] = commonEnds(before, after);
  const [endBefore, endAfter] = [before.length - tail, after.length - tail];
  const ranges: ByteRange[] = [];
  const index = new BlockIndex(before, head, endBefore, after);
  let [i, j] = [head, head];
  while (i < endBefore || j < endAfter) {
    if (ranges.length === mostRanges) return null;
    const [nextI, nextJ] = findMatch(before, after, index, i, j, endBefore, endAfter) ?? [
      endBefore,
      endAfter,
    ];
    ranges.push(rangeOf(i, nextI, j, nextJ));
    [i, j] = [nextI, nextJ];
    while (i < endBefore && j < endAfter && before[i] === after[j]) {
      i++;
      j++;
    }
  }
  return ranges;
}

function commonEnds(before: Uint8Array, after: Uint8Array): [head: number, tail: number] {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return [head, tail];
}

function rangeOf(beforeStart: number, beforeEnd: number, afterStart: number, afterEnd: number): ByteRange {
  const beforeLength = beforeEnd - beforeStart;
  const afterLength = afterEnd - afterStart;
  const change = beforeLength === 0 ? 'inserted' : afterLength === 0 ? 'removed' : 'changed';
  return { change, beforeStart, beforeLength, afterStart, afterLength };
}

/** Where both go on alike, at or after (i, j): in place, or at a block of the old file that lies further on. */
function findMatch(
  before: Uint8Array,
  after: Uint8Array,
  index: BlockIndex,
  i: number,
  j: number,
  endBefore: number,
  endAfter: number,
): [number, number] | null {
  let sameInPlace = 0;
  for (let at = j; at < endAfter; at++) {
    const inPlace = i + at - j;
    sameInPlace = inPlace < endBefore && before[inPlace] === after[at] ? sameInPlace + 1 : 0;
    if (sameInPlace === shortestMatch) return [inPlace - shortestMatch + 1, at - shortestMatch + 1];
    if (at + shortestMatch > endAfter) continue;
    const found = index.find(at, i, endAfter);
    if (found === -1) continue;
    // Blocks begin every 16 bytes; what is equal before the block belongs to the match as well.
    let back = 0;
    while (found - back > i && at - back > j && before[found - back - 1] === after[at - back - 1]) back++;
    return [found - back, at - back];
  }
  // The very end is often short of 16 equal bytes, and then the rest counts as changed.
  return null;
}

/** The blocks of the old file by a hash of their bytes; those that were passed are forgotten, so no chain is walked twice. */
class BlockIndex {
  readonly #bytes: Uint8Array;
  readonly #after: Uint8Array;
  readonly #afterView: DataView;
  readonly #start: number;
  readonly #end: number;
  readonly #heads: Int32Array;
  readonly #next: Int32Array;
  readonly #mask: number;

  constructor(bytes: Uint8Array, start: number, end: number, after: Uint8Array) {
    this.#bytes = bytes;
    this.#after = after;
    this.#afterView = viewOf(after);
    const view = viewOf(bytes);
    this.#start = start;
    this.#end = end;
    const blocks = Math.max(0, Math.floor((end - start) / shortestMatch));
    const slots = 2 ** Math.ceil(Math.log2(Math.max(16, blocks * 2)));
    this.#mask = slots - 1;
    this.#heads = new Int32Array(slots).fill(-1);
    this.#next = new Int32Array(blocks);
    for (let block = blocks - 1; block >= 0; block--) {
      const slot = hashAt(view, start + block * shortestMatch) & this.#mask;
      this.#next[block] = this.#heads[slot] as number;
      this.#heads[slot] = block;
    }
  }

  /** The block at or after `from` that goes on like `after` at `at` for longest, of the nearest few; else -1. */
  find(at: number, from: number, endAfter: number): number {
    const slot = hashAt(this.#afterView, at) & this.#mask;
    let block = this.#heads[slot] as number;
    while (block !== -1 && this.#start + block * shortestMatch < from) block = this.#next[block] as number;
    this.#heads[slot] = block;
    let best = -1;
    let longest = shortestMatch - 1;
    for (let tried = 0; block !== -1 && tried < mostCandidates; tried++) {
      const position = this.#start + block * shortestMatch;
      const most = Math.min(longestLook, this.#end - position, endAfter - at);
      let length = 0;
      while (length < most && this.#bytes[position + length] === this.#after[at + length]) length++;
      const needed = position - from > shortJump ? longestLook : shortestMatch;
      if (length >= needed && length > longest) [best, longest] = [position, length];
      block = this.#next[block] as number;
    }
    return best;
  }
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  new DataView(buffer, byteOffset, byteLength);

function hashAt(view: DataView, at: number): number {
  const hash =
    Math.imul(view.getUint32(at, true), 0x9e3779b1) ^
    Math.imul(view.getUint32(at + 4, true), 0x85ebca6b) ^
    Math.imul(view.getUint32(at + 8, true), 0xc2b2ae35) ^
    Math.imul(view.getUint32(at + 12, true), 0x27d4eb2f);
  return (hash ^ (hash >>> 15)) >>> 0;
}
