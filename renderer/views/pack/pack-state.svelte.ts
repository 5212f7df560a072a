/** What the pack screen holds: its fields, what is wrong with them, and the plan that follows from them. */
import type { ProblemData } from '../../../core/contract/api.ts';
import type { PackInput, PackPlan } from '../../../core/contract/model.ts';
import { type FieldMessage, mergeMessages, messageAt } from '../../forms/messages.ts';
import type { OutputForm } from '../../forms/output-form.ts';
import { asProblem, isCancelled } from '../../parts/words.ts';
import { app } from '../../state/app.svelte.ts';
import { placeFiles, type Section, wordsOfPlaced } from './guess-roles.ts';
import { checkForm, emptyForm, fromInput, isEntered, type PackForm, toInput } from './pack-form.ts';
import { fieldOf, messageOf } from './problem-field.ts';

const pauseMs = 250;

export type Notice =
  | {
      readonly words: string;
      /** What the fields held before; null where nothing was changed. */
      readonly undo: PackForm | null;
      readonly problem?: undefined;
    }
  | { readonly problem: ProblemData; readonly words?: undefined; readonly undo?: undefined };

export class PackState {
  form = $state.raw<PackForm>(emptyForm);
  /** What is kept elsewhere, in an archive or a recipe: leaving loses nothing of it. */
  saved = $state.raw<PackForm>(emptyForm);
  guessed = $state.raw<ReadonlySet<string>>(new Set());
  notice = $state.raw<Notice | null>(null);
  isSubmitted = $state(false);
  plan = $state.raw<PackPlan | null>(null);
  planProblem = $state.raw<ProblemData | null>(null);
  isPlanning = $state(false);
  /** Counts up to plan again what was not changed here, but may have been on disk. */
  planAsked = $state(0);
  #runProblem = $state.raw<ProblemData | null>(null);
  #touched = $state.raw<ReadonlySet<string>>(new Set());

  readonly checks = $derived(checkForm(this.form));
  readonly isDirty = $derived(isEntered(this.form, this.saved));
  /** An extra row that is still empty keeps nobody from planning the rest. */
  readonly canPlan = $derived(
    checkForm({ ...this.form, extras: this.form.extras.filter(({ source }) => source.trim() !== '') })
      .length === 0,
  );
  readonly messages = $derived(mergeMessages(this.#shownChecks(), this.#engineMessages()));

  /** What a person changes by hand is no guess any more. */
  change(part: Partial<PackForm>): void {
    this.form = { ...this.form, ...part };
    this.guessed = new Set([...this.guessed].filter((field) => !(field in part)));
    this.#runProblem = null;
  }

  changeOutput(part: Partial<OutputForm>): void {
    this.change({ output: { ...this.form.output, ...part } });
  }

  touch(field: string): void {
    if (!this.#touched.has(field)) this.#touched = new Set([...this.#touched, field]);
  }

  errorAt(field: string): string | null {
    return messageAt(this.messages, field);
  }

  noteAt(field: string): string | null {
    return this.guessed.has(field) ? 'Guessed from the name' : null;
  }

  /** A problem of the engine that belongs to no field; the screen shows it as a whole. */
  get planProblemAlone(): ProblemData | null {
    const problem = this.planProblem;
    return problem !== null && fieldOf(problem, this.form) === null ? problem : null;
  }

  failed(problem: ProblemData | null): void {
    this.#runProblem = problem;
  }

  fill(input: PackInput, words: string | null): void {
    const before = this.form;
    const form = fromInput(input);
    this.#begin(form);
    this.saved = this.form;
    this.notice = words === null ? null : { words, undo: isEntered(before, emptyForm) ? before : null };
  }

  clear(): void {
    this.#begin(emptyForm);
    this.saved = this.form;
    this.notice = null;
  }

  undo(): void {
    const before = this.notice?.undo;
    if (before) this.#begin(before);
    this.notice = null;
  }

  /** Takes files that were dropped or brought along. */
  async take(paths: readonly string[], section: Section | null): Promise<void> {
    if (paths.length === 0) return;
    try {
      const found = await app.call('identify', { paths });
      // What was typed while the engine looked at the files is part of it.
      const before = this.form;
      const { form, placed, refused, isNameGuessed } = placeFiles(before, found, section);
      this.form = form;
      const fields = placed.map(({ field }) => field as string);
      this.guessed = new Set([...this.guessed, ...fields, ...(isNameGuessed ? ['modelName'] : [])]);
      const taken = placed.length === 0 ? '' : `Guessed from the names: ${wordsOfPlaced(placed)}.`;
      const [no] = refused;
      const not = no === undefined ? '' : ` ${no.name} was not taken: ${reasonOf(no.is, section)}.`;
      this.notice = { words: `${taken}${not}`.trim(), undo: placed.length === 0 ? null : before };
      app.say(this.notice.words);
    } catch (error) {
      this.notice = { problem: asProblem(error) };
    }
  }

  /** For an effect that depends on the form: asks for its plan, and drops one that is outdated. */
  watchPlan(): () => void {
    void this.planAsked;
    if (!this.canPlan) {
      this.plan = null;
      this.planProblem = null;
      this.isPlanning = false;
      return () => {};
    }
    const input = toInput(this.form);
    const aborter = new AbortController();
    const timer = setTimeout(() => void this.#ask(input, aborter.signal), pauseMs);
    return () => {
      clearTimeout(timer);
      aborter.abort();
    };
  }

  async #ask(input: PackInput, signal: AbortSignal): Promise<void> {
    this.isPlanning = true;
    try {
      const plan = await app.call('plan', { input }, signal);
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

  #begin(form: PackForm): void {
    const exportPath = form.output.exportPath || (app.about?.home ?? '');
    this.form = { ...form, output: { ...form.output, exportPath } };
    this.guessed = new Set();
    this.#touched = new Set();
    this.isSubmitted = false;
    this.#runProblem = null;
  }

  /** Nobody is told that a field is empty before they left it or sent the form. */
  #shownChecks(): readonly FieldMessage[] {
    return this.checks.filter(({ field }) => this.isSubmitted || this.#touched.has(field));
  }

  #engineMessages(): readonly FieldMessage[] {
    return [this.#runProblem, this.planProblem]
      .map((problem) => (problem === null ? null : messageOf(problem, this.form)))
      .filter((message) => message !== null);
  }
}

function reasonOf(is: string, section: Section | null): string {
  if (is === 'missing') return 'it is not there any more';
  if (is === 'unreadable') return 'it can not be read';
  return section === 'output' ? 'a folder is needed there' : 'it fits no field there';
}
