/** One verification: the job that runs it, what it came to, and whether the archive is still the one that was read. */
import type { EarlyPart, ProblemData, RuleWords } from '../../../core/contract/api.ts';
import type { FindingTally } from '../../../core/contract/early.ts';
import type { Finding } from '../../../core/contract/model.ts';
import type { VerifyResult } from '../../../core/contract/verification.ts';
import { asProblem, isCancelled } from '../../parts/words.ts';
import { app } from '../../state/app.svelte.ts';
import { followEarly } from '../../state/early.ts';
import { recents } from '../../state/recents.svelte.ts';
import { verdictInShort } from './verdict.ts';

/** What the files were when their jobs began: a finished job is shown again without being run again. */
const stamps = new Map<number, string>();

/** What was found so far: some may stand for more of the same kind. */
export interface FoundSoFar {
  readonly tally: FindingTally;
  readonly findings: readonly Finding[];
}

const nothingYet: FoundSoFar = { tally: { error: 0, warning: 0, info: 0 }, findings: [] };

export class Verification {
  path = $state<string | null>(null);
  id = $state<number | null>(null);
  result = $state.raw<VerifyResult | null>(null);
  problem = $state.raw<ProblemData | null>(null);
  /** Until the result takes its place, or what is left of a verification that was stopped. */
  soFar = $state.raw<FoundSoFar>(nothingYet);
  /** Asked to stop: the engine ends what it has in its hands first. */
  isStopping = $state(false);
  wasCancelled = $state(false);
  isStale = $state(false);
  rules = $state.raw<ReadonlyMap<string, RuleWords>>(new Map());

  /** Shows the last verification of this archive, or begins one. */
  async open(path: string): Promise<void> {
    this.#reset(path);
    void this.#readRules();
    const known = app.jobs.findLast(
      ({ verb, path: of, status }) =>
        verb === 'verify' && of === path && status !== 'cancelled' && status !== 'failed',
    );
    if (known === undefined) return this.run();
    this.#follow(known.id);
    await this.#wait(path, app.resultOf<'verify'>(known.id));
    await this.compareStamp();
  }

  async run(): Promise<void> {
    const { path } = this;
    if (path === null) return;
    this.#reset(path);
    // Taken first: what changes meanwhile must look changed.
    const stamp = await app.call('stampOf', { path }).then(
      (answer) => answer.stamp,
      () => '',
    );
    if (this.path !== path) return;
    await this.#wait(
      path,
      app.run({ verb: 'verify', input: { path } }, (id) => {
        stamps.set(id, stamp);
        if (this.path === path) this.#follow(id);
      }),
    );
  }

  stop(): void {
    if (this.id === null) return;
    this.isStopping = true;
    app.cancel(this.id);
  }

  close(): void {
    this.#reset(null);
  }

  async compareStamp(): Promise<void> {
    const { path, id, result } = this;
    const before = id === null ? undefined : stamps.get(id);
    if (path === null || result === null || before === undefined || app.link !== 'open') return;
    const now = await app.call('stampOf', { path }).catch(() => null);
    if (now !== null && this.id === id) this.isStale = now.stamp !== before;
  }

  #reset(path: string | null): void {
    this.path = path;
    this.id = this.result = this.problem = null;
    this.soFar = nothingYet;
    this.wasCancelled = this.isStale = this.isStopping = false;
  }

  #follow(id: number): void {
    this.id = id;
    followEarly(id, (part) => {
      if (this.id === id) this.#take(part);
    });
  }

  #take(part: EarlyPart): void {
    if (part.verb !== 'verify' || part.head === null) return;
    this.soFar = { tally: part.head, findings: [...this.soFar.findings, ...part.items] };
  }

  async #wait(path: string, running: Promise<VerifyResult>): Promise<void> {
    try {
      const result = await running;
      if (this.path !== path) return;
      this.result = result;
      if (!path.includes('!')) this.#noteRecent(result);
    } catch (error) {
      if (this.path !== path) return;
      if (isCancelled(error)) this.wasCancelled = true;
      else this.problem = asProblem(error);
    }
  }

  #noteRecent({ path, manifest, size, findings }: VerifyResult): void {
    const { modelName, modelVersion } = manifest?.model ?? {};
    const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 200) : null);
    const facts = { model: text(modelName), version: text(modelVersion), size };
    recents.note({ path, ...facts, verdict: verdictInShort(findings) });
  }

  async #readRules(): Promise<void> {
    if (this.rules.size > 0) return;
    const rules = await app.call('listRules', {}).catch(() => []);
    this.rules = new Map(rules.map((rule) => [rule.code, rule]));
  }
}
