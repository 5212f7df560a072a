import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoadedByBase, servedHandler } from '../../../core/audit/served-model.ts';
import { baseHandler, functionHandler, subjectOf } from './sketch.ts';

test('a handler is found by the road that TorchServe takes', () => {
  const files = { 'service.py': functionHandler, 'image_classifier.py': functionHandler };
  const kindOf = (handler: string, runtime = 'python') => {
    const served = servedHandler(subjectOf({ runtime, handler, files }));
    return served.kind === 'file' ? [served.entry.name, served.member] : served.kind;
  };
  assert.deepEqual(kindOf('service.py'), ['service.py', null]);
  assert.deepEqual(kindOf('service'), ['service.py', null]);
  assert.deepEqual(kindOf('service:serve'), ['service.py', 'serve']);
  assert.deepEqual(kindOf('service.py:serve'), ['service.py', 'serve']);
  assert.deepEqual(
    kindOf('image_classifier'),
    ['image_classifier.py', null],
    "the model's own file comes first",
  );
  assert.equal(kindOf('object_detector'), 'server');
  assert.equal(kindOf('vision_handler'), 'server');
  assert.equal(kindOf('elsewhere.py'), 'missing');
  assert.equal(kindOf('libmine:Mine', 'LSP'), 'lsp');
});

const header = 'from ts.torch_handler.base_handler import BaseHandler\nfrom abc import ABC\n\n';
const classOf = (bases: string, body: string) => `${header}class H(${bases}):\n${body}\n`;

test('BaseHandler loads the weights where nothing stands in its way', async () => {
  const sure = {
    'no initialize of its own': baseHandler,
    'ABC beside it': classOf('BaseHandler, ABC', '    x = 1'),
    'an initialize that begins with the base': classOf(
      'BaseHandler',
      '    def initialize(self, context):\n        super().initialize(context)\n        self.x = 1',
    ),
    'an initialize that calls the base by name': classOf(
      'BaseHandler',
      '    def initialize(self, ctx):\n        BaseHandler.initialize(self, ctx)',
    ),
    'a class of the server that derives from it': `from ts.torch_handler.vision_handler import VisionHandler\n\nclass H(VisionHandler):\n    pass\n`,
    'a base named through its module': `import ts.torch_handler.base_handler\n\nclass H(ts.torch_handler.base_handler.BaseHandler):\n    pass\n`,
  };
  for (const [what, source] of Object.entries(sure)) {
    assert.equal(await isLoadedByBase(subjectOf({ files: { 'handler.py': source } })), true, what);
  }
});

test('nothing is said of weights where the handler may load them itself', async () => {
  const unsure = {
    'a function': functionHandler,
    'a function beside the class': `${baseHandler}\n\ndef handle(data, context): ...\n`,
    'an initialize of its own': classOf(
      'BaseHandler',
      '    def initialize(self, context):\n        self.model = load()',
    ),
    'a base called under a condition': classOf(
      'BaseHandler',
      '    def initialize(self, context):\n        if context:\n            super().initialize(context)',
    ),
    'a loader of its own': classOf(
      'BaseHandler',
      '    def _load_torchscript_model(self, path):\n        return load(path)',
    ),
    'a base of unknown origin': 'from mine import BaseHandler\n\nclass H(BaseHandler):\n    pass\n',
    'a second base': classOf('BaseHandler, Mixin', '    pass'),
    'a decorated class': `${header}@wrap\nclass H(BaseHandler):\n    pass\n`,
    'a star import that may bring handle': `from helpers import *\n${baseHandler}`,
  };
  for (const [what, source] of Object.entries(unsure)) {
    assert.equal(await isLoadedByBase(subjectOf({ files: { 'handler.py': source } })), false, what);
  }
});
