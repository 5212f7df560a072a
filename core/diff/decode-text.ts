/** What bytes say as text: their encoding, and their lines told apart from the line ends. */
import { isUtf8 } from 'node:buffer';

export type Encoding = 'ASCII' | 'UTF-8' | 'UTF-16 LE' | 'UTF-16 BE' | 'Latin-1 (not valid UTF-8)';

export interface DecodedText {
  readonly text: string;
  readonly encoding: Encoding;
  readonly hasBom: boolean;
}

export type LineEnds = 'none' | 'LF' | 'CRLF' | 'CR' | 'mixed';

export interface TextLines {
  /** Without their line ends. */
  readonly lines: readonly string[];
  readonly ends: LineEnds;
  /** One for each line that ends in CRLF. */
  readonly crlf: Uint8Array;
  readonly crlfCount: number;
  readonly hasFinalNewline: boolean;
}

/** A decoder's strings and their lines take several times the bytes; what is larger is compared as bytes. */
const maxTextBytes = 64 * 1024 * 1024;
const mostLines = 4_000_000;

const sampleBytes = 64 * 1024;

/** Whether bytes are worth showing, and few enough for comparing, as lines of text. All are searched for NUL, the ends of them for control characters. */
export function isText(bytes: Uint8Array): boolean {
  if (bytes.length > maxTextBytes) return false;
  const buffer = asBuffer(bytes);
  if (hasTooManyLines(buffer)) return false;
  const utf16 = utf16Of(buffer);
  if (utf16 !== null) {
    const sample = decodeUtf16(buffer.subarray(0, sampleBytes), utf16);
    return !sample.includes('\0') && controlsIn(sample) * 500 <= sample.length;
  }
  if (buffer.includes(0)) return false;
  const sample = Buffer.concat([
    buffer.subarray(0, sampleBytes),
    buffer.subarray(sampleBytes).subarray(-sampleBytes),
  ]);
  const controls = controlsIn(sample.toString('latin1'));
  // Text may hold an escape sequence; what is no UTF-8 either had better be spotless.
  return controls === 0 || (controls * 500 <= sample.length && isUtf8(buffer));
}

function hasTooManyLines(buffer: Buffer): boolean {
  if (buffer.length <= mostLines) return false;
  let lines = 0;
  for (const byte of buffer) if (byte === 10) lines++;
  return lines > mostLines;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const control = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]/g;
const controlsIn = (text: string) => text.match(control)?.length ?? 0;

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export function decodeText(bytes: Uint8Array): DecodedText {
  if (bytes.length > maxTextBytes) throw new RangeError(`${bytes.length} bytes are too many for text`);
  const buffer = asBuffer(bytes);
  const utf16 = utf16Of(buffer);
  if (utf16 !== null) return { text: decodeUtf16(buffer, utf16), encoding: utf16, hasBom: true };
  if (!isUtf8(buffer))
    return { text: buffer.toString('latin1'), encoding: 'Latin-1 (not valid UTF-8)', hasBom: false };
  const hasBom = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf;
  const text = (hasBom ? buffer.subarray(3) : buffer).toString('utf8');
  // As many characters as bytes: ASCII, which is valid in the other encodings of one byte too.
  const encoding = !hasBom && text.length === buffer.length ? 'ASCII' : 'UTF-8';
  return { text, encoding, hasBom };
}

/** Half a unit at the end is no UTF-16: it would be lost without a word. */
function utf16Of(buffer: Buffer): 'UTF-16 LE' | 'UTF-16 BE' | null {
  if (buffer.length < 2 || buffer.length % 2 === 1) return null;
  if (buffer[0] === 0xff && buffer[1] === 0xfe) return 'UTF-16 LE';
  return buffer[0] === 0xfe && buffer[1] === 0xff ? 'UTF-16 BE' : null;
}

/** Unpaired surrogates stay as they are, so that different bytes stay different texts. */
function decodeUtf16(buffer: Buffer, encoding: 'UTF-16 LE' | 'UTF-16 BE'): string {
  const units = buffer.subarray(2);
  return (encoding === 'UTF-16 LE' ? units : Buffer.from(units).swap16()).toString('utf16le');
}

/** A lone CR ends a line only where no LF does: elsewhere it is a character of its line, as it is for most tools. */
export function splitLines(text: string): TextLines {
  if (!text.includes('\n') && text.includes('\r')) {
    const lines = text.split('\r');
    const hasFinalNewline = lines.at(-1) === '';
    if (hasFinalNewline) lines.pop();
    return { lines, ends: 'CR', crlf: new Uint8Array(lines.length), crlfCount: 0, hasFinalNewline };
  }
  const lines = text.split('\n');
  const hasFinalNewline = lines.length > 1 && lines.at(-1) === '';
  if (lines.at(-1) === '') lines.pop();
  const ended = hasFinalNewline ? lines.length : Math.max(0, lines.length - 1);
  const crlf = new Uint8Array(lines.length);
  let crlfCount = 0;
  for (let index = 0; index < ended; index++) {
    const line = lines[index] as string;
    if (line.charCodeAt(line.length - 1) !== 13) continue;
    lines[index] = line.slice(0, -1);
    crlf[index] = 1;
    crlfCount++;
  }
  const ends = ended === 0 ? 'none' : crlfCount === 0 ? 'LF' : crlfCount === ended ? 'CRLF' : 'mixed';
  return { lines, ends, crlf, crlfCount, hasFinalNewline };
}
