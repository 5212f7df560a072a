/** The verb inspect: what an archive holds, by its own account; of all bodies only the manifest's is read. */
import type { Archive, ArchiveEntry } from './archive.ts';
import { archiveSubject, type KnownManifest } from './audit/archive-subject.ts';
import { FindingList } from './audit/finding-list.ts';
import { located, mergeFindings } from './audit/merge-findings.ts';
import { findingOfProblem } from './audit/read-bodies.ts';
import { manifest } from './audit/rules/manifest.ts';
import { formatCrc32 } from './contract/format.ts';
import type { Finding, InspectedEntry, InspectResult, Role } from './contract/model.ts';
import type { JobOptions } from './contract/progress.ts';
import { rolesBy } from './mar/roles.ts';
import { readManifest, viewModel } from './model-view.ts';
import { isNoModel } from './nested.ts';
import { openArchive } from './open.ts';
import { listingBefore } from './refused.ts';

export async function inspect(path: string, options: JobOptions = {}): Promise<InspectResult> {
  const archive = await openArchive(path, options);
  try {
    return await inspectOpen(archive, options.signal);
  } finally {
    await archive.close();
  }
}

export async function inspectOpen(archive: Archive, signal: AbortSignal | undefined): Promise<InspectResult> {
  const view = viewModel(archive);
  const unread: Finding[] = [];
  const parsed = await readManifest(archive, view, signal, (problem) => {
    if (view.manifest) unread.push(findingOfProblem(view.manifest, problem));
  });
  const known = { entry: view.manifest, parsed };
  const roleOf = rolesBy(parsed?.manifest ?? null);
  const entries = archive.entries.map((entry) => describe(entry, roleOf(view.nameOf(entry))));
  const size = sum(entries, (entry) => entry.size);
  const packed = entries.some((entry) => entry.compressedSize === null)
    ? null
    : sum(entries, (entry) => entry.compressedSize ?? 0);
  return {
    path: archive.path,
    kind: archive.kind,
    size: archive.size,
    manifest: parsed?.manifest ?? null,
    entries,
    totals: { entries: entries.length, size, compressedSize: packed },
    findings: mergeFindings(archive.findings, unread, await judgeManifest(archive, known, signal)),
  };
}

/** All that can be said of the manifest without reading what it names. */
async function judgeManifest(
  archive: Archive,
  known: KnownManifest,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  if (isNoModel(archive)) return [];
  const subject = await archiveSubject(archive, [], signal, known);
  const list = new FindingList();
  await manifest.check?.(subject, list.report);
  return located(list.findings, subject);
}

/** What an archive that can't be opened showed before the problem was met; empty where that was nothing. */
export function inspectedBefore(problem: unknown): InspectedEntry[] {
  const listing = typeof problem === 'object' && problem !== null ? listingBefore(problem) : undefined;
  const roleOf = rolesBy(null);
  return (listing?.entries ?? []).map((entry) => describe(entry, roleOf(entry.name)));
}

function describe(entry: ArchiveEntry, role: Role): InspectedEntry {
  return {
    path: entry.name,
    size: entry.size,
    compressedSize: entry.compressedSize,
    method: entry.method,
    crc32: entry.crc32 === null ? null : formatCrc32(entry.crc32),
    modified: timeText(entry.modified),
    mode: (entry.mode & 0o7777).toString(8).padStart(4, '0'),
    role,
    ...(entry.type === 'file' ? {} : { type: entry.type }),
    ...(entry.linkTarget === null ? {} : { linkTarget: entry.linkTarget }),
  };
}

/** A tar may name times that no calendar has. */
function timeText(time: Date): string {
  return Number.isNaN(time.getTime()) ? new Date(0).toISOString() : time.toISOString();
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
