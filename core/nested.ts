/** Archives inside archives: a `.pt` is a ZIP, and so is a wheel. Read where they lie, or from a copy that is gone afterwards. */
import type { Archive, ArchiveEntry } from './archive.ts';
import type { RandomAccess } from './audit/rule.ts';
import { copyOut } from './entry-copy.ts';
import { openZip } from './zip/reader.ts';
import { openRange, sourceOf } from './zip/source.ts';

const zipStart = Buffer.from([0x50, 0x4b, 0x03, 0x04]);

export interface NestedOptions {
  readonly signal?: AbortSignal | undefined;
  /** Closing the inner archive closes the outer one too. */
  readonly closesOuter?: boolean;
}

/** The ZIP that an entry is, or null where it is none. */
export async function openNested(
  archive: Archive,
  entry: ArchiveEntry,
  { signal, closesOuter = false }: NestedOptions = {},
): Promise<Archive | null> {
  if (entry.type !== 'file' || !(await startsAsZip(archive, entry, signal))) return null;
  const path = `${archive.path}!${entry.name}`;
  const content = await archive.openInPlace(entry);
  const source = content === null ? await copyOut(archive, entry, signal) : sourceOf(content, path);
  const close = async () => {
    await source.close();
    if (closesOuter) await archive.close();
  };
  return openZip({ ...source, close, isInside: true }, signal);
}

/** The same where the bytes of the entry can be read at any place already. */
export async function openNestedIn(
  content: RandomAccess,
  path: string,
  signal?: AbortSignal,
): Promise<Archive | null> {
  if (!(await content.read(0, 4)).equals(zipStart)) return null;
  return openZip({ ...sourceOf(content, path), isInside: true }, signal);
}

/** The bytes of an entry at any place: where they lie, or from a copy that goes when it is closed. */
export async function openAnywhere(
  archive: Archive,
  entry: ArchiveEntry,
  signal?: AbortSignal,
): Promise<RandomAccess> {
  const inPlace = await archive.openInPlace(entry);
  if (inPlace) return inPlace;
  const copy = await copyOut(archive, entry, signal);
  return { ...openRange(copy, 0, copy.size), close: () => copy.close() };
}

/** Weights or a wheel inside a model: TorchServe never opens it, so it need not be what TorchServe loads. */
export function isNoModel({ hashInside, entries }: Archive): boolean {
  return hashInside !== undefined && !entries.some(({ name }) => /^[mw]ar-inf\//i.test(name));
}

async function startsAsZip(archive: Archive, entry: ArchiveEntry, signal?: AbortSignal): Promise<boolean> {
  if (entry.size < 22) return false;
  for await (const chunk of archive.read(entry, signal)) return chunk.subarray(0, 4).equals(zipStart);
  return false;
}
