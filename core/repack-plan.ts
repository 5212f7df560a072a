/** What a repack would write: decided and judged from an archive that is open, and nothing written or unpacked. */
import { basename } from 'node:path';
import type { Archive, ArchiveEntry } from './archive.ts';
import { auditSubject, ruleFamilies } from './audit/audit.ts';
import { planSubject } from './audit/plan-subject.ts';
import { findingOf, type Subject, type SubjectEntry } from './audit/rule.ts';
import { manifest as manifestRules } from './audit/rules/manifest.ts';
import { names as nameRules } from './audit/rules/names.ts';
import { Problem } from './contract/errors.ts';
import type { Finding, PlannedEntry, RepackInput, RepackPlan, Role } from './contract/model.ts';
import { namedEntries } from './find-entries.ts';
import { manifestName } from './mar/manifest.ts';
import { manifestSource, planFiles } from './mar/plan.ts';
import { outputExists } from './mar/plan-rules.ts';
import { rolesBy } from './mar/roles.ts';
import { pinCandidates, type Source } from './mar/sources.ts';
import { openAnywhere } from './nested.ts';
import { kindOfFormat, type Prepared, prepareRepack, type RepackOptions } from './repack.ts';
import { asItIs } from './repack-sources.ts';
import { archivedContent } from './zip/raw-copy.ts';

/** More than anybody reads; what changes comes first. */
const mostEntries = 2000;

export async function planRepack(
  archive: Archive,
  input: RepackInput,
  options: RepackOptions = {},
): Promise<RepackPlan> {
  const prepared = await prepareRepack(archive, input, { ...options, dryRun: true });
  const { kept, files, manifest, form } = prepared.ingredients;
  const roleOf = rolesBy(manifest.manifest);
  const candidates = [...files].map(([name, path]) => ({ name, path, role: roleOf(name), shown: path }));
  const sources = new Map((await pinCandidates(candidates, options.signal)).map((one) => [one.name, one]));
  if (manifest.isChanged) sources.set(manifestName, manifestSource(manifest.manifest, new Date(0)));

  const entries = plannedEntries(prepared, sources, roleOf);
  const staying = new Set(kept.values());
  const removed = namedEntries(archive).filter(
    ({ entry, name }) => entry.type !== 'folder' && !staying.has(entry) && !files.has(name),
  );
  // Of a tar each content lies behind all those before it: reading a few would unpack it over and over.
  const isJudged = archive.container === 'zip' || archive.container === 'directory';
  const families = isJudged ? ruleFamilies : [manifestRules, nameRules];
  const subject = newSubject(prepared, sources, roleOf, options.signal);
  const found = await auditSubject(subject, { signal: options.signal, families });
  return {
    ...{ output: prepared.output, format: form.format, manifest: manifest.manifest },
    entries: entries.slice(0, mostEntries),
    removed: removed.slice(0, mostEntries).map(({ name }) => name),
    counts: { ...countsOf(entries), removed: removed.length },
    findings: [...existsAlready(prepared), ...found],
    isJudged,
    totalBytes: entries.reduce((sum, { size }) => sum + size, 0),
  };
}

const weight = { made: 0, replaced: 1, added: 2, rewritten: 3, kept: 4 } as const;

function plannedEntries(
  { ingredients, replaced }: Prepared,
  sources: ReadonlyMap<string, Source>,
  roleOf: (name: string) => Role,
): PlannedEntry[] {
  const { kept } = ingredients;
  const changeOf = (name: string, entry: ArchiveEntry | undefined): PlannedEntry['change'] => {
    if (name === manifestName && ingredients.manifest.isChanged) return 'made';
    if (entry === undefined) return replaced.has(name) ? 'replaced' : 'added';
    return asItIs(ingredients, entry, undefined) === null ? 'rewritten' : 'kept';
  };
  const entries = [...new Set([...sources.keys(), ...kept.keys()])].map((path) => {
    const entry = kept.get(path);
    const size = sources.get(path)?.size ?? entry?.size ?? 0;
    return { path, size, role: roleOf(path), change: changeOf(path, entry) };
  });
  return entries.sort((a, b) => weight[a.change] - weight[b.change]);
}

function countsOf(entries: readonly PlannedEntry[]) {
  const counts = { made: 0, replaced: 0, added: 0, rewritten: 0, kept: 0 };
  for (const { change } of entries) counts[change]++;
  return counts;
}

/** The new archive as the rules see it: what stays is read where it lies. */
function newSubject(
  { ingredients: { archive, kept, manifest, form }, output }: Prepared,
  sources: ReadonlyMap<string, Source>,
  roleOf: (name: string) => Role,
  signal: AbortSignal | undefined,
): Subject {
  const fresh = planSubject(manifest.manifest, planFiles([...sources.values()], null)).entries;
  const staying = [...kept]
    .filter(([name]) => !sources.has(name))
    .map(([name, entry]) => stayingEntry(archive, entry, name, roleOf(name), signal));
  const entries = [...fresh, ...staying];
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const facts = { fileName: basename(output), kind: kindOfFormat[form.format] };
  return {
    manifest: manifest.manifest,
    entries,
    find: (name) => byName.get(name),
    archive: { ...facts, manifest: { manifest: manifest.manifest, flaws: [] } },
  };
}

function stayingEntry(
  archive: Archive,
  entry: ArchiveEntry,
  name: string,
  role: Role,
  signal: AbortSignal | undefined,
): SubjectEntry {
  const facts = { name, role, size: entry.size };
  const content = archivedContent(archive, entry, signal);
  if (content !== null) {
    const { readStart, open, openWhole } = content;
    return { ...facts, readStart, open, openWhole };
  }
  return {
    ...facts,
    open: () => archive.openInPlace(entry),
    openWhole: () => openAnywhere(archive, entry, signal),
    async readStart(limit) {
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of archive.read(entry, signal)) {
        chunks.push(Buffer.from(chunk.subarray(0, limit - bytes)));
        bytes += chunks.at(-1)?.length ?? 0;
        if (bytes >= limit) break;
      }
      return Buffer.concat(chunks);
    },
  };
}

function existsAlready({ output, isThere }: Prepared): Finding[] {
  if (!isThere) return [];
  const { message } = Problem.of('OUTPUT_EXISTS', { path: output });
  return [findingOf(outputExists, null, `${message}, so it would have to be replaced`)];
}
