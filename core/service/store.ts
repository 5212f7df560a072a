/** A model store: the archives of a folder with what their manifests say; contents are told apart by their checksums. */
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredArchive, StoreResult } from '../contract/api.ts';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import type { JobOptions } from '../contract/progress.ts';
import { inputProblem } from '../fs/system-error.ts';
import { inspect } from '../inspect.ts';
import type { Guard } from './guard.ts';
import { asProblemData } from './problem-data.ts';

const mostArchives = 2000;
const isArchiveName = /\.(mar|war|tgz|tar\.gz)$/i;

export async function scanStore(guard: Guard, folder: string, options: JobOptions): Promise<StoreResult> {
  const names = await readdir(folder).catch((error) => {
    throw inputProblem(error, folder, 'folder');
  });
  const wanted = names
    .filter((name) => isArchiveName.test(name))
    .sort()
    .slice(0, mostArchives);
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
  return { path: folder, archives };
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
    const sums = createHash('sha256');
    const isProven = entries.every(({ crc32, type }) => crc32 !== null || type !== undefined);
    for (const { path: name, size, crc32 } of entries) sums.update(JSON.stringify([name, size, crc32]));
    return {
      ...base,
      modelName: textOf(manifest?.model?.modelName),
      modelVersion: textOf(manifest?.model?.modelVersion),
      errors: findings.filter(({ severity }) => severity === 'error').length,
      warnings: findings.filter(({ severity }) => severity === 'warning').length,
      contents: isProven ? sums.digest('hex') : null,
      problem: null,
    };
  } catch (error) {
    throwIfCancelled(signal);
    if (!(error instanceof Problem)) throw error;
    const nothing = { modelName: null, modelVersion: null, errors: 1, warnings: 0, contents: null };
    return { ...base, ...nothing, problem: asProblemData(error) };
  }
}
