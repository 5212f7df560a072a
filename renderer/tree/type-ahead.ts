/** Letters typed one after the other: the next row whose name begins with them. */
import type { TreeRows } from './tree-rows.svelte.ts';

/** A longer pause begins another name. */
const pauseMs = 700;

/** `timeStamp` is when the key was pressed: a page that is slow hears of it later. */
type Pressed = Pick<KeyboardEvent, 'key' | 'timeStamp'>;

export class TypeAhead {
  #typed = '';
  #at = 0;

  /** The node to go to from row `from`; -1 where none begins so. */
  find({ key: letter, timeStamp: now }: Pressed, { rows, tree }: TreeRows, from: number): number {
    this.#typed = now - this.#at > pauseMs ? letter.toLowerCase() : this.#typed + letter.toLowerCase();
    this.#at = now;
    const start = this.#typed.length === 1 ? from + 1 : from;
    for (let step = 0; step < rows.length; step++) {
      const node = rows[(start + step) % rows.length] as number;
      if ((tree.names[node] ?? '').toLowerCase().startsWith(this.#typed)) return node;
    }
    return -1;
  }
}
