/** What lies at a path that is being entered: asked for once typing pauses, forgotten when the path changes. */
import { formatBytes } from '../../core/contract/format.ts';
import { hintOf } from '../parts/screen-hints.ts';
import { asProblem, isCancelled, sentence } from '../parts/words.ts';
import { app } from '../state/app.svelte.ts';
import { isWholePath } from './messages.ts';

const pauseMs = 250;

/** What may lie there; of "anything" nobody can tell from here whether nothing is enough: a pattern, a name without its ending. */
export type Wanted = 'file' | 'folder' | 'either' | 'anything';

export class PathFacts {
  isLooking = $state(false);
  /** Such as "12.3 KiB". */
  words = $state<string | null>(null);
  error = $state<string | null>(null);

  /** For an effect: returns how to stop. */
  watch(path: string, wants: Wanted): () => void {
    this.words = null;
    this.error = null;
    this.isLooking = false;
    if (!isWholePath(path)) return () => {};
    const aborter = new AbortController();
    const timer = setTimeout(() => void this.#look(path, wants, aborter.signal), pauseMs);
    return () => {
      clearTimeout(timer);
      aborter.abort();
    };
  }

  async #look(path: string, wants: Wanted, signal: AbortSignal): Promise<void> {
    this.isLooking = true;
    try {
      const [found] = await app.call('identify', { paths: [path] }, signal);
      if (found === undefined || signal.aborted) return;
      const isFolder = found.is === 'folder' || found.is === 'model folder';
      if (found.is === 'missing') {
        // A folder for the archive is made; a file has to be there.
        if (wants === 'folder') this.words = 'It is not there yet, and will be made.';
        else if (wants !== 'anything') this.error = 'Nothing is there. Check the path, or choose it.';
      } else if (found.is === 'unreadable') this.error = sentence(found.words);
      else if (wants === 'file' && isFolder) this.error = 'This is a folder, and a file is needed.';
      else if (wants === 'folder' && !isFolder) this.error = 'This is a file, and a folder is needed.';
      else this.words = isFolder ? null : formatBytes(found.size);
    } catch (error) {
      if (isCancelled(error) || signal.aborted) return;
      const problem = asProblem(error);
      this.error = `${sentence(problem.message)} ${sentence(hintOf(problem))}`;
    } finally {
      if (!signal.aborted) this.isLooking = false;
    }
  }
}
