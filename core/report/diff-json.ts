/** The JSON of CLI.md: its keys in its order, what came later after them. */
import type { DiffEntry, DiffResult } from '../contract/diff.ts';
import { type ReportOptions, withoutLocalPaths } from './diff-names.ts';

export function diffJson(result: DiffResult, options?: ReportOptions): string {
  const { identical, proof, before, after, summary, manifest, entries, policy, ...more } = withoutLocalPaths(
    result,
    options,
  );
  const ordered = {
    schema: 'mar-studio.diff/1',
    identical,
    proof,
    before,
    after,
    summary,
    manifest,
    entries: entries.map(inOrder),
    policy,
    ...more,
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

function inOrder({ path, change, from, kind, before, after, details, ...more }: DiffEntry) {
  return { path, change, from, kind, before, after, details, ...more };
}
