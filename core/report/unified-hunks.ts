/** Hunks as a unified diff has them. */
import type { Hunk, HunkLine } from '../contract/diff.ts';

export function hunkHeader({ beforeStart, beforeLines, afterStart, afterLines }: Hunk): string {
  return `@@ -${range(beforeStart, beforeLines)} +${range(afterStart, afterLines)} @@`;
}

const range = (start: number, lines: number) => (lines === 1 ? `${start}` : `${start},${lines}`);

export const noNewlineMark = '\\ No newline at end of file';

export interface CutHunk extends Hunk {
  /** How many lines of the hunk are not there. */
  readonly missing: number;
}

/** The first lines of the hunks, and how many of all hunks' lines are left out after them. */
export function firstLines(hunks: readonly Hunk[], most: number): { hunks: CutHunk[]; leftOut: number } {
  const shown: CutHunk[] = [];
  let room = most;
  let leftOut = 0;
  for (const hunk of hunks) {
    const lines: readonly HunkLine[] = hunk.lines.slice(0, room);
    if (lines.length > 0) shown.push({ ...hunk, lines, missing: hunk.lines.length - lines.length });
    room -= lines.length;
    leftOut += hunk.lines.length - lines.length;
  }
  return { hunks: shown, leftOut };
}
