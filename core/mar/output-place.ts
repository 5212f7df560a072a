/** Where the archive goes, and that no input is in its way. */
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../contract/errors.ts';
import type { ArchiveFormat } from '../contract/model.ts';
import { outputProblem } from '../fs/system-error.ts';
import { manifestName } from './manifest.ts';
import { kindOf } from './sources.ts';

/** A file or folder that the user named, with its links resolved. */
export interface InputRoot {
  readonly path: string;
  readonly shown: string;
  readonly isFolder: boolean;
}

const extensions: Readonly<Record<ArchiveFormat, string>> = {
  default: '.mar',
  'zip-store': '.mar',
  tgz: '.tar.gz',
  'no-archive': '',
};

/** The final path of the archive. */
export function outputPath(exportPath: string, modelName: string, format: ArchiveFormat): string {
  return path.join(exportPath, modelName + extensions[format]);
}

/** The final path, once nothing stands in its way. */
export async function findOutputPlace(
  exportPath: string,
  modelName: string,
  format: ArchiveFormat,
  force: boolean,
): Promise<string> {
  const output = outputPath(exportPath, modelName, format);
  if ((await isOutputThere(output, format)) && !force) throw Problem.of('OUTPUT_EXISTS', { path: output });
  return output;
}

/** Refuses what no --force may replace. The writer checks again: this is only early. */
export async function isOutputThere(output: string, format: ArchiveFormat): Promise<boolean> {
  const exportPath = path.dirname(output);
  const folder = await nullIfAbsent(stat(exportPath), exportPath);
  if (folder === null) return false;
  if (!folder.isDirectory()) throw Problem.of('EXPORT_PATH', { path: exportPath });

  const existing = await nullIfAbsent(lstat(output), output);
  if (existing === null) return false;
  const wanted = format === 'no-archive' ? 'folder' : 'file';
  // A link to a file is replaced by the archive; what it points to stays as it is.
  const fits = wanted === 'folder' ? existing.isDirectory() : existing.isFile() || existing.isSymbolicLink();
  if (!fits) throw Problem.of('OUTPUT_TYPE', { path: output, found: kindOf(existing), wanted });
  if (wanted === 'folder') await assertReplaceableFolder(output);
  return true;
}

/** Replacing a folder removes all that is in it, so it must be a model or empty; one that is absent is fine. */
export async function assertReplaceableFolder(folder: string): Promise<void> {
  const [outer, inner] = manifestName.split('/') as [string, string];
  const names = await nullIfAbsent(readdir(folder), folder);
  if (names === null || names.length === 0) return;
  // Another pack may move the folder away in between, so what is absent now proves nothing.
  const infos = names.includes(outer) ? await nullIfAbsent(namesIn(path.join(folder, outer)), folder) : [];
  if (infos !== null && !infos.includes(inner)) throw Problem.of('OUTPUT_NOT_MODEL', { path: folder });
}

/** None in what is no folder. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return [];
    throw error;
  });
}

async function nullIfAbsent<T>(looking: Promise<T>, shown: string): Promise<T | null> {
  return looking.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw outputProblem(error, shown, 'looking at');
  });
}

/**
 * Throws OUTPUT_IS_INPUT where writing the output would change an input: it is the output, holds it or lies
 * inside of it. Files are compared by what the system knows them as, so neither links nor letter case deceive.
 */
export async function assertOutputApart(
  output: string,
  roots: readonly InputRoot[],
  suggestion?: string,
): Promise<void> {
  const outputItself = await identityOf(output);
  const aboveOutput = await identitiesUpTo(path.dirname(output));
  const cache = new Map<string, ReadonlySet<string>>();
  for (const root of roots) {
    const itself = await identityOf(root.path);
    const isOrHolds = itself !== null && (itself === outputItself || aboveOutput.has(itself));
    if (isOrHolds || (outputItself !== null && (await isBelow(root.path, outputItself, cache)))) {
      const data = { path: output, input: root.shown };
      throw Problem.of('OUTPUT_IS_INPUT', suggestion === undefined ? data : { ...data, suggestion });
    }
  }
}

/** A recipe is saved beside the archive: neither an input nor the archive may be what it replaces. */
export async function assertRecipeApart(
  recipe: string,
  output: string | null,
  roots: readonly InputRoot[],
): Promise<void> {
  const suggestion = 'give --write-recipe another place';
  await assertOutputApart(recipe, roots, suggestion);
  if (output === null) return;
  const inArchive =
    (await comparable(recipe)) === (await comparable(output)) ||
    (await identitiesUpTo(path.dirname(recipe))).has((await identityOf(output)) ?? '');
  if (!inArchive) return;
  const detail = `the recipe ${recipe} would replace the archive, or lie inside of it`;
  throw Problem.of('USAGE', { detail, suggestion });
}

/** Two files that don't exist yet have only their names; some systems take those that differ in case for one. */
async function comparable(file: string): Promise<string> {
  const folder = path.dirname(file);
  const real = await realpath(folder).catch(() => folder);
  return path.join(real, path.basename(file)).normalize('NFC').toLowerCase();
}

async function isBelow(
  at: string,
  identity: string,
  cache: Map<string, ReadonlySet<string>>,
): Promise<boolean> {
  const folder = path.dirname(at);
  let above = cache.get(folder);
  if (above === undefined) {
    above = await identitiesUpTo(folder);
    cache.set(folder, above);
  }
  return above.has(identity);
}

/** The path itself, as far as it exists, and every folder above it. */
async function identitiesUpTo(at: string): Promise<ReadonlySet<string>> {
  const identities = new Set<string>();
  let current = at;
  let real = await realpath(current).catch(() => null);
  while (real === null && path.dirname(current) !== current) {
    current = path.dirname(current);
    real = await realpath(current).catch(() => null);
  }
  for (let folder = real ?? current; ; folder = path.dirname(folder)) {
    const identity = await identityOf(folder);
    if (identity !== null) identities.add(identity);
    if (path.dirname(folder) === folder) return identities;
  }
}

async function identityOf(at: string): Promise<string | null> {
  // Numbers lose digits of the large inode numbers that Windows gives.
  const seen = await stat(at, { bigint: true }).catch(() => null);
  return seen === null ? null : `${seen.dev}:${seen.ino}`;
}
