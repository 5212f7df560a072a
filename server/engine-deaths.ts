/** Why the engine's process ended, in words, and whether it has done so too often to be started again. */

const most = 5;
const withinMs = 30_000;

export class EngineDeaths {
  readonly #now: () => number;
  #times: readonly number[] = [];

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** To be asked once for each death. */
  isTooMany(): boolean {
    const now = this.#now();
    this.#times = [...this.#times.filter((at) => now - at < withinMs), now];
    return this.#times.length >= most;
  }
}

/** To stand behind "the engine ended:". `said` is the end of what it wrote to standard error. */
export function wordsForDeath(code: number | null, signal: string | null, said: string): string {
  if (/heap out of memory|Array buffer allocation failed/.test(said)) return 'it ran out of memory';
  // The system, too, ends a process like that when memory is short.
  if (signal === 'SIGKILL') return 'it was killed, perhaps because the machine ran out of memory';
  if (signal !== null) return `it was ended by ${signal}`;
  const thrown = /^(?:[A-Z]\w*)?Error(?: \[\w+\])?: .+$/m.exec(said)?.[0];
  return thrown === undefined ? `it stopped with exit code ${code}` : `it met a bug: ${thrown}`;
}
