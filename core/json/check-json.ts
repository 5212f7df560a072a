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

/** A value as it stands: numbers keep their digits, and of equal keys the last one counts. */
export type JsonNode =
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonNode> }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly value: string }
  /** A number, true, false or null. */
  | { readonly kind: 'word'; readonly source: string };

const maxDepth = 64;

/** The first syntax error, or else every other flaw; empty for good JSON. */
export const checkJson = (text: string): JsonFlaw[] => readJson(text).flaws;

/** The flaws, as checkJson, and the value; null where the syntax is wrong or the nesting too deep. */
export function readJson(text: string): { readonly flaws: JsonFlaw[]; readonly root: JsonNode | null } {
  const scanner = new Scanner(text);
  const root = scanner.document();
  return { flaws: placed(scanner.flaws, text), root };
}

interface Flaw {
  readonly kind: JsonFlaw['kind'];
  readonly at: number;
  readonly detail: string;
}

/** Line ends are counted once for all flaws: a hostile file has as many of both as it has room for. */
function placed(flaws: readonly Flaw[], text: string): JsonFlaw[] {
  if (flaws.length === 0) return [];
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return flaws.map(({ kind, at, detail }) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] as number) <= at) low = middle;
      else high = middle;
    }
    return { kind, line: low + 1, column: at - (starts[low] as number) + 1, detail };
  });
}

class SyntaxStop extends Error {}

// Each looks for one character: a pattern for a whole string or number would run out of stack on a long one.
const notSpace = /[^ \t\n\r]/g;
const wordEnd = /[^\w.+-]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these in a string
const remarkable = /["\\\u0000-\u001f]/g;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const word = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
const longestWord = 10_000;

class Scanner {
  readonly flaws: Flaw[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonNode | null {
    if (this.#text.charCodeAt(0) === 0xfeff) {
      this.#flaw('byte order mark', 'the text begins with a byte order mark');
      this.#at = 1;
    }
    try {
      this.#space();
      const root = this.#value(0);
      this.#space();
      if (this.#at < this.#text.length) this.#stop('something follows the end of the JSON value');
      return root;
    } catch (error) {
      if (!(error instanceof SyntaxStop)) throw error;
      return null;
    }
  }

  #value(depth: number): JsonNode {
    const char = this.#text[this.#at];
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#array(depth);
    if (char === '"') return { kind: 'string', value: this.#string() };
    wordEnd.lastIndex = this.#at;
    const end = wordEnd.exec(this.#text)?.index ?? this.#text.length;
    const source = this.#text.slice(this.#at, Math.min(end, this.#at + longestWord));
    if (!word.test(source))
      this.#stop(char === undefined ? 'the text ends in the middle' : 'a value is expected here');
    if (end - this.#at > longestWord) this.#stop(`this number has more than ${longestWord} digits`);
    this.#at = end;
    return { kind: 'word', source };
  }

  #object(depth: number): JsonNode {
    this.#enter(depth);
    const members = new Map<string, JsonNode>();
    this.#list('}', () => {
      const start = this.#at;
      if (this.#text[this.#at] !== '"') this.#stop('a key in double quotes is expected here');
      const key = this.#string();
      if (members.has(key))
        this.#flaw('duplicate key', `the key ${JSON.stringify(key)} stands here a second time`, start);
      if (key === '__proto__') this.#flaw('forbidden key', 'the key "__proto__" has no place here', start);
      this.#space();
      if (this.#text[this.#at] !== ':') this.#stop('a ":" is expected here');
      this.#at++;
      this.#space();
      members.set(key, this.#value(depth + 1));
    });
    return { kind: 'object', members };
  }

  #array(depth: number): JsonNode {
    this.#enter(depth);
    const items: JsonNode[] = [];
    this.#list(']', () => items.push(this.#value(depth + 1)));
    return { kind: 'array', items };
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
    remarkable.lastIndex = this.#at + 1;
    for (;;) {
      const found = remarkable.exec(this.#text);
      if (found?.[0] === '"') break;
      escaped.lastIndex = found?.index ?? 0;
      if (found?.[0] !== '\\' || !escaped.test(this.#text))
        this.#stop('this string is not closed, or holds what a string may not hold');
      remarkable.lastIndex = escaped.lastIndex;
    }
    const source = this.#text.slice(this.#at, remarkable.lastIndex);
    this.#at = remarkable.lastIndex;
    return source.includes('\\') ? (JSON.parse(source) as string) : source.slice(1, -1);
  }

  #space(): void {
    // Most often there is none.
    if (!(this.#text.charCodeAt(this.#at) <= 32)) return;
    notSpace.lastIndex = this.#at;
    this.#at = notSpace.exec(this.#text)?.index ?? this.#text.length;
  }

  #flaw(kind: JsonFlaw['kind'], detail: string, at = this.#at): void {
    this.flaws.push({ kind, at, detail });
  }

  #stop(detail: string): never {
    this.#flaw('syntax', detail);
    throw new SyntaxStop();
  }
}
