/** SHA-256 of entries, as far as somebody asked for them; what was not read shows nothing. */
import type { EntrySum, ProblemData } from '../../../core/contract/api.ts';
import { formatCount } from '../../../core/contract/format.ts';
import { asProblem, isCancelled } from '../../parts/words.ts';
import { app } from '../../state/app.svelte.ts';
import { followEarly } from '../../state/early.ts';

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
      const { sums } = await app.run({ verb: 'hash', input }, (id) => {
        own = id;
        if (this.#of !== of) return app.cancel(id);
        this.jobId = id;
        // What was read before it is stopped is kept.
        followEarly(id, (part) => {
          if (part.verb === 'hash' && this.#of === of) this.#take(part.items);
        });
      });
      if (!isCurrent()) return;
      this.#take(sums);
      const count = sums.filter((sum) => 'sha256' in sum).length;
      app.say(`SHA-256 of ${formatCount(count, 'entry', 'entries')} computed`);
    } catch (error) {
      if (!isCurrent()) return;
      if (isCancelled(error)) this.wasStopped = true;
      else this.problem = asProblem(error);
    } finally {
      if (isCurrent()) this.jobId = null;
    }
  }

  #take(sums: readonly EntrySum[]): void {
    const known = new Map(this.#known);
    const unread = new Map(this.#unread);
    for (const sum of sums) {
      if ('sha256' in sum) known.set(sum.entry, sum.sha256);
      else unread.set(sum.entry, sum.problem);
    }
    this.#known = known;
    this.#unread = unread;
  }
}
