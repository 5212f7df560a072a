/** What the screen holds that makes a new archive from an old one. */
import type { Inspected, ProblemData } from '../../../core/contract/api.ts';
import type { RepackInput, RepackPlan } from '../../../core/contract/model.ts';
import { mergeMessages, messageAt } from '../../forms/messages.ts';
import type { OutputForm } from '../../forms/output-form.ts';
import { asProblem, folderName, isCancelled } from '../../parts/words.ts';
import { app } from '../../state/app.svelte.ts';
import {
  checkRepack,
  emptyRepack,
  hasContentChange,
  manifestFields,
  type RepackForm,
  repackMessage,
  suggestFileName,
  toRepackInput,
} from './repack-form.ts';

const pauseMs = 250;

export class RepackState {
  path = $state<string | null>(null);
  archive = $state.raw<Inspected | null>(null);
  problem = $state.raw<ProblemData | null>(null);
  isLoading = $state(false);
  form = $state.raw<RepackForm>(emptyRepack);
  saved = $state.raw<RepackForm>(emptyRepack);
  isSubmitted = $state(false);
  plan = $state.raw<RepackPlan | null>(null);
  planProblem = $state.raw<ProblemData | null>(null);
  isPlanning = $state(false);
  /** Counts up to plan again what was not changed here, but may have been on disk. */
  planAsked = $state(0);
  #touched = $state.raw<ReadonlySet<string>>(new Set());
  #runProblem = $state.raw<ProblemData | null>(null);
  #aborter: AbortController | null = null;

  readonly fields = $derived(manifestFields(this.archive?.manifest ?? null));
  readonly modelName = $derived(this.#valueOf('model.modelName'));
  readonly version = $derived(this.#valueOf('model.modelVersion'));
  readonly newName = $derived(this.form.set['model.modelName'] ?? this.modelName);
  readonly newVersion = $derived(this.form.set['model.modelVersion'] ?? this.version);
  readonly names = $derived(new Set(this.archive?.entries.path ?? []));
  readonly checks = $derived(checkRepack(this.form, this.names, this.modelName));
  readonly suggestedName = $derived(suggestFileName(this.newName, this.newVersion, this.path ?? ''));
  readonly fileName = $derived(this.form.fileName ?? this.suggestedName);
  readonly input = $derived(toRepackInput(this.form, this.suggestedName));
  readonly messages = $derived(
    mergeMessages(
      this.checks.filter(({ field }) => this.isSubmitted || this.#touched.has(field)),
      [this.#runProblem, this.planProblem]
        .map((problem) => (problem === null ? null : repackMessage(problem, this.form)))
        .filter((message) => message !== null),
    ),
  );
  readonly isDirty = $derived(this.form !== this.saved);
  readonly isVersionOld = $derived(hasContentChange(this.form) && this.newVersion === this.version);

  change(part: Partial<RepackForm>): void {
    this.form = { ...this.form, ...part };
    this.#runProblem = null;
  }

  changeOutput(part: Partial<OutputForm>): void {
    this.change({ output: { ...this.form.output, ...part } });
  }

  /** Each by its own name, until it is given another. */
  addFiles(files: readonly string[]): void {
    const first = Math.max(0, ...this.form.added.map(({ id }) => id)) + 1;
    const fresh = files.map((file, at) => ({ id: first + at, file, name: file.split(/[\\/]/).at(-1) ?? '' }));
    if (fresh.length > 0) this.change({ added: [...this.form.added, ...fresh] });
  }

  touch(field: string): void {
    if (!this.#touched.has(field)) this.#touched = new Set([...this.#touched, field]);
  }

  errorAt(field: string): string | null {
    return messageAt(this.messages, field);
  }

  failed(problem: ProblemData | null): void {
    this.#runProblem = problem;
  }

  /** A problem of the plan that belongs to no field. */
  get planProblemAlone(): ProblemData | null {
    const problem = this.planProblem;
    return problem !== null && repackMessage(problem, this.form) === null ? problem : null;
  }

  /** For an effect: asks for the plan of what stands in the fields, and drops one that is outdated. */
  watchPlan(): () => void {
    void this.planAsked;
    const { path, archive, input } = this;
    if (path === null || archive === null || this.problem !== null || this.checks.length > 0) {
      this.plan = null;
      this.planProblem = null;
      this.isPlanning = false;
      return () => {};
    }
    const aborter = new AbortController();
    const timer = setTimeout(() => void this.#plan(path, input, aborter.signal), pauseMs);
    return () => {
      clearTimeout(timer);
      aborter.abort();
    };
  }

  async #plan(path: string, input: RepackInput, signal: AbortSignal): Promise<void> {
    this.isPlanning = true;
    try {
      const plan = await app.call('planRepack', { path, input }, signal);
      if (signal.aborted) return;
      this.plan = plan;
      this.planProblem = null;
    } catch (error) {
      if (signal.aborted || isCancelled(error)) return;
      this.planProblem = asProblem(error);
      this.plan = null;
    } finally {
      if (!signal.aborted) this.isPlanning = false;
    }
  }

  async open(path: string | null): Promise<void> {
    this.#aborter?.abort();
    const aborter = new AbortController();
    this.#aborter = aborter;
    this.path = path;
    this.archive = null;
    this.problem = null;
    this.isSubmitted = false;
    this.#touched = new Set();
    this.#runProblem = null;
    this.form =
      path === null
        ? emptyRepack
        : { ...emptyRepack, output: { ...emptyRepack.output, exportPath: placeFor(path) } };
    this.saved = this.form;
    if (path === null) return;
    this.isLoading = true;
    try {
      const archive = await app.call('inspect', { path }, aborter.signal);
      if (aborter.signal.aborted) return;
      this.archive = archive;
      this.problem = archive.problem;
    } catch (error) {
      if (!aborter.signal.aborted && !isCancelled(error)) this.problem = asProblem(error);
    } finally {
      if (!aborter.signal.aborted) this.isLoading = false;
    }
  }

  #valueOf(path: string): string {
    return this.fields.find((field) => field.path === path)?.value ?? '';
  }
}

/** Beside the old one, which has another name, so that a store shows both; where that is not allowed, at home. */
function placeFor(path: string): string {
  const folder = folderName(path);
  const isGranted = (app.about?.grants ?? []).some(
    (grant) =>
      grant.isFolder && (folder === grant.path || folder.startsWith(`${grant.path.replace(/[\\/]+$/, '')}/`)),
  );
  return isGranted ? folder : (app.about?.home ?? '');
}
