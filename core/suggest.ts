/** "Did you mean …?": the nearest known word, where one is near enough to be meant. */

/** Edits (insert, delete, replace, swap neighbours) between two words, or `limit + 1` once it is more. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) edits = Math.min(edits, (beforeLast[j - 2] ?? 0) + 1);
      row.push(edits);
    }
    if (Math.min(...row) > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? limit + 1;
}

/** Letters and digits in lower case: `Batch_Size` and `batch-size` are slips for `batchSize`. */
function bare(word: string): string {
  return word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** A slip or two is forgiven in a long word, none in a word of one or two letters. */
function forgiven(length: number): number {
  if (length <= 2) return 0;
  if (length <= 5) return 1;
  return length <= 10 ? 2 : 3;
}

const longestWord = 64;

/** The candidate that was probably meant: the same letters in another case first, else the fewest slips. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  if (word.length > longestWord) return null;
  const wanted = bare(word);
  if (wanted === '') return null;
  let best: string | null = null;
  let bestEdits = forgiven(wanted.length) + 1;
  for (const candidate of candidates) {
    if (candidate === word) return candidate;
    const edits = distance(wanted, bare(candidate), bestEdits - 1);
    if (edits >= bestEdits) continue;
    best = candidate;
    bestEdits = edits;
  }
  return best;
}
