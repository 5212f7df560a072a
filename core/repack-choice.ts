/** What of an old archive goes into the new one, and that nobody needs to guess it. */
import type { Archive, ArchiveEntry } from './archive.ts';
import { checkArchiveNames } from './audit/archive-names.ts';
import { FindingList } from './audit/finding-list.ts';
import { containerRules } from './audit/rules/container.ts';
import { Problem } from './contract/errors.ts';
import { showName } from './contract/format.ts';
import { mendedByWriting, needsView } from './contract/mending.ts';
import type { Finding, RepackInput } from './contract/model.ts';
import { findEntries, namedEntries } from './find-entries.ts';

import { nearest } from './suggest.ts';

export interface Choice {
  /** The entries that stay, by their names in the model. */
  readonly kept: ReadonlyMap<string, ArchiveEntry>;
  /** New content by the names in the model: paths on disk. */
  readonly replaced: ReadonlyMap<string, string>;
}

/** Judged again for the new archive, whose names may be others. */
const ofNames = /^(?:NAME|PATH)_|^LIMIT_DEPTH$/;

export function chooseEntries(archive: Archive, input: RepackInput): Choice {
  const named = namedEntries(archive);
  const find = (asked: string) => findEntries(named, asked);
  const missing = (asked: string) => {
    const near = nearest(
      asked,
      named.map(({ name }) => name),
    );
    return Problem.of('ENTRY_MISSING', { path: asked, archive: archive.path, nearest: near });
  };

  const removed = new Set<ArchiveEntry>();
  for (const asked of input.remove ?? []) {
    const folder = `${asked.replace(/\/$/, '')}/`;
    const exact = find(asked);
    const found =
      exact.length > 0 ? exact : named.filter(({ entry, name }) => isBelow(folder, entry.name, name));
    if (found.length === 0) throw missing(asked);
    for (const { entry } of found) removed.add(entry);
  }
  const replaced = new Map<string, string>();
  const settled = new Set([...removed].map(({ name }) => name));
  for (const [asked, file] of Object.entries(input.replace ?? {})) {
    const found = find(asked).filter(({ entry }) => entry.type !== 'folder' && !removed.has(entry));
    const [first] = found;
    if (first === undefined) throw find(asked).length > 0 ? contradiction(asked) : missing(asked);
    replaced.set(first.name, file);
    for (const { entry } of found) settled.add(entry.name);
  }
  assertSettled(archive, settled, input);

  const kept = new Map<string, ArchiveEntry>();
  const take = (name: string, entry: ArchiveEntry | null) => {
    if (replaced.has(name) || (entry !== null && removed.has(entry))) return;
    if (entry === null) throw untakeable(archive, name);
    if (entry.type !== 'file') throw Problem.of('ENTRY_TYPE', { path: entry.name, type: entry.type });
    kept.set(name, entry);
  };
  if (input.view === 'torchserve') {
    if (archive.served.error !== null) {
      const detail = `TorchServe can't read it (${showName(archive.served.error)})`;
      throw Problem.of('VIEW_UNKNOWN', { path: archive.path, detail, suggestion: 'take --view directory' });
    }
    for (const { name, entry } of archive.served.files) take(name, entry);
  } else {
    for (const { name, entry } of named) if (entry.type !== 'folder') take(name, entry);
  }
  return { kept, replaced };
}

function contradiction(asked: string): Problem {
  const detail = `--replace gives new content to ${showName(asked)}, and --remove leaves it out`;
  return Problem.of('USAGE', { detail, suggestion: 'leave out one of the two' });
}

function isBelow(folder: string, ...names: readonly string[]): boolean {
  return names.some((name) => name.startsWith(folder));
}

function untakeable({ path }: Archive, name: string): Problem {
  const detail = `TorchServe has ${showName(name)} from bytes that no directory lists and no checksum proves`;
  return Problem.of('VIEW_UNKNOWN', {
    path,
    detail,
    suggestion: 'take --view directory, which leaves it out',
  });
}

/** Every error of the old archive must be one that writing it anew mends, or that was decided about. */
function assertSettled(archive: Archive, settled: ReadonlySet<string>, { view }: RepackInput): void {
  const isOpen = (finding: Finding) => {
    const { severity, code, path } = finding;
    if (severity !== 'error' || mendedByWriting.has(code) || ofNames.test(code)) return false;
    if (needsView(finding) && view !== undefined) return false;
    // One root folder, or none, can be put right without asking.
    if (code === 'TS_TAR_ROOT' && !needsView(finding)) return false;
    return code === 'ZIP_OVERLAP' || path === null || !settled.has(path);
  };
  const finding = archive.findings.find(isOpen);
  if (finding === undefined) return;
  if (!needsView(finding)) throw Problem.refusing(withWayOut(finding));
  const other = finding.path === null ? '' : `, or --remove or --replace ${showName(finding.path)}`;
  const hint = `say whose reading counts: --view torchserve or --view directory${other}`;
  throw Problem.refusing({ ...finding, hint });
}

/** What is at fault by itself can be left out. */
function withWayOut(finding: Finding): Finding {
  const { code, path, hint } = finding;
  if (path === null || code === 'ZIP_OVERLAP') return finding;
  return { ...finding, hint: `${hint}; or leave it out: --remove '${showName(path)}'` };
}

/** The names of the new archive, all together. Those added can be given otherwise. */
export function assertNewNames(names: readonly string[], added: readonly string[]): void {
  const list = new FindingList();
  if (names.length === 0) list.report(containerRules.empty, null, 'the new archive would hold no files');
  checkArchiveNames(
    names.map((name) => ({ name })),
    list.report,
  );
  const finding = list.findings.find(({ severity }) => severity === 'error');
  if (finding === undefined) return;
  if (finding.path === null) throw Problem.refusing(finding);
  const hint = added.includes(finding.path)
    ? 'choose another name behind the => of --add'
    : `leave it out: --remove '${showName(finding.path)}'`;
  throw Problem.refusing({ ...finding, hint });
}
