/** The marks of all comparisons, kept between starts. A mark shows at once and is saved a moment later, with those that follow it. */
import { app } from '../../state/app.svelte.ts';
import { Stored } from '../../state/stored.svelte.ts';
import { checkMarks, type Marks } from './marks.ts';

const beforeSavingMs = 400;

class MarksStore extends Stored<Marks> {
  #reading: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    super('viewed', checkMarks);
  }

  readOnce(): Promise<void> {
    this.#reading ??= this.read().catch(() => {
      app.notice = 'Your viewed marks could not be read; new ones hold until this window is closed.';
    });
    return this.#reading;
  }

  override set(value: Marks): void {
    this.value = value;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), beforeSavingMs);
  }

  /** Now: the window may be about to close. */
  save(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    super.set(this.value);
  }
}

export const marks = new MarksStore();
