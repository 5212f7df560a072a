/**
 * Opens a tar, plain or in gzip. Listing a tar.gz takes one pass that inflates it all and keeps the headers
 * only. Content is read in passes too: reading an entry goes on where the last reading ended, if that lies
 * before it. So all entries in their order cost one pass, and one entry costs the way to it. No place in the
 * middle can be gone to, since Node's zlib does not let its state be kept.
 */
import { basename } from 'node:path';
import type { Archive, ArchiveEntry } from '../archive.ts';
import { FindingList } from '../audit/finding-list.ts';
import type { RandomAccess, Report } from '../audit/rule.ts';
import { containerRules } from '../audit/rules/container.ts';
import { tarRules as rules } from '../audit/rules/tar.ts';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { showName } from '../contract/format.ts';
import { inflateMember, isGzip } from '../gzip/member.ts';
import { withListing } from '../refused.ts';
import { openRange, openSource, type ZipSource } from '../zip/source.ts';
import { FileBytes, type ForwardBytes, InflatedBytes } from './forward-bytes.ts';
import { hasContent, TarListing } from './listing.ts';
import { readTar } from './reader.ts';

/** Of inflated bytes, counted: larger models are served from folders. */
const maxOutputBytes = 200e9;

/** What TorchServe's reader never comes to: it has stopped before, content with what it read. */
const stopsTorchServe = new Set(['GZIP_TRAILING', 'TAR_TRAILING']);

export interface OpenTarOptions {
  readonly signal?: AbortSignal | undefined;
}

export async function openTar(path: string, { signal }: OpenTarOptions = {}): Promise<Archive> {
  const source = await openSource(path);
  try {
    const head = Buffer.alloc(Math.min(2, source.size));
    await source.read(head, head.length, 0);
    const container = isGzip(head) ? 'tar.gz' : 'tar';
    const findings = new FindingList();
    const listing = await list(source, container, findings, signal);
    await source.assertUnchanged({ now: true });
    return new TarArchive(source, container, listing, findings);
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function list(
  source: ZipSource,
  container: 'tar' | 'tar.gz',
  findings: FindingList,
  signal: AbortSignal | undefined,
): Promise<TarListing> {
  const { path } = source;
  const listing = new TarListing(container, findings.report);
  const bytes = openBytes(source, container, signal);
  try {
    const entries = readTar(bytes, { path, signal });
    for (;;) {
      const next = await entries.next();
      if (!next.done) {
        listing.add(next.value);
        continue;
      }
      if (!next.value.hasEnd) findings.report(rules.noEnd, null, 'the tar does not end in blocks of zeros');
      break;
    }
  } catch (error) {
    await assertNotChanged(source, signal);
    const isServed = error instanceof Problem && stopsTorchServe.has(error.code);
    throw withListing(error, { entries: listing.entries, served: isServed ? listing.served : null });
  } finally {
    await bytes.close();
  }
  if (container === 'tar') {
    findings.report(rules.plain, null, 'the tar is not compressed: TorchServe would refuse it');
  }
  checkExtension(path, findings.report);
  listing.check();
  return listing;
}

function checkExtension(path: string, report: Report): void {
  if (!path.endsWith('.mar')) return;
  const message = `${showName(basename(path))} ends in ".mar" and is no ZIP: TorchServe would unzip it and find no files inside`;
  report(containerRules.extension, null, message, 'rename it to end in ".tar.gz"');
}

/** A file that changed underfoot looks like a broken one, so that is said first. */
async function assertNotChanged(source: ZipSource, signal: AbortSignal | undefined): Promise<void> {
  if (!signal?.aborted) await source.assertUnchanged({ now: true });
}

function openBytes(source: ZipSource, container: 'tar' | 'tar.gz', signal?: AbortSignal): ForwardBytes {
  if (container === 'tar') return new FileBytes(source);
  return new InflatedBytes(inflateMember(source, signal), source.path, maxOutputBytes);
}

class TarArchive implements Archive {
  readonly path: string;
  readonly kind = 'tgz';
  readonly container: 'tar' | 'tar.gz';
  readonly size: number;
  readonly entries: readonly ArchiveEntry[];
  readonly served: Archive['served'];
  readonly findings: Archive['findings'];
  readonly #source: ZipSource;
  readonly #listing: TarListing;
  /** A pass that nobody is reading from. */
  #idle: ForwardBytes | undefined;

  constructor(source: ZipSource, container: 'tar' | 'tar.gz', listing: TarListing, findings: FindingList) {
    this.path = source.path;
    this.container = container;
    this.size = source.size;
    this.entries = listing.entries;
    this.served = listing.served;
    this.findings = findings.findings;
    this.#source = source;
    this.#listing = listing;
  }

  async *read(entry: ArchiveEntry, signal?: AbortSignal): AsyncGenerator<Buffer> {
    const start = this.#bodyOf(entry);
    const pass = this.#takePass(start);
    let isUsable = false;
    try {
      throwIfCancelled(signal);
      while (pass.position < start) {
        throwIfCancelled(signal);
        if ((await pass.chunk(start - pass.position)).length === 0) throw this.#changed();
      }
      const end = start + entry.size;
      while (pass.position < end) {
        throwIfCancelled(signal);
        const chunk = await pass.chunk(end - pass.position);
        if (chunk.length === 0) throw this.#changed();
        await this.#source.assertUnchanged();
        isUsable = true;
        yield chunk;
        isUsable = false;
      }
      await this.#source.assertUnchanged({ now: true });
      isUsable = true;
    } catch (error) {
      await assertNotChanged(this.#source, signal);
      throw error;
    } finally {
      // A pass that failed or was cancelled within a step is not gone on with.
      if (isUsable) await this.#givePass(pass);
      else await pass.close();
    }
  }

  async openInPlace(entry: ArchiveEntry): Promise<RandomAccess | null> {
    const start = this.#bodyOf(entry);
    return this.container === 'tar' ? openRange(this.#source, start, entry.size) : null;
  }

  async close(): Promise<void> {
    await this.#idle?.close();
    await this.#source.close();
  }

  #bodyOf(entry: ArchiveEntry): number {
    if (this.entries[entry.index] !== entry) throw new Error('the entry is of another archive');
    if (!hasContent(entry)) throw Problem.of('ENTRY_TYPE', { path: entry.name, type: entry.type });
    return this.#listing.bodyOffset(entry);
  }

  #takePass(start: number): ForwardBytes {
    if (this.container === 'tar') return new FileBytes(this.#source, start);
    const idle = this.#idle;
    if (idle === undefined || idle.position > start) return openBytes(this.#source, this.container);
    this.#idle = undefined;
    return idle;
  }

  /** Of two passes the one that came further stays: reading in order is what it is for. */
  async #givePass(pass: ForwardBytes): Promise<void> {
    const other = this.#idle;
    const isFurther = other === undefined || pass.position > other.position;
    if (isFurther) this.#idle = pass;
    await (isFurther ? other : pass)?.close();
  }

  /** The headers led to these bytes when the archive was opened. */
  #changed(): Problem {
    return Problem.of('INPUT_CHANGED', { path: this.path, detail: 'it inflates to fewer bytes than before' });
  }
}
