/** The verb extract: an archive's files on disk, all of them proven, or nothing. */
import type { Archive, ArchiveEntry } from './archive.ts';
import { Problem } from './contract/errors.ts';
import type { ExtractInput, ExtractResult } from './contract/model.ts';
import { type JobOptions, ProgressMeter } from './contract/progress.ts';
import { findEntries, type NamedEntry, namedEntries } from './find-entries.ts';
import { EntryFiles } from './fs/entry-files.ts';
import { receiveFolder } from './fs/receive-folder.ts';
import { compileGlob } from './glob-match.ts';
import { mostBytes } from './mar/limits.ts';
import { assertOutputApart } from './mar/output-place.ts';
import { openArchive } from './open.ts';
import { assertSound } from './refusals.ts';

export interface ExtractOptions extends JobOptions {
  /** The most bytes to write, counted as they are written; 200 GB unless given. */
  readonly maxBytes?: number;
}

export async function extract(
  path: string,
  input: ExtractInput,
  options: ExtractOptions = {},
): Promise<ExtractResult> {
  const started = performance.now();
  const { signal, onProgress, maxBytes = mostBytes } = options;
  const archive = await openArchive(path, options);
  try {
    await assertSound(archive, signal);
    const { entries, unmatched } = choose(archive, input.only);
    const totalBytes = entries.reduce((sum, { size }) => sum + size, 0);
    if (unmatched.length === 0) {
      assertOnlyFiles(entries);
      if (totalBytes > maxBytes) throw Problem.of('LIMIT_OUTPUT', { path, limit: maxBytes });
      await assertApart(archive, input.into);
      const meter = new ProgressMeter(onProgress, 'extracting', totalBytes);
      const force = input.force ?? false;
      const place = { force, expectedBytes: totalBytes, signal, source: path };
      await receiveFolder(input.into, place, async (folder) => {
        const files = new EntryFiles(archive, folder, { shownFolder: input.into, maxBytes, meter, signal });
        await files.write(entries.map((entry) => ({ entry, name: entry.name })));
      });
      meter.finish();
    }
    const files = unmatched.length > 0 ? [] : entries.filter(({ type }) => type === 'file');
    return {
      into: input.into,
      entries: files.length,
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      seconds: Math.round(performance.now() - started) / 1000,
      unmatched,
    };
  } finally {
    await archive.close();
  }
}

interface Choice {
  readonly entries: readonly ArchiveEntry[];
  readonly unmatched: readonly string[];
}

/** By the name that is listed, or the one inside the model: in a tar there is a folder more in front. */
function choose(archive: Archive, only: readonly string[] | undefined): Choice {
  if (only === undefined || only.length === 0) return { entries: archive.entries, unmatched: [] };
  const named = namedEntries(archive);
  const wishes = only.map((pattern) => ({ pattern, matches: matcher(pattern, named), used: false }));
  const entries = named.filter((one) => {
    const fitting = wishes.filter(({ matches }) => matches(one));
    for (const wish of fitting) wish.used = true;
    return fitting.length > 0;
  });
  return {
    entries: entries.map(({ entry }) => entry),
    unmatched: wishes.filter(({ used }) => !used).map(({ pattern }) => pattern),
  };
}

/** What looks like a pattern and is the very name of a file means that file: `a[1].txt`. */
function matcher(pattern: string, named: readonly NamedEntry[]): (one: NamedEntry) => boolean {
  const files = /[*?[\\]/.test(pattern)
    ? findEntries(named, pattern).filter(({ entry }) => entry.type !== 'folder')
    : [];
  if (files.length > 0) {
    const meant = new Set(files);
    return (one) => meant.has(one);
  }
  const fits = compileGlob(pattern);
  return ({ entry, name }) => fits(entry.name) || fits(name);
}

/** Only the links of a folder come this far: those of an archive are errors. */
function assertOnlyFiles(entries: readonly ArchiveEntry[]): void {
  const odd = entries.find(({ type }) => type !== 'file' && type !== 'folder');
  if (odd !== undefined) throw Problem.of('ENTRY_TYPE', { path: odd.name, type: odd.type });
}

/** A folder is not unpacked into itself, nor over what holds it. */
async function assertApart({ container, path }: Archive, into: string): Promise<void> {
  if (container !== 'directory') return;
  await assertOutputApart(into, [{ path, shown: path, isFolder: true }]);
}
