/** Weights that lie by themselves, as an archive of that one entry: they are compared as those of two archives are. */
import { stat } from 'node:fs/promises';
import { basename, posix } from 'node:path';
import { type Archive, type ArchiveEntry, isArchiveName } from './archive.ts';
import type { RandomAccess } from './audit/rule.ts';
import { Problem, throwIfCancelled } from './contract/errors.ts';
import type { JobOptions } from './contract/progress.ts';
import { findFile } from './find-entries.ts';
import { stepBytes } from './fs/copy.ts';
import { openArchive, openInside, outerOf } from './open.ts';
import { fileBeside, openContent } from './weights/beside.ts';
import { isWeightsKind, kindOf, kindOfEntry, kindOfFile, openWeights } from './weights/open-weights.ts';
import { openRange, openSource } from './zip/source.ts';

type Signal = Pick<JobOptions, 'signal'>;

/** Two ZIPs inside archives, such as `a.mar!x.pt` and `b.mar!x.pt`, stay archives: their members are compared. */
export async function openToCompare(
  beforePath: string,
  afterPath: string,
  options: Signal = {},
): Promise<readonly [Archive, Archive]> {
  const areZips = (await isZipInside(beforePath, options)) && (await isZipInside(afterPath, options));
  const open = areZips ? openArchive : openArchiveOrWeights;
  const before = await open(beforePath, options);
  try {
    const after = await open(afterPath, options);
    try {
      return await withFilesBeside(before, after, options);
    } catch (error) {
      await after.close();
      throw error;
    }
  } catch (error) {
    await before.close();
    throw error;
  }
}

/** Files in which ONNX keeps its numbers are compared as well: two equal graphs with other numbers are not the same. */
async function withFilesBeside(
  before: Archive,
  after: Archive,
  options: Signal,
): Promise<readonly [Archive, Archive]> {
  const [old, now] = [await filesBeside(before, options), await filesBeside(after, options)];
  return old === null || now === null ? [before, after] : [joined(before, old), joined(after, now)];
}

/** Null of what is no ONNX. */
async function filesBeside(archive: Archive, options: Signal): Promise<readonly ArchiveEntry[] | null> {
  const [entry] = archive.entries;
  const { besides } = archive;
  if (besides === undefined || entry === undefined) return null;
  const names = await namesBeside(archive, entry, options);
  if (names === null) return null;
  const found: ArchiveEntry[] = [];
  for (const name of names) {
    const content = await besides(name);
    if (content === null) continue;
    const { size } = content;
    await content.close();
    const own = { index: found.length + 1, name, rawName: Buffer.from(name), crc32: null, offset: null };
    found.push({ ...entry, ...own, size, compressedSize: size });
  }
  return found;
}

function joined(archive: Archive, found: readonly ArchiveEntry[]): Archive {
  const { besides } = archive;
  if (besides === undefined || found.length === 0) return archive;
  return {
    ...archive,
    entries: [...archive.entries, ...found],
    read: (one, signal) =>
      found.includes(one) ? readBeside(besides, one.name, signal) : archive.read(one, signal),
    openInPlace: async (one) => (found.includes(one) ? besides(one.name) : archive.openInPlace(one)),
  };
}

async function namesBeside(
  archive: Archive,
  entry: ArchiveEntry,
  options: Signal,
): Promise<Set<string> | null> {
  const content = await archive.openInPlace(entry);
  const kind = content ? await kindOf(content) : await kindOfEntry(archive, entry, options.signal);
  const weights = kind === 'onnx' ? await openWeights(archive, entry, options) : null;
  if (weights === null) return null;
  await weights.close();
  return new Set(weights.tensors.map(({ where }) => posix.normalize(where)).filter((name) => name !== '.'));
}

async function* readBeside(
  besides: NonNullable<Archive['besides']>,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const content = await besides(name);
  if (content === null) throw Problem.of('INPUT_CHANGED', { path: name, detail: 'it is not there any more' });
  try {
    yield* stepsOf(content, signal);
  } finally {
    await content.close();
  }
}

async function* stepsOf(content: RandomAccess, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.size; at += stepBytes) {
    throwIfCancelled(signal);
    yield await content.read(at, stepBytes);
  }
}

/**
 * Content decides, so what torch or NumPy saved is no archive here, although it is a ZIP. But what is called an archive
 * has to be one: a pickle under that name is told, not compared.
 */
async function openArchiveOrWeights(path: string, options: Signal): Promise<Archive> {
  const seen = await stat(path).catch(() => null);
  const file = seen === null ? await outerOf(path) : null;
  if (file !== null) return openArchiveOrWeightsIn(file, path, options);
  const isWeights = seen?.isFile() && !isArchiveName(path) && isWeightsKind(await kindOfFile(path));
  return isWeights ? openFile(path) : openArchive(path, options);
}

async function isZipInside(path: string, options: Signal): Promise<boolean> {
  const isThere = (await stat(path).catch(() => null)) !== null;
  const file = isThere ? null : await outerOf(path);
  if (file === null) return false;
  const { outer, kind } = await openAround(file, path, options);
  await outer.close();
  return kind === 'torch-unseen' || kind === 'zip';
}

/**
 * Of ARCHIVE!ENTRY the archive, and what the entry is by its start. What lies in `file` is looked for there alone: only
 * that was granted, and what stands before the last "!" may be the path of another file.
 */
async function openAround(file: string, path: string, options: Signal) {
  const cut = path.lastIndexOf('!');
  const around = path.slice(0, cut);
  const outer = await (around === file ? openArchive(file, options) : openInside(file, around, options));
  try {
    const entry = findFile(outer, path.slice(cut + 1));
    return { outer, entry, kind: await kindOfEntry(outer, entry, options.signal) };
  } catch (error) {
    await outer.close();
    throw error;
  }
}

async function openArchiveOrWeightsIn(file: string, path: string, options: Signal): Promise<Archive> {
  const { outer, entry, kind } = await openAround(file, path, options);
  if (!isWeightsKind(kind)) {
    await outer.close();
    return openArchive(path, options);
  }
  return {
    ...archiveOf(path, entry),
    container: outer.container,
    besides: (name) => openContent(outer, entry.name, name, options.signal),
    read: (one, signal) => outer.read(one, signal),
    openInPlace: (one) => outer.openInPlace(one),
    close: () => outer.close(),
  };
}

async function openFile(path: string): Promise<Archive> {
  const source = await openSource(path);
  const content = openRange(source, 0, source.size);
  const { mtime, mode } = await stat(path).catch(async (error) => {
    await source.close();
    throw error;
  });
  const name = basename(path);
  const facts = { index: 0, name, rawName: Buffer.from(name), type: 'file', method: 'stored' } as const;
  const unknown = { crc32: null, linkTarget: null, offset: null };
  const sizes = { size: source.size, compressedSize: source.size };
  return {
    ...archiveOf(path, { ...facts, ...unknown, ...sizes, modified: mtime, mode }),
    besides: (other) => fileBeside(path, other),
    read: (_, signal) => stepsOf(content, signal),
    openInPlace: async () => content,
    close: () => source.close(),
  };
}

function archiveOf(path: string, entry: ArchiveEntry) {
  const { size } = entry;
  return {
    ...({ kind: 'weights', container: 'directory' } as const),
    ...{ path, size, entries: [entry], findings: [], served: { files: [], error: null } },
  };
}
