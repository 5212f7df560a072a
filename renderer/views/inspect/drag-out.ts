/**
 * Entries on their way out of the window: extracted, and so proven and their names judged, then dragged as files by the
 * system. A host without a folder for that, such as a browser, does not offer it.
 */
import { asProblem, isCancelled, joinPath, sentence, shownName } from '../../parts/words.ts';
import { app } from '../../state/app.svelte.ts';
import { outermost, patternOf } from './extract-names.ts';

export const canDragOut = (): boolean => app.host.newDragFolder !== null && app.host.startDrag !== null;

export class DragOut {
  /** Extracted by the last drag; `of` is the listing, since an archive that is read again may hold something else. */
  #ready: { readonly of: object; readonly key: string; readonly paths: readonly string[] } | null = null;
  #isUnderWay = false;

  async begin(path: string, of: object, names: readonly string[]): Promise<void> {
    const { newDragFolder, startDrag } = app.host;
    if (newDragFolder === null || startDrag === null || names.length === 0 || this.#isUnderWay) return;
    const key = JSON.stringify([path, names]);
    if (this.#ready?.of === of && this.#ready.key === key) {
      startDrag(this.#ready.paths);
      return;
    }
    let isHeld = true;
    const release = () => {
      isHeld = false;
    };
    window.addEventListener('pointerup', release, { capture: true });
    this.#isUnderWay = true;
    try {
      const paths = await extractInto(await newDragFolder(), path, names);
      this.#ready = { of, key, paths };
      // A drag that began after the button was let go would hang on to the pointer.
      if (isHeld) startDrag(paths);
      else app.notice = 'What you dragged is extracted now. Drag it once more.';
    } catch (error) {
      if (!isCancelled(error)) app.notice = shownName(sentence(asProblem(error).message));
    } finally {
      this.#isUnderWay = false;
      window.removeEventListener('pointerup', release, { capture: true });
    }
  }
}

async function extractInto(into: string, path: string, names: readonly string[]): Promise<readonly string[]> {
  const { unmatched } = await app.run({
    verb: 'extract',
    input: { path, input: { into, only: names.map(patternOf) } },
  });
  const [gone] = unmatched;
  if (gone !== undefined) throw new Error(`${gone} is not in the archive any more`);
  return outermost(names).map((name) => name.split('/').reduce(joinPath, into));
}
