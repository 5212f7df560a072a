/** The bytes of a file to be built, with holes that take no room on the disk. */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

export interface Hole {
  readonly holeBytes: number;
}

export type Piece = Buffer | Hole;

export const sizeOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, piece) => sum + ('holeBytes' in piece ? piece.holeBytes : piece.length), 0);

/** All bytes in memory, for pieces without a hole that is large. */
export const joined = (pieces: readonly Piece[]): Buffer =>
  Buffer.concat(pieces.map((piece) => ('holeBytes' in piece ? Buffer.alloc(piece.holeBytes) : piece)));

/** The same pieces without the last `count` bytes, which must not reach into a hole. */
export const cut = (pieces: readonly Piece[], count: number): Piece[] => {
  const whole = joined(pieces);
  return [whole.subarray(0, whole.length - count)];
};

export function writePieces(path: string, pieces: readonly Piece[]): void {
  const file = openSync(path, 'w');
  try {
    let position = 0;
    for (const piece of pieces) {
      if ('holeBytes' in piece) position += piece.holeBytes;
      else position += writeSync(file, piece, 0, piece.length, position);
    }
    ftruncateSync(file, position);
  } finally {
    closeSync(file);
  }
}

/** The CRC-32 of that many zero bytes, by squaring, since 200 GB of them would take a minute to read. */
export function crcOfZeros(count: number): number {
  const times = (a: number, b: number): number => {
    let product = 0;
    for (let bit = 1 << 31, factor = b; bit !== 0; bit >>>= 1) {
      if (a & bit) product ^= factor;
      factor = factor & 1 ? (factor >>> 1) ^ 0xedb88320 : factor >>> 1;
    }
    return product >>> 0;
  };
  // x^8 stands for one byte; its powers shift the register, as polynomials over GF(2), bits reversed.
  let power = 1 << (31 - 8);
  let shift = 1 << 31;
  for (let left = BigInt(count); left > 0n; left >>= 1n) {
    if (left & 1n) shift = times(power, shift);
    power = times(power, power);
  }
  return (times(shift, 0xffffffff) ^ 0xffffffff) >>> 0;
}

export const crcOf = (pieces: readonly Piece[]): number => {
  const [only] = pieces;
  return pieces.length === 1 && only && 'holeBytes' in only
    ? crcOfZeros(only.holeBytes)
    : crc32(joined(pieces));
};
