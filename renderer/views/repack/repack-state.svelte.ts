/** What the screen holds that makes a new archive from an old one. */
import type { Inspected, ProblemData } from '../../../core/contract/api.ts';
import { mergeMessages, messageAt } from '../../forms/messages.ts';
import type { OutputForm } from '../../forms/output-form.ts';
import { asProblem, folderName, isCancelled, joinPath } from '../../parts/words.ts';
import { app } from '../../state/app.svelte.ts';
import {
  checkRepack,
  emptyRepack,
  hasContentChange,
  manifestFields,
  type RepackForm,
  repackMessage,
} from './repack-form.ts';

export class RepackState {
  path = $state<string | null>(null);
  archive = $state.raw<Inspected | null>(null);
  problem = $state.raw<ProblemData | null>(null);
  isLoading = $state(false);
  form = $state.raw<RepackForm>(emptyRepack);
  saved = $state.raw<RepackForm>(emptyRepack);
  isSubmitted = $state(false);
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
  readonly messages = $derived(
    mergeMessages(
      this.checks.filter(({ field }) => this.isSubmitted || this.#touched.has(field)),
      [this.#runProblem]
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

/** Never where the old one lies, which is not replaced; a folder beside it, where that is allowed. */
function placeFor(path: string): string {
  const folder = folderName(path);
  const isGranted = (app.about?.grants ?? []).some(
    (grant) =>
      grant.isFolder && (folder === grant.path || folder.startsWith(`${grant.path.replace(/[\\/]+$/, '')}/`)),
  );
  if (isGranted) return joinPath(folder, 'next');
  const home = app.about?.home ?? '';
  return home === folder ? '' : home;
}
