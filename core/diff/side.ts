/** One of two archives that are compared: its model's entries by name, whatever container they lie in. */
import type { Archive, ArchiveEntry } from '../archive.ts';
import type { EntryState } from '../contract/diff.ts';
import { formatCrc32 } from '../contract/format.ts';
import type { Role } from '../contract/model.ts';
import type { ParsedManifest } from '../mar/parse-manifest.ts';
import { rolesBy } from '../mar/roles.ts';
import { readManifest, viewModel } from '../model-view.ts';
import type { Sums } from './sums.ts';

export interface Side {
  readonly archive: Archive;
  /** Null where there is none, or where it can't be read. */
  readonly manifest: ParsedManifest | null;
  readonly entries: ReadonlyMap<string, SideEntry>;
}

export interface SideEntry {
  /** Inside the model: without the root folder that a tar puts around it. */
  readonly name: string;
  readonly entry: ArchiveEntry;
  readonly role: Role;
  /** Once its content was read, or why that failed. */
  sums?: Sums;
}

export async function openSides(
  before: Archive,
  after: Archive,
  signal: AbortSignal | undefined,
): Promise<[Side, Side]> {
  const areWeights = before.kind === 'weights' && after.kind === 'weights';
  const [old, now] = [await openSide(before, signal), await openSide(after, signal)];
  return areWeights ? [underNameOf(old, now), now] : [old, now];
}

/**
 * Of two files that somebody holds to each other each is the other's counterpart, whatever they are called; the files
 * beside them go by their names.
 */
function underNameOf(old: Side, now: Side): Side {
  const [name = ''] = now.entries.keys();
  const [file, ...besides] = old.entries.values();
  const entries = new Map(besides.map((one) => [one.name, one]));
  return { ...old, entries: file ? new Map([[name, { ...file, name }], ...entries]) : entries };
}

async function openSide(archive: Archive, signal: AbortSignal | undefined): Promise<Side> {
  const view = viewModel(archive);
  // Why it can't be read is told with the entry.
  const manifest = await readManifest(archive, view, signal, () => {});
  const roleOf = archive.kind === 'weights' ? () => 'weights' as const : rolesBy(manifest?.manifest ?? null);
  return { archive, manifest, entries: entriesOf(archive, (entry) => view.nameOf(entry), roleOf) };
}

/** The members of an archive inside the archive. torch puts them all under a folder with the file's old name. */
export function openMembers(archive: Archive): Side {
  const [first] = archive.entries;
  const root = first?.name.slice(0, first.name.indexOf('/') + 1) ?? '';
  const hasRoot = archive.entries.every(({ name }) => name.startsWith(root));
  const nameOf = ({ name }: ArchiveEntry) => (hasRoot ? name.slice(root.length) : name);
  return { archive, manifest: null, entries: entriesOf(archive, nameOf, () => 'extra') };
}

function entriesOf(
  archive: Archive,
  nameOf: (entry: ArchiveEntry) => string,
  roleOf: (name: string) => Role,
): Map<string, SideEntry> {
  const entries = new Map<string, SideEntry>();
  for (const entry of archive.entries) {
    if (entry.type === 'folder') continue;
    const name = nameOf(entry);
    // Of two with one name the last one counts, as for TorchServe; its place in the order counts too.
    entries.delete(name);
    entries.set(name, { name, entry, role: roleOf(name) });
  }
  return entries;
}

/** The checksum that was taken where the content was read, else the one that the container claims. */
export function crcOf({ entry, sums }: SideEntry): number | null {
  return sums && 'crc32' in sums ? sums.crc32 : entry.crc32;
}

export function shaOf({ sums }: SideEntry): string | null {
  return sums && 'sha256' in sums ? sums.sha256 : null;
}

export function stateOf(side: SideEntry): EntryState {
  const crc = crcOf(side);
  return { size: side.entry.size, crc32: crc === null ? null : formatCrc32(crc), sha256: shaOf(side) };
}
