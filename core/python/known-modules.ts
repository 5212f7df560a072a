/** Modules that are there without anybody asking for them. */

/** The standard library of Python 3.8 to 3.14, all of them together. */
const standardLibrary = `
  __future__ abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit
  audioop base64 bdb binascii binhex bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code
  codecs codeop collections colorsys compileall compression concurrent configparser contextlib contextvars
  copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest
  dummy_threading email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch
  formatter fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip
  hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json
  keyword lib2to3 linecache locale logging lzma macpath mailbox mailcap marshal math mimetypes mmap
  modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode
  operator optparse os ossaudiodev parser pathlib pdb pickle pickletools pipes pkgutil platform plistlib
  poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue
  quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex
  shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants
  sre_parse ssl stat statistics string stringprep struct subprocess sunau symbol symtable sys sysconfig
  syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit tkinter token
  tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest
  urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp
  zipfile zipimport zlib zoneinfo`;

/** What torch and TorchServe bring, and what they themselves need. */
const serverModules = `torch torchvision torchaudio torchtext torchdata torchgen functorch triton ts numpy PIL
  psutil packaging yaml requests captum pynvml typing_extensions sympy networkx jinja2 filelock fsspec
  markupsafe mpmath certifi idna urllib3 charset_normalizer setuptools pkg_resources pip wheel`;

const known = new Set(`${standardLibrary} ${serverModules}`.trim().split(/\s+/));

/** By the name before the first dot. Names that begin with "_" are the interpreter's own. */
export function isKnownModule(name: string): boolean {
  return known.has(name) || name.startsWith('_');
}

/** Packages whose name to install has nothing of the name to import. */
const packages: Readonly<Record<string, readonly string[]>> = {
  cv2: ['opencv-python', 'opencv-python-headless', 'opencv-contrib-python', 'opencv-contrib-python-headless'],
  skimage: ['scikit-image'],
  sklearn: ['scikit-learn'],
  bs4: ['beautifulsoup4'],
  dateutil: ['python-dateutil'],
  Crypto: ['pycryptodome'],
  fitz: ['pymupdf'],
  faiss: ['faiss-cpu', 'faiss-gpu'],
  google: ['protobuf'],
  attr: ['attrs'],
  git: ['gitpython'],
  jwt: ['pyjwt'],
  serial: ['pyserial'],
  usb: ['pyusb'],
  zmq: ['pyzmq'],
  Levenshtein: ['rapidfuzz', 'levenshtein'],
  mpl_toolkits: ['matplotlib'],
  pylab: ['matplotlib'],
};

/** Whether a package, named as indexes compare names, is likely to bring a module. In doubt it is. */
export function mayProvide(packageName: string, module: string): boolean {
  if (packages[module]?.includes(packageName)) return true;
  const bare = (name: string) =>
    name
      .toLowerCase()
      .replace(/[-_.]/g, '')
      .replace(/^py(?:thon)?|python$/g, '');
  const [one, other] = [bare(packageName), bare(module)];
  return one.includes(other) || other.includes(one);
}
