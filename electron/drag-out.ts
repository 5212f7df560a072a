/**
 * Entries that are dragged out of a window: the engine extracts them into a folder of ours, and from there the system
 * drags them. The folder is for this person alone, and empty again after every run.
 */
import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { nativeImage } from 'electron';
import type { Grants } from './grants.ts';
import { places } from './places.ts';
import type { AppWindow } from './window.ts';

export class DragFolder {
  readonly #path: string;
  #last = 0;

  /** What a run that was killed left behind goes first. */
  constructor(path: string) {
    this.#path = path;
    this.remove();
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o700);
  }

  /** For what is dragged next; nothing is there yet. */
  next(): string {
    let path: string;
    do {
      this.#last++;
      path = join(this.#path, String(this.#last));
    } while (existsSync(path));
    return path;
  }

  holds(path: string): boolean {
    return isAbsolute(path) && !path.includes('\0') && resolve(path).startsWith(this.#path + sep);
  }

  /** What somebody has open can't be removed on Windows: no reason not to start or to end. The next start tries again. */
  remove(): void {
    try {
      rmSync(this.#path, { recursive: true, force: true, maxRetries: 3 });
    } catch {}
  }
}

export async function dragOut(
  window: AppWindow,
  paths: readonly string[],
  { folder, grants }: { readonly folder: DragFolder; readonly grants: Grants },
): Promise<void> {
  const [first] = paths;
  if (first === undefined || !paths.every((path) => folder.holds(path) || grants.hold(path)))
    throw new Error('refused: these files were not chosen by anyone');
  // The system would be asked to drag what isn't there.
  await Promise.all(paths.map((path) => stat(path)));
  const icon = nativeImage.createFromPath(places.dragIcon);
  window.browser.webContents.startDrag({ file: first, files: [...paths], icon });
}
