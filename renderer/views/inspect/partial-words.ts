/** What can be said of an archive that could not be opened to its end: the same in the banner, the facts and the list. */
import type { ProblemData } from '../../../core/contract/api.ts';
import { formatCount } from '../../../core/contract/format.ts';
import type { Finding } from '../../../core/contract/model.ts';

/** Only of a ZIP without its directory entries are looked for by their own headers. */
const isIndexMissing = (code: string) => code === 'ZIP_TRUNCATED';

export function foundWords(code: string, count: number): string {
  const found = count.toLocaleString('en-US');
  if (isIndexMissing(code))
    return `The index at the end is missing; ${found} of an unknown number of entries found by scanning.`;
  return `${formatCount(count, 'entry was', 'entries were')} seen before the archive could not be read any further.`;
}

/** A manifest that is among the entries is there, even where it can't be read. */
export function noManifestWords(paths: readonly string[], isPartial: boolean): string {
  if (!isPartial) return 'None that can be read. TorchServe needs MAR-INF/MANIFEST.json.';
  const isFound = paths.some((path) => /(^|\/)MAR-INF\/MANIFEST\.json$/.test(path));
  return isFound
    ? 'MAR-INF/MANIFEST.json is among the entries found; it is not read from an archive that can’t be opened.'
    : 'MAR-INF/MANIFEST.json is not among the entries found; it may be in what is missing.';
}

/** The problem stands among the findings too: there is at least this one. */
export function findingOf({ code, message, hint }: ProblemData): Finding {
  return { code, severity: 'error', path: null, message, hint };
}
