/** Opens any archive. Its content decides what it is, never its name. */
import { stat } from 'node:fs/promises';
import type { Archive } from './archive.ts';
import { Problem } from './contract/errors.ts';
import type { JobOptions } from './contract/progress.ts';
import { type Container, detectContainer, headBytes } from './detect-container.ts';
import { findFile } from './find-entries.ts';
import { openFolder } from './fs/folder-archive.ts';
import { inputProblem } from './fs/system-error.ts';
import { openNested } from './nested.ts';
import { openTar } from './tar/open-tar.ts';
import { readEndRecord } from './zip/end-record.ts';
import { openZip } from './zip/reader.ts';
import { openSource, type ZipSource } from './zip/source.ts';

/** `model.mar!model.pt` is the archive that lies inside another one, to whatever depth. */
export async function openArchive(path: string, options: Pick<JobOptions, 'signal'> = {}): Promise<Archive> {
  let outer: string | null = null;
  const seen = await stat(path).catch(async (error) => {
    // A file may have such a name of its own, so this is asked last.
    outer = await outerOf(path);
    if (outer !== null) return null;
    throw inputProblem(error, path, 'archive');
  });
  if (seen === null) return openInside(outer ?? '', path, options);
  if (seen.isDirectory()) return openFolder(path, options);
  const source = await openSource(path);
  let container: Container;
  try {
    container = await detect(source);
  } catch (error) {
    await source.close();
    throw error;
  }
  if (container === 'zip') return openZip(source, options.signal);
  await source.close();
  return openTar(path, options);
}

/** The file that holds the archive, where `path` leads into one: folders may have such names too. */
export async function outerOf(path: string): Promise<string | null> {
  for (let at = path.indexOf('!'); at !== -1; at = path.indexOf('!', at + 1)) {
    const outer = path.slice(0, at);
    if (await isThere(outer)) return outer;
  }
  return null;
}

/** A folder may be a model, and what is in a model may be an archive. */
async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** The archive that lies in the file `outer`, with which `path` begins. */
export async function openInside(
  outer: string,
  path: string,
  { signal }: Pick<JobOptions, 'signal'>,
): Promise<Archive> {
  let archive = await openArchive(outer, { signal });
  for (const name of path.slice(outer.length + 1).split('!')) {
    try {
      const inner = await openNested(archive, findFile(archive, name), { signal, closesOuter: true });
      if (inner === null) throw Problem.of('ZIP_NOT_ZIP', { path, looksLike: 'something other than a ZIP' });
      archive = inner;
    } catch (error) {
      await archive.close();
      throw error;
    }
  }
  return archive;
}

async function detect(source: ZipSource): Promise<Container> {
  const { path, size } = source;
  if (size === 0) throw Problem.of('ZIP_EMPTY_FILE', { path });
  const head = Buffer.alloc(Math.min(size, headBytes));
  await source.read(head, head.length, 0);
  const found = detectContainer(head);
  if ('container' in found) return found.container;
  if (await endsAsZip(source)) return 'zip';
  throw Problem.of('ZIP_NOT_ZIP', { path, looksLike: found.looksLike });
}

/** Bytes before an archive do not keep other tools from reading it. */
async function endsAsZip(source: ZipSource): Promise<boolean> {
  const end = await readEndRecord(source, () => {});
  if (end === null) return false;
  return (end.directoryOffset ?? 0) + (end.directoryBytes ?? 0) <= end.start;
}
