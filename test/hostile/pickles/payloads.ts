/** Pickles that would do harm when they are loaded: each is one stream, made opcode by opcode. */
import { op, pickle } from '../../support/pickle.ts';

export interface HostilePickle {
  readonly name: string;
  readonly bytes: Buffer;
  /** What must be told of it, at least. */
  readonly code: 'PICKLE_DANGEROUS' | 'PICKLE_EVASION' | 'PICKLE_GLOBAL' | 'PICKLE_INCOMPLETE';
}

const { STOP, REDUCE, TUPLE1, TUPLE2, EMPTY_TUPLE, POP, MARK } = op;
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

export const named = (
  name: string,
  code: HostilePickle['code'],
  ...parts: readonly Buffer[]
): HostilePickle => ({
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
  named(
    '_reconstructor with a class that is not plain',
    'PICKLE_DANGEROUS',
    ...[op.GLOBAL('copy_reg', '_reconstructor'), MARK(), op.GLOBAL('handler', 'Net')],
    ...[op.GLOBAL('handler', 'Base'), text('id'), op.TUPLE(), REDUCE(), STOP()],
  ),
  named(
    '_reconstruct of another class, behind an array',
    'PICKLE_GLOBAL',
    ...[op.PROTO(2), op.GLOBAL('numpy.core.multiarray', '_reconstruct'), op.GLOBAL('numpy', 'ndarray')],
    ...[EMPTY_TUPLE(), TUPLE2(), REDUCE(), STOP()],
    ...[op.PROTO(2), op.GLOBAL('numpy.core.multiarray', '_reconstruct'), op.GLOBAL('torch', 'Tensor')],
    ...[EMPTY_TUPLE(), TUPLE2(), REDUCE(), STOP()],
  ),
];

export const harmfulPickles: readonly HostilePickle[] = [...dangerous, ...waysToName];
