/** Texts with random edits, and what applying a diff makes of the first of them. */
import type { Hunk } from '../../../core/contract/diff.ts';
import { type Random, randomOf } from '../../support/random.ts';

export const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding);

/** Few different lines make many ways to align them; that is where a search goes wrong. */
function randomLines(random: Random, most: number, kinds: number): string[] {
  return Array.from({ length: random.pick(most + 1) }, () => `line ${random.pick(kinds)}`);
}

function edited(random: Random, lines: readonly string[], edits: number, kinds: number): string[] {
  const result = [...lines];
  for (let edit = 0; edit < edits; edit++) {
    const at = random.pick(result.length + 1);
    const removed = random.pick(3);
    result.splice(at, removed, ...randomLines(random, 3, kinds));
  }
  return result;
}

export interface Pair {
  readonly before: string;
  readonly after: string;
}

export function* randomPairs(count: number, ends: readonly string[] = ['\n']): Generator<Pair> {
  for (let seed = 1; seed <= count; seed++) {
    const random = randomOf(seed);
    const kinds = random.oneOf([2, 5, 40, 1000]);
    const end = random.oneOf(ends);
    const lines = randomLines(random, random.oneOf([3, 12, 80]), kinds);
    const changed =
      random.pick(10) === 0 ? randomLines(random, 30, kinds) : edited(random, lines, random.pick(6), kinds);
    const join = (some: readonly string[]) =>
      some.join(end) + (some.length > 0 && random.pick(3) > 0 ? end : '');
    yield { before: join(lines), after: join(changed) };
  }
}

/** What `patch` does, for texts that end their lines in LF or in CRLF. Throws where a hunk doesn't fit. */
export function applyHunks(before: string, hunks: readonly Hunk[]): string {
  const old = before.match(/[^\n]*\n|[^\n]+/g) ?? [];
  const result: string[] = [];
  let at = 0;
  for (const hunk of hunks) {
    const start = hunk.beforeLines === 0 ? hunk.beforeStart : hunk.beforeStart - 1;
    result.push(...old.slice(at, start));
    at = start;
    const placed = hunk.afterLines === 0 ? hunk.afterStart : hunk.afterStart - 1;
    if (placed !== result.length) throw new Error(`a hunk says ${placed} where ${result.length} lines stand`);
    let [removed, added] = [0, 0];
    for (const { sign, text, crlf, noNewline } of hunk.lines) {
      const line = text + (crlf ? '\r' : '') + (noNewline ? '' : '\n');
      if (sign !== '+') {
        if (old[at] !== line)
          throw new Error(`line ${at + 1} is ${JSON.stringify(old[at])}, not ${JSON.stringify(line)}`);
        at++;
        removed++;
      }
      if (sign !== '-') {
        result.push(line);
        added++;
      }
    }
    if (removed !== hunk.beforeLines || added !== hunk.afterLines)
      throw new Error('a hunk miscounts its lines');
  }
  result.push(...old.slice(at));
  return result.join('');
}

/** The length of the longest common subsequence, by the book. */
export function longestCommon(
  before: readonly unknown[] | Int32Array,
  after: readonly unknown[] | Int32Array,
): number {
  let row = new Array<number>(after.length + 1).fill(0);
  for (const item of before) {
    const next = [0];
    for (let y = 0; y < after.length; y++)
      next.push(
        item === after[y] ? (row[y] as number) + 1 : Math.max(row[y + 1] as number, next[y] as number),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}
