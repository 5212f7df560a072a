/** What is kept between starts: settings, recents, marks. Each is read once, and saved when it changes. */
import type { StateName } from '../../core/contract/api.ts';
import { app } from './app.svelte.ts';

export class Stored<T extends object> {
  value = $state.raw<T>({} as T);
  /** What could not be read lies here. */
  keptAside = $state<string | null>(null);
  /** Before that, the value is only what holds for everybody. */
  isRead = $state(false);
  readonly #name: StateName;
  readonly #check: (value: unknown) => T;

  /** `check` makes the best of whatever an older or a broken file holds. */
  constructor(name: StateName, check: (value: unknown) => T) {
    this.#name = name;
    this.#check = check;
    this.value = check(null);
  }

  async read(): Promise<void> {
    const { value, keptAside } = await app.call('readState', { name: this.#name });
    this.value = this.#check(value);
    this.keptAside = keptAside;
    this.isRead = true;
  }

  set(value: T): void {
    this.value = value;
    app.call('writeState', { name: this.#name, value }).catch(() => {
      app.notice = `Your ${this.#name} could not be saved; they hold until this window is closed.`;
    });
  }

  change(part: Partial<T>): void {
    this.set({ ...this.value, ...part });
  }
}
