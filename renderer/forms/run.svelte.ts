/** One job that a screen started and waits for: how far it is, and how it ended. The screen stays usable meanwhile. */
import type { Job, ProblemData } from '../../core/contract/api.ts';
import { asProblem, isCancelled } from '../parts/words.ts';
import { app } from '../state/app.svelte.ts';

export class Run<R> {
  result = $state.raw<R | null>(null);
  problem = $state.raw<ProblemData | null>(null);
  isCancelled = $state(false);
  isRunning = $state(false);
  isCancelling = $state(false);
  #id = $state<number | null>(null);

  get job(): Job | null {
    return app.job(this.#id);
  }

  async start(run: (onStart: (id: number) => void) => Promise<R>): Promise<R | null> {
    this.clear();
    this.isRunning = true;
    try {
      const result = await run((id) => {
        this.#id = id;
        // Asked for before the job had a number.
        if (this.isCancelling) app.cancel(id);
      });
      this.result = result;
      return result;
    } catch (error) {
      if (isCancelled(error)) this.isCancelled = true;
      else this.problem = asProblem(error);
      return null;
    } finally {
      this.isRunning = false;
      this.isCancelling = false;
    }
  }

  cancel(): void {
    this.isCancelling = true;
    if (this.#id !== null) app.cancel(this.#id);
  }

  clear(): void {
    this.result = null;
    this.problem = null;
    this.isCancelled = false;
    this.#id = null;
  }
}
