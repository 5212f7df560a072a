/** What each opcode does to the machine. */
import { parseFloatText, parseInteger, parseLong, parseQuoted, parseRawUnicode } from './literals.ts';
import type { Machine } from './machine.ts';
import { nameGlobal } from './names.ts';
import { build, call, callWithClass, extend, setItems } from './objects.ts';
import { type ArgumentOf, type OpcodeName, opcodeNames, opcodes } from './opcodes.ts';
import type { PickleFloat, PickleTuple, PickleUnknown, PickleValue } from './values.ts';

type Steps = { readonly [Name in OpcodeName]: (machine: Machine, argument: ArgumentOf<Name>) => void };

const steps: Steps = {
  MARK: (m) => m.stack.mark(),
  STOP: (m) => m.stop(),
  POP: (m) => m.stack.drop(),
  POP_MARK: (m) => void m.stack.popMark(),
  DUP: (m) => m.push(m.stack.peek()),
  PUT: (m, line) => keep(m, parseInteger(line)),
  BINPUT: keep,
  LONG_BINPUT: keep,
  MEMOIZE: (m) => keep(m, m.memo.size),
  GET: (m, line) => recall(m, parseInteger(line)),
  BINGET: recall,
  LONG_BINGET: recall,

  NONE: (m) => m.push(null),
  NEWTRUE: (m) => m.push(true),
  NEWFALSE: (m) => m.push(false),
  INT: (m, line) => pushInt(m, line),
  LONG: (m, line) => pushLiteral(m, parseInteger(line.at(-1) === 0x4c ? line.subarray(0, -1) : line)),
  BININT: (m, value) => m.push(value),
  BININT1: (m, value) => m.push(value),
  BININT2: (m, value) => m.push(value),
  LONG1: (m, bytes) => m.push(parseLong(bytes)),
  LONG4: (m, bytes) => pushLong(m, bytes),
  FLOAT: (m, line) => {
    const value = parseFloatText(line);
    if (value === null) pushLiteral(m, null);
    else pushFloat(m, value);
  },
  BINFLOAT: pushFloat,

  STRING: (m, line) => {
    if (line.length > m.budget.textBytes) {
      pushLongText(m, line);
      return;
    }
    const bytes = parseQuoted(line);
    if (bytes) pushString(m, bytes);
    else pushLiteral(m, null);
  },
  BINSTRING: (m, bytes) => {
    if (bytes) pushString(m, bytes);
    else pushLiteral(m, null);
  },
  SHORT_BINSTRING: pushString,
  UNICODE: (m, line) => {
    m.made();
    m.watcher.bytes?.(line, m.at + 1);
    m.push(line.length > m.budget.textBytes ? longText(line) : parseRawUnicode(line));
  },
  SHORT_BINUNICODE: pushText,
  BINUNICODE: pushText,
  BINUNICODE8: pushText,
  SHORT_BINBYTES: pushBytes,
  BINBYTES: pushBytes,
  BINBYTES8: pushBytes,
  BYTEARRAY8: pushBytes,
  NEXT_BUFFER: (m) => pushHidden(m, 'bytes that are kept outside of the pickle'),
  READONLY_BUFFER: (m) => void m.stack.peek(),

  EMPTY_TUPLE: (m) => m.push(emptyTuple),
  TUPLE1: (m) => pushTuple(m, m.stack.popMany(1)),
  TUPLE2: (m) => pushTuple(m, m.stack.popMany(2)),
  TUPLE3: (m) => pushTuple(m, m.stack.popMany(3)),
  TUPLE: (m) => pushTuple(m, m.stack.popMark()),
  EMPTY_LIST: (m) => pushList(m, []),
  LIST: (m) => pushList(m, m.stack.popMark()),
  APPEND: (m) => extend(m, 'APPENDS', m.stack.popMany(1)),
  APPENDS: (m) => extend(m, 'APPENDS', m.stack.popMark()),
  EMPTY_DICT: (m) => pushDict(m, []),
  DICT: (m) => pushDict(m, m.stack.popMark()),
  SETITEM: (m) => setItems(m, m.stack.popMany(2)),
  SETITEMS: (m) => setItems(m, m.stack.popMark()),
  EMPTY_SET: (m) => pushSet(m, []),
  ADDITEMS: (m) => extend(m, 'ADDITEMS', m.stack.popMark()),
  FROZENSET: (m) => pushSet(m, m.stack.popMark()),

  GLOBAL: (m, [module, name]) => m.push(nameGlobal(m, module, name)),
  STACK_GLOBAL: pushStackGlobal,
  EXT1: (m, code) => pushHidden(m, `the class of extension code ${code}`),
  EXT2: (m, code) => pushHidden(m, `the class of extension code ${code}`),
  EXT4: (m, code) => pushHidden(m, `the class of extension code ${code}`),
  REDUCE: (m) => {
    const [callee = null, args = null] = m.stack.popMany(2);
    call(m, 'REDUCE', callee, args);
  },
  NEWOBJ: (m) => {
    const [callee = null, args = null] = m.stack.popMany(2);
    call(m, 'NEWOBJ', callee, args);
  },
  NEWOBJ_EX: (m) => {
    const [callee = null, args = null, kwargs = null] = m.stack.popMany(3);
    call(m, 'NEWOBJ_EX', callee, args, kwargs);
  },
  INST: (m, [module, name]) => {
    const items = m.stack.popMark();
    call(m, 'INST', nameGlobal(m, module, name), tupleOf(m, items));
  },
  OBJ: (m) => callWithClass(m, m.stack.popMark(), tupleOf),
  BUILD: build,
  PERSID: (m, line) => pushPersistent(m, line.toString('latin1')),
  BINPERSID: (m) => pushPersistent(m, m.stack.pop()),

  PROTO: (m, version) => m.protocol(version),
  FRAME: (m, length) => m.enterFrame(length),
};

function step<Name extends OpcodeName>(name: Name): (machine: Machine) => void {
  const run: (machine: Machine, argument: ArgumentOf<Name>) => void = steps[name];
  const read = opcodes[name].read as (input: Machine['input']) => ArgumentOf<Name>;
  return (machine) => run(machine, read(machine.input));
}

/** By the opcode's byte. */
export const stepOf: readonly (((machine: Machine) => void) | undefined)[] = opcodeNames.map((name) =>
  name === undefined ? undefined : step(name),
);

function keep(m: Machine, index: number | bigint | null): void {
  const value = m.stack.peek();
  if (typeof index !== 'number' || index < 0) {
    m.evasion('it keeps a value under what is no number of the memo');
    return;
  }
  m.memo.set(index, value);
  if (m.memo.size > m.budget.memo)
    m.halt('limit', `it keeps more than ${m.budget.memo.toLocaleString('en-US')} values in its memo`);
}

function recall(m: Machine, index: number | bigint | null): void {
  const value = typeof index === 'number' ? m.memo.get(index) : undefined;
  if (value === undefined) {
    m.evasion(`it recalls what was never kept in its memo (${index})`);
    m.push(unknown('a value that was never kept'));
  } else m.push(value);
}

function pushInt(m: Machine, line: Buffer): void {
  const text = line.toString('latin1', 0, 3).trim();
  if (text === '00' || text === '01') m.push(text === '01');
  else pushLiteral(m, parseInteger(line));
}

function pushLiteral(m: Machine, value: number | bigint | null): void {
  if (value === null) {
    m.evasion('a number or a text in it is not written as Python writes it');
    m.push(unknown('a number or a text that is not written as Python writes it'));
  } else m.push(value);
}

function pushLong(m: Machine, bytes: Buffer | null): void {
  if (bytes && bytes.length > m.budget.longBytes)
    m.halt('limit', `an integer in it has ${bytes.length.toLocaleString('en-US')} bytes`);
  m.made();
  pushLiteral(m, bytes && parseLong(bytes));
}

const someFloat: PickleFloat = { kind: 'float', value: Number.NaN };

function pushFloat(m: Machine, value: number): void {
  if (m.isShallow) m.push(someFloat);
  else {
    m.made();
    m.push({ kind: 'float', value });
  }
}

/** Of Python 2, where a text and bytes were one: what is not ASCII is read differently by everybody. */
function pushString(m: Machine, bytes: Buffer): void {
  if (bytes.length > m.budget.textBytes || !isAscii(bytes)) {
    pushBytes(m, bytes);
    return;
  }
  m.made();
  m.watcher.bytes?.(bytes, m.at);
  m.push(bytes.toString('latin1'));
}

function isAscii(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte >= 0x80) return false;
  return true;
}

function pushText(m: Machine, bytes: Buffer): void {
  m.made();
  m.watcher.bytes?.(bytes, m.at);
  m.push(bytes.length > m.budget.textBytes ? longText(bytes) : bytes.toString('utf8'));
}

function pushLongText(m: Machine, bytes: Buffer): void {
  m.made();
  m.watcher.bytes?.(bytes, m.at);
  m.push(longText(bytes));
}

const longText = (bytes: Buffer) => unknown(`a text of ${bytes.length.toLocaleString('en-US')} bytes`);

function pushBytes(m: Machine, bytes: Buffer): void {
  m.made();
  m.watcher.bytes?.(bytes, m.at);
  m.push({ kind: 'bytes', bytes });
}

const emptyTuple: PickleTuple = { kind: 'tuple', items: [], unfolded: 1, depth: 1, isHeld: false };

function tupleOf(m: Machine, items: PickleValue[]): PickleTuple {
  if (items.length === 0) return emptyTuple;
  m.made();
  const { unfolded, depth } = m.measure(items);
  return { kind: 'tuple', items, unfolded, depth, isHeld: false };
}

function pushTuple(m: Machine, items: PickleValue[]): void {
  m.push(tupleOf(m, items));
}

function pushList(m: Machine, items: PickleValue[]): void {
  m.made();
  const { unfolded, depth } = m.measure(items);
  m.push({ kind: 'list', items: m.kept(items), unfolded, depth, isHeld: false });
}

function pushSet(m: Machine, items: PickleValue[]): void {
  m.made();
  const { unfolded, depth } = m.measure(items);
  m.push({ kind: 'set', items: m.kept(items), unfolded, depth, isHeld: false });
}

function pushDict(m: Machine, pairs: PickleValue[]): void {
  if (pairs.length % 2 !== 0) m.evasion('a dictionary in it has a key without a value');
  m.made();
  const { unfolded, depth } = m.measure(pairs);
  m.push({ kind: 'dict', pairs: m.kept(pairs), unfolded, depth, isHeld: false });
}

function pushStackGlobal(m: Machine): void {
  const [module = null, name = null] = m.stack.popMany(2);
  if (typeof module === 'string' && typeof name === 'string') {
    m.push(nameGlobal(m, module, name));
    return;
  }
  m.evasion('it names a class by what is made while it is loaded');
  m.push(unknown('a class that is named while it is loaded'));
}

function pushPersistent(m: Machine, id: PickleValue): void {
  m.made();
  const known = m.watcher.persistent?.(id, m.at);
  m.push(known === undefined ? { kind: 'persistent', id } : known);
}

function pushHidden(m: Machine, what: string): void {
  m.evasion(`it takes ${what}`);
  m.push(unknown(what));
}

function unknown(why: string): PickleUnknown {
  return { kind: 'unknown', why };
}
