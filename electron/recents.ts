/** The documents that the system and our own menu list as recent. */
import { app } from 'electron';

export class Recents {
  #paths: readonly string[] = [];

  get paths(): readonly string[] {
    return this.#paths;
  }

  /** Newest first. */
  set(paths: readonly string[]): void {
    this.#paths = [...paths];
    app.clearRecentDocuments();
    for (const path of paths.toReversed()) app.addRecentDocument(path);
  }
}
