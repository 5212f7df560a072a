/** The stack of the pickle machine: values, and marks that fence off those above them. */
import type { PickleValue } from './values.ts';

/** More was taken than there is above the last mark. */
export class Underflow extends Error {}
export class Overflow extends Error {}

export class PickleStack {
  readonly #limit: number;
  readonly #values: PickleValue[] = [];
  readonly #marks: number[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(value: PickleValue): void {
    if (this.#values.length >= this.#limit) throw new Overflow();
    this.#values.push(value);
  }

  pop(): PickleValue {
    this.#need(1);
    return this.#values.pop() as PickleValue;
  }

  /** The last one, which stays. */
  peek(): PickleValue {
    this.#need(1);
    return this.#values[this.#values.length - 1] as PickleValue;
  }

  /** The last `count` values, in the order in which they were laid down. */
  popMany(count: number): PickleValue[] {
    this.#need(count);
    return this.#values.splice(this.#values.length - count);
  }

  mark(): void {
    if (this.#marks.length >= this.#limit) throw new Overflow();
    this.#marks.push(this.#values.length);
  }

  /** All that lies above the last mark, and the mark. */
  popMark(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw new Underflow();
    return this.#values.splice(mark);
  }

  /** As POP does it: where nothing lies above the last mark, the mark goes. */
  drop(): void {
    if (this.#values.length > this.#fence) this.#values.pop();
    else if (this.#marks.pop() === undefined) throw new Underflow();
  }

  /** The last value, or None where there is none: for a pickle that could not be read to its end. */
  top(): PickleValue {
    return this.#values.at(-1) ?? null;
  }

  get #fence(): number {
    return this.#marks.at(-1) ?? 0;
  }

  #need(count: number): void {
    if (this.#values.length - count < this.#fence) throw new Underflow();
  }
}
