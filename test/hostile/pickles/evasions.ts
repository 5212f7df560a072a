/** Pickles that hide what they would do, and those that take time and memory without end. */
import { little, op, pickle } from '../../support/pickle.ts';
import { type HostilePickle, harmfulPickles, named } from './payloads.ts';

const { STOP, REDUCE, TUPLE1, TUPLE2, EMPTY_TUPLE, POP, MARK, BUILD } = op;
const text = op.BINUNICODE;
const system = op.GLOBAL('os', 'system');
const call = [text('id'), TUPLE1(), REDUCE()];

/** FRAME and what lies in it; the length may lie. */
const frame = (inner: Buffer, length: number | bigint = inner.length) => pickle(op.FRAME(length), inner);

const evasions: readonly HostilePickle[] = [
  named('EXT1', 'PICKLE_EVASION', op.PROTO(2), op.EXT1(1), ...call, STOP()),
  named('EXT2', 'PICKLE_EVASION', op.PROTO(2), op.EXT2(300), ...call, STOP()),
  named('EXT4', 'PICKLE_EVASION', op.PROTO(2), op.EXT4(70_000), ...call, STOP()),
  named('PROTO 6', 'PICKLE_EVASION', op.PROTO(6), op.GLOBAL('collections', 'OrderedDict'), STOP()),
  named('a second PROTO', 'PICKLE_EVASION', op.PROTO(2), op.NONE(), POP(), op.PROTO(4), op.NONE(), STOP()),
  named('NEXT_BUFFER', 'PICKLE_EVASION', op.PROTO(5), op.NEXT_BUFFER(), STOP()),
  named(
    'a memo key that is missing',
    'PICKLE_EVASION',
    op.PROTO(4),
    op.BINGET(9),
    text('system'),
    op.STACK_GLOBAL(),
    STOP(),
  ),
  named(
    'a name that is a number',
    'PICKLE_EVASION',
    op.PROTO(4),
    text('os'),
    op.BININT1(1),
    op.STACK_GLOBAL(),
    STOP(),
  ),
  named(
    'a name that is made by a call',
    'PICKLE_EVASION',
    ...[
      op.PROTO(4),
      text('os'),
      op.GLOBAL('_codecs', 'encode'),
      text('system'),
      TUPLE1(),
      REDUCE(),
      op.STACK_GLOBAL(),
      STOP(),
    ],
  ),
  named(
    'a name of a megabyte',
    'PICKLE_EVASION',
    op.PROTO(4),
    text('o'.repeat(1_100_000)),
    text('system'),
    op.STACK_GLOBAL(),
    STOP(),
  ),
  named(
    'a module in other letters',
    'PICKLE_EVASION',
    op.PROTO(2),
    op.GLOBAL('оs', 'system'),
    ...call,
    STOP(),
  ),
  named(
    'a module that is no UTF-8',
    'PICKLE_EVASION',
    op.PROTO(2),
    op.GLOBAL(Buffer.from([0x6f, 0x73, 0xff]), 'system'),
    ...call,
    STOP(),
  ),
  named('a module with a space', 'PICKLE_EVASION', op.PROTO(2), op.GLOBAL('os ', 'system'), ...call, STOP()),
  named('a class without a name', 'PICKLE_EVASION', op.PROTO(2), op.GLOBAL('collections', ''), STOP()),
  named('a text that is called', 'PICKLE_EVASION', op.PROTO(2), text('os.system'), ...call, STOP()),
  named(
    'the result of a call that is called',
    'PICKLE_EVASION',
    op.PROTO(2),
    op.GLOBAL('collections', 'OrderedDict'),
    EMPTY_TUPLE(),
    REDUCE(),
    ...call,
    STOP(),
  ),
  named(
    'arguments that are a list',
    'PICKLE_EVASION',
    op.PROTO(2),
    op.GLOBAL('collections', 'OrderedDict'),
    op.EMPTY_LIST(),
    REDUCE(),
    STOP(),
  ),
  named(
    'the state of a class',
    'PICKLE_EVASION',
    op.PROTO(2),
    op.GLOBAL('collections', 'OrderedDict'),
    op.EMPTY_DICT(),
    BUILD(),
    STOP(),
  ),
  named(
    'items of a class',
    'PICKLE_EVASION',
    op.PROTO(2),
    op.GLOBAL('collections', 'OrderedDict'),
    text('a'),
    op.NONE(),
    op.SETITEM(),
    STOP(),
  ),
  named('an item of a text', 'PICKLE_EVASION', op.PROTO(2), text('a'), op.NONE(), op.APPEND(), STOP()),
  named(
    'a key without a value',
    'PICKLE_EVASION',
    op.PROTO(2),
    op.EMPTY_DICT(),
    MARK(),
    text('a'),
    op.SETITEMS(),
    STOP(),
  ),
  named(
    'more is taken than there is',
    'PICKLE_EVASION',
    op.PROTO(2),
    op.GLOBAL('collections', 'OrderedDict'),
    REDUCE(),
    STOP(),
  ),
  named(
    'a value below a mark is taken',
    'PICKLE_EVASION',
    op.PROTO(2),
    op.GLOBAL('collections', 'OrderedDict'),
    MARK(),
    EMPTY_TUPLE(),
    REDUCE(),
    STOP(),
  ),
  named('a number that is none', 'PICKLE_EVASION', op.INT('0x1F_F'), STOP()),
  named('what stands outside', 'PICKLE_EVASION', op.PERSID('evil'), STOP()),
  named(
    'what stands outside, as torch has it',
    'PICKLE_EVASION',
    op.PROTO(2),
    text('storage'),
    op.BINPERSID(),
    STOP(),
  ),
  named(
    'an opcode that crosses a frame',
    'PICKLE_EVASION',
    op.PROTO(4),
    frame(pickle(text('text'), op.NONE(), POP()), 3),
    STOP(),
  ),
  named(
    'a payload that crosses a frame',
    'PICKLE_DANGEROUS',
    ...[op.PROTO(4), frame(pickle(op.BINBYTES(Buffer.alloc(20)), POP(), system, ...call, STOP()), 12)],
  ),
  named(
    'a frame in a frame',
    'PICKLE_EVASION',
    op.PROTO(4),
    frame(pickle(frame(pickle(op.NONE(), POP())), op.NONE(), STOP())),
  ),
  named('a frame beyond the end', 'PICKLE_EVASION', op.PROTO(4), frame(pickle(op.NONE(), STOP()), 2n ** 63n)),
  named('a frame of 2^64', 'PICKLE_EVASION', op.PROTO(4), frame(pickle(op.NONE(), STOP()), 2n ** 64n - 1n)),
];

const times = (part: Buffer, count: number) => Buffer.concat(Array.from({ length: count }, () => part));

/** Lists that each hold the next one twice, filled when they lie there already: the outermost first. */
const lateFilled = (levels: number) =>
  pickle(
    ...Array.from({ length: levels }, (_, at) => pickle(op.EMPTY_LIST(), op.BINPUT(at), POP())),
    ...Array.from({ length: levels - 1 }, (_, at) =>
      pickle(op.BINGET(at), MARK(), op.BINGET(at + 1), op.BINGET(at + 1), op.APPENDS(), POP()),
    ),
    op.BINGET(0),
  );

const bombs: readonly HostilePickle[] = [
  named(
    'a billion laughs',
    'PICKLE_INCOMPLETE',
    op.PROTO(2),
    op.EMPTY_LIST(),
    times(pickle(op.DUP(), TUPLE2()), 40),
    STOP(),
  ),
  named(
    'a billion laughs, filled from the outside in',
    'PICKLE_INCOMPLETE',
    op.PROTO(2),
    lateFilled(40),
    STOP(),
  ),
  named(
    'a hundred thousand tuples deep',
    'PICKLE_INCOMPLETE',
    op.PROTO(2),
    op.NONE(),
    times(TUPLE1(), 100_000),
    STOP(),
  ),
  named('two million values', 'PICKLE_INCOMPLETE', op.PROTO(2), times(op.NONE(), 2_000_000), STOP()),
  named('two million marks', 'PICKLE_INCOMPLETE', op.PROTO(2), times(MARK(), 2_000_000), STOP()),
  named(
    'eleven million opcodes',
    'PICKLE_INCOMPLETE',
    op.PROTO(2),
    times(pickle(op.NONE(), POP()), 5_500_000),
    STOP(),
  ),
  named(
    'an integer of a megabyte',
    'PICKLE_INCOMPLETE',
    op.PROTO(2),
    op.LONG4(Buffer.alloc(1_000_000, 1)),
    STOP(),
  ),
  named(
    'a text of 2^62 bytes',
    'PICKLE_INCOMPLETE',
    op.PROTO(4),
    Buffer.from([0x8d]),
    little(2n ** 62n, 8),
    Buffer.from('a'),
  ),
  named(
    'a negative length',
    'PICKLE_EVASION',
    op.PROTO(2),
    Buffer.from('T\xff\xff\xff\xff', 'latin1'),
    STOP(),
  ),
  named(
    'a memo of two million',
    'PICKLE_INCOMPLETE',
    op.PROTO(4),
    op.NONE(),
    times(op.MEMOIZE(), 2_000_000),
    STOP(),
  ),
  named(
    'two hundred thousand names',
    'PICKLE_INCOMPLETE',
    op.PROTO(2),
    Buffer.from(Array.from({ length: 200_000 }, (_, at) => `ca${at}\nb\n0`).join('')),
    ...[op.NONE(), STOP()],
  ),
];

export const hostilePickles: readonly HostilePickle[] = [...harmfulPickles, ...evasions, ...bombs];
