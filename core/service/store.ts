/** A model store: the archives of a folder with what their manifests say; contents are told apart by their checksums. */
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isArchiveName } from '../archive.ts';
import type { StoredArchive, StoreResult } from '../contract/api.ts';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import type { Severity } from '../contract/model.ts';
import type { JobOptions } from '../contract/progress.ts';
import { inputProblem } from '../fs/system-error.ts';
import { inspect } from '../inspect.ts';
import type { Guard } from './guard.ts';
import { stampOf } from './kept-open.ts';
import { asProblemData } from './problem-data.ts';

const mostArchives = 2000;

export async function scanStore(guard: Guard, folder: string, options: JobOptions): Promise<StoreResult> {
  const wanted = await archivesIn(folder).catch((error) => {
    throw inputProblem(error, folder, 'folder');
  });
  // Taken first: what changes meanwhile must look changed.
  const stamp = await stampOfStore(folder);
  const archives: StoredArchive[] = [];
  for (const [index, fileName] of wanted.entries()) {
    throwIfCancelled(options.signal);
    options.onProgress?.({ phase: 'reading', doneBytes: index, totalBytes: wanted.length, entry: fileName });
    const path = join(folder, fileName);
    // A link in the folder may lead out of it.
    if (!(await guard.allows(path))) continue;
    const found = await describe(path, fileName, options.signal);
    if (found !== null) archives.push(found);
  }
  options.onProgress?.({ phase: 'reading', doneBytes: wanted.length, totalBytes: wanted.length });
  return { path: folder, stamp, archives };
}

/** Changes when an archive comes, goes or changes; other files of the folder make no difference. */
export async function stampOfStore(folder: string): Promise<string> {
  const names = await archivesIn(folder).catch(() => null);
  if (names === null) return 'unreadable';
  const sum = createHash('sha256');
  for (const name of names) sum.update(JSON.stringify([name, await stampOf(join(folder, name))]));
  return sum.digest('hex');
}

async function archivesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter(isArchiveName).sort().slice(0, mostArchives);
}

async function describe(
  path: string,
  fileName: string,
  signal: AbortSignal | undefined,
): Promise<StoredArchive | null> {
  const seen = await stat(path).catch(() => null);
  if (seen === null) return null;
  const base = { path, fileName, size: seen.isFile() ? seen.size : 0, modified: seen.mtime.toISOString() };
  try {
    const { manifest, findings, entries } = await inspect(path, { signal });
    const textOf = (value: unknown) => (value === undefined || value === null ? null : String(value));
    const countOf = (wanted: Severity) => findings.filter(({ severity }) => severity === wanted).length;
    const sums = createHash('sha256');
    const isProven = entries.every(({ crc32, type }) => crc32 !== null || type !== undefined);
    for (const { path: name, size, crc32 } of entries) sums.update(JSON.stringify([name, size, crc32]));
    return {
      ...base,
      modelName: textOf(manifest?.model?.modelName),
      modelVersion: textOf(manifest?.model?.modelVersion),
      ...{ errors: countOf('error'), warnings: countOf('warning'), notes: countOf('info') },
      contents: isProven ? sums.digest('hex') : null,
      problem: null,
    };
  } catch (error) {
    throwIfCancelled(signal);
    if (!(error instanceof Problem)) throw error;
    const nothing = { modelName: null, modelVersion: null, errors: 1, warnings: 0, notes: 0, contents: null };
    return { ...base, ...nothing, problem: asProblemData(error) };
  }
}
