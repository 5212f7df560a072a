/**
 * The shortest difference of two sequences of numbers, none below zero: Myers' search from both ends, in linear space, inside a budget of
 * steps. Where the budget is spent, what is left is split at numbers that stand once on either side, which
 * is fast and right but may find more changes than there need be.
 */
import { anchorsOf } from './anchors.ts';
import { knownNumbers } from './known-numbers.ts';

/** What a search may still do, in comparisons; shared by the searches that draw on it. */
export interface Steps {
  left: number;
}

export interface Marks {
  /** One for each item that the other side doesn't have at its place. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly isShortest: boolean;
}

/** A stretch that differs, half open; items between blocks are equal one by one. */
export interface Block {
  readonly beforeStart: number;
  readonly beforeEnd: number;
  readonly afterStart: number;
  readonly afterEnd: number;
}

/** The same stretch, seen from the other side. */
export const mirrored = ({ beforeStart, beforeEnd, afterStart, afterEnd }: Block): Block => ({
  beforeStart: afterStart,
  beforeEnd: afterEnd,
  afterStart: beforeStart,
  afterEnd: beforeEnd,
});

export function diffSequences(before: Int32Array, after: Int32Array, steps: Steps): Marks {
  const marks = { before: new Uint8Array(before.length), after: new Uint8Array(after.length) };
  let start = 0;
  let beforeEnd = before.length;
  let afterEnd = after.length;
  while (start < beforeEnd && start < afterEnd && before[start] === after[start]) start++;
  while (beforeEnd > start && afterEnd > start && before[beforeEnd - 1] === after[afterEnd - 1]) {
    beforeEnd--;
    afterEnd--;
  }
  // What one side lacks can match nothing: leaving it out changes no result, and shortens most searches to nothing.
  const x = keepKnown(before, start, beforeEnd, knownNumbers(after.subarray(start, afterEnd)), marks.before);
  const y = keepKnown(after, start, afterEnd, knownNumbers(before.subarray(start, beforeEnd)), marks.after);
  const search = new Search(x.values, y.values, steps);
  search.run();
  putBack(search.changedX, x.places, marks.before);
  putBack(search.changedY, y.places, marks.after);
  return { ...marks, isShortest: search.isShortest };
}

function putBack(changed: Uint8Array, places: Int32Array, marks: Uint8Array): void {
  for (let at = 0; at < changed.length; at++) if (changed[at] === 1) marks[places[at] as number] = 1;
}

/** The stretches that the marks make, in order. */
export function blocksOf({ before, after }: Omit<Marks, 'isShortest'>): Block[] {
  const blocks: Block[] = [];
  let x = 0;
  let y = 0;
  while (x < before.length || y < after.length) {
    const [beforeStart, afterStart] = [x, y];
    while (before[x] === 1) x++;
    while (after[y] === 1) y++;
    if (x > beforeStart || y > afterStart)
      blocks.push({ beforeStart, beforeEnd: x, afterStart, afterEnd: y });
    x++;
    y++;
  }
  return blocks;
}

function keepKnown(
  items: Int32Array,
  start: number,
  end: number,
  isKnown: (item: number) => boolean,
  marks: Uint8Array,
): { values: Int32Array; places: Int32Array } {
  const values = new Int32Array(end - start);
  const places = new Int32Array(end - start);
  let kept = 0;
  for (let at = start; at < end; at++) {
    const value = items[at] as number;
    if (isKnown(value)) {
      values[kept] = value;
      places[kept++] = at;
    } else marks[at] = 1;
  }
  return { values: values.subarray(0, kept), places };
}

/** Ranges of this size are searched even where the budget is spent: together they cost little. */
const smallRange = 256;
/** How often what lies between two anchors is split at anchors of its own. */
const mostRounds = 6;
const unreached = 2 ** 30;

class Search {
  readonly changedX: Uint8Array;
  readonly changedY: Uint8Array;
  isShortest = true;
  readonly #x: Int32Array;
  readonly #y: Int32Array;
  readonly #steps: Steps;
  /** How far x came on each diagonal, from the start and from the end. */
  readonly #forward: Int32Array;
  readonly #backward: Int32Array;
  /** Ranges still to be searched, five numbers each: x from, to, y from, to, rounds of anchors so far. */
  readonly #open: number[] = [];
  #middleX = 0;
  #middleY = 0;

  constructor(x: Int32Array, y: Int32Array, steps: Steps) {
    this.#x = x;
    this.#y = y;
    this.#steps = steps;
    this.changedX = new Uint8Array(x.length);
    this.changedY = new Uint8Array(y.length);
    this.#forward = new Int32Array(x.length + y.length + 3);
    this.#backward = new Int32Array(x.length + y.length + 3);
  }

  run(): void {
    const [x, y, open] = [this.#x, this.#y, this.#open];
    open.push(0, x.length, 0, y.length, 0);
    while (open.length > 0) {
      const rounds = open.pop() as number;
      let yEnd = open.pop() as number;
      let yStart = open.pop() as number;
      let xEnd = open.pop() as number;
      let xStart = open.pop() as number;
      while (xStart < xEnd && yStart < yEnd && x[xStart] === y[yStart]) {
        xStart++;
        yStart++;
      }
      while (xStart < xEnd && yStart < yEnd && x[xEnd - 1] === y[yEnd - 1]) {
        xEnd--;
        yEnd--;
      }
      if (xStart === xEnd || yStart === yEnd) {
        this.changedX.fill(1, xStart, xEnd);
        this.changedY.fill(1, yStart, yEnd);
      } else if (this.#findMiddle(xStart, xEnd, yStart, yEnd)) {
        open.push(xStart, this.#middleX, yStart, this.#middleY, rounds);
        open.push(this.#middleX, xEnd, this.#middleY, yEnd, rounds);
      } else this.#splitAtAnchors(xStart, xEnd, yStart, yEnd, rounds);
    }
  }

  #splitAtAnchors(xStart: number, xEnd: number, yStart: number, yEnd: number, rounds: number): void {
    this.isShortest = false;
    const anchors = rounds < mostRounds ? anchorsOf(this.#x, xStart, xEnd, this.#y, yStart, yEnd) : [];
    if (anchors.length === 0) {
      this.changedX.fill(1, xStart, xEnd);
      this.changedY.fill(1, yStart, yEnd);
      return;
    }
    let [fromX, fromY] = [xStart, yStart];
    for (const { x, y } of [...anchors, { x: xEnd, y: yEnd }]) {
      this.#open.push(fromX, x, fromY, y, rounds + 1);
      [fromX, fromY] = [x + 1, y + 1];
    }
  }

  /** A point on a shortest path, found where the searches from both ends meet; false where the budget is spent. */
  #findMiddle(xStart: number, xEnd: number, yStart: number, yEnd: number): boolean {
    const [x, y, forward, backward, steps] = [this.#x, this.#y, this.#forward, this.#backward, this.#steps];
    const isSmall = xEnd - xStart + yEnd - yStart <= smallRange;
    // Diagonals run below zero, the arrays don't.
    const shift = y.length + 1;
    const lowest = xStart - yEnd;
    const highest = xEnd - yStart;
    const first = xStart - yStart;
    const last = xEnd - yEnd;
    const isOdd = ((first - last) & 1) !== 0;
    let [forwardLow, forwardHigh, backwardLow, backwardHigh] = [first, first, last, last];
    forward[first + shift] = xStart;
    backward[last + shift] = xEnd;
    for (;;) {
      if (!isSmall && steps.left <= 0) return false;
      if (forwardLow > lowest) forward[--forwardLow - 1 + shift] = -1;
      else forwardLow++;
      if (forwardHigh < highest) forward[++forwardHigh + 1 + shift] = -1;
      else forwardHigh--;
      let spent = forwardHigh - forwardLow + 2;
      for (let diagonal = forwardHigh; diagonal >= forwardLow; diagonal -= 2) {
        const below = forward[diagonal - 1 + shift] as number;
        const above = forward[diagonal + 1 + shift] as number;
        const from = below < above ? above : below + 1;
        let to = from;
        while (to < xEnd && to - diagonal < yEnd && x[to] === y[to - diagonal]) to++;
        spent += to - from;
        forward[diagonal + shift] = to;
        if (isOdd && backwardLow <= diagonal && diagonal <= backwardHigh) {
          if ((backward[diagonal + shift] as number) <= to) return this.#meet(to, to - diagonal, spent);
        }
      }
      if (backwardLow > lowest) backward[--backwardLow - 1 + shift] = unreached;
      else backwardLow++;
      if (backwardHigh < highest) backward[++backwardHigh + 1 + shift] = unreached;
      else backwardHigh--;
      for (let diagonal = backwardHigh; diagonal >= backwardLow; diagonal -= 2) {
        const below = backward[diagonal - 1 + shift] as number;
        const above = backward[diagonal + 1 + shift] as number;
        const from = below < above ? below : above - 1;
        let to = from;
        while (to > xStart && to - diagonal > yStart && x[to - 1] === y[to - diagonal - 1]) to--;
        spent += from - to;
        backward[diagonal + shift] = to;
        if (!isOdd && forwardLow <= diagonal && diagonal <= forwardHigh) {
          if (to <= (forward[diagonal + shift] as number)) return this.#meet(to, to - diagonal, spent);
        }
      }
      steps.left -= spent;
    }
  }

  #meet(x: number, y: number, spent: number): true {
    this.#middleX = x;
    this.#middleY = y;
    this.#steps.left -= spent;
    return true;
  }
}
