/**
 * What a pickle builds, told instead of built: a class is its name, a call is the function's name with its arguments.
 * None, booleans, texts and whole numbers are themselves (a bigint where a number would not be exact).
 */

export type PickleValue = null | boolean | string | number | bigint | PickleObject;

export type PickleObject =
  | PickleFloat
  | PickleBytes
  | PickleTuple
  | PickleList
  | PickleDict
  | PickleSet
  | PickleGlobal
  | PickleCall
  | PicklePersistent
  | PickleUnknown;

export interface PickleFloat {
  readonly kind: 'float';
  readonly value: number;
}

export interface PickleBytes {
  readonly kind: 'bytes';
  /** A part of what was read, not a copy of it. */
  readonly bytes: Buffer;
}

/** How much a container stands for: references to one value let a short pickle describe a boundless tree. */
export interface Container {
  /** Values in it, each counted as often as it is met. */
  unfolded: number;
  /** Levels of containers, itself counted; of what is filled after it was placed in another, at least that. */
  depth: number;
  /** It was placed in another: what is filled into it from now on is not counted in that one. */
  isHeld: boolean;
}

export interface PickleTuple extends Container {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}

export interface PickleList extends Container {
  readonly kind: 'list';
  readonly items: PickleValue[];
}

export interface PickleDict extends Container {
  readonly kind: 'dict';
  /** Key, value, key, value, as they were set; a key may stand there twice, and the later one counts. */
  readonly pairs: PickleValue[];
}

export interface PickleSet extends Container {
  readonly kind: 'set';
  readonly items: PickleValue[];
}

/** A class or a function by its name, as the pickle spells it. */
export interface PickleGlobal {
  readonly kind: 'global';
  readonly module: string;
  readonly name: string;
}

/** An object that loading would make by calling something. */
export interface PickleCall extends Container {
  readonly kind: 'call';
  readonly by: CallKind;
  readonly callee: PickleValue;
  /** A tuple, in every pickle that a pickler wrote. */
  readonly args: PickleValue;
  readonly kwargs: PickleValue;
  /** What BUILD gives it afterwards; undefined where nothing does. */
  state: PickleValue | undefined;
  /** What is appended to it. */
  readonly items: PickleValue[];
  /** What is set in it: key, value, key, value. */
  readonly pairs: PickleValue[];
}

export type CallKind = 'REDUCE' | 'NEWOBJ' | 'NEWOBJ_EX' | 'INST' | 'OBJ';

/** What stands outside the pickle and is only named in it: torch's storages. */
export interface PicklePersistent {
  readonly kind: 'persistent';
  readonly id: PickleValue;
}

export interface PickleUnknown {
  readonly kind: 'unknown';
  readonly why: string;
}

export const isPickleObject = (value: PickleValue): value is PickleObject =>
  typeof value === 'object' && value !== null;

/** Whether a value is that class or function. */
export function isGlobal(value: PickleValue, module: string, name: string): boolean {
  return isPickleObject(value) && value.kind === 'global' && value.module === module && value.name === name;
}

/** The values under keys that are texts, of a dictionary or of an object that is filled like one, in their order. */
export function textEntries(value: PickleDict | PickleCall): Map<string, PickleValue> {
  const entries = new Map<string, PickleValue>();
  const { pairs } = value;
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const key = pairs[at];
    if (typeof key === 'string') entries.set(key, pairs[at + 1] ?? null);
  }
  return entries;
}

export function asContainer(value: PickleValue): Container | null {
  return isPickleObject(value) && 'unfolded' in value ? value : null;
}
