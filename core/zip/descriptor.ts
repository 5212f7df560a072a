/** The data descriptor: sizes and checksum behind the content, in one of four forms that nothing announces. */
import { max32 } from './records.ts';
import { centralSignature, descriptorSignature, localSignature } from './signatures.ts';
import type { ReadWindow } from './source.ts';

export interface Measured {
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
}

export interface Descriptor {
  readonly bytes: number;
  readonly isSigned: boolean;
  /** Whether its sizes have 64 bits, which JDK 17 expects of an entry over 4 GiB and of no other. */
  readonly isWide: boolean;
  readonly told: Measured;
}

const longest = 24;

/** Java expects 64-bit sizes where what it has read needs them, and only there. */
export const expectsWide = ({ size, compressedSize }: Measured) => size > max32 || compressedSize > max32;

/**
 * The form whose sizes are the true ones, or else the form that Java would take it for. Null where the file
 * ends or another record begins.
 */
export async function readDescriptor(
  window: ReadWindow,
  at: number,
  measured: Measured,
): Promise<Descriptor | null> {
  const bytes = await window.at(at, longest);
  const isSigned = bytes.length >= 4 && bytes.readUInt32LE(0) === descriptorSignature;
  const javaForm = parse(bytes, isSigned, expectsWide(measured));
  const otherForm = parse(bytes, isSigned, !expectsWide(measured));
  const fitting = [javaForm, otherForm].find((form) => form && hasSizesOf(form.told, measured));
  if (fitting) return fitting;
  return isSigned || !beginsRecord(bytes) ? javaForm : null;
}

function beginsRecord(bytes: Buffer): boolean {
  return bytes.length >= 4 && [localSignature, centralSignature].includes(bytes.readUInt32LE(0));
}

const hasSizesOf = (a: Measured, b: Measured) => a.size === b.size && a.compressedSize === b.compressedSize;

function parse(bytes: Buffer, isSigned: boolean, isWide: boolean): Descriptor | null {
  const at = isSigned ? 4 : 0;
  const length = at + (isWide ? 20 : 12);
  if (bytes.length < length) return null;
  const size = (offset: number) =>
    isWide ? Number(bytes.readBigUInt64LE(at + 4 + 2 * offset)) : bytes.readUInt32LE(at + 4 + offset);
  const told = { crc32: bytes.readUInt32LE(at), compressedSize: size(0), size: size(4) };
  return { bytes: length, isSigned, isWide, told };
}
