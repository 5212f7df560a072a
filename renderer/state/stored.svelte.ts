/**
 * What is kept between starts: settings, recents, marks. Two windows may change the same file, and the first read may
 * fail: so what is changed is kept as a change, and made in what the file holds at the moment of saving.
 */
import { untrack } from 'svelte';
import type { StateName } from '../../core/contract/api.ts';
import { asProblem } from '../parts/words.ts';
import { app } from './app.svelte.ts';

type Change<T> = (value: T) => T;

/** Two windows that save the same again and again would need more only if they were machines. */
const mostTries = 10;

const wordsOf: Readonly<Record<StateName, string>> = {
  settings: 'settings',
  recents: 'recent archives',
  viewed: 'viewed marks',
  store: 'model store',
  keys: 'keys',
};

export class Stored<T extends object> {
  value = $state.raw<T>({} as T);
  /** What could not be read lies here. */
  keptAside = $state<string | null>(null);
  /** Before that, the value is only what holds for everybody, and nothing is saved. */
  isRead = $state(false);
  readonly #name: StateName;
  readonly #check: (value: unknown) => T;
  /** Not in the file yet, the earliest first. */
  readonly #unsaved: Change<T>[] = [];
  /** Of what was read or written last. */
  #revision = '';
  #lastSync: Promise<void> = Promise.resolve();

  /** `check` makes the best of whatever an older or a broken file holds. */
  constructor(name: StateName, check: (value: unknown) => T) {
    this.#name = name;
    this.#check = check;
    this.value = check(null);
  }

  /** Reads what the file holds now, and saves what waits for that. Never rejects. */
  refresh(): Promise<void> {
    return this.#queue(() => this.#sync());
  }

  save(): Promise<void> {
    return this.#queue(async () => {
      if (this.#unsaved.length > 0) await this.#sync();
    });
  }

  /** For a window that may be about to close, and can't wait for an answer any more. */
  saveUnread(): void {
    if (this.isRead && this.#unsaved.length > 0) void this.#write().catch(() => {});
  }

  /** `change` is made again in what another window may have saved meanwhile. */
  update(change: Change<T>): void {
    // Whoever changes something in an effect does not wait for what it was before.
    this.value = change(untrack(() => this.value));
    this.#unsaved.push(change);
    this.saveSoon();
  }

  set(value: T): void {
    this.update(() => value);
  }

  change(part: Partial<T>): void {
    this.update((value) => ({ ...value, ...part }));
  }

  protected saveSoon(): void {
    void this.save();
  }

  /** One after the other, or an answer that is late would bring back what was changed since. */
  #queue(work: () => Promise<void>): Promise<void> {
    this.#lastSync = this.#lastSync.then(work).catch((error) => this.#failed(error));
    return this.#lastSync;
  }

  async #sync(): Promise<void> {
    for (let tried = 1; ; tried++) {
      await this.#read();
      if (this.#unsaved.length === 0) return;
      try {
        return await this.#write();
      } catch (error) {
        // Another window was quicker: the change is made again in what that one wrote.
        if (asProblem(error).code !== 'STATE_CHANGED' || tried === mostTries) throw error;
      }
    }
  }

  async #read(): Promise<void> {
    const { value, keptAside, revision } = await app.call('readState', { name: this.#name });
    this.#revision = revision;
    const next = this.#unsaved.reduce((one, change) => change(one), this.#check(value));
    // The same once more would draw everything again.
    if (JSON.stringify(next) !== JSON.stringify(this.value)) this.value = next;
    if (keptAside !== null) this.keptAside = keptAside;
    this.isRead = true;
  }

  async #write(): Promise<void> {
    const count = this.#unsaved.length;
    const input = { name: this.#name, value: this.value, revision: this.#revision };
    this.#revision = (await app.call('writeState', input)).revision;
    this.#unsaved.splice(0, count);
  }

  #failed(error: unknown): void {
    // Done again as soon as the engine is reached again (App.svelte).
    if (asProblem(error).code === 'CONNECTION_LOST') return;
    const verb = this.isRead ? 'saved' : 'read';
    app.notice = `Your ${wordsOf[this.#name]} could not be ${verb}; what you change holds until this window is closed.`;
  }
}
