/**
 * JSON as strictly as RFC 8259 has it, with the place of what is wrong. JSON.parse says neither where nor that a
 * key stands twice, and two readers that keep different ones of two keys load different models.
 */

export interface JsonFlaw {
  readonly kind: 'syntax' | 'duplicate key' | 'too deep' | 'byte order mark' | 'forbidden key';
  readonly line: number;
  readonly column: number;
  readonly detail: string;
}

const maxDepth = 64;

/** The first syntax error, or else every other flaw; empty for good JSON. */
export function checkJson(text: string): JsonFlaw[] {
  const scanner = new Scanner(text);
  scanner.document();
  return scanner.flaws;
}

class SyntaxStop extends Error {}

class Scanner {
  readonly flaws: JsonFlaw[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    if (this.#text.charCodeAt(0) === 0xfeff) {
      this.#flaw('byte order mark', 'the text begins with a byte order mark');
      this.#at = 1;
    }
    try {
      this.#space();
      this.#value(0);
      this.#space();
      if (this.#at < this.#text.length) this.#stop('something follows the end of the JSON value');
    } catch (error) {
      if (!(error instanceof SyntaxStop)) throw error;
    }
  }

  #value(depth: number): void {
    const char = this.#text[this.#at];
    if (char === '{') this.#object(depth);
    else if (char === '[') this.#array(depth);
    else if (char === '"') this.#string();
    else {
      const word = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
      word.lastIndex = this.#at;
      const match = word.exec(this.#text);
      if (match === null)
        this.#stop(char === undefined ? 'the text ends in the middle' : 'a value is expected here');
      this.#at += match[0].length;
    }
  }

  #object(depth: number): void {
    this.#enter(depth);
    const seen = new Set<string>();
    this.#list('}', () => {
      const start = this.#at;
      if (this.#text[this.#at] !== '"') this.#stop('a key in double quotes is expected here');
      const key = this.#string();
      if (seen.has(key))
        this.#flaw('duplicate key', `the key ${JSON.stringify(key)} stands here a second time`, start);
      if (key === '__proto__') this.#flaw('forbidden key', 'the key "__proto__" has no place here', start);
      seen.add(key);
      this.#space();
      if (this.#text[this.#at] !== ':') this.#stop('a ":" is expected here');
      this.#at++;
      this.#space();
      this.#value(depth + 1);
    });
  }

  #array(depth: number): void {
    this.#enter(depth);
    this.#list(']', () => this.#value(depth + 1));
  }

  #enter(depth: number): void {
    if (depth >= maxDepth) {
      this.#flaw('too deep', `it is nested more than ${maxDepth} levels deep`);
      throw new SyntaxStop();
    }
    this.#at++;
  }

  #list(end: string, item: () => void): void {
    this.#space();
    if (this.#text[this.#at] === end) {
      this.#at++;
      return;
    }
    for (;;) {
      item();
      this.#space();
      const char = this.#text[this.#at];
      if (char === end) {
        this.#at++;
        return;
      }
      if (char !== ',')
        this.#stop(char === undefined ? 'the text ends in the middle' : `a "," or "${end}" is expected here`);
      this.#at++;
      this.#space();
    }
  }

  #string(): string {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these in a string
    const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
    string.lastIndex = this.#at;
    const match = string.exec(this.#text);
    if (match === null) this.#stop('this string is not closed, or holds what a string may not hold');
    this.#at += match[0].length;
    return JSON.parse(match[0]) as string;
  }

  #space(): void {
    const space = /[ \t\n\r]*/y;
    space.lastIndex = this.#at;
    this.#at += space.exec(this.#text)?.[0].length ?? 0;
  }

  #flaw(kind: JsonFlaw['kind'], detail: string, at = this.#at): void {
    const before = this.#text.slice(0, at);
    const line = before.split('\n').length;
    this.flaws.push({ kind, line, column: at - before.lastIndexOf('\n'), detail });
  }

  #stop(detail: string): never {
    this.#flaw('syntax', detail);
    throw new SyntaxStop();
  }
}
