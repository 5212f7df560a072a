/** Files beside weights, for formats that keep their numbers in such: of one archive, or of one folder, and never elsewhere. */
import { realpath } from 'node:fs/promises';
import { dirname, posix, resolve, sep } from 'node:path';
import type { Archive } from '../archive.ts';
import { Problem } from '../contract/errors.ts';
import { copyOut } from '../entry-copy.ts';
import { openRange, openSource } from '../zip/source.ts';
import { weightsBytes } from './bytes.ts';
import type { WeightsBytes } from './tensor.ts';

/** `name` as the weights give it, from the folder of the entry `from`. */
export async function openContent(
  archive: Archive,
  from: string,
  name: string,
  signal?: AbortSignal,
): Promise<WeightsBytes | null> {
  const folder = from.slice(0, from.lastIndexOf('/') + 1);
  const wanted = folder + posix.normalize(name);
  const entry = archive.entries.findLast((other) => other.name === wanted && other.type === 'file');
  if (entry === undefined) return null;
  const inPlace = await archive.openInPlace(entry);
  if (inPlace !== null) return weightsBytes(inPlace);
  const copy = await copyOut(archive, entry, signal);
  return { ...weightsBytes(openRange(copy, 0, copy.size)), close: () => copy.close() };
}

/** The same on disk. A link that leads out of the folder is as if nothing was there. */
export async function fileBeside(path: string, name: string): Promise<WeightsBytes | null> {
  const folder = await realpath(dirname(resolve(path)));
  const file = await realpath(resolve(folder, name)).catch(() => null);
  if (file === null || !file.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return null;
  try {
    const source = await openSource(file);
    return { ...weightsBytes(openRange(source, 0, source.size)), close: () => source.close() };
  } catch (error) {
    if (error instanceof Problem && error.code === 'INPUT_NOT_REGULAR') return null;
    throw error;
  }
}
