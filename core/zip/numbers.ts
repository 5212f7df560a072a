/** Numbers from headers, read so that none is ever rounded. */
import { Problem } from '../contract/errors.ts';

/** A 64-bit number; throws ZIP_NUMBER_RANGE past what can be counted exactly, which no file reaches. */
export function readSafe64(bytes: Buffer, at: number, path: string, what: string): number {
  const value = bytes.readBigUInt64LE(at);
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw Problem.of('ZIP_NUMBER_RANGE', { path, detail: `${what} is ${value.toLocaleString('en-US')}` });
}

export function assertSafeSum(a: number, b: number, path: string, what: string): void {
  if (Number.isSafeInteger(a + b)) return;
  const sum = (BigInt(a) + BigInt(b)).toLocaleString('en-US');
  throw Problem.of('ZIP_NUMBER_RANGE', { path, detail: `${what} is ${sum}` });
}

export const hex = (offset: number): string => `0x${offset.toString(16)}`;
export const count = (value: number): string => value.toLocaleString('en-US');
