/** A model folder as an archive. Every file is pinned when it is listed: what changes later is a problem. */
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { Archive, ArchiveEntry, ServedFile } from '../archive.ts';
import { checkArchiveNames } from '../audit/archive-names.ts';
import { FindingList } from '../audit/finding-list.ts';
import { findingOf, type RandomAccess, type Report } from '../audit/rule.ts';
import { containerRules } from '../audit/rules/container.ts';
import { folderRules as rules } from '../audit/rules/folder.ts';
import { encodingRule } from '../audit/rules/names.ts';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { showName } from '../contract/format.ts';
import { maxEntries } from '../mar/limits.ts';
import { type FolderItem, type FolderListing, listFolder } from './list-folder.ts';
import { openPinned, type PinnedFile } from './pinned-file.ts';

const chunkBytes = 1024 * 1024;

export interface OpenFolderOptions {
  readonly signal?: AbortSignal | undefined;
}

export async function openFolder(folder: string, options: OpenFolderOptions = {}): Promise<Archive> {
  const findings = new FindingList();
  const listing = await listFolder(folder, findings.report, options.signal);
  check(listing, findings.report);
  return new FolderArchive(folder, listing, findings);
}

class FolderArchive implements Archive {
  readonly path: string;
  readonly kind = 'directory';
  readonly container = 'directory';
  readonly size: number;
  readonly entries: readonly ArchiveEntry[];
  readonly served: Archive['served'];
  readonly findings: Archive['findings'];
  readonly #items: readonly FolderItem[];

  constructor(folder: string, listing: FolderListing, findings: FindingList) {
    this.path = folder;
    this.#items = listing.items;
    this.entries = listing.items.map(({ entry }) => entry);
    this.size = this.entries.reduce((sum, { size }) => sum + size, 0);
    this.served = { files: serve(listing), error: null };
    this.findings = findings.findings;
  }

  async *read(entry: ArchiveEntry, signal?: AbortSignal): AsyncGenerator<Buffer> {
    throwIfCancelled(signal);
    const file = await this.#open(entry);
    try {
      const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, file.size));
      for (let at = 0; at < file.size; at += buffer.length) {
        throwIfCancelled(signal);
        const chunk = buffer.subarray(0, Math.min(buffer.length, file.size - at));
        await file.read(chunk, chunk.length, at);
        await file.assertUnchanged();
        yield chunk;
      }
      await file.assertUnchanged();
    } finally {
      await file.close();
    }
  }

  async openInPlace(entry: ArchiveEntry): Promise<RandomAccess> {
    const file = await this.#open(entry);
    return {
      size: file.size,
      place: { fd: file.handle.fd, start: 0 },
      async read(position, length) {
        const from = Math.min(Math.max(position, 0), file.size);
        const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, file.size - from)));
        await file.read(bytes, bytes.length, from);
        await file.assertUnchanged();
        return bytes;
      },
      close: file.close,
    };
  }

  /** Files are opened as they are read, so nothing is left open. */
  async close(): Promise<void> {}

  async #open(entry: ArchiveEntry): Promise<PinnedFile> {
    const item = this.#items[entry.index];
    if (item?.entry !== entry) throw new Error('the entry is of another archive');
    const { name, rawName, type } = entry;
    if (type !== 'file') throw Problem.of('ENTRY_TYPE', { path: name, type });
    if (!rawName.equals(Buffer.from(name))) {
      throw Problem.refusing(findingOf(encodingRule, name, `the name ${showName(name)} is not valid UTF-8`));
    }
    const place = path.join(this.path, name);
    // Opening a pipe that took the place of the file would wait for its other end.
    const now = await lstat(place).catch(() => null);
    if (!now?.isFile()) {
      const detail = now === null ? 'it is gone' : 'something else took its place';
      throw Problem.of('INPUT_CHANGED', { path: place, detail });
    }
    return openPinned(place, item.pin, 'entry');
  }
}

/** What TorchServe finds below the root that it takes: links inside the folder are as good as what they lead to. */
function serve({ items, ranges, root }: FolderListing): ServedFile[] {
  const byName = new Map(items.map(({ entry }) => [entry.name, entry]));
  const served: ServedFile[] = [];
  const add = (name: string, size: number, entry: ArchiveEntry | null) => {
    if (!name.startsWith(root)) return;
    // Links to folders multiply what lies there.
    if (served.push({ name: name.slice(root.length), size, entry }) > maxEntries) {
      throw Problem.of('LIMIT_ENTRIES', { limit: maxEntries });
    }
  };
  for (const { entry, target } of items) {
    if (entry.type === 'file') add(entry.name, entry.size, entry);
    if (target === null) continue;
    const { name, isFile, size } = target;
    if (isFile) {
      add(entry.name, size, name === null ? null : (byName.get(name) ?? null));
    } else if (name !== null) {
      for (const { entry: file } of items.slice(...(ranges.get(name) ?? [0, 0]))) {
        if (file.type === 'file') add(entry.name + file.name.slice(name.length), file.size, file);
      }
    }
  }
  return served;
}

function check({ items, root }: FolderListing, report: Report): void {
  if (!items.some(({ entry }) => entry.type === 'file')) {
    report(containerRules.empty, null, 'the folder holds no files: TorchServe finds no manifest');
  }
  if (root !== '')
    report(rules.root, null, `TorchServe takes the one folder inside, ${showName(root)}, for the model`);
  for (const { entry, target } of items) {
    const shown = showName(entry.name);
    if (entry.type === 'link') checkLink(entry, target, report);
    else if (entry.type !== 'file' && entry.type !== 'folder') {
      report(rules.type, entry.name, `${shown} is a ${entry.type}`);
    }
  }
  checkArchiveNames(
    items.map(({ entry }) => entry),
    report,
  );
}

/**
 * Links that stay inside are a matter of taste, since TorchServe follows them. One that leaves the folder, or
 * leads nowhere, is as bad as in an archive: what is served is not what was looked at, and travels with no copy.
 */
function checkLink(entry: ArchiveEntry, target: FolderItem['target'], report: Report): void {
  const link = `${showName(entry.name)} is a link to ${showName(entry.linkTarget ?? '')}`;
  if (target === null) {
    report(containerRules.link, entry.name, `${link}, where nothing is`, 'remove the link');
  } else if (target.name === null) {
    const hint = 'put a copy of what it points to in its place';
    report(containerRules.link, entry.name, `${link}, outside the folder: TorchServe would follow it`, hint);
  } else {
    report(rules.link, entry.name, link);
  }
}
