/** What a version number should have said, and did not. */
import type { DiffEntry, DiffResult } from '../contract/diff.ts';
import { showName } from '../contract/format.ts';
import type { Finding } from '../contract/model.ts';

type Sides = Pick<DiffResult, 'before' | 'after' | 'manifest'>;

export function versionFindings(
  { before, after, manifest }: Sides,
  changed: readonly DiffEntry[],
): Finding[] {
  const path = 'MAR-INF/MANIFEST.json';
  const contents = changed.filter(({ role }) => role !== 'manifest');
  const { modelName, modelVersion: old } = before;
  const now = after.modelVersion;
  // Two models are no two versions of one.
  if (modelName !== after.modelName || old === null || now === null) return [];
  if (old === now && contents.length > 0) {
    return [
      {
        code: 'VERSION_NOT_CHANGED',
        severity: 'warning',
        path,
        message: `the contents changed and the version is still ${showName(old)}`,
        hint: 'give it a version of its own (repack --set model.modelVersion=…): TorchServe tells versions apart by nothing else',
      },
    ];
  }
  const isAll = manifest.every(({ path: field }) => field === 'model.modelVersion');
  if (old === now || contents.length > 0 || !isAll) return [];
  return [
    {
      code: 'VERSION_ONLY',
      severity: 'info',
      path,
      message: `the version went from ${showName(old)} to ${showName(now)} and nothing else changed`,
      hint: 'see whether the files that were meant to change are in the new archive',
    },
  ];
}
