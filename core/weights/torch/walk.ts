/**
 * The tensors in what a pickle builds, each by the way to it: keys, places in lists, and of a module its parameters,
 * buffers and parts as torch itself would name them.
 */
import { isPickleObject, type PickleCall, type PickleObject, type PickleValue } from '../pickle/values.ts';
import { itemsOf } from './arguments.ts';
import { type AnyTensor, tensorOfCall } from './describe.ts';
import { type InlineArray, numpyOfCall } from './inline-array.ts';

export interface FoundTensor {
  readonly name: string;
  readonly tensor: AnyTensor | InlineArray;
}

export interface WalkResult {
  readonly found: readonly FoundTensor[];
  /** Why not all was looked at. */
  readonly cut: string | null;
}

const mostTensors = 1_000_000;
/** References let a short pickle stand for a boundless tree. Tied layers are met twice, or once for each of a few names. */
const mostRepeats = 100_000;
const deepest = 500;
/** A key of a megabyte may stand before the names of a million tensors. */
const mostLetters = 256 * 1024 * 1024;

export interface WalkOptions {
  /** What stands before every name. */
  readonly prefix?: string;
  /** The name of a tensor that is all there is. */
  readonly alone?: string;
  /** Arrays that only their file knows. */
  readonly arrayOf?: (call: PickleCall) => InlineArray | null;
}

export function findTensors(root: PickleValue, options: WalkOptions = {}): WalkResult {
  const walk = new Walk(options);
  walk.visit(root, options.prefix ?? '', 0);
  return { found: walk.found, cut: walk.cut };
}

class Walk {
  readonly found: FoundTensor[] = [];
  cut: string | null = null;
  readonly #options: WalkOptions;
  /** What is being looked into: a module may hold its parent. */
  readonly #open = new Set<PickleObject>();
  readonly #seen = new Set<PickleObject>();
  #repeats = 0;
  #letters = 0;

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  visit(value: PickleValue, name: string, depth: number): void {
    if (!isPickleObject(value) || this.cut !== null || this.#open.has(value)) return;
    if (!('unfolded' in value)) return;
    if (this.#seen.has(value)) this.#repeats++;
    else this.#seen.add(value);
    if (this.#repeats > mostRepeats) this.cut = 'it refers to its parts too often to follow them all';
    else if (depth > deepest) this.cut = `its parts lie more than ${deepest} levels deep`;
    else if (this.found.length >= mostTensors)
      this.cut = `it has more than ${mostTensors.toLocaleString('en-US')} tensors`;
    if (this.cut !== null) return;
    this.#open.add(value);
    this.#lookInto(value, name, depth + 1);
    this.#open.delete(value);
  }

  #lookInto(value: PickleObject, name: string, depth: number): void {
    if (value.kind === 'dict') this.#pairs(value.pairs, name, depth);
    else if (value.kind === 'list' || value.kind === 'tuple' || value.kind === 'set') {
      this.#items(value.items, name, depth);
    } else if (value.kind === 'call') this.#call(value, name, depth);
  }

  #call(call: PickleCall, name: string, depth: number): void {
    const tensor = tensorOfCall(call) ?? numpyOfCall(call) ?? this.#options.arrayOf?.(call) ?? null;
    if (tensor !== null) {
      this.#letters += name.length;
      if (this.#letters > mostLetters) {
        this.cut = `the names of its tensors have more than ${mostLetters.toLocaleString('en-US')} letters`;
        return;
      }
      this.found.push({ name: name === '' ? (this.#options.alone ?? 'tensor') : name, tensor });
      return;
    }
    // Of what else is called, such as a subclass of a dictionary or a list, any part may hold tensors.
    this.#items(itemsOf(call.args) ?? [], name, depth);
    this.#items(call.items, name, depth);
    this.#pairs(call.pairs, name, depth);
    if (call.state !== undefined && isPickleObject(call.state)) this.#state(call.state, name, depth);
  }

  /** A module keeps its parts by kind, and they are named as if it held them itself. */
  #state(state: PickleObject, name: string, depth: number): void {
    if (state.kind !== 'dict') {
      this.visit(state, name, depth);
      return;
    }
    const entries = entriesOf(state.pairs);
    for (const kind of moduleParts) this.visit(entries.get(kind) ?? null, name, depth);
    for (const [key, value] of entries) {
      if (!moduleParts.includes(key)) this.visit(value, joined(name, key), depth);
    }
  }

  #pairs(pairs: readonly PickleValue[], name: string, depth: number): void {
    for (const [key, value] of entriesOf(pairs)) this.visit(value, joined(name, key), depth);
  }

  #items(items: readonly PickleValue[], name: string, depth: number): void {
    for (let at = 0; at < items.length; at++) {
      const item = items[at] as PickleValue;
      if (isPickleObject(item)) this.visit(item, joined(name, `${at}`), depth);
    }
  }
}

const moduleParts: readonly string[] = ['_parameters', '_buffers', '_modules'];

const joined = (name: string, key: string) => (name === '' ? key : `${name}.${key}`);

/** Of two values under one key the later one counts. */
function entriesOf(pairs: readonly PickleValue[]): Map<string, PickleValue> {
  const entries = new Map<string, PickleValue>();
  for (let at = 0; at + 1 < pairs.length; at += 2)
    entries.set(keyText(pairs[at]), pairs[at + 1] as PickleValue);
  return entries;
}

function keyText(key: PickleValue | undefined): string {
  if (key === undefined || key === null) return 'None';
  if (!isPickleObject(key)) return String(key);
  const items = itemsOf(key);
  return items === null
    ? `(${key.kind})`
    : `(${items.map((item) => (isPickleObject(item) ? item.kind : String(item))).join(', ')})`;
}
