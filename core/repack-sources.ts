/**
 * Where the bytes of a repacked archive come from. Entries of a ZIP that stay in a ZIP are copied as they are.
 * All others are unpacked first, beside the new archive, which proves them and lets them be read in any order.
 */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Archive, ArchiveEntry } from './archive.ts';
import type { ArchiveFormat, Compression } from './contract/model.ts';
import { type JobOptions, type OnProgress, ProgressMeter } from './contract/progress.ts';
import { assertSpace, remove, translated } from './fs/atomic.ts';
import { EntryFiles } from './fs/entry-files.ts';
import { temporaryName } from './fs/stale.ts';
import { mostBytes } from './mar/limits.ts';
import { manifestName } from './mar/manifest.ts';
import { manifestSource, type PlannedFile } from './mar/plan.ts';
import { rolesBy } from './mar/roles.ts';
import { type Candidate, pinCandidates, type Source } from './mar/sources.ts';
import type { NewManifest } from './repack-manifest.ts';
import { type ArchivedContent, archivedContent } from './zip/raw-copy.ts';
import { methodStored } from './zip/records.ts';

export interface Ingredients {
  readonly archive: Archive;
  readonly kept: ReadonlyMap<string, ArchiveEntry>;
  /** Absolute paths. */
  readonly files: ReadonlyMap<string, string>;
  readonly manifest: NewManifest;
  readonly form: { readonly format: ArchiveFormat; readonly compression: Compression };
}

type AnySource = Omit<Source, 'content'> & { readonly content: PlannedFile['source'] };

export interface Sources {
  readonly all: readonly AnySource[];
  /** Progress of what comes after gathering, counted on from where that ended. */
  after(onProgress: OnProgress | undefined): OnProgress | undefined;
  close(): Promise<void>;
}

export async function gatherSources(
  ingredients: Ingredients,
  output: string,
  { signal, onProgress }: JobOptions,
): Promise<Sources> {
  const { archive, kept, files, manifest } = ingredients;
  const roleOf = rolesBy(manifest.manifest);
  const all: AnySource[] = [];
  const candidates: Candidate[] = [];
  const unpacked: { readonly entry: ArchiveEntry; readonly name: string }[] = [];
  const folder = join(dirname(output), temporaryName(output));

  const take = (name: string, path: string, shown: string) =>
    candidates.push({ name, role: roleOf(name), path, shown });
  for (const [name, entry] of kept) {
    if (name === manifestName && manifest.isChanged) {
      all.push(manifestSource(manifest.manifest, entry.modified));
      continue;
    }
    const content = asItIs(ingredients, entry, signal);
    if (content !== null) all.push(copied(name, entry, content, roleOf(name)));
    else if (archive.container === 'directory') take(name, join(archive.path, entry.name), name);
    else {
      unpacked.push({ entry, name: String(entry.index) });
      take(name, join(folder, String(entry.index)), name);
    }
  }
  for (const [name, path] of files) {
    if (name === manifestName && manifest.isChanged) all.push(manifestSource(manifest.manifest, new Date()));
    else take(name, path, path);
  }

  const unpackedBytes = unpacked.reduce((sum, { entry }) => sum + entry.size, 0);
  const close = () => remove(folder);
  try {
    if (unpacked.length > 0) {
      const keptBytes = [...kept.values()].reduce((sum, { size }) => sum + size, 0);
      await assertSpace(output, dirname(output), unpackedBytes + keptBytes);
      await translated(output, mkdir(folder, { mode: 0o700 }));
      const meter = new ProgressMeter(onProgress, 'unpack', unpackedBytes + 2 * keptBytes);
      const options = { shownFolder: dirname(output), maxBytes: mostBytes, meter, signal };
      // A tar is read once, from front to back.
      unpacked.sort((a, b) => a.entry.index - b.entry.index);
      await new EntryFiles(archive, folder, options).write(unpacked);
    }
    all.push(...(await pinCandidates(candidates, signal)));
  } catch (error) {
    await close();
    throw error;
  }
  const after = (report: OnProgress | undefined): OnProgress | undefined =>
    report &&
    (({ doneBytes, totalBytes, ...rest }) =>
      report({
        ...rest,
        doneBytes: doneBytes + unpackedBytes,
        totalBytes: totalBytes === null ? null : totalBytes + unpackedBytes,
      }));
  return { all, after, close };
}

/** Null where the entry has to be written anew. */
export function asItIs(
  { archive, form }: Ingredients,
  entry: ArchiveEntry,
  signal: AbortSignal | undefined,
): ArchivedContent | null {
  if (form.format !== 'default' && form.format !== 'zip-store') return null;
  const content = archivedContent(archive, entry, signal);
  if (content === null || form.compression === 'auto') return content;
  const isStored = content.raw.method === methodStored;
  return isStored === (form.compression === 'store') ? content : null;
}

function copied(
  name: string,
  entry: ArchiveEntry,
  content: ArchivedContent,
  role: Source['role'],
): AnySource {
  const { size, modified, mode } = entry;
  return { name, role, shown: name, size, modified, executable: (mode & 0o100) !== 0, content };
}
