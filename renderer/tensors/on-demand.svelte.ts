/** What is computed only when somebody asks for it, each by a job that can be stopped; kept as long as this is. */
import type { ProblemData } from '../../core/contract/api.ts';
import { asProblem, isCancelled } from '../parts/words.ts';
import { app } from '../state/app.svelte.ts';

export type OnDemandState<T> =
  | { readonly is: 'running'; readonly job: number | null }
  | { readonly is: 'done'; readonly result: T }
  | { readonly is: 'stopped' }
  | { readonly is: 'failed'; readonly problem: ProblemData };

export class OnDemand<K, T> {
  readonly #run: (of: K, onStart: (id: number) => void) => Promise<T>;
  #states = $state.raw<ReadonlyMap<K, OnDemandState<T>>>(new Map());

  /** `run` starts the job that computes one, and tells its number. */
  constructor(run: (of: K, onStart: (id: number) => void) => Promise<T>) {
    this.#run = run;
  }

  of(key: K): OnDemandState<T> | null {
    return this.#states.get(key) ?? null;
  }

  async compute(key: K): Promise<void> {
    const known = this.of(key);
    if (known?.is === 'running' || known?.is === 'done') return;
    this.#set(key, { is: 'running', job: null });
    let job: number | null = null;
    try {
      const result = await this.#run(key, (id) => {
        job = id;
        this.#set(key, { is: 'running', job: id });
      });
      this.#set(key, { is: 'done', result });
      // What it found is shown here: in the list of jobs it would only push others out.
      if (job !== null) app.forget(job);
    } catch (error) {
      this.#set(key, isCancelled(error) ? { is: 'stopped' } : { is: 'failed', problem: asProblem(error) });
    }
  }

  stop(key: K): void {
    const state = this.of(key);
    if (state?.is === 'running' && state.job !== null) app.cancel(state.job);
  }

  #set(key: K, state: OnDemandState<T>): void {
    this.#states = new Map(this.#states).set(key, state);
  }
}
