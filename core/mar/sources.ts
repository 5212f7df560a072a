/** Where the bytes of an entry come from: looked at once, pinned, and proven to be readable. */
import type { Stats } from 'node:fs';
import { constants, open, stat } from 'node:fs/promises';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import type { Role } from '../contract/model.ts';
import { openPinned, type PinnedStat, pinStat } from '../fs/pinned-file.ts';
import { inputProblem } from '../fs/system-error.ts';

/** A file that wants to become an entry. */
export interface Candidate {
  /** The entry name. */
  readonly name: string;
  readonly role: Role;
  readonly path: string;
  /** The path as the user wrote or would write it, for messages. */
  readonly shown: string;
}

/** A candidate, or bytes made here, that has been looked at. */
export interface Source {
  readonly name: string;
  readonly role: Role;
  readonly shown: string;
  readonly size: number;
  readonly modified: Date;
  readonly executable: boolean;
  readonly content: SourceContent;
}

export type SourceContent =
  | { readonly kind: 'file'; readonly path: string; readonly stat: PinnedStat }
  | { readonly kind: 'bytes'; readonly bytes: Buffer };

/** What people call each role. */
const roleWords: Readonly<Record<Role, string>> = {
  manifest: 'manifest',
  handler: 'handler',
  model: 'model file',
  weights: 'weights file',
  config: 'config file',
  requirements: 'requirements file',
  extra: 'extra file',
};

/** Pins every candidate, a few at a time, in order. */
export async function pinCandidates(
  candidates: readonly Candidate[],
  signal: AbortSignal | undefined,
): Promise<Source[]> {
  const sources: Source[] = [];
  const together = 32;
  for (let at = 0; at < candidates.length; at += together) {
    throwIfCancelled(signal);
    sources.push(...(await settleInOrder(candidates.slice(at, at + together).map(pinCandidate))));
  }
  return sources;
}

/** As Promise.all, but of several failures the first in order is thrown, so that a message never depends on luck. */
async function settleInOrder<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  return (await Promise.allSettled(promises)).map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

async function pinCandidate({ name, role, path, shown }: Candidate): Promise<Source> {
  const word = roleWords[role];
  const translate = (error: unknown) => inputProblem(error, shown, word);
  // Opening a device can do things to it, so its kind is known before it is opened.
  assertRegular(await stat(path).catch((error) => Promise.reject(translate(error))), shown, word);
  // Only opening proves that a file can be read; access() says yes to root and to stale network mounts. A fifo
  // that takes the file's place in this instant must not make us wait for its writer.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((error) =>
    Promise.reject(translate(error)),
  );
  try {
    const seen = await handle.stat().catch((error) => Promise.reject(translate(error)));
    assertRegular(seen, shown, word);
    return {
      name,
      role,
      shown,
      size: seen.size,
      modified: seen.mtime,
      executable: (seen.mode & 0o100) !== 0,
      content: { kind: 'file', path, stat: pinStat(seen) },
    };
  } finally {
    await handle.close().catch(() => {}); // Nothing was written, so nothing is lost.
  }
}

/** For a look at what may not be there: null then, and a problem for every other failure. */
export function nullIfMissing(error: unknown, shown: string, role: string): null {
  const problem = inputProblem(error, shown, role);
  if (problem instanceof Problem && problem.code === 'INPUT_MISSING') return null;
  throw problem;
}

export function assertRegular(seen: Stats, shown: string, role: string): void {
  if (!seen.isFile()) throw Problem.of('CREATE_TYPE', { path: shown, type: kindOf(seen), role });
}

type Kind = Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink' | 'isFIFO' | 'isSocket'>;

export function kindOf(seen: Kind): string {
  if (seen.isFile()) return 'file';
  if (seen.isDirectory()) return 'folder';
  if (seen.isSymbolicLink()) return 'link';
  if (seen.isFIFO()) return 'named pipe';
  return seen.isSocket() ? 'socket' : 'device';
}

/** Whether two sources hold the same bytes: at once if they are one file, else by reading both. */
export async function haveEqualContents(a: Source, b: Source, signal?: AbortSignal): Promise<boolean> {
  if (a.size !== b.size) return false;
  if (a.content.kind === 'file' && b.content.kind === 'file') {
    const [one, other] = [a.content.stat, b.content.stat];
    if (one.ino !== 0 && one.ino === other.ino && one.dev === other.dev) return true;
  }
  const [left, right] = [await openContent(a), await openContent(b)];
  try {
    const chunkBytes = 1024 * 1024;
    const [one, other] = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)];
    for (let at = 0; at < a.size; at += chunkBytes) {
      throwIfCancelled(signal);
      const length = Math.min(chunkBytes, a.size - at);
      await Promise.all([left.read(one, length, at), right.read(other, length, at)]);
      if (one.compare(other, 0, length, 0, length) !== 0) return false;
    }
    return true;
  } finally {
    await Promise.all([left.close(), right.close()]);
  }
}

interface OpenContent {
  read(buffer: Buffer, length: number, position: number): Promise<void>;
  close(): Promise<void>;
}

async function openContent(source: Source): Promise<OpenContent> {
  const { content } = source;
  if (content.kind === 'file') return openPinned(content.path, content.stat, roleWords[source.role]);
  return {
    read: async (buffer, length, position) => {
      content.bytes.copy(buffer, 0, position, position + length);
    },
    close: async () => {},
  };
}
