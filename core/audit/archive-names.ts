/** The names in an archive that is open: each by itself, and all together. */
import { showName } from '../contract/format.ts';
import type { Report } from './rule.ts';
import { containerRules } from './rules/container.ts';
import { checkCollisions, checkName } from './rules/names.ts';

interface NamedEntry {
  /** A folder's name ends in "/". */
  readonly name: string;
}

export function checkArchiveNames(entries: readonly NamedEntry[], report: Report): void {
  const names = new Set(entries.map(({ name }) => name));
  for (const name of names) if (!plainName.test(name)) checkName(withoutSlash(name), report, name);
  checkCollisions(
    [...names].map((name) => ({ name: withoutSlash(name) })),
    report,
  );
  checkFilesAreNoFolders(names, report);
}

/** Most names, told in one look: nothing in them could be judged, and none is a device on Windows. */
const plainName =
  /^(?!(?:.*\/)?(?:con|prn|aux|nul|com\d|lpt\d)(?:[./]|$))(?:[\w-]{1,60}\/){0,8}[\w-]{1,60}(?:\.[\w-]{1,20}){0,4}$/i;

function withoutSlash(name: string): string {
  return name.length > 1 && name.endsWith('/') ? name.slice(0, -1) : name;
}

function checkFilesAreNoFolders(names: ReadonlySet<string>, report: Report): void {
  const told = new Set<string>();
  for (const name of names) {
    for (let slash = name.indexOf('/'); slash !== -1; slash = name.indexOf('/', slash + 1)) {
      const file = name.slice(0, slash);
      if (!names.has(file) || told.has(file)) continue;
      told.add(file);
      const message = `${showName(file)} is a file, and ${showName(name)} makes it a folder`;
      report(containerRules.fileIsFolder, file, message);
    }
  }
}
