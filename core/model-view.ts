/** The model inside an archive: where its manifest lies, and how its entries are named from there. */
import type { Archive, ArchiveEntry } from './archive.ts';
import { Problem } from './contract/errors.ts';
import { maxManifestBytes, type ParsedManifest, parseManifest } from './mar/parse-manifest.ts';

export interface ModelView {
  /** Null where the archive lists none. */
  readonly manifest: ArchiveEntry | null;
  /** The name of an entry inside the model: a tar keeps it in a root folder, and so may a folder. */
  nameOf(entry: ArchiveEntry): string;
}

/** TorchServe cuts the first folder off the names in a tar; where none or more is right, the manifest tells. */
export function viewModel(archive: Archive): ModelView {
  const manifestName = archive.kind === 'war' ? 'WAR-INF/MANIFEST.json' : 'MAR-INF/MANIFEST.json';
  const isZip = archive.container === 'zip';
  // Of two with one name TorchServe keeps the last; of two in different folders the one less deep is meant.
  let manifest: ArchiveEntry | null = null;
  for (const entry of archive.entries) {
    const { type, name } = entry;
    const isManifest = name === manifestName || (!isZip && name.endsWith(`/${manifestName}`));
    if (type !== 'file' || !isManifest) continue;
    if (manifest === null || name.length <= manifest.name.length) manifest = entry;
  }
  const root = manifest?.name.slice(0, -manifestName.length) ?? (isZip ? '' : commonRoot(archive.entries));
  return {
    manifest,
    nameOf: ({ name }) => (name.startsWith(root) ? name.slice(root.length) : name),
  };
}

function commonRoot(entries: readonly ArchiveEntry[]): string {
  const [first = ''] = entries.map(({ name }) => name);
  const root = first.slice(0, first.indexOf('/') + 1);
  return entries.every(({ name }) => name.startsWith(root)) ? root : '';
}

/** Null where there is none, or where it can't be read at all, for which there is a problem to tell. */
export async function readManifest(
  archive: Archive,
  { manifest }: ModelView,
  signal: AbortSignal | undefined,
  tell: (problem: Problem) => void,
): Promise<ParsedManifest | null> {
  if (manifest === null || manifest.size > maxManifestBytes) return null;
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of archive.read(manifest, signal)) chunks.push(Buffer.from(chunk));
  } catch (error) {
    // A broken manifest is no reason not to list the archive; a cancelled job is one.
    if (!(error instanceof Problem) || ['CANCELLED', 'INPUT_CHANGED'].includes(error.code)) throw error;
    tell(error);
    return null;
  }
  return parseManifest(Buffer.concat(chunks));
}
