import { library } from '../../weights/files.ts';
import { baseHandler, functionHandler, type RuleCase } from '../sketch.ts';

const logged = `import collections
import logging
import os

logger = logging.getLogger(__name__)
LABELS: dict = {}
LIMIT, NAME = 3, "x"
DEBUG = os.environ.get("DEBUG", "") == "1"
SIZE = int(os.environ.get("SIZE") or 7) if DEBUG else -1
LIMIT += 1
`;

const classHandler = `class Handler:
    def initialize(self, context):
        pass

    def handle(self, data, context):
        return data
`;

export const handlerCases: readonly RuleCase[] = [
  {
    code: 'LOAD_HANDLER_SYNTAX',
    because: 'a colon is missing, where the near miss has a bare yield that the grammar does not know',
    trigger: { files: { 'handler.py': 'def handle(data, context)\n    return data\n' } },
    nearMiss: {
      files: {
        'handler.py': `from contextlib import contextmanager\n\n@contextmanager\ndef timed():\n    yield\n\n${functionHandler}`,
      },
    },
  },
  {
    code: 'LOAD_HANDLER_SYNTAX',
    because: 'print is a statement of Python 2',
    trigger: { files: { 'handler.py': 'def handle(data, context):\n    print "x"\n    return data\n' } },
    nearMiss: { files: { 'handler.py': 'def handle(data, context):\n    print ("x")\n    return data\n' } },
  },
  {
    code: 'LOAD_HANDLER_SYNTAX',
    because: 'Latin-1 is refused in a text unless the file declares it',
    trigger: { files: { 'handler.py': Buffer.from(`name = 'caf\u00e9'\n${functionHandler}`, 'latin1') } },
    nearMiss: {
      files: {
        'handler.py': Buffer.from(`# -*- coding: latin-1 -*- caf\u00e9\n${functionHandler}`, 'latin1'),
      },
    },
  },
  {
    code: 'LOAD_HANDLER_SYNTAX',
    because: 'Latin-1 is passed over in a comment, as Python does, and not in a docstring',
    trigger: { files: { 'handler.py': Buffer.from(`"""# caf\u00e9"""\n${functionHandler}`, 'latin1') } },
    nearMiss: { files: { 'handler.py': Buffer.from(`# caf\u00e9\n${functionHandler}`, 'latin1') } },
  },
  {
    code: 'LOAD_HANDLER_SYNTAX',
    because: 'no declaration makes Latin-1 out of UTF-8, where the near miss is UTF-8 indeed',
    trigger: {
      files: {
        'handler.py': Buffer.from(
          `#!/usr/bin/python\n# coding: utf_8\nname = "caf\u00e9"\n${functionHandler}`,
          'latin1',
        ),
      },
    },
    nearMiss: {
      files: { 'handler.py': `#!/usr/bin/python\n# coding: utf_8\nname = "caf\u00e9"\n${functionHandler}` },
    },
  },
  {
    code: 'LOAD_HANDLER_SYNTAX',
    because: 'a NUL byte ends the reading, where the near miss only spells one',
    trigger: { files: { 'handler.py': `${functionHandler}# \0\n` } },
    nearMiss: { files: { 'handler.py': `${functionHandler}# \\0\n` } },
  },
  {
    code: 'LOAD_HANDLER_SYNTAX',
    because: 'a bracket of the model file stays open',
    trigger: {
      modelFile: 'model.py',
      files: { 'handler.py': baseHandler, 'model.py': 'class Net(:\n    pass\n' },
    },
    nearMiss: {
      modelFile: 'model.py',
      files: { 'handler.py': baseHandler, 'model.py': 'class Net:\n    pass\n' },
    },
  },
  {
    code: 'LOAD_NO_ENTRY_POINT',
    because: 'the function is called otherwise',
    trigger: { files: { 'handler.py': 'def handler(data, context):\n    return data\n' } },
    nearMiss: {
      handler: 'handler.py:handler',
      files: { 'handler.py': 'def handler(data, context):\n    return data\n' },
    },
  },
  {
    code: 'LOAD_NO_ENTRY_POINT',
    because: 'the class has no initialize, and inherits from nothing that could bring it',
    trigger: {
      files: { 'handler.py': 'class Handler:\n    def handle(self, data, context):\n        return data\n' },
    },
    nearMiss: {
      files: {
        'handler.py':
          'from base import Base\n\nclass Handler(Base):\n    def handle(self, data, context):\n        return data\n',
      },
    },
  },
  {
    code: 'LOAD_NO_ENTRY_POINT',
    because: 'a second class counts, whatever it is for',
    trigger: { files: { 'handler.py': `class Settings:\n    pass\n\n\n${classHandler}` } },
    nearMiss: { files: { 'handler.py': `from settings import Settings\n\n\n${classHandler}` } },
  },
  {
    code: 'LOAD_NO_ENTRY_POINT',
    because: 'the module defines nothing, and a star import might bring it',
    trigger: { files: { 'handler.py': 'import torch\n' } },
    nearMiss: { files: { 'handler.py': 'from service import *\n' } },
  },
  {
    code: 'LOAD_NO_ENTRY_POINT',
    because: 'what stands below the guard for scripts does not count',
    trigger: {
      files: {
        'handler.py': `if __name__ == "__main__":\n    def handle(data, context):\n        return data\n`,
      },
    },
    nearMiss: {
      files: {
        'handler.py': `try:\n    import fast\nexcept ImportError:\n    def handle(data, context):\n        return data\n`,
      },
    },
  },
  ...[
    'Row = collections.namedtuple("Row", "a")',
    'Made = make()',
    'Kind = type("Kind", (), {})',
    'Other = Row',
  ].map(
    (line): RuleCase => ({
      code: 'LOAD_NO_ENTRY_POINT',
      because: `loggers and constants are no classes, and ${line} may be one`,
      trigger: { files: { 'handler.py': logged } },
      nearMiss: { files: { 'handler.py': `${logged}${line}\n` } },
    }),
  ),
  {
    code: 'LOAD_HANDLER_CLASS',
    because: 'a class stands after the colon, where a function belongs',
    trigger: { handler: 'handler.py:Handler', files: { 'handler.py': classHandler } },
    nearMiss: {
      handler: 'handler.py:serve',
      files: { 'handler.py': `${classHandler}\nserve = Handler().handle\n` },
    },
  },
  {
    code: 'LOAD_MODULE_SHADOWS',
    because: 'json.py hides the standard library, and model/json.py does not',
    trigger: { files: { 'handler.py': functionHandler, 'json.py': '' } },
    nearMiss: {
      files: { 'handler.py': functionHandler, 'model/json.py': '', 'json.txt': '', 'jsonlines.py': '' },
    },
  },
  {
    code: 'LOAD_MODULE_SHADOWS',
    because: 'numpy/ is a package with its __init__.py, and without one Python prefers the real one',
    trigger: { files: { 'handler.py': functionHandler, 'numpy/__init__.py': '' } },
    nearMiss: { files: { 'handler.py': functionHandler, 'numpy/notes.txt': '', 'torch/weights.bin': 'x' } },
  },
  {
    code: 'LOAD_HANDLER_NAME_SERVER_ONLY',
    because: 'the server has vision_handler, and the reference archiver does not know it',
    trigger: {
      handler: 'vision_handler',
      modelFile: 'model.py',
      files: { 'model.py': 'class Net:\n    pass\n' },
    },
    nearMiss: { handler: 'vision_handler', files: { 'vision_handler.py': functionHandler } },
  },
  {
    code: 'LOAD_LSP_HANDLER',
    because: "BaseHandler is not in the C++ worker's factory",
    trigger: { runtime: 'LSP', handler: 'BaseHandler' },
    nearMiss: { runtime: 'LSP', handler: 'TorchScriptHandler' },
  },
  {
    code: 'LOAD_LSP_LIBRARY',
    because: 'the library is not there',
    trigger: { runtime: 'LSP', handler: 'libmine:Mine' },
    nearMiss: { runtime: 'LSP', handler: 'libmine:Mine', files: { 'libmine.so': library } },
  },
  {
    code: 'LOAD_LSP_LIBRARY',
    because: 'the library is a text',
    trigger: { runtime: 'LSP', handler: 'libmine:Mine', files: { 'libmine.so': '/* build me */' } },
    nearMiss: {
      runtime: 'LSP',
      handler: 'libmine:Mine',
      files: { 'libmine.dylib': Buffer.from('cffaedfe07000001', 'hex') },
    },
  },
];
