/** Objects: what is called to make them, and what is put into them afterwards. */
import type { CalledTarget, Machine } from './machine.ts';
import type { CallKind, PickleCall, PickleObject, PickleTuple, PickleValue } from './values.ts';
import { isPickleObject } from './values.ts';

export function call(
  m: Machine,
  by: CallKind,
  callee: PickleValue,
  args: PickleValue,
  kwargs: PickleValue = null,
): void {
  m.made();
  if (kindOf(callee) !== 'global' && kindOf(callee) !== 'unknown')
    m.evasion(`it calls ${describe(callee)}, which is no function by name`);
  if (kindOf(args) !== 'tuple') m.evasion(`it passes ${describe(args)} for arguments`);
  const { unfolded, depth } = m.measure([args, kwargs]);
  const made: PickleCall = {
    ...{ kind: 'call', by, callee, args, kwargs },
    ...{ state: undefined, items: [], pairs: [], unfolded, depth, isHeld: false },
  };
  note(m, by, made);
  m.watcher.called?.(made, m.at);
  m.push(made);
}

/** OBJ takes the class from below its arguments. */
export function callWithClass(
  m: Machine,
  [callee, ...args]: PickleValue[],
  tupleOf: (m: Machine, items: PickleValue[]) => PickleTuple,
): void {
  if (callee === undefined) m.halt('evasion', 'it takes more from the stack than there is');
  call(m, 'OBJ', callee, tupleOf(m, args));
}

export function build(m: Machine): void {
  const state = m.stack.pop();
  const target = m.stack.peek();
  if (isOfKind(target, 'call')) {
    target.state = state;
    m.grow(target, [state]);
    note(m, 'BUILD', target);
  } else if (kindOf(target) !== 'unknown') {
    m.evasion(`it sets the state of ${describe(target)}`);
  }
  const next = m.watcher.built?.(target, state, m.input.position) ?? null;
  if (next !== null) m.goOnAt(next);
}

export function extend(m: Machine, by: 'APPENDS' | 'ADDITEMS', items: PickleValue[]): void {
  const target = m.stack.peek();
  const wanted = by === 'APPENDS' ? 'list' : 'set';
  if (isOfKind(target, wanted) || isOfKind(target, 'call')) {
    m.fill(target.items, items);
    m.grow(target, items);
    if (target.kind === 'call') note(m, by, target);
  } else if (kindOf(target) !== 'unknown') {
    m.evasion(`it adds items to ${describe(target)}`);
  }
}

export function setItems(m: Machine, pairs: PickleValue[]): void {
  const target = m.stack.peek();
  if (pairs.length % 2 !== 0) m.evasion('it sets a key without a value');
  if (isOfKind(target, 'dict') || isOfKind(target, 'call')) {
    m.fill(target.pairs, pairs);
    m.grow(target, pairs);
    if (target.kind === 'call') note(m, 'SETITEMS', target);
  } else if (kindOf(target) !== 'unknown') {
    m.evasion(`it sets items of ${describe(target)}`);
  }
}

function note(m: Machine, by: CalledTarget['by'], { callee }: PickleCall): void {
  if (isOfKind(callee, 'global')) m.target(by, callee);
}

type Kind = PickleObject['kind'];

function isOfKind<K extends Kind>(value: PickleValue, kind: K): value is Extract<PickleObject, { kind: K }> {
  return isPickleObject(value) && value.kind === kind;
}

function kindOf(value: PickleValue): Kind | null {
  return isPickleObject(value) ? value.kind : null;
}

const described: Readonly<Record<Kind, string>> = {
  float: 'a number',
  bytes: 'bytes',
  tuple: 'a tuple',
  list: 'a list',
  dict: 'a dictionary',
  set: 'a set',
  global: 'a class or function',
  call: 'the result of a call',
  persistent: 'what stands outside of the pickle',
  unknown: 'what is not known',
};

function describe(value: PickleValue): string {
  if (value === null) return 'None';
  if (isPickleObject(value)) return described[value.kind];
  return typeof value === 'string' ? 'a text' : typeof value === 'boolean' ? 'a truth value' : 'a number';
}
