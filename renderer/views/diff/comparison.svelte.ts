/** One comparison of two archives: its job, its result, and what can still be asked of it. It outlives its screen. */
import type { DiffJobInput, Job, ProblemData } from '../../../core/contract/api.ts';
import type { DiffEntry, DiffResult } from '../../../core/contract/diff.ts';
import { asProblem, isCancelled } from '../../parts/words.ts';
import { app, isUnderWay } from '../../state/app.svelte.ts';
import { followEarly } from '../../state/early.ts';
import { recents } from '../../state/recents.svelte.ts';
import { type Early, EarlyRows } from './early.ts';

/** Most comparisons are done before anything could be read. */
const quietMs = 150;

export class Comparison {
  readonly before: string;
  readonly after: string;
  result = $state.raw<DiffResult | null>(null);
  /** What is known before there is a result, or was when the comparison was stopped. */
  early = $state.raw<Early | null>(null);
  /** Why there is no newer result: the last one stays on the screen. */
  problem = $state.raw<ProblemData | null>(null);
  isCancelled = $state(false);
  /** An archive is another one on disk than when it was compared. */
  isStale = $state(false);
  jobId = $state<number | null>(null);
  isRunning = $state(false);
  policyPath = $state<string | undefined>(undefined);
  proves = $state(false);
  /** The entry that is looked at; null for the archives as a whole. */
  selected = $state<string | null>(null);
  /** The job that the result came from, for its reports. */
  #resultJob: number | null = null;
  #stamps: readonly string[] = [];

  constructor(before: string, after: string) {
    this.before = before;
    this.after = after;
  }

  get job(): Job | null {
    return this.isRunning ? app.job(this.jobId) : null;
  }

  get byPath(): ReadonlyMap<string, DiffEntry> {
    return this.#byPath;
  }

  readonly #byPath: ReadonlyMap<string, DiffEntry> = $derived(
    new Map(((this.result ?? this.early)?.entries ?? []).map((entry) => [entry.path, entry])),
  );

  async start(
    change: { readonly proves?: boolean; readonly policyPath?: string | undefined } = {},
  ): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    this.problem = null;
    this.isCancelled = false;
    this.early = null;
    try {
      const stamps = await this.#readStamps();
      const running = Object.keys(change).length === 0 ? await this.#running() : null;
      const proves = running?.input.proves ?? change.proves ?? this.proves;
      const policyPath =
        running?.input.policyPath ?? ('policyPath' in change ? change.policyPath : this.policyPath);
      const { before, after } = this;
      const input: DiffJobInput = {
        before,
        after,
        ...(proves ? { proves } : {}),
        ...(policyPath ? { policyPath } : {}),
      };
      const follow = (id: number) => {
        this.jobId = id;
        if (this.result === null) this.#follow(id);
      };
      if (running !== null) follow(running.id);
      this.result = await (running === null
        ? app.run({ verb: 'diff', input }, follow)
        : app.resultOf<'diff'>(running.id));
      this.early = null;
      this.#resultJob = this.jobId;
      this.#stamps = stamps;
      this.isStale = false;
      this.proves = proves;
      this.policyPath = policyPath;
      this.#note();
    } catch (error) {
      if (isCancelled(error)) this.isCancelled = true;
      else this.problem = asProblem(error);
    } finally {
      this.isRunning = false;
    }
  }

  /** The job of a page that was loaded again meanwhile: it goes on, and is not begun a second time. */
  async #running(): Promise<{ readonly id: number; readonly input: DiffJobInput } | null> {
    for (const job of app.jobs.toReversed()) {
      if (job.verb !== 'diff' || !isUnderWay(job)) continue;
      const asked = await app.call('jobInput', { id: job.id }).catch(() => null);
      if (asked?.verb !== 'diff') continue;
      const { input } = asked;
      if (input.before === this.before && input.after === this.after) return { id: job.id, input };
    }
    return null;
  }

  cancel(): void {
    if (this.jobId !== null && this.isRunning) app.cancel(this.jobId);
  }

  #follow(id: number): void {
    const rows = new EarlyRows();
    const show = () => {
      if (this.jobId === id && this.result === null) this.early = rows.early;
    };
    const since = performance.now();
    followEarly(id, (part) => {
      rows.take(part);
      if (performance.now() - since < quietMs) setTimeout(show, quietMs);
      else show();
    });
  }

  /** Asked when the window comes to the front: nothing is polled. */
  async look(): Promise<void> {
    if (this.result === null || this.isRunning || app.link !== 'open') return;
    const stamps = await this.#readStamps().catch(() => null);
    if (stamps !== null) this.isStale = stamps.some((stamp, at) => stamp !== this.#stamps[at]);
  }

  /** The job of the result; it is forgotten when the engine dies or somebody removes it from the list. */
  get reportJob(): number | null {
    return this.#resultJob !== null && app.job(this.#resultJob)?.verb === 'diff' ? this.#resultJob : null;
  }

  async #readStamps(): Promise<readonly string[]> {
    const asked = [this.before, this.after].map((path) => app.call('stampOf', { path }));
    return (await Promise.all(asked)).map(({ stamp }) => stamp);
  }

  #note(): void {
    for (const side of [this.result?.before, this.result?.after]) {
      if (!side || side.path.includes('!')) continue;
      recents.note({ path: side.path, model: side.modelName, version: side.modelVersion, size: side.size });
    }
  }
}
