/** The memo of the pickle machine: picklers number what they keep from 0 on, hostile ones as they like. */
import type { PickleValue } from './values.ts';

export class Memo {
  /** A list is several times faster than a map, and what picklers write fits in it. */
  readonly #inOrder: PickleValue[] = [];
  readonly #others = new Map<number, PickleValue>();

  get size(): number {
    return this.#inOrder.length + this.#others.size;
  }

  set(index: number, value: PickleValue): void {
    if (index < this.#inOrder.length) this.#inOrder[index] = value;
    else if (index > this.#inOrder.length) this.#others.set(index, value);
    else {
      this.#inOrder.push(value);
      if (this.#others.size > 0) this.#others.delete(index);
    }
  }

  get(index: number): PickleValue | undefined {
    return index < this.#inOrder.length ? this.#inOrder[index] : this.#others.get(index);
  }
}
