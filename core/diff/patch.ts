/** The difference of two texts as `patch` takes it, down to the last byte. */
import type { TextLines } from './decode-text.ts';
import { formatHunks, hunksOf } from './hunks.ts';
import { diffLines } from './lines.ts';
import { type TextBudget, textBudget, withFinalNewline } from './text.ts';

/**
 * The body of a patch, below its "---" and "+++". A byte is a character here, and a CR, a BOM or half of a UTF-16 unit is content:
 * what applies the patch gets the second file whatever its encoding and line ends are.
 */
export function patchBody(before: Uint8Array, after: Uint8Array, budget: TextBudget = textBudget): Buffer {
  const old = splitBytes(before);
  const new_ = splitBytes(after);
  const { blocks } = diffLines(old.lines, new_.lines, { left: budget.lines });
  const hunks = hunksOf(withFinalNewline(blocks, old, new_), old, new_);
  const lines = formatHunks(hunks);
  return Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1');
}

function splitBytes(bytes: Uint8Array): TextLines {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const lines = text.split('\n');
  const hasFinalNewline = lines.length > 1 && lines.at(-1) === '';
  if (lines.at(-1) === '') lines.pop();
  return { lines, ends: 'LF', crlf: new Uint8Array(lines.length), crlfCount: 0, hasFinalNewline };
}
