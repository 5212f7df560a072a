/** Tar files written by Python's tarfile, in each of its formats, and listed by it. */

import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { EntryType } from '../../core/contract/model.ts';
import { onPath, outputOf } from './commands.ts';

export interface PythonEntry {
  readonly name: string;
  readonly type: EntryType;
  readonly mode: number;
  /** Seconds since 1970. */
  readonly modified: number;
  readonly linkTarget: string | null;
  readonly content: Buffer;
}

export type PythonListing = readonly (Omit<PythonEntry, 'content'> & { readonly size: number })[];

export interface PythonTar {
  readonly path: string;
  readonly format: 'USTAR_FORMAT' | 'GNU_FORMAT' | 'PAX_FORMAT';
  readonly mode: 'w' | 'w:gz';
  readonly entries: readonly PythonEntry[];
}

const script = resolve(import.meta.dirname, 'tar_with_python.py');

export const pythonMissing = (): string | null => (onPath('python3') ? null : 'no python3 on PATH');

/** Writes all of them, and returns what Python lists in each. */
export async function writeTarsWithPython(tars: readonly PythonTar[]): Promise<PythonListing[]> {
  const asked = tars.map(({ entries, ...tar }) =>
    JSON.stringify({
      ...tar,
      entries: entries.map((entry) => ({ ...entry, content: entry.content.toString('base64') })),
    }),
  );
  const answer = await outputOf({ program: 'python3', args: [script] }, () =>
    Readable.from([`${asked.join('\n')}\n`]),
  );
  return answer
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
