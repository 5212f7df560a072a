/** A literal of Python as the header of an array has it: dictionaries, tuples, lists, texts, whole numbers, True, False, None. */

export type PythonLiteral =
  | string
  | number
  | boolean
  | null
  | readonly PythonLiteral[]
  | ReadonlyMap<string, PythonLiteral>;

const deepest = 32;

/** Undefined where it is none. */
export function pythonLiteral(text: string): PythonLiteral | undefined {
  const reader = new Reader(text);
  try {
    const value = reader.value(0);
    return reader.isAtEnd() ? value : undefined;
  } catch (error) {
    if (error instanceof NoLiteral) return undefined;
    throw error;
  }
}

class NoLiteral extends Error {}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    this.#space();
    return this.#at === this.#text.length;
  }

  value(depth: number): PythonLiteral {
    if (depth > deepest) throw new NoLiteral();
    this.#space();
    if (this.#take('{')) return this.#dictionary(depth);
    if (this.#take('(')) return this.#items(')', depth);
    if (this.#take('[')) return this.#items(']', depth);
    const quoted = this.#match(/(['"])([^'"\\]*)\1/y);
    if (quoted) return quoted[2] as string;
    // A long of Python 2 ends in "L".
    const number = this.#match(/(-?\d{1,20})L?/y);
    if (number) return Number(number[1]);
    const [word = ''] = this.#match(/True|False|None/y) ?? [];
    if (word === '') throw new NoLiteral();
    return word === 'None' ? null : word === 'True';
  }

  #dictionary(depth: number): ReadonlyMap<string, PythonLiteral> {
    const members = new Map<string, PythonLiteral>();
    for (;;) {
      this.#space();
      if (this.#take('}')) return members;
      const key = this.value(depth + 1);
      this.#space();
      if (typeof key !== 'string' || !this.#take(':')) throw new NoLiteral();
      members.set(key, this.value(depth + 1));
      this.#separator('}');
    }
  }

  #items(end: string, depth: number): PythonLiteral[] {
    const items: PythonLiteral[] = [];
    for (;;) {
      this.#space();
      if (this.#take(end)) return items;
      items.push(this.value(depth + 1));
      this.#separator(end);
    }
  }

  #separator(end: string): void {
    this.#space();
    if (!this.#take(',') && this.#text[this.#at] !== end) throw new NoLiteral();
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found) this.#at = pattern.lastIndex;
    return found;
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }
}
