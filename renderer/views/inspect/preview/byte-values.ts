/** What the bytes at a place say as numbers, in either order of bytes. */

/** Texts; empty where too few bytes are left, or where there is no such number. */
export interface ByteValues {
  readonly bits: 8 | 16 | 32 | 64;
  readonly unsigned: string;
  readonly signed: string;
  readonly float: string;
}

export const mostValueBytes = 8;

export function valuesOf(bytes: Uint8Array, isLittle: boolean): readonly ByteValues[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return ([8, 16, 32, 64] as const).map((bits) => {
    if (bytes.length < bits / 8) return { bits, unsigned: '', signed: '', float: '' };
    return { bits, ...integersOf(view, bits, isLittle), float: floatOf(view, bits, isLittle) };
  });
}

function integersOf(view: DataView, bits: ByteValues['bits'], isLittle: boolean) {
  const [unsigned, signed] = {
    8: () => [view.getUint8(0), view.getInt8(0)],
    16: () => [view.getUint16(0, isLittle), view.getInt16(0, isLittle)],
    32: () => [view.getUint32(0, isLittle), view.getInt32(0, isLittle)],
    64: () => [view.getBigUint64(0, isLittle), view.getBigInt64(0, isLittle)],
  }[bits]();
  return { unsigned: String(unsigned), signed: String(signed) };
}

function floatOf(view: DataView, bits: ByteValues['bits'], isLittle: boolean): string {
  if (bits === 64) return String(view.getFloat64(0, isLittle));
  // Of 32 bits seven digits are true; what would be written beyond them they never held.
  return bits === 32 ? String(Number(view.getFloat32(0, isLittle).toPrecision(7))) : '';
}
