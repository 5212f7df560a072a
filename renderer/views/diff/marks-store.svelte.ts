/** The marks of all comparisons, kept between starts. A mark shows at once and is saved a moment later, with those that follow it. */
import { Stored } from '../../state/stored.svelte.ts';
import { checkMarks, type Marks } from './marks.ts';

const beforeSavingMs = 400;

class MarksStore extends Stored<Marks> {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super('viewed', checkMarks);
  }

  protected override saveSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), beforeSavingMs);
  }
}

export const marks = new MarksStore();
