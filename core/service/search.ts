/** Search in names and in the contents of texts: line by line, the case of letters aside. */
import type { Archive, ArchiveEntry } from '../archive.ts';
import type { SearchHit, SearchResult } from '../contract/api.ts';
import { throwIfCancelled } from '../contract/errors.ts';
import { formatBytes } from '../contract/format.ts';
import { type JobOptions, ProgressMeter } from '../contract/progress.ts';
import { decodeText, isText } from '../diff/decode-text.ts';
import { readStart } from './preview.ts';

const mostBytes = 5 * 1024 * 1024;
const mostHits = 1000;
const mostSkipped = 1000;
const sniffBytes = 4096;
/** Of a long line only the neighbourhood of the hit is shown. */
const aroundHit = 120;

export async function searchArchive(
  archive: Archive,
  text: string,
  options: JobOptions,
): Promise<SearchResult> {
  const signal = options.signal ?? new AbortController().signal;
  const files = archive.entries.filter(({ type }) => type === 'file');
  const totalBytes = files.reduce((sum, { size }) => sum + Math.min(size, mostBytes), 0);
  const meter = new ProgressMeter(options.onProgress, 'searching', totalBytes);
  const found = new Hits(text.toLowerCase());
  const skipped: { entry: string; why: string }[] = [];
  let searchedEntries = 0;
  for (const entry of files) {
    throwIfCancelled(signal);
    meter.entry(entry.name);
    found.inLine(entry.name, 0, entry.name);
    const content = await searchableText(archive, entry, signal);
    meter.add(Math.min(entry.size, mostBytes));
    if ('why' in content) {
      if (skipped.length < mostSkipped) skipped.push({ entry: entry.name, why: content.why });
      continue;
    }
    searchedEntries++;
    found.inText(entry.name, content.text);
  }
  meter.finish();
  return { hits: found.hits, more: found.more, searchedEntries, skipped };
}

async function searchableText(
  archive: Archive,
  entry: ArchiveEntry,
  signal: AbortSignal,
): Promise<{ readonly text: string } | { readonly why: string }> {
  if (entry.size > mostBytes) return { why: `larger than ${formatBytes(mostBytes)}` };
  try {
    const start = await readStart(archive, entry, Math.min(sniffBytes, entry.size), signal);
    if (!isText(start) && start.length === entry.size) return { why: 'no text' };
    if (start.includes(0) && !(start[0] === 0xff || start[0] === 0xfe)) return { why: 'no text' };
    const bytes = start.length === entry.size ? start : await readStart(archive, entry, entry.size, signal);
    return isText(bytes) ? { text: decodeText(bytes).text } : { why: 'no text' };
  } catch (error) {
    throwIfCancelled(signal);
    return { why: error instanceof Error ? error.message : 'it could not be read' };
  }
}

class Hits {
  readonly hits: SearchHit[] = [];
  more = 0;
  readonly #wanted: string;

  constructor(wanted: string) {
    this.#wanted = wanted;
  }

  inText(entry: string, text: string): void {
    let line = 0;
    for (const one of text.split(/\r\n|\r|\n/)) this.inLine(entry, ++line, one);
  }

  inLine(entry: string, line: number, text: string): void {
    const at = text.toLowerCase().indexOf(this.#wanted);
    if (at === -1) return;
    if (this.hits.length >= mostHits) {
      this.more++;
      return;
    }
    const from = Math.max(0, at - aroundHit);
    const shown = text.slice(from, at + this.#wanted.length + aroundHit);
    this.hits.push({ entry, line, text: shown, start: at - from, end: at - from + this.#wanted.length });
  }
}
