/** Which of the files that were named an entry of the plan comes from, as far as the form can tell. */

import type { Entry } from '../../../core/contract/model.ts';
import { baseName, type ExtraRow, type PackForm } from './pack-form.ts';

/** `names` are those of all entries: an extra file that became an entry of its own gave no other. */
export function sourceOf(
  { path, role }: Pick<Entry, 'path' | 'role'>,
  form: PackForm,
  names: ReadonlySet<string>,
): string | null {
  switch (role) {
    case 'manifest':
      return 'made here';
    case 'weights':
      return form.serializedFile;
    case 'model':
      return form.modelFile;
    case 'config':
      return form.configFile;
    case 'requirements':
      return form.requirementsFile;
    case 'handler':
      return form.handlerFile;
    case 'extra':
      return extraSource(path, form.extras, names);
  }
}

function extraSource(path: string, extras: readonly ExtraRow[], names: ReadonlySet<string>): string | null {
  const exact = extras.find(({ source, name }) => entryName(source, name) === path);
  if (exact !== undefined) return exact.source;
  const folder = extras.find(({ name }) => /\/$/.test(name) && path.startsWith(name));
  if (folder !== undefined) return folder.source;
  // What is left comes from a folder or by a pattern; where there is only one of them it is known which.
  const several = extras.filter(({ source, name }) => name === '' && !names.has(baseName(source)));
  return several.length === 1 ? (several[0]?.source ?? null) : null;
}

function entryName(source: string, name: string): string {
  if (name === '' || name === '.' || name === './') return baseName(source);
  return name.endsWith('/') ? `${name}${baseName(source)}` : name;
}
