/**
 * Pickles in plain bytes: one after the other from the begin, and those that hide behind what comes after. Nothing
 * marks a pickle for sure, so bytes count as one by what happened when they were run.
 */
import { type JudgedPickle, judgePickle, type PickleContext } from './judge.ts';
import { type ScanSource, windowBytes } from './source.ts';
import type { Tally } from './tally.ts';

/** How likely bytes are to be a pickle, before they are read. */
export type Guess = 'pickle' | 'perhaps' | 'raw';

export interface FoundPickle {
  readonly judged: JudgedPickle;
  /** Where its bytes begin; all positions of `judged` count from there. */
  readonly start: number;
}

const headBytes = 64 * 1024;
const rawHeadBytes = 4096;

/** The pickle at a place, or null where those bytes are none. */
export async function pickleAt(
  source: ScanSource,
  start: number,
  guess: Guess,
  context: PickleContext,
  tally: Tally,
): Promise<FoundPickle | null> {
  const first = guess === 'raw' ? rawHeadBytes : headBytes;
  for (let length = first; ; length = Math.min(length * 16, windowBytes)) {
    const bytes = await source.read(start, Math.min(length, source.size - start));
    const judged = await judgePickle(bytes, 0, context, tally.effortLeft);
    tally.spend(judged.result.opcodes, length > headBytes ? bytes.length : 0);
    // Where it asks for more than the file has, more of the file is of no use.
    const { wanted } = judged.result;
    const isCut = wanted !== null && wanted > bytes.length && wanted <= source.size - start;
    if (isCut && length < windowBytes) continue;
    if (isCut) return guess === 'raw' ? null : { judged: tooLong(judged), start };
    if (guess === 'pickle' || isPickle(judged, bytes, guess)) return { judged, start };
    const leads = guess === 'perhaps' && (await leadsToPickle(source, start, judged, context, tally));
    return leads ? { judged, start } : null;
  }
}

/** Who loads one pickle after the other begins with one that says nothing: two opcodes, and the next one runs. */
async function leadsToPickle(
  source: ScanSource,
  start: number,
  first: JudgedPickle,
  context: PickleContext,
  tally: Tally,
): Promise<boolean> {
  if (!first.result.isComplete) return false;
  const at = start + first.result.end;
  const bytes = await source.read(at, Math.max(0, Math.min(headBytes, source.size - at)));
  if (bytes.length === 0) return false;
  const next = await judgePickle(bytes, 0, context, tally.effortLeft);
  tally.spend(next.result.opcodes, 0);
  // More of the same, or one that goes on behind what was read.
  const isMore = next.result.isComplete && next.result.opcodes > 1;
  const isCut = next.result.wanted !== null && next.result.opcodes > 0 && at + bytes.length < source.size;
  return isMore || isCut || isPickle(next, bytes, 'perhaps');
}

function tooLong(judged: JudgedPickle): JudgedPickle {
  const problem = {
    kind: 'limit',
    position: judged.result.end,
    message: 'it is longer than 64 MiB, and was read so far',
  } as const;
  return { ...judged, result: { ...judged.result, problems: [problem] } };
}

const hasHeader = (bytes: Buffer) => bytes[0] === 0x80 && (bytes[1] ?? 0xff) <= 5;
const isName = (name: string) => /^[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)*$/u.test(name);

function isPickle({ result, globals, evasions }: JudgedPickle, bytes: Buffer, guess: Guess): boolean {
  const named = globals.filter(({ module, name }) => isName(module) && isName(name));
  const isTelling =
    named.length > 0 &&
    (result.calls.length > 0 || named.some(({ standing }) => standing === 'dangerous' || hasHeader(bytes)));
  const isWhole = result.isComplete;
  if (guess === 'raw') return isTelling || (isWhole && (named.length > 0 || result.opcodes >= 8));
  if (isTelling || result.problems.some(({ kind }) => kind === 'limit')) return true;
  if (isWhole) return hasHeader(bytes) || evasions.length > 0 || globals.length > 0 || result.opcodes >= 4;
  if (!hasHeader(bytes)) return false;
  return result.wanted !== null || result.opcodes >= 4;
}

const stepBytes = 4 * 1024 * 1024;
const overlapBytes = 4096;
/** Numbers look like the begin of a pickle once in a while: each costs a look. */
const mostLooks = 200_000;

/** Pickles that begin anywhere from a place on, each found by how a pickle begins. */
export async function* hiddenPickles(
  source: ScanSource,
  from: number,
  context: PickleContext,
  tally: Tally,
  where: string,
): AsyncGenerator<FoundPickle> {
  let looks = 0;
  let next = from;
  for (let at = from; at < source.size; at += stepBytes - overlapBytes) {
    const bytes = await source.read(at, Math.min(stepBytes, source.size - at));
    for (const begin of beginsIn(bytes)) {
      if (at + begin < next) continue;
      if (++looks > mostLooks || tally.isSpent) {
        tally.unread('too much in it looks like the begin of a pickle', where, at + begin);
        return;
      }
      const found = await pickleAt(source, at + begin, 'raw', context, tally);
      if (!found) continue;
      yield found;
      next = at + begin + found.judged.result.end;
    }
    if (at + bytes.length >= source.size) return;
  }
}

/** Where the header of a protocol stands, or a class is named as the old protocols name it. */
function* beginsIn(bytes: Buffer): Generator<number> {
  for (let at = bytes.indexOf(0x80); at !== -1; at = bytes.indexOf(0x80, at + 1))
    if ((bytes[at + 1] ?? 0xff) <= 5 && at + 2 < bytes.length) yield at;
  // Looked back for from the line's end: from every letter on it takes seconds to find that there is none.
  const old = /\n(?=[A-Za-z_][\w.]{0,100}\n)(?<=([(\]})]{0,8}c[A-Za-z_][\w.]{0,100})\n)/g;
  for (const { index, 1: line = '' } of bytes.toString('latin1').matchAll(old)) yield index - line.length;
}
