/** What a Python file defines, seen without running it: names, classes, imports and syntax errors. */
import type { PartialParse, SyntaxNode, Tree } from '@lezer/common';
import { mayBeClass } from './class-values.ts';
import { type PythonSyntaxError, respell, syntaxErrors } from './syntax.ts';

export interface PythonFunction {
  readonly name: string;
  readonly line: number;
}

export interface PythonClass {
  readonly name: string;
  readonly line: number;
  /** As written: `BaseHandler`, `abc.ABC`, `Generic[T]`. */
  readonly bases: readonly string[];
  /** A decorator or a keyword such as `metaclass=` may add or replace anything. */
  readonly altered: boolean;
  /** Every name bound in the class body. */
  readonly members: readonly string[];
  readonly methods: readonly PythonMethod[];
  /** Defined inside an `if`, `try` or the like, so perhaps not at all. */
  readonly conditional: boolean;
}

export interface PythonMethod {
  readonly name: string;
  readonly line: number;
  readonly source: string;
}

export interface PythonImport {
  /** `a.b` or, relative, `.a`. */
  readonly module: string;
  readonly line: number;
  /** Names that `from … import` takes out of the module; empty for `import module`. */
  readonly names: readonly string[];
  /** The names that become bound here. */
  readonly bound: readonly string[];
  readonly star: boolean;
}

export interface PythonOutline {
  readonly functions: readonly PythonFunction[];
  readonly classes: readonly PythonClass[];
  /** Names bound at module level by assignment, `for`, `with` or `except`. */
  readonly assigned: readonly string[];
  /** Some name above may stand for a class: a named tuple, or what a function returned. */
  readonly assignsClass: boolean;
  readonly imports: readonly PythonImport[];
  /** The module makes names in ways that only running it would tell: `globals()`, `exec`, `sys.modules`. */
  readonly dynamic: boolean;
  readonly errors: readonly PythonSyntaxError[];
}

/** Larger sources are left alone: no handler is this long, and a parser's time is the reader's time. */
export const maxSourceBytes = 2 * 1024 * 1024;

const madeWhileRunning = /\bglobals\(\)|\bexec\(|\bsys\.modules\b|^[ \t]+global\s|^def __getattr__\b/m;

/** A source that would take a parser for ever, or is nested beyond reason: no handler is. */
export class PythonTooComplex extends Error {}

/** What is known of a source that Python does not even begin to parse. */
export const emptyOutline: PythonOutline = {
  functions: [],
  classes: [],
  assigned: [],
  assignsClass: false,
  imports: [],
  dynamic: false,
  errors: [],
};

export async function parsePython(source: string): Promise<PythonOutline> {
  // Loaded on first use: the tables of the grammar would slow the start of every command.
  const { parser } = await import('@lezer/python');
  const text = respell(source);
  const tree = parseBounded(parser.startParse(text));
  const outline = new ModuleWalk(text);
  try {
    outline.statements(tree.topNode, false);
  } catch (error) {
    if (error instanceof RangeError) throw new PythonTooComplex('it is nested too deeply');
    throw error;
  }
  return {
    functions: outline.functions,
    classes: outline.classes,
    assigned: outline.assigned,
    assignsClass: outline.assignsClass,
    imports: outline.imports,
    dynamic: madeWhileRunning.test(text),
    errors: syntaxErrors(tree, text),
  };
}

/**
 * Some 900 KB of ordinary code, ten times a long handler. Counted in steps of the parser and not in time, so that
 * the same file is judged alike on every machine.
 */
const mostSteps = 600_000;

function parseBounded(parse: PartialParse): Tree {
  for (let steps = 0; steps < mostSteps; steps += readingsOf(parse) ** 2) {
    const tree = parse.advance();
    if (tree) return tree;
  }
  throw new PythonTooComplex('it takes too many steps to parse');
}

/** Where a text fits no grammar the parser follows several readings at once, and compares each with each. */
function readingsOf(parse: PartialParse): number {
  return (parse as PartialParse & { readonly stacks?: readonly unknown[] }).stacks?.length || 1;
}

/** Whether `hasattr(module, name)` would hold: `maybe` where only running the module would tell. */
export function bindsName(outline: PythonOutline, name: string): 'yes' | 'no' | 'maybe' {
  const bound =
    outline.functions.some((item) => item.name === name) ||
    outline.classes.some((item) => item.name === name) ||
    outline.assigned.includes(name) ||
    outline.imports.some((item) => item.bound.includes(name));
  if (bound) return 'yes';
  return outline.dynamic || outline.imports.some((item) => item.star) ? 'maybe' : 'no';
}

const guardsThatDoNotRun = /^\(?\s*(__name__\s*==|["']__main__["']\s*==|(\w+\.)?TYPE_CHECKING\b)/;

class ModuleWalk {
  readonly functions: PythonFunction[] = [];
  readonly classes: PythonClass[] = [];
  readonly assigned: string[] = [];
  readonly imports: PythonImport[] = [];
  assignsClass = false;
  readonly #text: string;
  #lineStart = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  statements(parent: SyntaxNode, conditional: boolean): void {
    for (let node = parent.firstChild; node; node = node.nextSibling) this.#statement(node, conditional);
  }

  #statement(node: SyntaxNode, conditional: boolean): void {
    switch (node.name) {
      case 'FunctionDefinition': {
        const name = this.#childText(node, 'VariableName');
        if (name) this.functions.push({ name, line: this.#lineOf(node) });
        return;
      }
      case 'ClassDefinition':
        this.#class(node, conditional, false);
        return;
      case 'DecoratedStatement': {
        const target = node.lastChild;
        if (target?.name === 'ClassDefinition') this.#class(target, conditional, true);
        else if (target) this.#statement(target, conditional);
        return;
      }
      case 'ImportStatement':
        this.#import(node);
        return;
      case 'AssignStatement':
      case 'UpdateStatement':
        this.#assignment(node);
        return;
      case 'StatementGroup':
        this.statements(node, conditional);
        return;
      case 'IfStatement':
        this.#branches(node);
        return;
      default:
        this.#compound(node);
    }
  }

  /** `for`, `while`, `try`, `with`, `match`: the names they bind, and their bodies. */
  #compound(node: SyntaxNode): void {
    let binds = node.name === 'ForStatement' || node.name === 'WithStatement';
    for (let child = node.firstChild; child; child = child.nextSibling) {
      if (child.name === 'in') binds = false;
      if (child.name === 'Body' || child.name === 'MatchBody') this.statements(child, true);
      else if (child.name === 'MatchClause') this.#compound(child);
      else this.#bind(binds ? this.#namesIn(child) : this.#walrusIn(child));
    }
  }

  #branches(node: SyntaxNode): void {
    let test = '';
    for (let child = node.firstChild; child; child = child.nextSibling) {
      if (child.name === 'Body') {
        if (!guardsThatDoNotRun.test(test)) this.statements(child, true);
        test = '';
      } else {
        this.#bind(this.#walrusIn(child));
        if (child.name !== 'if' && child.name !== 'elif' && child.name !== 'else') test = this.#textOf(child);
      }
    }
  }

  #class(node: SyntaxNode, conditional: boolean, decorated: boolean): void {
    const name = this.#childText(node, 'VariableName');
    if (!name) return;
    const bases: string[] = [];
    let altered = decorated;
    const line = this.#lineOf(node);
    for (const argument of this.#arguments(node.getChild('ArgList'))) {
      if (/^\*|^\w+\s*=(?!=)/.test(argument)) altered = true;
      else bases.push(argument);
    }
    const body = node.getChild('Body');
    const inner = new ModuleWalk(this.#text);
    const methods: PythonMethod[] = [];
    if (body) {
      inner.statements(body, false);
      const definitions = [
        ...body.getChildren('FunctionDefinition'),
        ...body.getChildren('DecoratedStatement').flatMap((item) => item.getChildren('FunctionDefinition')),
      ];
      for (const item of definitions) {
        const methodName = this.#childText(item, 'VariableName');
        if (methodName)
          methods.push({ name: methodName, line: inner.#lineOf(item), source: this.#textOf(item) });
      }
    }
    const members = [
      ...inner.functions.map((item) => item.name),
      ...inner.classes.map((item) => item.name),
      ...inner.assigned,
      ...inner.imports.flatMap((item) => item.bound),
    ];
    this.classes.push({ name, line, bases, altered, members, methods, conditional });
  }

  #import(node: SyntaxNode): void {
    const line = this.#lineOf(node);
    const source = this.#textOf(node)
      .replace(/#[^\n]*/g, '')
      .replace(/[\\()]/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    const from = /^from ([.\s]*(?:\w[\w.]*)?) ?import (.*)$/u.exec(source);
    const items = (from?.[2] ?? source.replace(/^import /, ''))
      .split(',')
      .map((item) =>
        item
          .trim()
          .split(' as ')
          .map((part) => part.trim()),
      )
      .filter(([name]) => name);
    if (from) {
      const names = items.map(([name]) => name ?? '').filter((name) => name !== '*');
      const bound = items.map(([name, alias]) => alias ?? name ?? '').filter((name) => name !== '*');
      const module = (from[1] ?? '').replace(/ /g, '');
      this.imports.push({ module, line, names, bound, star: names.length < items.length });
      return;
    }
    for (const [module = '', alias] of items) {
      const bound = [alias ?? module.split('.')[0] ?? module];
      this.imports.push({ module, line, names: [], bound, star: false });
    }
  }

  /** The texts between the commas. */
  #arguments(list: SyntaxNode | null): string[] {
    const texts: string[] = [];
    let from = list?.firstChild?.to ?? 0;
    for (let child = list?.firstChild?.nextSibling; child; child = child.nextSibling) {
      if (child.name !== ',' && child.name !== ')') continue;
      texts.push(this.#text.slice(from, child.from).trim());
      from = child.to;
    }
    return texts.filter((text) => text !== '');
  }

  /** Names bound to what is not looked at, which may be anything. */
  #bind(names: readonly string[]): void {
    for (const name of names) this.assigned.push(name);
    if (names.length > 0) this.assignsClass = true;
  }

  #assignment(node: SyntaxNode): void {
    let sides: SyntaxNode[] = [];
    const names: string[] = [];
    let pending: string[] = [];
    let isUnpacked = false;
    for (let child = node.firstChild; child; child = child.nextSibling) {
      if (child.name === 'AssignOp' || child.name === 'UpdateOp') {
        for (const name of pending) names.push(name);
        isUnpacked ||= pending.length > 1;
        pending = [];
        sides = [];
      } else {
        for (const name of this.#namesIn(child)) pending.push(name);
        if (/^[A-Z]/.test(child.name)) sides.push(child);
      }
    }
    if (names.length === 0) return;
    for (const name of names) this.assigned.push(name);
    // One value that is unpacked hides what is in it.
    const hides = isUnpacked && sides.length === 1;
    const textOf = (value: SyntaxNode) => this.#textOf(value);
    if (hides || sides.some((value) => mayBeClass(value, textOf))) this.assignsClass = true;
  }

  #namesIn(node: SyntaxNode): string[] {
    switch (node.name) {
      case 'VariableName':
        return [this.#textOf(node)];
      case 'TupleExpression':
      case 'ArrayExpression':
      case 'ParenthesizedExpression': {
        const names: string[] = [];
        for (let child = node.firstChild; child; child = child.nextSibling)
          for (const name of this.#namesIn(child)) names.push(name);
        return names;
      }
      default:
        return this.#walrusIn(node);
    }
  }

  #walrusIn(node: SyntaxNode): string[] {
    const text = this.#textOf(node);
    return text.includes(':=')
      ? [...text.matchAll(/(?<!\w)(\w+)\s*:=/gu)].map((match) => match[1] ?? '')
      : [];
  }

  #childText(node: SyntaxNode, type: string): string {
    const child = node.getChild(type);
    return child ? this.#textOf(child) : '';
  }

  #textOf(node: SyntaxNode): string {
    return this.#text.slice(node.from, node.to);
  }

  // Nodes mostly come in order of place, so lines are counted on from the last one.
  #lineOf(node: SyntaxNode): number {
    if (node.from < this.#lineStart) {
      this.#lineStart = 0;
      this.#line = 1;
    }
    for (let next = this.#text.indexOf('\n', this.#lineStart); next !== -1 && next < node.from; ) {
      this.#line++;
      this.#lineStart = next + 1;
      next = this.#text.indexOf('\n', this.#lineStart);
    }
    return this.#line;
  }
}
