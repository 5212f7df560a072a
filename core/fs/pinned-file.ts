/** Inputs are looked at once and read once; whatever changes in between is a problem, not a hybrid. */
import type { Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Problem } from '../contract/errors.ts';
import { inputProblem } from './system-error.ts';

/** What must stay the same from the look to the last byte. */
export interface PinnedStat {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
  readonly dev: number;
}

export function pinStat(stat: Stats): PinnedStat {
  return { size: stat.size, mtimeMs: stat.mtimeMs, ino: stat.ino, dev: stat.dev };
}

export interface PinnedFile {
  readonly handle: FileHandle;
  readonly size: number;
  /** Fills the buffer from `position` as far as the file goes; throws INPUT_CHANGED at an early end. */
  read(buffer: Uint8Array, length: number, position: number): Promise<void>;
  /** Throws INPUT_CHANGED unless the file still is what it was when it was pinned. */
  assertUnchanged(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a file for reading and holds it to what was seen before. */
export async function openPinned(path: string, pin: PinnedStat, role = 'input'): Promise<PinnedFile> {
  const translate = (error: unknown) => inputProblem(error, path, role);
  const handle = await open(path, 'r').catch((error) => {
    throw translate(error);
  });

  const assertUnchanged = async () => {
    const now = await handle.stat().catch((error) => {
      throw translate(error);
    });
    if (now.ino !== pin.ino || now.dev !== pin.dev) {
      throw Problem.of('INPUT_CHANGED', { path, detail: 'another file took its place' });
    }
    if (now.size !== pin.size) {
      throw Problem.of('INPUT_CHANGED', { path, detail: `it had ${pin.size} bytes and now has ${now.size}` });
    }
    if (now.mtimeMs !== pin.mtimeMs) {
      throw Problem.of('INPUT_CHANGED', { path, detail: 'it was written to' });
    }
  };

  try {
    await assertUnchanged();
  } catch (error) {
    await close(handle);
    throw error;
  }

  return {
    handle,
    size: pin.size,
    async read(buffer, length, position) {
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle
          .read(buffer, done, length - done, position + done)
          .catch((error) => {
            throw translate(error);
          });
        if (bytesRead === 0) {
          const detail = `it ended at byte ${position + done} of ${pin.size}`;
          throw Problem.of('INPUT_CHANGED', { path, detail });
        }
        done += bytesRead;
      }
    },
    assertUnchanged,
    close: () => close(handle),
  };
}

/** Nothing that was read is lost when closing fails, so that is no reason to fail. */
async function close(handle: FileHandle): Promise<void> {
  await handle.close().catch(() => {});
}
