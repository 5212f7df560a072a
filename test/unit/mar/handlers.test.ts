import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultHandlers, serverHandlers } from '../../../core/contract/handlers.ts';
import type { Runtime } from '../../../core/contract/model.ts';
import { parseHandler } from '../../../core/mar/handlers.ts';

const parse = (handler: string, runtime: Runtime = 'python', platform: NodeJS.Platform = 'linux') => {
  const { value, candidates } = parseHandler(handler, runtime, platform);
  return [value, ...candidates];
};

test('a default handler packs nothing, in its own runtime alone', () => {
  for (const runtime of ['python', 'python3', 'LSP'] as const) {
    for (const handler of defaultHandlers[runtime]) assert.deepEqual(parse(handler, runtime), [handler]);
  }
  assert.deepEqual(parse('BaseHandler'), ['BaseHandler', 'BaseHandler.py']);
  assert.deepEqual(parse('base_handler', 'LSP'), ['base_handler', 'base_handler.so']);
});

test('Python handlers: the manifest has the base name and the function, the file is looked for with .py', () => {
  const table: [handler: string, value: string, ...candidates: string[]][] = [
    ['h.py', 'h.py', 'h.py'],
    ['h', 'h', 'h.py'],
    ['h:f', 'h:f', 'h.py'],
    ['h.py:f', 'h.py:f', 'h.py'],
    ['path/to/h.py:f', 'h.py:f', 'path/to/h.py'],
    ['./path/h', 'h', './path/h.py'],
    ['my.pyproj/h', 'h', 'my.pyproj/h', 'my.pyproj/h.py'],
    ['h:größe', 'h:größe', 'h.py'],
    ['./image_classifier', 'image_classifier', './image_classifier.py'],
  ];
  for (const [handler, ...expected] of table) assert.deepEqual(parse(handler), expected, handler);
});

test('LSP handlers: the library has the suffix of the platform', () => {
  assert.deepEqual(parse('libs/libnet:Net', 'LSP'), ['libnet:Net', 'libs/libnet.so']);
  assert.deepEqual(parse('libnet', 'LSP', 'darwin'), ['libnet', 'libnet.dylib']);
});

test("a Windows drive's colon is not the one before a function", () => {
  const windows = (handler: string) => parse(handler, 'python', 'win32');
  assert.deepEqual(windows('C:\\x\\h.py'), ['h.py', 'C:\\x\\h.py']);
  assert.deepEqual(windows('C:/x/h.py:f'), ['h.py:f', 'C:/x/h.py']);
  assert.deepEqual(windows('c:\\x\\h:f'), ['h:f', 'c:\\x\\h.py']);
  assert.deepEqual(windows('x\\h.py'), ['h.py', 'x\\h.py']);
  assert.deepEqual(windows('C:f'), ['C:f', 'C.py']);
  assert.deepEqual(parse('C:f'), ['C:f', 'C.py']);
});

test('names that only the server has may lack a file, but not with a path or a function', () => {
  for (const handler of serverHandlers) {
    assert.equal(parseHandler(handler, 'python').onServer, true);
    assert.equal(parseHandler(`x/${handler}`, 'python').onServer, false);
    assert.equal(parseHandler(`${handler}:f`, 'python').onServer, false);
    assert.equal(parseHandler(handler, 'LSP').onServer, false);
  }
});

test('what can be no handler is refused', () => {
  for (const handler of ['', ':f', 'folder/', 'h:', 'h:1f', 'h:a.b', 'h:a:b', 'h.py:f()', 'dir/:f']) {
    assert.throws(() => parseHandler(handler, 'python', 'linux'), { code: 'HANDLER_NAME' }, handler);
  }
});
