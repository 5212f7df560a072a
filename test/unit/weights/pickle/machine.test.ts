import assert from 'node:assert/strict';
import test from 'node:test';
import { type PickleOptions, readPickle } from '../../../../core/weights/pickle/machine.ts';
import { opcodeNames, opcodes } from '../../../../core/weights/pickle/opcodes.ts';
import { textEntries } from '../../../../core/weights/pickle/values.ts';
import { op, pickle } from '../../../support/pickle.ts';

const read = (parts: readonly Buffer[], options?: PickleOptions) =>
  readPickle(pickle(...parts, op.STOP()), 0, options);
const whatIs = async (...parts: readonly Buffer[]) => {
  const result = await read(parts);
  assert.deepEqual(result.problems, []);
  assert.ok(result.isComplete);
  return result.value;
};
const problemsOf = async (...parts: readonly Buffer[]) =>
  (await read(parts)).problems.map(({ kind }) => kind);

test('there are 68 opcodes, each with a byte of its own', () => {
  assert.equal(Object.keys(opcodes).length, 68);
  assert.equal(opcodeNames.filter((name) => name !== undefined).length, 68);
});

test('numbers and texts are what every protocol spells them as', async () => {
  assert.equal(await whatIs(op.NONE()), null);
  assert.equal(await whatIs(op.INT('01')), true);
  assert.equal(await whatIs(op.INT('00')), false);
  assert.equal(await whatIs(op.INT('-12')), -12);
  assert.equal(await whatIs(op.LONG('36893488147419103232L')), 2n ** 65n);
  assert.equal(await whatIs(op.BININT(-2)), -2);
  assert.equal(await whatIs(op.BININT2(65535)), 65535);
  assert.equal(await whatIs(op.LONG1(Buffer.from([0xff]))), -1);
  assert.equal(await whatIs(op.LONG1(Buffer.from([0, 0, 0, 0, 0, 0, 0, 0x80]))), -(2n ** 63n));
  assert.equal(await whatIs(op.LONG1('')), 0);
  assert.deepEqual(await whatIs(op.FLOAT('1.5e3')), { kind: 'float', value: 1500 });
  assert.deepEqual(await whatIs(op.BINFLOAT(-0.25)), { kind: 'float', value: -0.25 });
  assert.equal(await whatIs(op.STRING(String.raw`'o\x73 \\ \'\n'`)), "os \\ '\n");
  assert.equal(await whatIs(op.UNICODE('\\u00e9\\U0001f600\\\\u0041')), 'é😀\\\\u0041');
  assert.equal(await whatIs(op.BINUNICODE('é')), 'é');
  assert.deepEqual(await whatIs(op.SHORT_BINSTRING(Buffer.from([0x80]))), {
    kind: 'bytes',
    bytes: Buffer.from([0x80]),
  });
  assert.deepEqual(await whatIs(op.BYTEARRAY8('ab')), { kind: 'bytes', bytes: Buffer.from('ab') });
});

test('a dictionary keeps the order in which its keys were set', async () => {
  const names = Array.from({ length: 300 }, (_, index) => `layer.${299 - index}`);
  const value = await whatIs(
    op.EMPTY_DICT(),
    op.MARK(),
    ...names.flatMap((name) => [op.BINUNICODE(name), op.BININT(name.length)]),
    op.SETITEMS(),
  );
  assert.ok(value !== null && typeof value === 'object' && value.kind === 'dict');
  assert.deepEqual([...textEntries(value).keys()], names);
});

test('a call has its arguments, its state and what was put into it', async () => {
  const value = await whatIs(
    op.GLOBAL('collections', 'OrderedDict'),
    op.EMPTY_TUPLE(),
    op.REDUCE(),
    op.BINUNICODE('weight'),
    op.BINUNICODE('storage'),
    op.BINPERSID(),
    op.SETITEM(),
    op.NONE(),
    op.BUILD(),
  );
  assert.ok(value !== null && typeof value === 'object' && value.kind === 'call');
  assert.deepEqual(textEntries(value).get('weight'), { kind: 'persistent', id: 'storage' });
  assert.equal(value.state, null);
  assert.equal(value.by, 'REDUCE');
});

test('a global is recorded when it is named, though it is thrown away or an error follows', async () => {
  const popped = await read([op.GLOBAL('os', 'system'), op.POP(), op.NONE()]);
  assert.deepEqual(
    popped.globals.map(({ module, name, position }) => [module, name, position]),
    [['os', 'system', 0]],
  );
  const failed = await read([
    op.GLOBAL('os', 'system'),
    op.BINUNICODE('id'),
    op.TUPLE1(),
    op.REDUCE(),
    Buffer.from([0xff]),
  ]);
  assert.deepEqual(
    failed.calls.map(({ by, name }) => [by, name]),
    [['REDUCE', 'system']],
  );
  assert.equal(failed.isComplete, false);
});

test('a class is named alike by GLOBAL, INST, OBJ and texts out of the memo', async () => {
  const named = [op.GLOBAL('os', 'system')];
  const stacked = [
    op.STRING("'os'"),
    op.PUT(7),
    op.POP(),
    op.GET(7),
    op.UNICODE('sys\\u0074em'),
    op.STACK_GLOBAL(),
  ];
  const inst = [op.MARK(), op.BINUNICODE('id'), op.INST('os', 'system')];
  const obj = [op.MARK(), op.GLOBAL('os', 'system'), op.BINUNICODE('id'), op.OBJ()];
  for (const parts of [named, stacked, inst, obj]) {
    const { globals, problems } = await read(parts);
    assert.deepEqual(
      globals.map(({ module, name }) => `${module}.${name}`),
      ['os.system'],
    );
    assert.deepEqual(problems, []);
  }
});

test('what no pickler writes is an evasion', async () => {
  assert.deepEqual(await problemsOf(op.BINGET(3)), ['evasion']);
  assert.deepEqual(await problemsOf(op.NONE(), op.NONE(), op.STACK_GLOBAL()), ['evasion']);
  assert.deepEqual(await problemsOf(op.EXT1(1)), ['evasion']);
  assert.deepEqual(await problemsOf(op.NEXT_BUFFER()), ['evasion']);
  assert.deepEqual(await problemsOf(op.POP()), ['evasion']);
  assert.deepEqual(await problemsOf(op.MARK(), op.DUP()), ['evasion']);
  assert.deepEqual(await problemsOf(Buffer.from([0xff])), ['evasion']);
  assert.deepEqual(await problemsOf(op.PROTO(6), op.NONE()), ['evasion']);
  assert.deepEqual(await problemsOf(op.NONE(), op.EMPTY_TUPLE(), op.REDUCE()), ['evasion']);
  assert.deepEqual(await problemsOf(op.GLOBAL('a', 'b'), op.EMPTY_LIST(), op.REDUCE()), ['evasion']);
  assert.deepEqual(await problemsOf(op.EMPTY_TUPLE(), op.NONE(), op.APPEND()), ['evasion']);
  assert.deepEqual(await problemsOf(op.GLOBAL('a', 'b'), op.NONE(), op.BUILD()), ['evasion']);
  assert.deepEqual(await problemsOf(op.GLOBAL('ó', 'b')), ['evasion']);
  assert.deepEqual(await problemsOf(op.GLOBAL(Buffer.from([0xff]), 'b')), ['evasion', 'evasion']);
});

test('frames are kept by what they hold', async () => {
  const frame = (inner: Buffer, length = inner.length) => pickle(op.PROTO(4), op.FRAME(length), inner);
  const kindsOf = async (bytes: Buffer) =>
    (await readPickle(bytes)).problems.map(({ kind, message }) => `${kind}: ${message}`);
  assert.deepEqual(await kindsOf(frame(pickle(op.BINUNICODE('text'), op.STOP()))), []);
  const crossed = frame(pickle(op.BINUNICODE('text'), op.STOP()), 3);
  assert.deepEqual(await kindsOf(crossed), ['evasion: an opcode crosses the end of its frame']);
  const nested = pickle(op.FRAME(13), op.FRAME(3), op.NONE(), op.POP(), op.NONE(), op.POP(), op.STOP());
  assert.ok((await kindsOf(nested)).includes('evasion: a frame begins inside a frame'));
  assert.deepEqual(await kindsOf(frame(pickle(op.NONE(), op.STOP()), 100)), [
    'evasion: a frame is longer than the file',
  ]);
});

test('a pickle that is cut off is no evasion, and not complete', async () => {
  const whole = pickle(op.PROTO(4), op.FRAME(12), op.BINUNICODE('text'), op.NONE(), op.POP(), op.STOP());
  for (let length = 0; length < whole.length; length++) {
    const { problems, isComplete } = await readPickle(whole.subarray(0, length));
    assert.deepEqual(
      problems.map(({ kind }) => kind),
      ['broken'],
      `${length} bytes`,
    );
    assert.equal(isComplete, false);
  }
  assert.equal((await readPickle(whole)).isComplete, true);
});

test('each budget ends the pickle with a limit', async () => {
  const many = (part: Buffer, count: number) => Array.from({ length: count }, () => part);
  const limited: readonly [readonly Buffer[], PickleOptions['budget']][] = [
    [many(op.NONE(), 20), { opcodes: 10 }],
    [many(op.NONE(), 20), { stack: 10 }],
    [many(op.MARK(), 20), { stack: 10 }],
    [many(op.EMPTY_LIST(), 20), { values: 10 }],
    [[op.NONE(), ...Array.from({ length: 20 }, (_, index) => op.BINPUT(index))], { memo: 10 }],
    [[op.NONE(), ...many(op.TUPLE1(), 20)], { depth: 10 }],
    [[op.EMPTY_LIST(), ...many(pickle(op.DUP(), op.TUPLE2()), 40)], {}],
    [[op.LONG4(Buffer.alloc(65_537))], {}],
    [[...Array.from({ length: 20 }, (_, index) => op.GLOBAL('a', `b${index}`))], { globals: 10 }],
  ];
  for (const [parts, budget] of limited) {
    const { problems, isComplete } = await read(parts, { budget: budget ?? {} });
    assert.deepEqual(
      problems.map(({ kind }) => kind),
      ['limit'],
    );
    assert.equal(isComplete, false);
  }
});

test('what refers to itself is no bomb, and what is filled late is measured as a whole', async () => {
  const itself = [op.EMPTY_LIST(), op.BINPUT(0), op.EMPTY_LIST(), op.BINGET(0), op.APPEND(), op.APPEND()];
  const { problems, isComplete } = await read(itself, { budget: { depth: 3, unfolded: 4 } });
  assert.deepEqual([problems, isComplete], [[], true]);
  const late = [op.EMPTY_LIST(), op.BINPUT(0), op.DUP(), op.TUPLE2(), op.BINPUT(1), op.POP()];
  const filled = [
    ...late,
    op.BINGET(0),
    op.MARK(),
    op.NONE(),
    op.NONE(),
    op.APPENDS(),
    op.POP(),
    op.BINGET(1),
  ];
  assert.ok((await read(filled, { budget: { unfolded: 7 } })).isComplete);
  assert.equal((await read(filled, { budget: { unfolded: 6 } })).isComplete, false);
});

test('a second pickle is read from where the first one ended', async () => {
  const bytes = pickle(op.BININT1(1), op.STOP(), op.BININT1(2), op.STOP());
  const first = await readPickle(bytes);
  assert.deepEqual([first.value, first.end], [1, 3]);
  assert.deepEqual((await readPickle(bytes, first.end)).value, 2);
});

test('who watches is told of calls, bytes and storages, and can pass over what follows an object', async () => {
  const seen: string[] = [];
  const result = await read(
    [
      op.GLOBAL('joblib', 'Array'),
      op.EMPTY_TUPLE(),
      op.NEWOBJ(),
      op.EMPTY_DICT(),
      op.BUILD(),
      Buffer.from('RAW'),
      op.BINBYTES('inner'),
      op.BINPERSID(),
      op.TUPLE2(),
    ],
    {
      watcher: {
        called: ({ by }) => void seen.push(by),
        built: (_target, _state, next) => next + 3,
        bytes: (bytes) => void seen.push(bytes.toString()),
        persistent: (id) => void seen.push(typeof id),
      },
    },
  );
  assert.deepEqual(seen, ['NEWOBJ', 'inner', 'object']);
  assert.deepEqual(result.problems, []);
});
