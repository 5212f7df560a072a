/**
 * The paths that people chose: in a dialog, by a drop, on the command line, or before and kept. The main process
 * alone adds to them; the engine and the shell ask what is among them.
 */
import { isAbsolute, resolve, sep } from 'node:path';

interface Granting {
  grant(path: string): Promise<void>;
}

export class Grants {
  readonly #engine: Granting;
  readonly #paths = new Set<string>();

  constructor(engine: Granting) {
    this.#engine = engine;
  }

  /** The paths as they are now known to the engine. */
  async add(paths: readonly string[]): Promise<readonly string[]> {
    const added = [];
    for (const path of paths) {
      if (!isAbsolute(path) || path.includes('\0')) continue;
      const clean = resolve(path);
      await this.#engine.grant(clean);
      this.#paths.add(clean);
      added.push(clean);
    }
    return added;
  }

  /** Whether it was chosen itself, or lies in a folder that was. */
  hold(path: string): boolean {
    if (!isAbsolute(path) || path.includes('\0')) return false;
    const clean = resolve(path);
    if (this.#paths.has(clean)) return true;
    return [...this.#paths].some((granted) =>
      clean.startsWith(granted.endsWith(sep) ? granted : granted + sep),
    );
  }
}
