import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { bindsName, PythonTooComplex, parsePython } from '../../../core/python/outline.ts';

test('functions at module level are found, however they are made', async () => {
  const outline = await parsePython(`
def plain(a, b=1, /, *rest, key, **more): ...

async def later():
    def inner(): ...

@cached(maxsize=None)
def decorated(): ...

try:
    import fast
except ImportError:
    def fallback(): ...

if sys.platform == "win32":
    def windows(): ...
elif True: 
    def elsewhere(): ...
else:
    def never(): ...

class Holder:
    def method(self): ...
`);
  assert.deepEqual(
    outline.functions.map(({ name, line }) => [name, line]),
    [
      ['plain', 2],
      ['later', 4],
      ['decorated', 8],
      ['fallback', 13],
      ['windows', 16],
      ['elsewhere', 18],
      ['never', 20],
    ],
  );
});

test('classes come with their bases, their members and their doubts', async () => {
  const { classes } = await parsePython(`
class Plain: pass
class Child(base.Handler, Generic[T]):
    limit: int = 3
    a, b = 1, 2
    def handle(self, data):
        self.initialize = later
    async def stream(self): ...
    @property
    def size(self): ...
    from tools import helper as tool
@dataclass
class Decorated: x: int
class Made(metaclass=Meta): ...
if FAST:
    class Quick: ...
`);
  assert.deepEqual(
    classes.map(({ name, bases, altered, conditional, line }) => [name, bases, altered, conditional, line]),
    [
      ['Plain', [], false, false, 2],
      ['Child', ['base.Handler', 'Generic[T]'], false, false, 3],
      ['Decorated', [], true, false, 13],
      ['Made', [], true, false, 14],
      ['Quick', [], false, true, 16],
    ],
  );
  assert.deepEqual(classes[1]?.members, ['handle', 'stream', 'size', 'limit', 'a', 'b', 'tool']);
  assert.deepEqual(
    classes[1]?.methods.map(({ name, line }) => [name, line]),
    [
      ['handle', 6],
      ['stream', 8],
      ['size', 10],
    ],
  );
});

test('imports come with what they take, what they bind and their lines', async () => {
  const { imports } = await parsePython(`import os, json as j
import torch.nn.functional
from ts.torch_handler.base_handler import BaseHandler as Base, other
from . import sibling
from ..pkg.mod import (
    one,  # the first
    two as second,
)
from tools import *
import xml.dom \\
    as dom
`);
  assert.deepEqual(
    imports.map(({ module, names, bound, star, line }) => ({ module, names, bound, star, line })),
    [
      { module: 'os', names: [], bound: ['os'], star: false, line: 1 },
      { module: 'json', names: [], bound: ['j'], star: false, line: 1 },
      { module: 'torch.nn.functional', names: [], bound: ['torch'], star: false, line: 2 },
      {
        module: 'ts.torch_handler.base_handler',
        names: ['BaseHandler', 'other'],
        bound: ['Base', 'other'],
        star: false,
        line: 3,
      },
      { module: '.', names: ['sibling'], bound: ['sibling'], star: false, line: 4 },
      { module: '..pkg.mod', names: ['one', 'two'], bound: ['one', 'second'], star: false, line: 5 },
      { module: 'tools', names: [], bound: [], star: true, line: 9 },
      { module: 'xml.dom', names: [], bound: ['dom'], star: false, line: 10 },
    ],
  );
});

test('a name is bound by everything that binds names in Python', async () => {
  const binders = [
    'def handle(): ...',
    'async def handle(): ...',
    'class handle: ...',
    'handle = 1',
    'other = handle = 1',
    'other, (handle, third) = x',
    '[first, *handle] = x',
    'handle: int = 1',
    'handle += 1',
    'import handle',
    'import handle.inner',
    'import x as handle',
    'from x import handle',
    'from x import y as handle',
    'from x import (y,\n  handle)',
    'for handle in x: ...',
    'for a, handle in x: ...',
    'with x as handle: ...',
    'with x as (a, handle): ...',
    'if (handle := 1): ...',
    'while (handle := f()): ...',
    'x = 1; handle = 2',
    'try:\n  handle = 1\nexcept E: ...',
    'if x:\n  for y in z:\n    handle = 1',
    'match x:\n  case 1:\n    handle = 1\n',
  ];
  for (const source of binders) assert.equal(bindsName(await parsePython(source), 'handle'), 'yes', source);

  for (const source of [
    'from x import *',
    'globals()["handle"] = 1',
    'exec(code)',
    'def f():\n  global handle\n  handle = 1',
  ]) {
    assert.equal(bindsName(await parsePython(source), 'handle'), 'maybe', source);
  }
  const others = [
    '',
    'handles = 1',
    'x.handle = 1',
    'x["handle"] = 1',
    'handle',
    'handle()',
    'def f():\n  handle = 1',
    'class C:\n  def handle(self): ...',
    'import x.handle',
    'from handle import x',
    'if __name__ == "__main__":\n  handle = 1',
    'if TYPE_CHECKING:\n  from x import handle',
    '# handle = 1',
    '"""\nhandle = 1\n"""',
  ];
  for (const source of others) assert.equal(bindsName(await parsePython(source), 'handle'), 'no', source);
});

const broken: readonly [source: string, line: number][] = [
  ['def handle(data, context)\n    return data\n', 1],
  ['x = (1, 2\ny = 3\n', 2],
  ['class A(:\n    pass\n', 1],
  ['x = 1\nif x\n    y = 2\n', 2],
  ['return return\n', 1],
  ['import\n', 1],
  ['x = 1\n\nprint "two"\n', 3],
  ['def f():\nreturn 1\n', 2],
  ['x = ]\n', 1],
  ['else:\n    pass\n', 1],
  ['a b\n', 1],
  ['{"a": 1\n', 2],
];

for (const [source, line] of broken) {
  test(`${JSON.stringify(source)} is a syntax error in line ${line}`, async () => {
    const [first] = (await parsePython(source)).errors;
    assert.equal(first?.line, line, JSON.stringify(first));
    assert.ok((first?.column ?? 0) >= 1);
  });
}

const lawful: readonly string[] = [
  '',
  '\ufeffx = 1\n',
  '\f\nx = 1\n',
  'x = 1\r\nif x:\r\n    y = 2\r\n',
  'def f():\n    yield\n',
  'def f():\n    x = yield\n    return (yield)\n',
  'x = [1., 2.5, 3.]\ny = x[0] + 1. if x else 2.\n',
  'with open(a) as (b, c):\n    pass\n',
  'with (\n    open(a) as f,\n    open(b) as g,\n):\n    pass\n',
  'with a as self.b, c as d[0]:\n    pass\n',
  'match x:\n    case str() | int():\n        pass\n    case {"a": Point(x=0)}:\n        pass\n',
  'match = 1\ncase = match\ntype = 2\nprint(match, case, type)\n',
  'for a, *b in c:\n    pass\n',
  'x = [y for a, *b in c if a]\n',
  'def f(x: tuple[*Ts], /, *, k=1) -> None: ...\n',
  'f = lambda x, /, *y, z=1, **k: x\n',
  '@(a or b)[0].c(1)\ndef f(): ...\n',
  'type A[T] = list[T]\nclass B[T: int]: ...\n',
  'def f[T](x: T) -> T: ...\n',
  'x = f"{a!r:>{width}} {b:.2f} {c=}"\n',
  'x = f"{d["key"]}"\n',
  'try:\n    pass\nexcept* ValueError as e:\n    pass\n',
  'if (n := len(a)) > 10: pass\n',
  'async def f():\n    async with a as b, c:\n        return [x async for x in y]\n',
  'x = 0x_FF + 1_000 + 0b1 + 1e5j\n',
  'x = 1 if y else 2; z = 3\n',
  'if x:\n    y = 1 # no newline at the end',
  'print("a", end="")\n',
];

for (const source of lawful) {
  test(`${JSON.stringify(source)} is no syntax error`, async () => {
    assert.deepEqual((await parsePython(source)).errors, []);
  });
}

test('every start of a file is outlined without a throw', async () => {
  const source = lawful.join('\n');
  for (let end = 0; end < source.length; end += 7) await parsePython(source.slice(0, end));
});

test('5,000 lines are outlined in a moment', async () => {
  const method =
    '    def method(self, data, *, top=5):\n        x = {"a": [data[i] for i in range(top)]}\n        return x\n';
  const source = `class Handler(Base):\n${method.repeat(1666)}`;
  await parsePython('warm = up');
  const start = performance.now();
  const { classes } = await parsePython(source);
  const took = performance.now() - start;
  assert.equal(classes[0]?.methods.length, 1666);
  // About 60 ms on a slow machine; the bound only catches what grows with the square of the lines.
  assert.ok(took < 10_000, `${took} ms`);
});

test('a source made to keep the parser busy ends in time', async () => {
  const hostile = [
    '['.repeat(100_000),
    'x = [\n'.repeat(100_000),
    'a b\n'.repeat(300_000),
    'with (\n'.repeat(30_000),
    'for * '.repeat(300_000),
    '\n'.repeat(2_000_000),
    `${'('.repeat(20_000)}a${')'.repeat(20_000)} = 1`,
  ];
  for (const source of hostile) {
    const start = performance.now();
    await parsePython(source).catch((error: unknown) => assert.ok(error instanceof PythonTooComplex));
    assert.ok(performance.now() - start < 20_000, JSON.stringify(source.slice(0, 20)));
  }
});

const python = ['python3', 'python'].find((name) => spawnSync(name, ['-c', '']).status === 0);

test('what CPython compiles is no syntax error here', {
  skip: python ? false : 'no Python on this machine',
}, async () => {
  const ask = 'import sysconfig; print(sysconfig.get_paths()["stdlib"])';
  const library = execFileSync(python as string, ['-c', ask], { encoding: 'utf8' }).trim();
  const folders = [
    '',
    'json',
    'asyncio',
    'email',
    'unittest',
    'concurrent/futures',
    'importlib',
    'xml/etree',
  ];
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(library, folder))
      .filter((name) => name.endsWith('.py'))
      .map((name) => path.join(library, folder, name)),
  );
  assert.ok(files.length > 100, `only ${files.length} files in ${library}`);
  const wrong: string[] = [];
  for (const file of files) {
    const [first] = (await parsePython(readFileSync(file, 'utf8'))).errors;
    if (first) wrong.push(`${file}:${first.line}:${first.column}: ${first.detail}`);
  }
  assert.deepEqual(wrong, []);
});

test('a source that costs too many steps is left alone, at the same place on every machine', async () => {
  const ordinary = 'def f(a, b):\n    return [x for x in a if x > b]\n\n\n'.repeat(10_000);
  assert.equal((await parsePython(ordinary)).functions.length, 10_000);
  for (const tangled of ['.'.repeat(400_000), 'match case print type x y ( : = '.repeat(20_000)]) {
    await assert.rejects(parsePython(tangled), PythonTooComplex);
  }
});
