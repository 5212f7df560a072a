/** An open archive as a subject: the files that TorchServe would have, with what was kept of them in passing. */
import { basename, resolve } from 'node:path';
import type { Archive, ArchiveEntry, ServedFile } from '../archive.ts';
import { Problem } from '../contract/errors.ts';
import type { Role } from '../contract/model.ts';
import { maxManifestBytes, type ParsedManifest, parseManifest } from '../mar/parse-manifest.ts';
import { rolesBy } from '../mar/roles.ts';
import { viewModel } from '../model-view.ts';
import { openAnywhere } from '../nested.ts';
import { NotRead } from './entry-content.ts';
import type { RandomAccess, Subject, SubjectEntry } from './rule.ts';
import { outsideSample, type Sample } from './samples.ts';

export interface ArchiveSubject extends Subject {
  /** The entry of the archive that a name of the subject stands for. */
  entryName(name: string): string;
}

/** Read before: in a tar.gz a second reading would inflate all that lies before it once more. */
export interface KnownManifest {
  readonly entry: ArchiveEntry | null;
  readonly parsed: ParsedManifest | null;
}

export async function archiveSubject(
  archive: Archive,
  samples: readonly (Sample | undefined)[],
  signal: AbortSignal | undefined,
  known?: KnownManifest,
): Promise<ArchiveSubject> {
  const reading: Reading = { archive, samples, signal };
  const found = entriesToJudge(reading);
  const manifestFile = found.get(manifestNameOf(archive.kind));
  const before = manifestFile?.entry === known?.entry ? known?.parsed : null;
  const parsed = before ?? (manifestFile ? await readManifest(manifestFile) : null);
  const roleOf = rolesBy(parsed?.manifest ?? null);
  const entries = [...found.values()];
  for (const entry of entries) entry.role = roleOf(entry.name);
  return {
    manifest: parsed?.manifest ?? {},
    entries,
    find: (name) => found.get(name),
    archive: { fileName: basename(resolve(archive.path)), kind: archive.kind, manifest: parsed },
    entryName(name) {
      // A link is served by the entry that it points to.
      const listed = found.get(name)?.entry?.name;
      return listed?.endsWith(name) ? listed : name;
    },
  };
}

/**
 * What TorchServe would have, and with it what it misses of the files listed: where the two differ the container
 * is at fault and has been told so, and the rest is judged as it would be once that is mended.
 */
function entriesToJudge(reading: Reading): Map<string, JudgedEntry> {
  const { served, entries, container, kind } = reading.archive;
  const found = new Map<string, JudgedEntry>();
  const add = ({ name, size, entry }: ServedFile) =>
    found.set(name, new JudgedEntry(name, size, entry, reading));
  const isTar = container === 'tar' || container === 'tar.gz';
  if (isTar && !served.files.some(({ name }) => name === manifestNameOf(kind))) {
    // TorchServe cuts the root folder off all names, and finds nothing where there is none, or more than one.
    const { nameOf } = viewModel(reading.archive);
    for (const entry of entries) {
      if (entry.type === 'file') add({ name: nameOf(entry), size: entry.size, entry });
    }
    return found;
  }
  const renamed = new Set<ArchiveEntry>();
  for (const file of served.files) {
    add(file);
    if (file.entry !== null && file.entry.name !== file.name) renamed.add(file.entry);
  }
  for (const entry of isTar ? [] : entries) {
    const isServed = found.has(entry.name) || renamed.has(entry);
    if (entry.type === 'file' && !isServed) add({ name: entry.name, size: entry.size, entry });
  }
  return found;
}

const manifestNameOf = (kind: Archive['kind']) =>
  kind === 'war' ? 'WAR-INF/MANIFEST.json' : 'MAR-INF/MANIFEST.json';

async function readManifest(file: JudgedEntry): Promise<ParsedManifest> {
  if (file.size > maxManifestBytes) {
    return { manifest: null, flaws: [`it has ${file.size.toLocaleString('en-US')} bytes, more than 1 MiB`] };
  }
  try {
    return parseManifest(await file.readStart(maxManifestBytes));
  } catch (error) {
    // Why it can't be read is a finding of the container, and the cause of all that would follow.
    if (error instanceof NotRead || (error instanceof Problem && error.code !== 'CANCELLED')) {
      return { manifest: null, flaws: [] };
    }
    throw error;
  }
}

interface Reading {
  readonly archive: Archive;
  readonly samples: readonly (Sample | undefined)[];
  readonly signal: AbortSignal | undefined;
}

class JudgedEntry implements SubjectEntry {
  readonly name: string;
  readonly size: number;
  /** Null where TorchServe has it from bytes that the archive does not list. */
  readonly entry: ArchiveEntry | null;
  role: Role = 'extra';
  readonly #reading: Reading;

  constructor(name: string, size: number, entry: ArchiveEntry | null, reading: Reading) {
    this.name = name;
    this.size = size;
    this.entry = entry;
    this.#reading = reading;
  }

  async readStart(limit: number): Promise<Buffer> {
    const { archive, signal } = this.#reading;
    const kept = this.#sample?.start(limit);
    if (kept) return kept;
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of archive.read(this.#listed, signal)) {
      chunks.push(Buffer.from(chunk.subarray(0, limit - bytes)));
      bytes += chunks.at(-1)?.length ?? 0;
      if (bytes >= limit) break;
    }
    return Buffer.concat(chunks);
  }

  async open(): Promise<RandomAccess | null> {
    const inPlace = await this.#reading.archive.openInPlace(this.#listed);
    if (inPlace) return inPlace;
    const outside = () => new NotRead(this.name, outsideSample);
    return this.#sample?.open(outside) ?? null;
  }

  openWhole(): Promise<RandomAccess> {
    const { archive, signal } = this.#reading;
    return openAnywhere(archive, this.#listed, signal);
  }

  get #sample(): Sample | undefined {
    return this.entry ? this.#reading.samples[this.entry.index] : undefined;
  }

  get #listed(): ArchiveEntry {
    if (this.entry) return this.entry;
    throw new NotRead(
      this.name,
      'TorchServe has it from bytes that the directory of the archive does not list',
    );
  }
}
