/** Names that a file in an archive's root takes away from the rest of the worker. */
import type { Subject } from './rule.ts';

/**
 * What the worker and its libraries import. Modules built into the interpreter, such as sys and time, can't be
 * hidden and are left out.
 */
const owners: Readonly<Record<string, readonly string[]>> = {
  Python: `abc argparse array ast asyncio base64 bisect calendar codecs collections concurrent configparser
    contextlib copy copyreg csv ctypes dataclasses datetime decimal difflib email enum fnmatch fractions
    functools getpass glob gzip hashlib heapq hmac html http importlib inspect io json keyword locale
    logging lzma mimetypes multiprocessing numbers operator os pathlib pickle pickletools pkgutil platform
    pprint queue random re secrets select selectors shlex shutil signal site socket sqlite3 ssl stat
    statistics string struct subprocess sysconfig tarfile tempfile textwrap threading timeit token tokenize
    traceback types typing unittest urllib uuid warnings weakref xml zipfile zlib sitecustomize
    usercustomize`.split(/\s+/),
  PyTorch: ['torch', 'torchvision', 'torchtext', 'torchaudio', 'functorch', 'torchgen'],
  TorchServe: ['ts'],
  'the packages that torch and TorchServe use': [
    'numpy',
    'PIL',
    'yaml',
    'psutil',
    'packaging',
    'typing_extensions',
  ],
};

const ownerOf = new Map(
  Object.entries(owners).flatMap(([owner, names]) => names.map((name) => [name, owner] as const)),
);

/** The module that an entry hides: `json.py`, or a folder `numpy/` by its `__init__.py` or first Python file. */
export function shadowedModule(name: string, subject: Subject): { name: string; owner: string } | null {
  const parts = name.split('/');
  const [first = ''] = parts;
  const module = parts.length === 1 ? /^(.+?)(\.py|\.pyc|\.[\w-]+\.so|\.so|\.pyd)$/.exec(first)?.[1] : first;
  const owner = module === undefined ? undefined : ownerOf.get(module);
  if (module === undefined || owner === undefined) return null;
  // A folder without __init__.py only counts where no other module has the name, so it hides nothing.
  if (parts.length > 1 && name !== `${module}/__init__.py`) return null;
  return subject.find(name) ? { name: module, owner } : null;
}
