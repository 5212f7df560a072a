/** What a job knows before it is done: bounded, however much a hostile archive makes it find, and fetched in pieces. */
import type { EarlyPart } from '../contract/early.ts';
import type { Finding } from '../contract/model.ts';

const mostItems = 20_000;
/** Names may have 64 KiB each. */
const mostCharacters = 16 * 1024 * 1024;
const charactersAtOnce = 256 * 1024;

export class EarlyList<Head = unknown, Item = unknown> {
  readonly #onChange: () => void;
  #head: Head | null = null;
  readonly #items: Item[] = [];
  readonly #lengths: number[] = [];
  #characters = 0;
  #changes = 0;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** How often something was added. */
  get changes(): number {
    return this.#changes;
  }

  /** What finds no place is counted in the head all the same. */
  add(head: Head, items: readonly Item[]): void {
    this.#head = head;
    for (const item of items) {
      const { length } = JSON.stringify(item);
      if (this.#items.length >= mostItems || this.#characters + length > mostCharacters) break;
      this.#items.push(item);
      this.#lengths.push(length);
      this.#characters += length;
    }
    this.#changes++;
    this.#onChange();
  }

  /** There is a result in its place: what was found early would be held twice, for as long as the job is listed. */
  clear(): void {
    this.#head = null;
    this.#items.length = this.#lengths.length = this.#characters = 0;
  }

  /** One item at least, where there is one. */
  part(from: number): { head: Head | null; items: readonly Item[]; total: number } {
    let end = from;
    for (let characters = 0; end < this.#items.length && characters < charactersAtOnce; end++) {
      characters += this.#lengths[end] ?? 0;
    }
    return { head: this.#head, items: this.#items.slice(from, end), total: this.#items.length };
  }
}

/** Counts what it lists. */
export function listFindings(early: EarlyList): (findings: readonly Finding[]) => void {
  const tally = { error: 0, warning: 0, info: 0 };
  return (findings) => {
    if (findings.length === 0) return;
    for (const { severity } of findings) tally[severity]++;
    early.add({ ...tally }, findings);
  };
}

/** Null where the verb tells nothing early. */
export function partOf(verb: string, early: EarlyList, from: number): EarlyPart | null {
  if (!['verify', 'diff', 'hash'].includes(verb)) return null;
  return { verb, ...early.part(from) } as EarlyPart;
}
