/** Makes chosen calls of node:fs/promises and of file handles fail, for as long as a piece of work lasts. */
import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

export const handleCalls = ['read', 'write', 'sync', 'stat', 'close', 'truncate', 'chmod'] as const;
export const folderCalls = [
  'open',
  'stat',
  'lstat',
  'statfs',
  'readdir',
  'realpath',
  'mkdir',
  'link',
  'rename',
  'rm',
  'rmdir',
  'chmod',
  'utimes',
] as const;

// biome-ignore lint/suspicious/noExplicitAny: one hook stands in for functions of many shapes.
type Call = (...args: any[]) => Promise<any>;
/** Stands in for a call; `original` does what it would have done, with arguments that the hook may change. */
export type Hook = (original: Call, args: unknown[], on: FileHandle | undefined) => Promise<unknown>;

const probe = await fs.open(process.execPath);
const handlePrototype = Object.getPrototypeOf(probe) as Record<string, Call>;
await probe.close();

/** `name` is that of a function of fs/promises, or of a method as in "handle.read". */
export async function withHook<T>(name: string, hook: Hook, work: () => Promise<T>): Promise<T> {
  const onHandle = name.startsWith('handle.');
  const owner = onHandle ? handlePrototype : (fs as unknown as Record<string, Call>);
  const key = name.replace('handle.', '');
  const original = owner[key] as Call;
  owner[key] = function (this: FileHandle, ...args: unknown[]) {
    const bound = (...changed: unknown[]) => original.apply(this, changed);
    return hook(bound, args, onHandle ? this : undefined);
  };
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    owner[key] = original;
    syncBuiltinESMExports();
  }
}

const errnos = { EIO: 5, EACCES: 13, ENOSPC: 28 } as const;
export type ErrorCode = keyof typeof errnos;
export const errorCodes = Object.keys(errnos) as ErrorCode[];

function systemError(code: ErrorCode, syscall: string): Error {
  return Object.assign(new Error(`${code}: injected, ${syscall}`), { code, errno: -errnos[code], syscall });
}

export interface Outcome<T> {
  /** Whether there was an n-th call. */
  readonly fired: boolean;
  readonly error: unknown;
  readonly value: T | undefined;
}

/** Fails the n-th call, counted from 1, and reports how the work ended. */
export async function failNth<T>(
  name: string,
  nth: number,
  code: ErrorCode,
  work: () => Promise<T>,
): Promise<Outcome<T>> {
  let calls = 0;
  const hook: Hook = async (original, args) => {
    if (++calls !== nth) return original(...args);
    // The system lets go of a file even where closing it reports an error.
    if (name === 'handle.close') await original(...args);
    throw systemError(code, name.replace('handle.', ''));
  };
  const [result] = await Promise.allSettled([withHook(name, hook, work)]);
  const fired = calls >= nth;
  return result.status === 'fulfilled'
    ? { fired, error: undefined, value: result.value }
    : { fired, error: result.reason, value: undefined };
}
