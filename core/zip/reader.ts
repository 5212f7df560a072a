/** An open ZIP archive: its entries as the directory lists them, what TorchServe would load, and their content. */
import { basename } from 'node:path';
import type { Archive, ArchiveEntry, RawEntry } from '../archive.ts';
import { FindingList } from '../audit/finding-list.ts';
import { findingOf, type RandomAccess, type Report, type Rule } from '../audit/rule.ts';
import { containerRules } from '../audit/rules/container.ts';
import { zipRules as rules } from '../audit/rules/zip.ts';
import { Problem } from '../contract/errors.ts';
import { showName } from '../contract/format.ts';
import { ListedZipEntry } from './archive-entry.ts';
import { readContent } from './content.ts';
import { methodStored } from './records.ts';
import { sameEntry, serve } from './served.ts';
import { readSmallFromBlocks } from './small-reads.ts';
import { hashOf, openRange, type ZipSource } from './source.ts';
import { readStructure, type ZipStructure } from './structure.ts';
import type { ListedEntry } from './views.ts';

/** The archive owns the source from here on, also where opening fails. */
export async function openZip(source: ZipSource, signal?: AbortSignal): Promise<Archive> {
  try {
    const findings = new FindingList();
    const structure = await readStructure(source, findings.report, signal);
    await source.assertUnchanged({ now: true });
    return new ZipArchive(source, structure, findings);
  } catch (error) {
    await source.close();
    throw error;
  }
}

class ZipArchive implements Archive {
  readonly path: string;
  readonly kind: 'mar' | 'war';
  readonly container = 'zip';
  readonly size: number;
  readonly entries: readonly ArchiveEntry[];
  readonly served: Archive['served'];
  readonly findings: Archive['findings'];
  readonly hashInside?: (signal?: AbortSignal) => Promise<string>;
  readonly #source: ZipSource;
  /** The same bytes, for contents, of which many may be small. */
  readonly #contents: ZipSource;
  readonly #listed: readonly ListedEntry[];

  constructor(source: ZipSource, structure: ZipStructure, findings: FindingList) {
    this.path = source.path;
    this.size = source.size;
    this.#source = source;
    this.#contents = { ...source, read: readSmallFromBlocks(source) };
    this.#listed = structure.listed;
    this.entries = structure.listed.map(({ record, offset }) => new ListedZipEntry(record, offset));
    const holds = (folder: string) => this.entries.some(({ name }) => name.startsWith(folder));
    this.kind = holds('WAR-INF/') && !holds('MAR-INF/') ? 'war' : 'mar';
    this.served = serve(structure.walk, (local) => sameEntry(local, this.entries));
    if (source.isInside) this.hashInside = (signal) => hashOf(source, signal);
    else checkExtension(this.path, this.kind, findings.report);
    this.findings = findings.findings;
  }

  read(entry: ArchiveEntry, signal?: AbortSignal): AsyncIterable<Buffer> {
    const { record } = this.#find(entry);
    const start = this.#contentStart(entry);
    const place = {
      name: entry.name,
      method: record.method,
      size: record.size,
      crc32: record.crc32,
      start,
      end: start + record.compressedSize,
    };
    return readContent(this.#contents, place, signal);
  }

  async openInPlace(entry: ArchiveEntry): Promise<RandomAccess | null> {
    const { record } = this.#find(entry);
    if (record.method !== methodStored || record.size !== record.compressedSize) return null;
    return openRange(this.#source, this.#contentStart(entry), record.size);
  }

  openRaw(entry: ArchiveEntry): RawEntry {
    const { method, crc32, size, compressedSize } = this.#find(entry).record;
    const start = this.#contentStart(entry);
    return {
      ...{ method, crc32, size, compressedSize, start },
      fd: this.#source.fd,
      read: (buffer, length, position) => this.#source.read(buffer, length, start + position),
      assertUnchanged: (options) => this.#source.assertUnchanged(options),
    };
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  #find(entry: ArchiveEntry): ListedEntry {
    const listed = this.#listed[entry.index];
    if (!listed || this.entries[entry.index] !== entry) throw new Error('the entry is of another archive');
    return listed;
  }

  #contentStart(entry: ArchiveEntry): number {
    const { header, record, offset } = this.#find(entry);
    const refuse = (rule: Rule, what: string) =>
      Problem.refusing(findingOf(rule, entry.name, `${showName(entry.name)} ${what}`));
    if (header === null)
      throw refuse(rules.dangling, `is not at 0x${offset.toString(16)}, where it should be`);
    if (((record.flags | header.flags) & 1) !== 0) throw refuse(rules.encrypted, 'is encrypted');
    if (header.dataOffset + record.compressedSize > this.#source.size) {
      throw refuse(rules.overlap, 'reaches beyond the end of the file');
    }
    return header.dataOffset;
  }
}

function checkExtension(path: string, kind: 'mar' | 'war', report: Report): void {
  if (path.endsWith('.mar') || (kind === 'war' && path.endsWith('.war'))) return;
  const name = showName(basename(path));
  const message = `${name} does not end in ".${kind}": TorchServe would take it for a tar.gz and fail`;
  report(containerRules.extension, null, message, `rename it to end in ".${kind}", in small letters`);
}
