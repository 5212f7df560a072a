/** What an entry has to show, by its content: a text with what is known of it, a picture, an archive, or bytes. */
import type { Archive, ArchiveEntry } from '../archive.ts';
import type { Preview, PreviewContent, PreviewInput, TextLanguage, TextPreview } from '../contract/api.ts';
import type { Role } from '../contract/model.ts';
import { decodeText, isText } from '../diff/decode-text.ts';
import { kindOf, startBytes } from '../diff/kind.ts';
import { findFile } from '../find-entries.ts';
import { readImageFacts } from '../image/header.ts';
import { decodeJpeg } from '../image/jpeg.ts';
import { decodePng } from '../image/png.ts';
import { rolesBy } from '../mar/roles.ts';
import { readManifest, viewModel } from '../model-view.ts';
import { openNested } from '../nested.ts';
import { detectWeights } from '../weights/detect.ts';
import { aboutText } from './text-facts.ts';

/** Texts up to this are shown whole; of longer ones the beginning. */
const wholeBytes = 5 * 1024 * 1024;
const startOfLong = 1024 * 1024;
const mostImageBytes = 16 * 1024 * 1024;
const mostPixels = 16_000_000;

export async function previewOf(
  archive: Archive,
  input: PreviewInput,
  signal: AbortSignal,
): Promise<Preview> {
  const entry = findFile(archive, input.entry);
  const start = await readStart(archive, entry, Math.min(entry.size, startBytes), signal);
  const view = viewModel(archive);
  const name = view.nameOf(entry);
  const manifest = (await readManifest(archive, view, signal, () => {}))?.manifest ?? null;
  const role = rolesBy(manifest)(name);
  const kind = await kindOf(name, role, start);
  const content = await contentOf();
  return { size: entry.size, isWeights: kind === 'weights', content };

  async function contentOf(): Promise<PreviewContent> {
    if (entry.size === 0) return { is: 'bytes', words: 'It has 0 bytes.' };
    if (kind === 'image') return imageOf(archive, entry, start, signal);
    if (kind !== 'binary' && kind !== 'weights') {
      const most = input.bytes ?? (entry.size <= wholeBytes ? entry.size : startOfLong);
      const bytes = most <= start.length ? start : await readStart(archive, entry, most, signal);
      return textOf(bytes, entry.size, languageOf(name, role), manifest?.model?.handler);
    }
    const members = await membersOf(archive, entry, signal);
    if (members !== null) return members;
    const { kind: weights } = await detectWeights(start, null);
    const words =
      kind === 'weights' ? `Weights (${weights}), shown without running them.` : 'No text and no picture.';
    return { is: 'bytes', words };
  }
}

/** The first bytes of an entry. Its checksum is proven only where all of it is read. */
export async function readStart(
  archive: Archive,
  entry: ArchiveEntry,
  most: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of archive.read(entry, signal)) {
    chunks.push(Buffer.from(chunk));
    length += chunk.length;
    // A whole entry is read to its end, where its checksum is proven.
    if (length >= most && length < entry.size) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
}

function textOf(bytes: Buffer, size: number, language: TextLanguage, handler: unknown): Promise<TextPreview> {
  // A cut may fall within a character.
  const whole = bytes.length >= size;
  const cut = whole ? bytes : bytes.subarray(0, lastWholeCharacter(bytes));
  const { text, encoding } = decodeText(cut);
  return aboutText({ text, encoding, language, isWhole: whole, bytesRead: cut.length }, handler);
}

function lastWholeCharacter(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && end > bytes.length - 4 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end--;
  return (bytes[end - 1] ?? 0) >= 0xc0 ? end - 1 : bytes.length;
}

function languageOf(name: string, role: Role): TextLanguage {
  if (role === 'requirements' || /(^|\/)requirements[^/]*\.txt$/i.test(name)) return 'requirements';
  const [, suffix = ''] = /\.([a-z0-9]+)$/i.exec(name) ?? [];
  const known: Readonly<Record<string, TextLanguage>> = {
    ...{ py: 'python', json: 'json', ipynb: 'json', yaml: 'yaml', yml: 'yaml', md: 'markdown' },
    ...{ csv: 'csv', tsv: 'csv' },
  };
  return known[suffix.toLowerCase()] ?? 'plain';
}

/** A picture is handed to the window only after our own bounded decoder could read it. */
async function imageOf(
  archive: Archive,
  entry: ArchiveEntry,
  start: Buffer,
  signal: AbortSignal,
): Promise<PreviewContent> {
  const facts = readImageFacts(start);
  const shown = { PNG: 'image/png', JPEG: 'image/jpeg' }[facts?.format ?? ''];
  if (facts === null || shown === undefined) {
    return {
      is: 'bytes',
      words: `A picture${facts === null ? '' : ` (${facts.format})`} that is not decoded here.`,
    };
  }
  const { format, width, height } = facts;
  const about = `A picture of ${width} × ${height} pixels (${format})`;
  if (entry.size > mostImageBytes || width * height > mostPixels) {
    return { is: 'bytes', words: `${about}, too large to be shown.` };
  }
  const bytes = await readStart(archive, entry, entry.size, signal);
  const pixels = format === 'PNG' ? decodePng(bytes, mostPixels) : decodeJpeg(bytes, mostPixels);
  if (pixels === null) return { is: 'bytes', words: `${about} that can't be decoded.` };
  return { is: 'image', format, width, height, url: `data:${shown};base64,${bytes.toString('base64')}` };
}

async function membersOf(
  archive: Archive,
  entry: ArchiveEntry,
  signal: AbortSignal,
): Promise<PreviewContent | null> {
  const inner = await openNested(archive, entry, { signal }).catch(() => null);
  if (inner === null) return null;
  try {
    const words = 'An archive inside the archive.';
    return { is: 'archive', path: inner.path, entries: inner.entries.length, words };
  } finally {
    await inner.close();
  }
}

/** A text whole, for a comparison side by side; null where it is none, or too large to be shown. */
export async function wholeText(
  archive: Archive,
  name: string,
  most: number,
  signal: AbortSignal,
): Promise<string | null> {
  const entry = findFile(archive, name);
  if (entry.size > most) return null;
  const bytes = await readStart(archive, entry, entry.size, signal);
  return isText(bytes) ? decodeText(bytes).text : null;
}
