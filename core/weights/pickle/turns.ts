/** Long work on the engine's own thread: it lets others have a turn now and then, and ends where its job was cancelled. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfCancelled } from '../../contract/errors.ts';

/** Short enough that a cancel is seen at once, and long enough that the turns cost nothing. */
const betweenTurnsMs = 20;

export class Turns {
  readonly #signal: AbortSignal | undefined;
  #last = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** To be called every millisecond or so; most of the time nothing is waited for. */
  async mayGoOn(): Promise<void> {
    throwIfCancelled(this.#signal);
    if (performance.now() - this.#last < betweenTurnsMs) return;
    await nextTurn();
    this.#last = performance.now();
    throwIfCancelled(this.#signal);
  }
}
