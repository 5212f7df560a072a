/** Where a finding about a container points to in the archive's own file. */
import type { Finding } from '../../../core/contract/model.ts';

/** The offset that its words name, else where its entry begins; null where it is not about the bytes of a ZIP. */
export function offsetOfFinding({ code, message }: Finding, entryOffset: number | null): number | null {
  if (!code.startsWith('ZIP_')) return null;
  const named = /\b0x([0-9a-f]{1,13})\b/.exec(message)?.[1];
  return named === undefined ? entryOffset : Number.parseInt(named, 16);
}
