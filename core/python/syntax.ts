/**
 * Syntax errors that Python would report too. The grammar misses some valid Python; each gap below was
 * found by parsing what CPython 3.7 to 3.13 ships, and what is commonly installed beside it. A gap is
 * either spelt another way before parsing, or forgiven afterwards: a wrong alarm costs more than a miss.
 */
import type { SyntaxNode, Tree } from '@lezer/common';

export interface PythonSyntaxError {
  readonly line: number;
  readonly column: number;
  readonly detail: string;
}

/** The same text, place by place, in words that the grammar knows. Only strings may end up changed. */
export function respell(source: string): string {
  return (
    source
      .replace(/^\ufeff/, ' ')
      // A form feed counts as nothing at the start of a line.
      .replace(/\f/g, ' ')
      // `1.` with nothing after the point.
      .replace(/(?<![\w.)\]])(\d[\d_]*)\.(?![\w.])/g, '$10')
      // `for a, *rest in …`
      .replace(/\bfor\b[^:=()[\]{}"'#\n]{0,200}?\bin\b/g, (loop) => loop.replaceAll('*', ' '))
      // `with … as (a, b):`
      .replace(/\bas \(([\w ,.*]*)\)(?=\s*[:,])/g, (_, names: string) => `as  ${names} `)
  );
}

/** At most this many are told: after the first, the rest is often its echo. */
const mostErrors = 3;

export function syntaxErrors(tree: Tree, text: string): PythonSyntaxError[] {
  const errors: PythonSyntaxError[] = [];
  let heads: Span[] | undefined;
  // Past a gap the parser has lost its way, and what it stumbles over there says nothing.
  let lost = false;
  tree.iterate({
    enter(ref) {
      if (lost || errors.length >= mostErrors) return false;
      if (ref.name === 'PrintStatement') {
        // `print >> file` is a shift that nobody writes any more, but Python reads it.
        lost = /^print\s*>>/.test(text.slice(ref.from, ref.to));
        if (!lost)
          errors.push({ ...placeOf(text, ref.from), detail: 'print without parentheses is Python 2' });
        return false;
      }
      if (!ref.type.isError || isBareYield(ref.node)) return true;
      heads ??= oddWithHeads(text);
      lost = isForgiven(ref.node, text) || heads.some((head) => ref.from >= head.from && ref.from <= head.to);
      if (!lost) errors.push({ ...placeOf(text, ref.from), detail: describe(text, ref.from, ref.to) });
      return true;
    },
  });
  return errors;
}

function isBareYield(error: SyntaxNode): boolean {
  return error.parent?.name === 'YieldExpression' || error.parent?.name === 'YieldStatement';
}

const forgivingHeads = new Set(['MatchStatement', 'MatchClause', 'Decorator', 'ParamList']);

function isForgiven(error: SyntaxNode, text: string): boolean {
  const parent = error.parent;
  if (!parent) return false;
  // `tuple[*Ts]`
  if (text[error.from] === '*' || text[error.to - 1] === '*') return true;
  // Any expression can decorate since Python 3.9.
  const lineStart = text.lastIndexOf('\n', error.from - 1) + 1;
  if (/^[ \t]*@/.test(text.slice(lineStart, error.from + 1))) return true;
  // Replacement fields of f-strings can hold anything since Python 3.12.
  for (let node: SyntaxNode | null = parent; node; node = node.parent) {
    if (node.name === 'FormatString' || node.name === 'FormatReplacement') return true;
  }
  for (let node: SyntaxNode | null = parent; node && node.name !== 'Body'; node = node.parent) {
    if (forgivingHeads.has(node.name) && node.name !== 'ParamList') return true;
    // `lambda x, /: x`
    if (node.name === 'ParamList' && node.parent?.name === 'LambdaExpression') return true;
  }
  return false;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const longestHead = 4000;

/** Heads of `with` that go beyond `as name`: they end at the first line end outside brackets. */
function oddWithHeads(text: string): Span[] {
  const heads: Span[] = [];
  for (const match of text.matchAll(/^[ \t]*(?:async[ \t]+)?with\b/gm)) {
    let depth = 0;
    let at = match.index + match[0].length;
    const last = Math.min(text.length, at + longestHead);
    for (; at < last; at++) {
      const char = text[at];
      if (char === '(' || char === '[' || char === '{') depth++;
      else if (char === ')' || char === ']' || char === '}') depth--;
      else if (char === '\n' && depth <= 0 && text[at - 1] !== '\\' && text[at - 2] !== '\\') break;
    }
    const head = text.slice(match.index, at);
    const isOdd = /\bwith\s*\(/.test(head) || /\bas\s+(?!\w+\s*[,:\\)])/.test(head);
    if (isOdd) heads.push({ from: match.index, to: at + 1 });
  }
  return heads;
}

function describe(text: string, from: number, to: number): string {
  const rest = (text.slice(from, from + 40).split('\n')[0] ?? '').trim();
  const word = /^(\w+|\S)/u.exec(rest)?.[1];
  if (word === undefined)
    return text.slice(from).trim() === '' ? 'the file ends too early' : 'the line ends too early';
  return to > from ? `"${word}" is unexpected here` : `something is missing before "${word}"`;
}

function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
}
