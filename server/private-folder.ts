/** A folder that only this user can look into, for what was dropped into windows and what the engine needs meanwhile. */
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { remove, translated } from '../core/fs/atomic.ts';
import { removeStale, temporaryName } from '../core/fs/stale.ts';

export class PrivateFolder {
  readonly uploads: string;
  /** For what the engine needs meanwhile: it goes with ours even if the engine was killed. */
  readonly engine: string;
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
    this.uploads = join(path, 'uploads');
    this.engine = join(path, 'engine');
  }

  /** Also sweeps up what a killed server left. */
  static async make(): Promise<PrivateFolder> {
    const target = join(tmpdir(), 'mar-studio-serve');
    await removeStale(target);
    const folder = new PrivateFolder(join(tmpdir(), temporaryName(target)));
    for (const path of [folder.#path, folder.uploads, folder.engine]) {
      await translated(path, mkdir(path, { mode: 0o700 }), 'making the folder');
    }
    return folder;
  }

  async remove(): Promise<void> {
    await remove(this.#path);
  }
}
