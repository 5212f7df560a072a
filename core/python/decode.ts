/** A Python file from its bytes to its text, and why CPython would not come so far (PEP 263). */
import { commentsOf } from './comments.ts';

export type DecodedPython =
  | { readonly text: string; readonly fault: null }
  | { readonly text: null; readonly fault: string };

export function decodePython(bytes: Buffer): DecodedPython {
  if (bytes.includes(0)) return refused('it holds a NUL byte');
  const declared = declaredEncoding(bytes);
  const hasMark = bytes.subarray(0, 3).equals(byteOrderMark);
  if (hasMark && declared !== null && !isPlainUtf8(declared)) {
    return refused(`it begins with the mark of UTF-8 and declares the encoding ${declared}`);
  }
  if (declared !== null && isAscii(declared) && bytes.some((byte) => byte > 0x7f)) {
    return refused(`it is not ASCII, although it declares the encoding ${declared}`);
  }
  const text = decodeUtf8(bytes);
  if (text !== null) return { text, fault: null };
  // What names and keywords are made of is the same in every encoding that Python takes for sources.
  if (declared !== null && !isUtf8(declared)) return { text: bytes.toString('latin1'), fault: null };
  if (declared === null || isPlainUtf8(declared)) {
    // Up to Python 3.13 such a module is not decoded as a whole: of its comments no byte is ever looked at.
    const textBesides = decodeUtf8(withPlainComments(bytes));
    if (textBesides !== null) return { text: textBesides, fault: null };
  }
  if (declared === null) return refused('it is not UTF-8 and declares no other encoding');
  return refused(`it is not UTF-8, although it declares the encoding ${declared}`);
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The same source, place by place, with "?" in its comments for each byte that is not ASCII. */
function withPlainComments(bytes: Buffer): Buffer {
  const plain = Buffer.from(bytes);
  // Strings and comments begin and end with ASCII, so that any other byte may stand for any letter.
  for (const { from, to } of commentsOf(bytes.toString('latin1'))) {
    for (let at = from; at < to; at++) if ((plain[at] as number) > 0x7f) plain[at] = 0x3f;
  }
  return plain;
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
/** Far beyond any honest comment; Python itself knows no limit. */
const longestHead = 4096;

function refused(fault: string): DecodedPython {
  return { text: null, fault };
}

/** From a comment in the first line, or in the second one below a line that says nothing. */
function declaredEncoding(bytes: Buffer): string | null {
  const head = bytes.toString('latin1', 0, longestHead).replace(/^\u00ef\u00bb\u00bf/, '');
  const [first = '', second = ''] = head.split(/\r\n?|\n/, 2);
  const inFirst = encodingIn(first);
  if (inFirst !== null || !/^[ \t\f]*(?:#|$)/.test(first)) return inFirst;
  return encodingIn(second);
}

function encodingIn(line: string): string | null {
  return /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(line)?.[1] ?? null;
}

/** By the spellings that Python's tokenizer itself knows: such a declaration changes nothing. */
function isPlainUtf8(encoding: string): boolean {
  return /^utf-8(?:-|$)/.test(dashed(encoding));
}

/** By those, and by other names of the codec, which decodes comments too. */
function isUtf8(encoding: string): boolean {
  return isPlainUtf8(encoding) || /^(?:utf8|cp65001|u8|utf)$/.test(dashed(encoding));
}

function isAscii(encoding: string): boolean {
  return /^(?:us-?)?ascii$/.test(dashed(encoding));
}

const dashed = (encoding: string) => encoding.toLowerCase().replaceAll('_', '-');
