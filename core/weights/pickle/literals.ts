/** Numbers and texts as the opcodes of the old, readable protocol spell them, and integers of any length. */

/** Python reads no decimal number with more digits. */
const mostDigits = 4300;

/** Null where it is none that a pickler writes. */
export function parseInteger(line: Buffer): number | bigint | null {
  if (line.length > mostDigits) return null;
  const text = line.toString('latin1').trim();
  if (!/^[+-]?\d+$/.test(text)) return null;
  return text.length <= 15 ? Number(text) : narrow(BigInt(text.replace(/^\+/, '')));
}

export function parseFloatText(line: Buffer): number | null {
  if (line.length > mostDigits) return null;
  const text = line.toString('latin1').trim().toLowerCase();
  const named = /^([+-]?)(inf|infinity|nan)$/.exec(text);
  if (named) return named[2] === 'nan' ? Number.NaN : named[1] === '-' ? -Infinity : Infinity;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text) ? Number(text) : null;
}

/** Two's complement, the least byte first. */
export function parseLong(bytes: Buffer): number | bigint {
  if (bytes.length === 0) return 0;
  if (bytes.length <= 6) return bytes.readIntLE(0, bytes.length);
  const value = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  return narrow(BigInt.asIntN(bytes.length * 8, value));
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A quoted string of Python with its escapes undone; null where it is not one. */
export function parseQuoted(line: Buffer): Buffer | null {
  const text = line.toString('latin1').trim();
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || text.at(-1) !== quote) return null;
  const inner = text.slice(1, -1).replace(/\\(x[\dA-Fa-f]{2}|[0-7]{1,3}|[\s\S])/g, (whole, code: string) => {
    if (code.length === 3 && code[0] === 'x') return String.fromCharCode(parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(parseInt(code, 8) & 0xff);
    return simpleEscapes[code] ?? whole;
  });
  return Buffer.from(inner, 'latin1');
}

const simpleEscapes: Readonly<Record<string, string>> = {
  ...{ '\\': '\\', "'": "'", '"': '"', '\n': '' },
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
};

/** Python's raw-unicode-escape: \uXXXX and \UXXXXXXXX stand for characters, every other byte for itself. */
export function parseRawUnicode(line: Buffer): string {
  return line
    .toString('latin1')
    .replace(/\\(?:u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8})|[\s\S])/g, (whole, short?: string, long?: string) => {
      const code = parseInt(short ?? long ?? '', 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    });
}
