/** The records of a tar file in its POSIX form: fixed fields, and a pax record before an entry that outgrows them. */

export const blockBytes = 512;

const maxOctalSize = 0o77777777777;
const maxNameBytes = 100;
const placeholder = '_'.charCodeAt(0);

export interface TarHead {
  readonly name: string;
  readonly size: number;
  /** Seconds since 1970. */
  readonly modified: number;
  readonly mode: number;
}

/** The header blocks of one regular file: one block, or three and more where a pax record is needed. */
export function writeTarHead(head: TarHead): Buffer {
  const name = Buffer.from(head.name, 'utf8');
  const pax: Buffer[] = [];
  // Only ASCII means the same to every reader; anything else is said in pax, which is UTF-8 by definition.
  if (name.length > maxNameBytes || name.some((byte) => byte >= 0x80)) pax.push(paxRecord('path', head.name));
  if (head.size > maxOctalSize) pax.push(paxRecord('size', String(head.size)));
  if (pax.length === 0) return block({ ...head, name }, '0');
  const body = Buffer.concat(pax);
  // Java reads this name too, by its own character set, and fails on half a letter.
  const shortName = name.subarray(0, maxNameBytes).map((byte) => (byte < 0x80 ? byte : placeholder));
  // Cut behind a slash it would be the name of a folder, which has no body.
  if (shortName.at(-1) === 0x2f) shortName[shortName.length - 1] = placeholder;
  return Buffer.concat([
    block({ name: Buffer.from('PaxHeader'), size: body.length, modified: head.modified, mode: 0o644 }, 'x'),
    body,
    Buffer.alloc(paddingBytes(body.length)),
    block({ ...head, name: Buffer.from(shortName), size: Math.min(head.size, maxOctalSize) }, '0'),
  ]);
}

/** Zeros that fill the last block of a body. */
export function paddingBytes(size: number): number {
  return (blockBytes - (size % blockBytes)) % blockBytes;
}

/** Two blocks of zeros end a tar file. */
export const tarEndBytes = 2 * blockBytes;

function block(
  { name, size, modified, mode }: Omit<TarHead, 'name'> & { name: Buffer },
  type: string,
): Buffer {
  const out = Buffer.alloc(blockBytes);
  name.copy(out, 0); //                                          0  name
  octal(out, mode, 100, 8); //                                 100  mode
  octal(out, 0, 108, 8); //                                    108  user id: nobody's business
  octal(out, 0, 116, 8); //                                    116  group id
  octal(out, size, 124, 12); //                                124  size
  octal(out, Math.max(0, Math.min(modified, maxOctalSize)), 136, 12); // 136  time
  out.fill(' ', 148, 156); //                                  148  checksum, counted as spaces
  out.write(type, 156, 'latin1'); //                           156  type
  out.write('ustar\x0000', 257, 'latin1'); //                  257  magic and version
  const sum = out.reduce((total, byte) => total + byte, 0);
  out.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return out;
}

function octal(out: Buffer, value: number, offset: number, length: number): void {
  out.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, 'latin1');
}

/** `length key=value\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`, 'utf8');
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}
