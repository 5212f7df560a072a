/**
 * Waits until a model store holds other archives than it did. The system tells of changes, nothing is polled; what it
 * tells is only a reason to look: the stamp decides.
 */
import { type FSWatcher, watch } from 'node:fs';
import { basename } from 'node:path';
import { isArchiveName } from '../archive.ts';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { inputProblem } from '../fs/system-error.ts';
import { stampOfStore } from './store.ts';

/** A file that is being copied changes all the time: it is looked at when it has come to rest. */
const settlesMs = 500;

export function awaitStoreChange(folder: string, stamp: string, signal: AbortSignal): Promise<void> {
  throwIfCancelled(signal);
  const watcher = watched(folder);
  return new Promise((resolve, reject) => {
    let settling: NodeJS.Timeout | undefined;
    let isOver = false;
    const end = (settle: () => void) => {
      isOver = true;
      clearTimeout(settling);
      watcher.close();
      signal.removeEventListener('abort', stop);
      settle();
    };
    const stop = () => end(() => reject(Problem.cancelled()));
    const tellIfChanged = async () => {
      if ((await stampOfStore(folder)) !== stamp && !isOver) end(resolve);
    };
    const whenAtRest = () => {
      clearTimeout(settling);
      if (!isOver) settling = setTimeout(() => void tellIfChanged(), settlesMs);
    };
    signal.addEventListener('abort', stop, { once: true });
    watcher.on('error', (error) => end(() => reject(inputProblem(error, folder, 'folder'))));
    watcher.on('change', (_, name) => {
      // The folder's own name: it was moved or removed itself.
      if (typeof name !== 'string' || isArchiveName(name) || name === basename(folder)) whenAtRest();
    });
    // What changed before it was watched, and may be changing still: whoever scans while a file is copied asks again at once.
    void stampOfStore(folder).then((now) => {
      if (now !== stamp && settling === undefined) whenAtRest();
    });
  });
}

/** It keeps no process alive that would end otherwise. */
function watched(folder: string): FSWatcher {
  try {
    return watch(folder, { persistent: false });
  } catch (error) {
    throw inputProblem(error, folder, 'folder');
  }
}
