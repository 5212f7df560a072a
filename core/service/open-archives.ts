/** Archives that stay open between two looks at them. */
import type { Archive } from '../archive.ts';
import { openArchive } from '../open.ts';
import { KeptOpen } from './kept-open.ts';

const mostOpen = 3;

export class OpenArchives {
  readonly #kept = new KeptOpen<Archive>(mostOpen);

  use<T>(path: string, work: (archive: Archive) => Promise<T>): Promise<T> {
    return this.#kept.use({ key: path, path }, () => openArchive(path), work);
  }

  close(): Promise<void> {
    return this.#kept.close();
  }
}
