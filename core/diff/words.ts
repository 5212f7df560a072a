/** Inside lines that replace one another: which words changed. */
import { pairAlike } from './pair-alike.ts';
import { type Block, blocksOf, diffSequences, type Steps } from './sequence.ts';

/** [start, end) in UTF-16 units, in order. */
export type Stretches = readonly (readonly [number, number])[];

export interface ChangedWords {
  /** By the number of the line, from 0. */
  readonly before: ReadonlyMap<number, Stretches>;
  readonly after: ReadonlyMap<number, Stretches>;
  readonly isComplete: boolean;
}

/** Of what lies between the first and the last difference of two lines. */
const longestSearched = 5000;
/** What looking at two lines costs beside their words. */
const stepsOfPair = 20;
const stepsOfLikeness = 5;

export function changedWords(
  blocks: readonly Block[],
  beforeLines: readonly string[],
  afterLines: readonly string[],
  steps: Steps,
): ChangedWords {
  const before = new Map<number, Stretches>();
  const after = new Map<number, Stretches>();
  let isComplete = true;
  for (const block of blocks) {
    const alike = (x: number, y: number) => {
      steps.left -= stepsOfLikeness;
      return steps.left > 0 ? likenessOf(beforeLines[x] as string, afterLines[y] as string) : 0;
    };
    for (const [x, y] of pairAlike(block, alike)) {
      steps.left -= stepsOfPair;
      if (steps.left <= 0) return { before, after, isComplete: false };
      const [old, new_] = [beforeLines[x] as string, afterLines[y] as string];
      const found = compareWords(old, new_, steps);
      isComplete &&= found.isComplete;
      if (found.before.length > 0) before.set(x, found.before);
      if (found.after.length > 0) after.set(y, found.after);
    }
  }
  return { before, after, isComplete };
}

const leastLikeness = 0.3;
const lookedAt = 300;

/** How much of the longer line both begin and end with; zero where that is little. */
function likenessOf(left: string, right: string): number {
  if (Math.max(left.length, right.length) > longestSearched) return 0;
  const [a, b] = [left.trim(), right.trim()];
  const longer = Math.max(a.length, b.length);
  if (longer === 0) return 0;
  const { prefix, suffix } = commonEnds(a, b, lookedAt);
  const likeness = (prefix + suffix) / Math.min(longer, 2 * lookedAt);
  return likeness < leastLikeness ? 0 : likeness;
}

interface WordsOfPair {
  readonly before: Stretches;
  readonly after: Stretches;
  readonly isComplete: boolean;
}

const wholeLine: WordsOfPair = { before: [], after: [], isComplete: true };

function compareWords(before: string, after: string, steps: Steps): WordsOfPair {
  const { prefix, suffix } = wordEnds(before, after);
  const old = before.slice(prefix, before.length - suffix);
  const new_ = after.slice(prefix, after.length - suffix);
  if (Math.max(old.length, new_.length) > longestSearched) {
    if (isLittle(prefix + suffix, before, after)) return { ...wholeLine, isComplete: false };
    const stretch = (text: string): Stretches => (text === '' ? [] : [[prefix, prefix + text.length]]);
    return { before: stretch(old), after: stretch(new_), isComplete: false };
  }
  const oldWords = wordsOf(old);
  const newWords = wordsOf(new_);
  steps.left -= oldWords.length + newWords.length;
  const numbers = new Map<string, number>();
  const number = (word: string) => {
    const known = numbers.get(word) ?? numbers.size;
    numbers.set(word, known);
    return known;
  };
  const marks = diffSequences(
    Int32Array.from(oldWords, (word) => number(word)),
    Int32Array.from(newWords, (word) => number(word)),
    steps,
  );
  const blocks = blocksOf(marks);
  const oldStretches = stretchesOf(
    blocks.map(({ beforeStart, beforeEnd }) => [beforeStart, beforeEnd]),
    oldWords,
    prefix,
  );
  const newStretches = stretchesOf(
    blocks.map(({ afterStart, afterEnd }) => [afterStart, afterEnd]),
    newWords,
    prefix,
  );
  const kept = before.length - oldStretches.reduce((sum, [start, end]) => sum + end - start, 0);
  if (isLittle(kept, before, after)) return { ...wholeLine, isComplete: marks.isShortest };
  return { before: oldStretches, after: newStretches, isComplete: marks.isShortest };
}

/** Lines that share hardly anything are told as changed whole: words picked out of them would only confuse. */
const isLittle = (kept: number, before: string, after: string) =>
  kept * 3 < Math.min(before.length, after.length) || kept === 0;

const wordsOf = (text: string): readonly string[] => text.match(/[\p{L}\p{N}_]+|\s+|./gsu) ?? [];

function stretchesOf(
  ranges: readonly [number, number][],
  words: readonly string[],
  shift: number,
): Stretches {
  const starts = new Int32Array(words.length + 1);
  for (const [index, word] of words.entries()) starts[index + 1] = (starts[index] as number) + word.length;
  return ranges
    .filter(([start, end]) => end > start)
    .map(([start, end]) => [shift + (starts[start] as number), shift + (starts[end] as number)]);
}

function commonEnds(a: string, b: string, most: number): { prefix: number; suffix: number } {
  const shorter = Math.min(a.length, b.length);
  let prefix = 0;
  while (prefix < shorter && prefix < most && a.charCodeAt(prefix) === b.charCodeAt(prefix)) prefix++;
  let suffix = 0;
  while (
    suffix < shorter - prefix &&
    suffix < most &&
    a.charCodeAt(a.length - 1 - suffix) === b.charCodeAt(b.length - 1 - suffix)
  )
    suffix++;
  return { prefix, suffix };
}

const longestWord = 200;

/** Drawn back to where a word begins or ends, so that none is cut, nor a character of two units. */
function wordEnds(a: string, b: string): { prefix: number; suffix: number } {
  const { prefix, suffix } = commonEnds(a, b, Number.POSITIVE_INFINITY);
  let start = prefix;
  for (let back = 0; back < longestWord && start > 0 && isInside(a, start, b); back++) start--;
  let end = suffix;
  for (let back = 0; back < longestWord && end > 0 && isInside(a, a.length - end, b, b.length - end); back++)
    end--;
  if (isLowSurrogate(a.charCodeAt(start)) || isLowSurrogate(b.charCodeAt(start)))
    start = Math.max(0, start - 1);
  if (end > 0 && isLowSurrogate(a.charCodeAt(a.length - end))) end--;
  return { prefix: start, suffix: end };
}

const isInside = (a: string, at: number, b: string, atB = at) => joins(a, at) || joins(b, atB);

/** The characters on both sides of a place belong to one word. */
const joins = (text: string, at: number) =>
  at > 0 && at < text.length && kindAt(text, at - 1) === kindAt(text, at) && kindAt(text, at) !== 0;

function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === 32 || (code >= 9 && code <= 13)) return 1;
  const isWord =
    code > 127 || (code >= 48 && code <= 57) || code === 95 || ((code | 32) >= 97 && (code | 32) <= 122);
  return isWord ? 2 : 0;
}

const isLowSurrogate = (code: number) => code >= 0xdc00 && code <= 0xdfff;
