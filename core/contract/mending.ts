/** Which findings of an old archive a new one made from it no longer has. */
import type { Finding } from './model.ts';

/** Faults of the form alone: every reader that reads the archive at all finds the same files in it. */
export const mendedByWriting: ReadonlySet<string> = new Set([
  'MAR_EMPTY',
  'ZIP_PREFIX',
  'ZIP_TRAILING_DATA',
  'ZIP_GAP',
  'ZIP_ZIP64_EXTRA',
  'ZIP_EXTRA',
  'TS_STORED_DESCRIPTOR',
  'TS_ZIP64_DESCRIPTOR',
]);

/** Here readers find different files, so somebody has to say which ones are meant. */
const mendedByView = new Set([
  'ZIP_MULTIPLE_EOCD',
  'ZIP_ZIP64_EOCD',
  'ZIP_UNLISTED_ENTRY',
  'ZIP_DANGLING_ENTRY',
  'ZIP_VIEW_MISMATCH',
  'ZIP_DUPLICATE_NAME',
  'ZIP_COUNT_MISMATCH',
  'ZIP_UNICODE_PATH',
  'ZIP_DESCRIPTOR_MISMATCH',
]);

/** Of a tar's roots one can be cut off; where there are several, TorchServe cuts off all of them. */
export function needsView({ code, path }: Pick<Finding, 'code' | 'path'>): boolean {
  return mendedByView.has(code) || (code === 'TS_TAR_ROOT' && path === null);
}

/** Whether a new archive no longer has what was found: its container is written anew, whatever the old one's was. */
export function isMended(finding: Pick<Finding, 'code' | 'path' | 'severity'>): boolean {
  if (mendedByWriting.has(finding.code)) return true;
  return finding.severity !== 'error' && /^(?:ZIP|TAR|GZIP)_/.test(finding.code) && !needsView(finding);
}
