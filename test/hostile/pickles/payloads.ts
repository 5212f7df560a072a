/** Pickles that would do harm, or hide that they could: each is one stream, made opcode by opcode. */
import { little, op, pickle } from '../../support/pickle.ts';

export interface HostilePickle {
  readonly name: string;
  readonly bytes: Buffer;
  /** What must be told of it, at least. */
  readonly code: 'PICKLE_DANGEROUS' | 'PICKLE_EVASION' | 'PICKLE_GLOBAL' | 'PICKLE_INCOMPLETE';
}

const { STOP, REDUCE, TUPLE1, TUPLE2, EMPTY_TUPLE, POP, MARK, BUILD } = op;
const text = op.BINUNICODE;

/** Calls a function with one text, by protocol 2. */
export const calling = (module: string, name: string, argument = 'id'): Buffer =>
  pickle(op.PROTO(2), op.GLOBAL(module, name), text(argument), TUPLE1(), REDUCE(), STOP());

/** One function of every family that is known to do harm. */
const harmful: readonly string[] = [
  ...['os.system', 'os.popen', 'os.execv', 'posix.system', 'posix.spawnv', 'nt.system', 'os.path.os.system'],
  ...['subprocess.Popen', 'subprocess.check_output', '_posixsubprocess.fork_exec', 'commands.getoutput'],
  ...['pty.spawn', 'pydoc.pipepager', '_pyrepl.pager.pipe_pager', '_osx_support._read_output'],
  ...['uuid._get_command_stdout', 'imaplib.IMAP4_stream', 'webbrowser.open', 'pip.main', 'platform.popen'],
  ...['builtins.eval', 'builtins.exec', 'builtins.compile', '__builtin__.execfile', 'builtins.breakpoint'],
  ...['builtins.open', 'builtins.getattr', 'builtins.__import__', '__builtin__.apply', 'builtins.globals'],
  ...['importlib.import_module', 'runpy.run_path', 'code.InteractiveInterpreter', 'codeop.compile_command'],
  ...[
    'timeit.timeit',
    'cProfile.run',
    'profile.run',
    'trace.Trace',
    'bdb.Bdb',
    'pdb.run',
    'doctest.debug_script',
  ],
  ...['marshal.loads', 'types.FunctionType', 'types.CodeType', 'ctypes.CDLL', '_ctypes.dlopen', 'cffi.FFI'],
  ...['operator.attrgetter', 'operator.methodcaller', '_operator.itemgetter', 'functools.partial'],
  ...['pickle.loads', '_pickle.loads', 'cPickle.loads', 'dill.loads', 'cloudpickle.loads', 'joblib.load'],
  ...[
    'torch.load',
    'torch.storage._load_from_bytes',
    'torch.hub.load',
    'torch.jit.load',
    'torch.ops.load_library',
  ],
  ...['torch.serialization.load', 'torch.utils.collect_env.run', 'torch.fx.graph_module.reduce_graph_module'],
  ...['torch._inductor.codecache.compile_file', 'numpy.load', 'numpy.testing._private.utils.runstring'],
  ...['numpy.f2py.crackfortran.getlincoef', 'socket.create_connection', 'urllib.request.urlopen'],
  ...[
    'urllib2.urlopen',
    'httplib.HTTPConnection',
    'requests.get',
    'shutil.rmtree',
    'io.open',
    'tempfile.mktemp',
  ],
  ...[
    'copyreg.add_extension',
    'sys.setrecursionlimit',
    'atexit.register',
    'site.addsitedir',
    'logging.FileHandler',
  ],
];

const split = (path: string): [string, string] => {
  const dot = path.lastIndexOf('.');
  return [path.slice(0, dot), path.slice(dot + 1)];
};

const dangerous: readonly HostilePickle[] = harmful.map((path) => ({
  name: path,
  bytes: calling(...split(path)),
  code: 'PICKLE_DANGEROUS',
}));

const named = (name: string, code: HostilePickle['code'], ...parts: readonly Buffer[]): HostilePickle => ({
  name,
  code,
  bytes: pickle(...parts),
});
const system = op.GLOBAL('os', 'system');
const call = [text('id'), TUPLE1(), REDUCE()];

const waysToName: readonly HostilePickle[] = [
  named(
    'STACK_GLOBAL',
    'PICKLE_DANGEROUS',
    op.PROTO(4),
    text('os'),
    text('system'),
    op.STACK_GLOBAL(),
    ...call,
    STOP(),
  ),
  named(
    'texts out of the memo',
    'PICKLE_DANGEROUS',
    ...[
      op.PROTO(4),
      text('system'),
      op.MEMOIZE(),
      POP(),
      text('os'),
      op.BINGET(0),
      op.STACK_GLOBAL(),
      ...call,
      STOP(),
    ],
  ),
  named(
    'a memo that is written over',
    'PICKLE_DANGEROUS',
    ...[op.PROTO(4), text('collections'), op.BINPUT(1), POP(), text('os'), op.BINPUT(1), POP()],
    ...[op.BINGET(1), text('system'), op.STACK_GLOBAL(), ...call, STOP()],
  ),
  named(
    'a memo far out',
    'PICKLE_DANGEROUS',
    ...[op.PROTO(4), text('os'), op.LONG_BINPUT(4_000_000_000), POP()],
    ...[op.LONG_BINGET(4_000_000_000), text('system'), op.STACK_GLOBAL(), ...call, STOP()],
  ),
  named(
    'DUP and POP between the texts',
    'PICKLE_DANGEROUS',
    ...[
      op.PROTO(4),
      text('os'),
      op.DUP(),
      POP(),
      text('system'),
      op.NONE(),
      POP(),
      op.STACK_GLOBAL(),
      ...call,
      STOP(),
    ],
  ),
  named(
    'escapes',
    'PICKLE_DANGEROUS',
    op.STRING(String.raw`'\x6f\163'`),
    op.UNICODE('sy\\u0073tem'),
    op.STACK_GLOBAL(),
    ...call,
    STOP(),
  ),
  named(
    'texts of Python 2',
    'PICKLE_DANGEROUS',
    op.BINSTRING('os'),
    op.SHORT_BINSTRING('system'),
    op.STACK_GLOBAL(),
    ...call,
    STOP(),
  ),
  named('INST', 'PICKLE_DANGEROUS', MARK(), text('id'), op.INST('os', 'system'), STOP()),
  named('OBJ', 'PICKLE_DANGEROUS', MARK(), op.GLOBAL('subprocess', 'Popen'), text('id'), op.OBJ(), STOP()),
  named(
    'OBJ that is thrown away',
    'PICKLE_DANGEROUS',
    MARK(),
    op.GLOBAL('subprocess', 'Popen'),
    text('id'),
    op.OBJ(),
    POP(),
    op.NONE(),
    STOP(),
  ),
  named(
    'POP_MARK hides the call',
    'PICKLE_DANGEROUS',
    MARK(),
    system,
    ...call,
    op.POP_MARK(),
    op.EMPTY_DICT(),
    STOP(),
  ),
  named(
    'NEWOBJ',
    'PICKLE_DANGEROUS',
    op.PROTO(2),
    op.GLOBAL('subprocess', 'Popen'),
    text('id'),
    TUPLE1(),
    op.NEWOBJ(),
    STOP(),
  ),
  named(
    'NEWOBJ_EX',
    'PICKLE_DANGEROUS',
    ...[
      op.PROTO(4),
      op.GLOBAL('subprocess', 'Popen'),
      EMPTY_TUPLE(),
      op.EMPTY_DICT(),
      op.NEWOBJ_EX(),
      STOP(),
    ],
  ),
  named('a call, then an error', 'PICKLE_DANGEROUS', op.PROTO(2), system, ...call, Buffer.from([0xff])),
  named('a call, then the end', 'PICKLE_DANGEROUS', op.PROTO(2), system, ...call),
  named('a function that is named alone', 'PICKLE_DANGEROUS', op.PROTO(2), system, STOP()),
  named(
    'a dotted name',
    'PICKLE_DANGEROUS',
    op.PROTO(4),
    text('torch.storage'),
    text('os.system'),
    op.STACK_GLOBAL(),
    ...call,
    STOP(),
  ),
  named(
    'a dotted name of an allowed class',
    'PICKLE_DANGEROUS',
    op.PROTO(4),
    text('collections'),
    text('OrderedDict.fromkeys.__self__'),
    op.STACK_GLOBAL(),
    STOP(),
  ),
  named(
    'a name with dots of a plain module',
    'PICKLE_GLOBAL',
    op.PROTO(4),
    text('torch._utils'),
    text('Inner._rebuild_tensor_v2'),
    op.STACK_GLOBAL(),
    STOP(),
  ),
  named(
    'a name of Python 2',
    'PICKLE_DANGEROUS',
    op.PROTO(2),
    op.GLOBAL('__builtin__', 'reduce'),
    EMPTY_TUPLE(),
    REDUCE(),
    STOP(),
  ),
  named(
    'a module below one that is known',
    'PICKLE_DANGEROUS',
    calling('asyncio.unix_events', '_UnixSelectorEventLoop'),
  ),
  named('a class of the archive itself', 'PICKLE_GLOBAL', calling('handler', 'Backdoor')),
  named(
    'a whole module',
    'PICKLE_GLOBAL',
    op.PROTO(2),
    op.GLOBAL('torch.nn.modules.linear', 'Linear'),
    EMPTY_TUPLE(),
    op.NEWOBJ(),
    STOP(),
  ),
  named(
    '_rebuild_from_type_v2 of another function',
    'PICKLE_GLOBAL',
    ...[
      op.PROTO(2),
      op.GLOBAL('torch._tensor', '_rebuild_from_type_v2'),
      MARK(),
      op.GLOBAL('numpy', 'ndarray'),
    ],
    ...[op.GLOBAL('torch', 'Tensor'), EMPTY_TUPLE(), op.NONE(), op.TUPLE(), REDUCE(), STOP()],
  ),
  named(
    '_reconstruct of another class',
    'PICKLE_GLOBAL',
    ...[op.PROTO(2), op.GLOBAL('numpy.core.multiarray', '_reconstruct'), op.GLOBAL('torch', 'Tensor')],
    ...[EMPTY_TUPLE(), TUPLE2(), REDUCE(), STOP()],
  ),
];

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

export const hostilePickles: readonly HostilePickle[] = [...dangerous, ...waysToName, ...evasions, ...bombs];
