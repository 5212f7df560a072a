/** What the numbers in headers stand for. */
import type { EntryType } from '../contract/model.ts';
import type { ExtraField } from './extra-field.ts';
import { methodDeflated, methodStored } from './records.ts';

const methods = new Map([
  [methodStored, 'stored'],
  [1, 'shrunk'],
  [6, 'imploded'],
  [methodDeflated, 'deflated'],
  [9, 'deflate64'],
  [12, 'bzip2'],
  [14, 'lzma'],
  [93, 'zstd'],
  [95, 'xz'],
  [98, 'ppmd'],
  [99, 'aes'],
]);

export function methodName(method: number): string {
  return methods.get(method) ?? `method ${method}`;
}

const typeBits = 0o170000;
const folderType = 0o040000;
const types = new Map<number, EntryType>([
  [0o120000, 'link'],
  [0o060000, 'device'],
  [0o020000, 'device'],
  [0o010000, 'fifo'],
  [0o140000, 'socket'],
]);

export const hasFolderName = (name: string) => name.endsWith('/');

/** Readers go by the name alone for folders, so the name decides. */
export function entryType(unixMode: number, name: string): EntryType {
  return types.get(unixMode & typeBits) ?? (hasFolderName(name) ? 'folder' : 'file');
}

export function isMarkedFolder(unixMode: number, dosAttributes: number): boolean {
  const type = unixMode & typeBits;
  return type === folderType || (type === 0 && (dosAttributes & 0x10) !== 0);
}

/** Where the archive was made on a system without modes, those that unzip would give. */
export function permissions(unixMode: number, type: EntryType): number {
  if (unixMode !== 0) return unixMode & 0o7777;
  return type === 'folder' ? 0o755 : 0o644;
}

interface Timed {
  readonly extra: ExtraField;
  readonly dosDate: number;
  readonly dosTime: number;
}

/** The extended timestamp is in UTC; DOS times are taken as local ones. */
export function modifiedTime({ extra, dosDate, dosTime }: Timed): Date {
  if (extra.modifiedSeconds !== null) return new Date(extra.modifiedSeconds * 1000);
  return new Date(
    1980 + (dosDate >> 9),
    ((dosDate >> 5) & 15) - 1,
    dosDate & 31,
    dosTime >> 11,
    (dosTime >> 5) & 63,
    (dosTime & 31) * 2,
  );
}
