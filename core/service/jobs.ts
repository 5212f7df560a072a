/** Long work: started, watched, cancelled, and kept after it ended, whatever became of the window that asked for it. */
import type { EarlyPart, Job, JobInput, JobResult, ProblemData, Verb } from '../contract/api.ts';
import { Problem } from '../contract/errors.ts';
import type { JobOptions, Progress } from '../contract/progress.ts';
import { EarlyList, partOf } from './early-list.ts';
import { asProblemData } from './problem-data.ts';

/** Two keep two cores and a disk busy; more would only make each of them slower. */
const atOnce = 2;
const mostKept = 30;
/** Nobody waits for more; a page that asks for more is broken. */
const mostQueued = 100;
/** At most ten may arrive in a second: eight, so that two that came late and a change of phase make no eleventh. */
const betweenReportsMs = 125;

export interface RunOptions extends Required<Pick<JobOptions, 'signal' | 'onProgress'>> {
  /** Takes what is known before the job is done. */
  readonly early: EarlyList;
}

export type RunJob = (job: JobInput, options: RunOptions) => Promise<unknown>;

interface Entry {
  readonly id: number;
  readonly asked: JobInput;
  readonly object: string;
  readonly controller: AbortController;
  readonly pace: Pace;
  readonly early: EarlyList;
  status: Job['status'];
  progress: Progress;
  startedAt: number;
  endedAt: number | null;
  problem: ProblemData | null;
  result: unknown;
  lastTold: number;
  toTell: NodeJS.Timeout | null;
}

export class JobList {
  readonly #run: RunJob;
  readonly #tell: (job: Job) => void;
  readonly #entries = new Map<number, Entry>();
  #lastId: number;

  /** An engine that takes the place of a dead one must not give its numbers again. */
  constructor(run: RunJob, tell: (job: Job) => void, lastId = Date.now() * 1000) {
    this.#run = run;
    this.#tell = tell;
    this.#lastId = lastId;
  }

  start(asked: JobInput, object: string): Job {
    const queued = [...this.#entries.values()].filter(({ status }) => status === 'queued').length;
    if (queued >= mostQueued) throw Problem.of('CALL_INVALID', { detail: 'too many jobs wait already' });
    const entry: Entry = {
      ...{ id: ++this.#lastId, asked, object, controller: new AbortController(), pace: new Pace() },
      early: new EarlyList(() => this.#reportSoon(entry)),
      ...{ status: 'queued', progress: { phase: 'waiting', doneBytes: 0, totalBytes: null } },
      ...{ startedAt: performance.now(), endedAt: null, problem: null, result: undefined },
      ...{ lastTold: 0, toTell: null },
    };
    this.#entries.set(entry.id, entry);
    this.#forgetOldest();
    this.#begin();
    return describe(entry);
  }

  list(): Job[] {
    return [...this.#entries.values()].map(describe);
  }

  cancel(id: number): void {
    const entry = this.#find(id);
    entry.controller.abort();
    if (entry.status === 'queued') this.#end(entry, 'cancelled', asProblemData(Problem.cancelled()));
    if (entry.status !== 'running') return;
    // Said at once, however long it takes to leave nothing behind.
    entry.progress = { ...entry.progress, phase: 'stopping' };
    this.#report(entry);
  }

  forget(id: number): void {
    const entry = this.#find(id);
    if (entry.endedAt === null) this.cancel(id);
    this.#entries.delete(id);
  }

  result(id: number): JobResult {
    const { asked, status, result } = this.#find(id);
    if (status !== 'done') throw Problem.of('JOB_UNKNOWN', { id });
    return { verb: asked.verb, result } as JobResult;
  }

  input(id: number): JobInput {
    return this.#find(id).asked;
  }

  part(id: number, from: number): EarlyPart | null {
    const { asked, early } = this.#find(id);
    return partOf(asked.verb, early, from);
  }

  /** Resolves when none is running any more. */
  async cancelAll(): Promise<void> {
    for (const { id, endedAt } of this.#entries.values()) if (endedAt === null) this.cancel(id);
    await Promise.allSettled(this.#running);
  }

  readonly #running = new Set<Promise<void>>();

  #find(id: number): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw Problem.of('JOB_UNKNOWN', { id });
    return entry;
  }

  #begin(): void {
    for (const entry of this.#entries.values()) {
      if (this.#running.size >= atOnce) return;
      if (entry.status !== 'queued') continue;
      const work = this.#work(entry).finally(() => {
        this.#running.delete(work);
        this.#begin();
      });
      this.#running.add(work);
    }
  }

  async #work(entry: Entry): Promise<void> {
    entry.status = 'running';
    entry.startedAt = performance.now();
    this.#report(entry);
    const onProgress = (progress: Progress) => {
      if (entry.controller.signal.aborted) return;
      entry.progress = progress;
      entry.pace.add(progress);
      if (performance.now() - entry.lastTold >= betweenReportsMs) this.#report(entry);
    };
    const { early, controller } = entry;
    try {
      entry.result = await this.#run(entry.asked, { signal: controller.signal, onProgress, early });
      early.clear();
      this.#end(entry, 'done', null);
    } catch (error) {
      const problem = asProblemData(error);
      this.#end(entry, problem.code === 'CANCELLED' ? 'cancelled' : 'failed', problem);
    }
  }

  #end(entry: Entry, status: Job['status'], problem: ProblemData | null): void {
    entry.status = status;
    entry.problem = problem;
    entry.endedAt = performance.now();
    this.#report(entry);
  }

  /** What nothing else may follow: told later, where it can't be told at once. */
  #reportSoon(entry: Entry): void {
    if (entry.toTell !== null || entry.status !== 'running') return;
    const wait = betweenReportsMs - (performance.now() - entry.lastTold);
    if (wait <= 0) this.#report(entry);
    else entry.toTell = setTimeout(() => this.#report(entry), wait);
  }

  #report(entry: Entry): void {
    if (entry.toTell !== null) clearTimeout(entry.toTell);
    entry.toTell = null;
    entry.lastTold = performance.now();
    // One that was forgotten is not brought back by its own end.
    if (this.#entries.has(entry.id)) this.#tell(describe(entry));
  }

  #forgetOldest(): void {
    for (const { id, endedAt } of this.#entries.values()) {
      if (this.#entries.size <= mostKept) return;
      if (endedAt !== null) this.#entries.delete(id);
    }
  }
}

function describe(entry: Entry): Job {
  const { id, asked, object, status, progress, pace, early, startedAt, endedAt, problem } = entry;
  const isRunning = status === 'running';
  return {
    // Not what was asked for: that may be tens of thousands of names, and this is sent many times a second.
    ...{ id, verb: asked.verb as Verb, object, status, problem, early: early.changes },
    path: 'path' in asked.input ? asked.input.path : null,
    phase: progress.phase,
    doneBytes: progress.doneBytes,
    totalBytes: progress.totalBytes,
    entry: progress.entry ?? null,
    bytesPerSecond: isRunning ? pace.bytesPerSecond : null,
    secondsLeft: isRunning ? pace.secondsLeft(progress) : null,
    seconds: Math.round((endedAt ?? performance.now()) - startedAt) / 1000,
  };
}

const windowMs = 5000;
const settlingMs = 3000;

/** How fast a job is: the mean of its last five seconds. */
class Pace {
  readonly #started = performance.now();
  #seen: { readonly at: number; readonly bytes: number }[] = [];

  add({ doneBytes }: Progress): void {
    const at = performance.now();
    this.#seen = [...this.#seen.filter((one) => at - one.at <= windowMs), { at, bytes: doneBytes }];
  }

  get bytesPerSecond(): number | null {
    const [first] = this.#seen;
    const last = this.#seen.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < 300) return null;
    return Math.round(((last.bytes - first.bytes) / (last.at - first.at)) * 1000);
  }

  /** Told only once it would hold: after three seconds, while the pace is near that of the whole run. */
  secondsLeft({ doneBytes, totalBytes }: Progress): number | null {
    const elapsed = performance.now() - this.#started;
    const pace = this.bytesPerSecond;
    if (totalBytes === null || pace === null || pace <= 0 || elapsed < settlingMs) return null;
    const overall = (doneBytes / elapsed) * 1000;
    if (Math.abs(overall - pace) > 0.2 * pace) return null;
    return (totalBytes - doneBytes) / pace;
  }
}
