/** The manifest of a repacked archive: that of the old one, or a new file, with the fields that were set. */
import { stat } from 'node:fs/promises';
import type { Archive, ArchiveEntry } from './archive.ts';
import type { Subject } from './audit/rule.ts';
import type { Manifest } from './contract/model.ts';
import { openPinned, pinStat } from './fs/pinned-file.ts';
import { inputProblem } from './fs/system-error.ts';
import { manifestName } from './mar/manifest.ts';
import { maxManifestBytes, type ParsedManifest, parseManifest } from './mar/parse-manifest.ts';
import { rolesBy } from './mar/roles.ts';
import { setFields } from './mar/set-fields.ts';
import { assertSoundManifest } from './refusals.ts';

export interface NewManifest {
  readonly manifest: Manifest;
  readonly modelName: string;
  /** Fields were set, so that its bytes are to be written anew. */
  readonly isChanged: boolean;
}

interface Contents {
  readonly kept: ReadonlyMap<string, ArchiveEntry>;
  readonly files: ReadonlyMap<string, string>;
  readonly names: readonly string[];
}

/** Refuses what TorchServe could not use with the entries that there will be. */
export async function manifestOf(
  archive: Archive,
  { kept, files, names }: Contents,
  set: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<NewManifest> {
  const file = files.get(manifestName);
  const entry = kept.get(manifestName);
  const bytes = file ? await readFile(file) : entry ? await readEntry(archive, entry, signal) : null;
  const old = bytes && parseManifest(bytes);
  const isChanged = Object.keys(set).length > 0;
  // One with flaws is read otherwise by each reader: there is no telling what setting a field would keep.
  const isSettable = isChanged && old !== null && old.manifest !== null && old.flaws.length === 0;
  const parsed = isSettable ? { manifest: setFields(old.manifest as Manifest, set), flaws: [] } : old;
  await assertSoundManifest(sketch(names, parsed), signal);
  const manifest = parsed?.manifest ?? {};
  return { manifest, modelName: String(manifest.model?.modelName), isChanged };
}

/** One byte more than is allowed is enough to see that it is too long. */
async function readEntry(
  archive: Archive,
  entry: ArchiveEntry,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of archive.read(entry, signal)) {
    chunks.push(Buffer.from(chunk));
    bytes += chunk.length;
    if (bytes > maxManifestBytes) break;
  }
  return Buffer.concat(chunks);
}

async function readFile(path: string): Promise<Buffer> {
  const seen = await stat(path).catch((error) => {
    throw inputProblem(error, path, 'manifest');
  });
  const pinned = await openPinned(path, pinStat(seen), 'manifest');
  try {
    const bytes = Buffer.alloc(Math.min(pinned.size, maxManifestBytes + 1));
    await pinned.read(bytes, bytes.length, 0);
    return bytes;
  } finally {
    await pinned.close();
  }
}

/** The model by its names alone, which is all that a manifest is held against. */
function sketch(names: readonly string[], parsed: ParsedManifest | null): Subject {
  const roleOf = rolesBy(parsed?.manifest ?? null);
  const entries = names.map((name) => ({
    name,
    size: 0,
    role: roleOf(name),
    readStart: async () => Buffer.alloc(0),
    open: async () => null,
    openWhole: async () => ({ size: 0, read: async () => Buffer.alloc(0), close: async () => {} }),
  }));
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  return {
    manifest: parsed?.manifest ?? {},
    entries,
    find: (name) => byName.get(name),
    archive: { fileName: 'model.mar', kind: 'mar', manifest: parsed },
  };
}
