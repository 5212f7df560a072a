/** Whether a screen may be left: at once where nothing would be lost, else after asking. */
import { type Place, route } from '../state/route.svelte.ts';

export class Leaving {
  /** Set while somebody is asked. */
  answer = $state.raw<((leaves: boolean) => void) | null>(null);

  /** For an effect that depends on the place: the route forgets with each step whom it has to ask. */
  watch(_place: Place, wouldLose: () => boolean): () => void {
    const mayLeave = () => !wouldLose() || this.#ask();
    route.mayLeave = mayLeave;
    return () => {
      if (route.mayLeave === mayLeave) route.mayLeave = null;
    };
  }

  #ask(): Promise<boolean> {
    this.answer?.(false);
    return new Promise((resolve) => {
      this.answer = (leaves) => {
        this.answer = null;
        resolve(leaves);
      };
    });
  }
}
