/**
 * What is known to do harm, with what it does. Every list of this kind has been got round, so it decides nothing
 * but how loudly a name is told: what is on no list is not allowed either.
 */

export interface Danger {
  /** "runs commands", to be read after the name. */
  readonly does: string;
}

const commands = 'runs commands';
const code = 'runs code that comes as text or bytes';
const modules = 'loads modules and libraries';
const files = 'reads, writes or removes files';
const network = 'opens network connections';
const reaching = 'reaches or calls whatever it is told to';
const unpickling = 'unpickles other bytes';
const altering = 'changes the interpreter that loads it';

/** Modules with all that is below them. */
const dangerousModules: readonly (readonly [does: string, names: string])[] = [
  [commands, 'os posix nt subprocess _posixsubprocess pty commands popen2 _winapi msvcrt multiprocessing'],
  [commands, 'asyncio concurrent platform webbrowser antigravity pydoc pydoc_data _pyrepl _osx_support'],
  [
    commands,
    '_aix_support uuid imaplib nntplib pip setuptools distutils _distutils_hack ensurepip venv idlelib',
  ],
  [
    commands,
    'turtledemo sysconfig _sysconfigdata crypt getpass pexpect sh plumbum fabric paramiko ptyprocess',
  ],
  [commands, 'psutil torch.utils.collect_env torch.utils.cpp_extension torch._inductor'],
  [commands, 'torch.multiprocessing torch.utils.bottleneck numpy.distutils triton'],
  [
    code,
    'code codeop runpy marshal types timeit trace bdb pdb cProfile profile pstats doctest unittest test',
  ],
  [code, 'lib2to3 ast symtable dis inspect cmd tkinter string.templatelib __hello__ numexpr sympy'],
  [
    code,
    'torch.fx.graph_module torch.fx.experimental torch.fx.interpreter torch._dynamo torch.package torch.jit torch.testing numpy.f2py numpy.testing',
  ],
  [code, 'IPython jupyter_client cffi.recompiler keras.layers.core.lambda_layer'],
  [
    modules,
    'importlib _frozen_importlib _frozen_importlib_external imp zipimport pkgutil site sitecustomize',
  ],
  [
    modules,
    'usercustomize ctypes _ctypes cffi torch.ops torch.classes torch._ops torch._classes pkg_resources',
  ],
  [modules, 'numpy.ctypeslib modulefinder'],
  [
    files,
    'io _io shutil tempfile fileinput linecache mmap tarfile zipfile gzip bz2 lzma sqlite3 _sqlite3 dbm',
  ],
  [files, 'logging glob filecmp netrc mailbox py_compile compileall zipapp fcntl'],
  [network, 'socket _socket socketserver ssl _ssl urllib urllib2 urllib3 http httplib ftplib smtplib poplib'],
  [network, 'telnetlib xmlrpc xmlrpclib requests httpx aiohttp websockets wsgiref smtpd asyncore asynchat'],
  [network, 'torch.hub torch.utils.model_zoo huggingface_hub select selectors xml'],
  [reaching, 'operator _operator functools _functools gc weakref ctypes.util'],
  [unpickling, 'pickle _pickle cPickle dill cloudpickle shelve pickletools jsonpickle joblib.numpy_pickle'],
  [unpickling, 'joblib.numpy_pickle_utils joblib.externals torch.serialization torch.utils.data.datapipes'],
  [
    unpickling,
    'torch.utils._config_module torch._utils_internal pandas.io numpy.lib.npyio numpy.lib._npyio_impl',
  ],
  [altering, 'sys atexit signal copyreg builtins.__dict__ _thread threading faulthandler sched'],
  [altering, 'contextlib readline rlcompleter resource tracemalloc warnings _xxsubinterpreters'],
];

/** Functions and classes by themselves. */
const dangerousNames: readonly (readonly [does: string, names: string])[] = [
  [code, 'builtins.eval builtins.exec builtins.compile builtins.execfile builtins.__build_class__'],
  [code, 'builtins.breakpoint builtins.help builtins.type builtins.super'],
  [modules, 'builtins.__import__ builtins.reload builtins.__loader__ builtins.__spec__'],
  [
    files,
    'builtins.open codecs.open builtins.file builtins.input builtins.raw_input numpy.fromfile numpy.save numpy.savez',
  ],
  [files, 'numpy.loadtxt numpy.savetxt numpy.genfromtxt torch.save torch.from_file'],
  [
    reaching,
    'builtins.getattr builtins.setattr builtins.delattr builtins.apply builtins.map builtins.filter builtins.vars',
  ],
  [reaching, 'builtins.globals builtins.locals builtins.dir builtins.hasattr builtins.iter builtins.next'],
  [reaching, 'builtins.classmethod builtins.staticmethod builtins.property builtins.memoryview builtins.id'],
  [
    reaching,
    'itertools.starmap itertools.accumulate numpy.vectorize numpy.frompyfunc numpy.apply_along_axis',
  ],
  [
    unpickling,
    'torch.load torch.storage._load_from_bytes torch._utils._load_from_bytes numpy.load joblib.load',
  ],
  [unpickling, 'pandas.read_pickle joblib.numpy_pickle_compat.load_compatibility'],
];

/** Harmless alone, in modules that are not: a pickler writes them for classes of its own making. */
const exceptions = new Set([
  'copyreg._reconstructor',
  'copyreg.__newobj__',
  'torch.serialization._get_layout',
  'joblib.numpy_pickle.NumpyArrayWrapper',
  'joblib.numpy_pickle.NDArrayWrapper',
]);

const byModule = indexOf(dangerousModules);
const byName = indexOf(dangerousNames);

function indexOf(table: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  return new Map(table.flatMap(([does, names]) => names.split(' ').map((name) => [name, does] as const)));
}

/** Null where nothing is known against it, which is no praise. */
export function dangerOf(module: string, name: string): Danger | null {
  const both = `${module}.${name}`;
  if (exceptions.has(both)) return null;
  const parts = both.split('.');
  for (let length = parts.length; length > 0; length--) {
    const path = parts.slice(0, length).join('.');
    const does = byName.get(path) ?? byModule.get(path);
    if (does !== undefined) return { does };
  }
  return name.includes('.') ? dangerInAttributes(name.split('.')) : null;
}

/** "torch.storage" and "os.system": a name with dots goes from attribute to attribute, also into other modules. */
function dangerInAttributes(parts: readonly string[]): Danger | null {
  for (const [at, part] of parts.entries()) {
    const does = byModule.get(part) ?? byName.get(`builtins.${part}`);
    const isWithin = at < parts.length - 1;
    if (does !== undefined && (isWithin || byName.has(`builtins.${part}`))) return { does };
    if (/^__\w+__$/.test(part) && part !== '__init__') return { does: reaching };
  }
  return null;
}
