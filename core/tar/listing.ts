/** The entries of a tar as they are listed, and as TorchServe would unpack them. */
import type { Archive, ArchiveEntry } from '../archive.ts';
import { checkArchiveNames } from '../audit/archive-names.ts';
import type { Report } from '../audit/rule.ts';
import { containerRules } from '../audit/rules/container.ts';
import { tarRules as rules } from '../audit/rules/tar.ts';
import { zipRules } from '../audit/rules/zip.ts';
import { showName } from '../contract/format.ts';
import type { EntryType } from '../contract/model.ts';
import { ServedFolder } from '../served-folder.ts';
import type { TarEntry } from './reader.ts';

const manifestName = 'MAR-INF/MANIFEST.json';

export class TarListing {
  readonly entries: ArchiveEntry[] = [];
  readonly #bodyOffsets: number[] = [];
  readonly #served = new ServedFolder();
  readonly #method: string;
  readonly #report: Report;
  #servedError: string | null;

  constructor(container: 'tar' | 'tar.gz', report: Report) {
    this.#method = container === 'tar' ? 'stored' : 'gzip';
    this.#servedError = container === 'tar' ? 'Input is not in the .gz format' : null;
    this.#report = report;
  }

  get served(): Archive['served'] {
    return { files: this.#servedError === null ? this.#served.files : [], error: this.#servedError };
  }

  bodyOffset({ index }: ArchiveEntry): number {
    return this.#bodyOffsets[index] as number;
  }

  add(tarEntry: TarEntry): void {
    const entry = describe(tarEntry, this.entries.length, this.#method);
    this.entries.push(entry);
    this.#bodyOffsets.push(tarEntry.bodyOffset);
    this.#servedError ??= this.#serve(tarEntry, entry);
    this.#checkType(entry, tarEntry.type);
    if (tarEntry.isNamePortable) return;
    const name = showName(entry.name);
    this.#report(
      rules.charset,
      entry.name,
      `the name ${name} is not written in pax: TorchServe reads it by its locale`,
    );
  }

  /** A link, a device or a pipe becomes an empty file there, which is no entry's content. */
  #serve({ serverName, type, size }: TarEntry, entry: ArchiveEntry): string | null {
    const name = serverName.slice(serverName.indexOf('/') + 1);
    if (type === '5' || serverName.endsWith('/')) return this.#served.addFolder(name);
    return this.#served.addFile(name, size, hasContent(entry) ? entry : null);
  }

  #checkType({ name, type, linkTarget }: ArchiveEntry, flag: string): void {
    if (type === 'file' || type === 'folder') return;
    const shown = showName(name);
    if (type === 'other') {
      const unknown = `${shown} is of the unknown type ${JSON.stringify(flag)}`;
      this.#report(rules.type, name, `${unknown}: TorchServe would take it for a file`);
    } else {
      const target = linkTarget === null ? '' : ` to ${showName(linkTarget)}`;
      const rule = linkTarget === null ? rules.type : containerRules.link;
      this.#report(rule, name, `${shown} is a ${type}${target}: TorchServe would write an empty file`);
    }
  }

  /** What only all entries together show. */
  check(): void {
    if (!this.entries.some(({ type }) => type === 'file')) {
      const message = 'the archive holds no files: TorchServe reports a missing manifest';
      this.#report(containerRules.empty, null, message);
    }
    this.#checkDuplicates(this.#report);
    this.#checkRoot(this.#report);
    // "./" in front, as in `tar -c .`, is the one root folder that TorchServe cuts off.
    const judged = this.entries
      .filter(({ name }) => name !== './')
      .map((entry) => (entry.name.startsWith('./') ? { name: entry.name.slice(2) } : entry));
    checkArchiveNames(judged, this.#report);
  }

  #checkDuplicates(report: Report): void {
    const seen = new Set<string>();
    for (const { name, rawName } of this.entries) {
      const key = name.includes('\ufffd') ? rawName.toString('latin1') : name;
      if (seen.has(key)) report(zipRules.duplicate, name, `${showName(name)} occurs more than once`);
      seen.add(key);
    }
  }

  #checkRoot(report: Report): void {
    const names = this.entries.filter(({ type }) => type !== 'folder').map(({ name }) => name);
    const flat = names.find((name) => !name.includes('/'));
    const roots = new Set(names.map((name) => name.slice(0, name.indexOf('/'))));
    const manifest = names.find((name) => name === manifestName || name.endsWith(`/${manifestName}`));
    const isLost =
      manifest !== undefined && manifest.indexOf('/') !== manifest.length - manifestName.length - 1;
    if (flat !== undefined) {
      report(
        rules.root,
        flat,
        `${showName(flat)} lies in no folder: TorchServe cuts the first one off every name`,
      );
    } else if (roots.size > 1) {
      const [one, other] = [...roots].map((root) => showName(`${root}/`));
      report(
        rules.root,
        null,
        `the files lie in ${one}, ${other}${roots.size > 2 ? ' and more' : ''}: TorchServe puts them together in one folder`,
      );
    } else if (manifest !== undefined && isLost) {
      const served = manifest.slice(manifest.indexOf('/') + 1);
      report(
        rules.root,
        manifest,
        `${showName(manifest)} would become ${showName(served)}, where TorchServe finds no manifest`,
      );
    }
  }
}

/** What is of an unknown type has a body like a file, and TorchServe writes it as one. */
export const hasContent = ({ type }: ArchiveEntry): boolean => type === 'file' || type === 'other';

function describe(tarEntry: TarEntry, index: number, method: string): ArchiveEntry {
  const { rawName, size, modified, mode, rawLinkName } = tarEntry;
  const text = rawName.toString('utf8');
  const type = typeOf(tarEntry.type, text);
  const isLink = type === 'link' || type === 'hard link';
  return {
    index,
    name: type === 'folder' && !text.endsWith('/') ? `${text}/` : text,
    rawName,
    type,
    size,
    compressedSize: method === 'stored' ? size : null,
    method,
    crc32: null,
    modified,
    mode,
    linkTarget: isLink ? rawLinkName.toString('utf8') : null,
    offset: null,
  };
}

const types: Readonly<Record<string, EntryType>> = {
  '0': 'file',
  '1': 'hard link',
  '2': 'link',
  '3': 'device',
  '4': 'device',
  '5': 'folder',
  '6': 'fifo',
  '7': 'file', // A contiguous file, which is a file to every reader.
};

/** Old tars mark a folder by the end of its name alone. */
function typeOf(flag: string, name: string): EntryType {
  const type = types[flag] ?? 'other';
  return type === 'file' && name.endsWith('/') ? 'folder' : type;
}
