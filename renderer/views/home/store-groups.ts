/** A model store as a person reads it: models by name, versions by number, the newest first, equal contents told. */
import type { StoredArchive } from '../../../core/contract/api.ts';
import { formatCount } from '../../../core/contract/format.ts';

export interface ModelGroup {
  readonly name: string;
  readonly versions: readonly StoredVersion[];
}

export interface StoredVersion {
  readonly archive: StoredArchive;
  /** The next older version of the same model. */
  readonly previous: StoredArchive | null;
  /** Other archives with the same entries and checksums. */
  readonly sameAs: readonly string[];
}

/** What its index and its manifest say of it: the worst kind of finding, counted. */
export function glanceAt({ errors, warnings, notes }: StoredArchive): string {
  if (errors > 0) return formatCount(errors, 'error');
  if (warnings > 0) return formatCount(warnings, 'warning');
  return notes > 0 ? formatCount(notes, 'note') : 'No findings';
}

const collator = new Intl.Collator('en', { numeric: true });

export function groupStore(archives: readonly StoredArchive[]): ModelGroup[] {
  const groups = new Map<string, StoredArchive[]>();
  const byContents = new Map<string, string[]>();
  for (const archive of archives) {
    const name = archive.modelName ?? '';
    groups.set(name, [...(groups.get(name) ?? []), archive]);
    if (archive.contents !== null) {
      byContents.set(archive.contents, [...(byContents.get(archive.contents) ?? []), archive.fileName]);
    }
  }
  return (
    [...groups]
      .map(([name, list]) => ({ name, versions: versionsOf(list, byContents) }))
      // What has no name comes last.
      .sort((a, b) => Number(a.name === '') - Number(b.name === '') || collator.compare(a.name, b.name))
  );
}

function versionsOf(
  list: readonly StoredArchive[],
  byContents: ReadonlyMap<string, readonly string[]>,
): StoredVersion[] {
  const sorted = list.toSorted(
    (a, b) =>
      collator.compare(b.modelVersion ?? '', a.modelVersion ?? '') ||
      collator.compare(b.modified, a.modified),
  );
  return sorted.map((archive, at) => ({
    archive,
    previous: sorted[at + 1] ?? null,
    sameAs: (byContents.get(archive.contents ?? '') ?? []).filter((name) => name !== archive.fileName),
  }));
}
