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
  const seen = await stat(path).catch(async (error) => {
    if (await isInside(path)) return null;
    throw inputProblem(error, path, 'archive');
  });
  if (seen === null) return openInside(path, options);
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

/** A file may have such a name of its own, so this is asked last. */
async function isInside(path: string): Promise<boolean> {
  const at = path.indexOf('!');
  return (
    at > 0 &&
    stat(outerOf(path)).then(
      () => true,
      () => false,
    )
  );
}

const outerOf = (path: string) => path.slice(0, path.indexOf('!'));

async function openInside(path: string, { signal }: Pick<JobOptions, 'signal'>): Promise<Archive> {
  const outer = outerOf(path);
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
