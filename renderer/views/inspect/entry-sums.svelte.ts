/** SHA-256 of entries, as far as somebody asked for them; what was not read shows nothing. */
import type { ProblemData } from '../../../core/contract/api.ts';
import { formatCount } from '../../../core/contract/format.ts';
import { asProblem, isCancelled } from '../../parts/words.ts';
import { app } from '../../state/app.svelte.ts';

export class EntrySums {
  jobId = $state<number | null>(null);
  problem = $state.raw<ProblemData | null>(null);
  wasStopped = $state(false);
  #known = $state.raw<ReadonlyMap<number, string>>(new Map());
  #unread = $state.raw<ReadonlyMap<number, ProblemData>>(new Map());
  /** Another one for each archive: the engine may still be asked to begin for the one before. */
  #of = {};

  get count(): number {
    return this.#known.size;
  }

  get unreadCount(): number {
    return this.#unread.size;
  }

  at(item: number): string | null {
    return this.#known.get(item) ?? null;
  }

  problemAt(item: number): ProblemData | null {
    return this.#unread.get(item) ?? null;
  }

  /** Of another archive, or of one that changed. */
  clear(): void {
    if (this.jobId !== null) this.stop();
    this.#of = {};
    this.jobId = this.problem = null;
    this.wasStopped = false;
    this.#known = new Map();
    this.#unread = new Map();
  }

  stop(): void {
    if (this.jobId !== null) app.cancel(this.jobId);
  }

  async compute(path: string, stamp: string, entries: readonly number[] | null): Promise<void> {
    this.problem = null;
    this.wasStopped = false;
    const of = this.#of;
    let own: number | null = null;
    const isCurrent = () => this.#of === of && this.jobId === own;
    try {
      const input = { path, stamp, entries };
      const { sums, unread } = await app.run({ verb: 'hash', input }, (id) => {
        own = id;
        if (this.#of === of) this.jobId = id;
        else app.cancel(id);
      });
      if (!isCurrent()) return;
      this.#known = new Map([...this.#known, ...sums.map(({ entry, sha256 }) => [entry, sha256] as const)]);
      this.#unread = new Map([
        ...this.#unread,
        ...unread.map(({ entry, problem }) => [entry, problem] as const),
      ]);
      app.say(`SHA-256 of ${formatCount(sums.length, 'entry', 'entries')} computed`);
    } catch (error) {
      if (!isCurrent()) return;
      if (isCancelled(error)) this.wasStopped = true;
      else this.problem = asProblem(error);
    } finally {
      if (isCurrent()) this.jobId = null;
    }
  }
}
