/** A Python file from its bytes to its text, and why CPython would not come so far (PEP 263). */

export type DecodedPython =
  | { readonly text: string; readonly fault: null }
  | { readonly text: null; readonly fault: string };

export function decodePython(bytes: Buffer): DecodedPython {
  if (bytes.includes(0)) return refused('it holds a NUL byte');
  const declared = declaredEncoding(bytes);
  const hasMark = bytes.subarray(0, 3).equals(byteOrderMark);
  if (hasMark && declared !== null && !isUtf8(declared)) {
    return refused(`it begins with the mark of UTF-8 and declares the encoding ${declared}`);
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), fault: null };
  } catch {
    if (declared === null) return refused('it is not UTF-8 and declares no other encoding');
    if (isUtf8(declared)) return refused(`it is not UTF-8, although it declares the encoding ${declared}`);
    // What names and keywords are made of is the same in every encoding that Python takes for sources.
    return { text: bytes.toString('latin1'), fault: null };
  }
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

/** By the spellings that Python's tokenizer takes for it. */
function isUtf8(encoding: string): boolean {
  return /^(?:utf-?8|utf8|cp65001)(?:-|$)/.test(encoding.toLowerCase().replaceAll('_', '-'));
}
