/** Entries by the name that somebody gives: as listed, as in the model, or as names are shown. */
import type { Archive, ArchiveEntry } from './archive.ts';
import { Problem } from './contract/errors.ts';
import { showName } from './contract/format.ts';
import { viewModel } from './model-view.ts';
import { nearest } from './suggest.ts';

export interface NamedEntry {
  readonly entry: ArchiveEntry;
  /** Inside the model: in a tar, without the root folder. */
  readonly name: string;
}

export function namedEntries(archive: Archive): NamedEntry[] {
  const { nameOf } = viewModel(archive);
  // As in `tar -c .`, where "./" is the root folder of all names, or of some.
  const cut = archive.container === 'zip' ? /^$/ : /^(?:\.\/)+/;
  return archive.entries.map((entry) => ({ entry, name: nameOf(entry).replace(cut, '') }));
}

/**
 * A name with invisible characters may be given as messages show it, such as `a\u{a}b`, where that stands for one
 * name and no other. Several entries come out where several have the name.
 */
export function findEntries(entries: readonly NamedEntry[], asked: string): readonly NamedEntry[] {
  const exact = entries.filter(({ entry, name }) => entry.name === asked || name === asked);
  if (exact.length > 0 || !asked.includes('\\u{')) return exact;
  const shown = entries.filter(
    ({ entry, name }) => showName(entry.name) === asked || showName(name) === asked,
  );
  return new Set(shown.map(({ entry }) => entry.name)).size === 1 ? shown : [];
}

/** Of two entries with one name the last counts, as it does for TorchServe. */
export function findFile(archive: Archive, asked: string): ArchiveEntry {
  const entries = namedEntries(archive);
  const found = findEntries(entries, asked).map(({ entry }) => entry);
  // A name as it is listed says more than the same name inside the model, which may be another entry.
  const entry = found.findLast(({ name }) => name === asked) ?? found.at(-1);
  if (entry?.type === 'file') return entry;
  if (entry !== undefined) throw Problem.of('ENTRY_TYPE', { path: entry.name, type: entry.type });
  throw Problem.of('ENTRY_MISSING', { path: asked, archive: archive.path, nearest: nearby(entries, asked) });
}

function nearby(entries: readonly NamedEntry[], asked: string): string | null {
  if (asked === '') return null;
  const files = entries.filter(({ entry }) => entry.type === 'file');
  const listed = files.map(({ entry }) => entry.name);
  const inModel = files.map(({ name }) => name);
  // Whoever forgets the folder knows the end of the name, and whoever names the folder means what is in it.
  const folder = `${asked.replace(/\/$/, '')}/`;
  const part =
    listed.find((name) => name.endsWith(`/${asked}`) || name.startsWith(folder)) ??
    inModel.find((name) => name.startsWith(folder));
  return part ?? nearest(asked, listed) ?? nearest(asked, inModel);
}
