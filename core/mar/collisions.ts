/** Many sources, one entry each: the same bytes meet in one entry, different bytes never replace each other. */
import { Problem } from '../contract/errors.ts';
import type { Role } from '../contract/model.ts';
import { haveEqualContents, type Source } from './sources.ts';

const importance: readonly Role[] = [
  'manifest',
  'handler',
  'model',
  'weights',
  'config',
  'requirements',
  'extra',
];

/** One source for each name; throws CREATE_COLLISION where two differ. The reference keeps the last, silently. */
export async function mergeSources(sources: readonly Source[], signal?: AbortSignal): Promise<Source[]> {
  const byName = new Map<string, Source>();
  for (const source of sources) {
    const present = byName.get(source.name);
    if (present !== undefined && !(await haveEqualContents(present, source, signal))) {
      throw Problem.of('CREATE_COLLISION', {
        path: source.name,
        first: present.shown,
        second: source.shown,
      });
    }
    if (present === undefined || isMoreImportant(source, present)) byName.set(source.name, source);
  }
  const merged = [...byName.values()];
  assertNoFileIsFolder(merged, byName);
  assertNoUnicodeTwins(merged);
  return merged;
}

function isMoreImportant(a: Source, b: Source): boolean {
  return importance.indexOf(a.role) < importance.indexOf(b.role);
}

function assertNoFileIsFolder(sources: readonly Source[], byName: ReadonlyMap<string, Source>): void {
  for (const { name, shown } of sources) {
    for (let slash = name.indexOf('/'); slash !== -1; slash = name.indexOf('/', slash + 1)) {
      const file = byName.get(name.slice(0, slash));
      if (file === undefined) continue;
      throw Problem.of('NAME_FILE_DIR_CONFLICT', { path: file.name, first: file.shown, second: shown });
    }
  }
}

function assertNoUnicodeTwins(sources: readonly Source[]): void {
  const seen = new Map<string, Source>();
  for (const source of sources) {
    const composed = source.name.normalize('NFC');
    const twin = seen.get(composed);
    if (twin !== undefined) {
      throw Problem.of('NAME_COLLISION_UNICODE', {
        path: source.name,
        first: twin.shown,
        second: source.shown,
      });
    }
    seen.set(composed, source);
  }
}
