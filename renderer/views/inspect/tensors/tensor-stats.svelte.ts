/** Statistics of tensors, each computed when it is asked for, by a job that can be stopped; kept while the weights are shown. */
import type { ProblemData, WeightsInput } from '../../../../core/contract/api.ts';
import type { TensorStats } from '../../../../core/contract/weights.ts';
import { asProblem, isCancelled } from '../../../parts/words.ts';
import { app } from '../../../state/app.svelte.ts';

export type StatsState =
  | { readonly is: 'running'; readonly job: number | null }
  | { readonly is: 'done'; readonly stats: TensorStats }
  | { readonly is: 'stopped' }
  | { readonly is: 'failed'; readonly problem: ProblemData };

export class StatsList {
  readonly #of: WeightsInput;
  #states = $state.raw<ReadonlyMap<string, StatsState>>(new Map());

  constructor(of: WeightsInput) {
    this.#of = of;
  }

  of(name: string): StatsState | null {
    return this.#states.get(name) ?? null;
  }

  async compute(name: string): Promise<void> {
    const known = this.of(name);
    if (known?.is === 'running' || known?.is === 'done') return;
    this.#set(name, { is: 'running', job: null });
    let job: number | null = null;
    try {
      const stats = await app.run({ verb: 'tensorStats', input: { ...this.#of, name } }, (id) => {
        job = id;
        this.#set(name, { is: 'running', job: id });
      });
      this.#set(name, { is: 'done', stats });
      // What it found is shown here: in the list of jobs it would only push others out.
      if (job !== null) app.forget(job);
    } catch (error) {
      this.#set(name, isCancelled(error) ? { is: 'stopped' } : { is: 'failed', problem: asProblem(error) });
    }
  }

  stop(name: string): void {
    const state = this.of(name);
    if (state?.is === 'running' && state.job !== null) app.cancel(state.job);
  }

  #set(name: string, state: StatsState): void {
    this.#states = new Map(this.#states).set(name, state);
  }
}
