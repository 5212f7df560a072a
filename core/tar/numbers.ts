/** Numbers in tar headers: octal text, or big-endian bytes marked by the top bit, as GNU tar writes large ones. */

/** The largest number that eleven octal digits hold. */
export const maxOctal = 0o77777777777;

/** Null where it is neither form, or past what can be counted exactly. An empty field is 0 to every reader. */
export function parseTarNumber(field: Buffer): number | null {
  return isBinary(field) ? parseBinary(field) : parseOctal(field);
}

export const isBinary = (field: Buffer): boolean => ((field[0] ?? 0) & 0x80) !== 0;

const [space, zero, seven] = [0x20, 0x30, 0x37];

/** Readers differ in what they make of signs, of digits behind a NUL, and of other characters: none is taken. */
function parseOctal(field: Buffer): number | null {
  let at = 0;
  while (field[at] === space) at++;
  let value = 0;
  for (let byte = field[at]; byte !== undefined && byte >= zero && byte <= seven; byte = field[++at]) {
    value = value * 8 + byte - zero;
  }
  while (field[at] === 0 || field[at] === space) at++;
  return at === field.length ? value : null;
}

/** 0x80 begins a positive number and 0xff a negative one; other first bytes are read in several ways. */
function parseBinary(field: Buffer): number | null {
  if (field[0] !== 0x80 && field[0] !== 0xff) return null;
  const magnitude = BigInt(`0x${field.subarray(1).toString('hex')}`);
  const value = field[0] === 0xff ? magnitude - (1n << BigInt(8 * (field.length - 1))) : magnitude;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : null;
}
