import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { formatDiff } from '../../../cli/commands/diff-summary.ts';
import { styleWith } from '../../../cli/style.ts';
import type { DiffResult } from '../../../core/contract/diff.ts';
import { diffReportIn } from '../../../core/report/report.ts';
import { joined } from '../../hostile/pieces.ts';
import { zip, zipEntry } from '../../hostile/zip-builder.ts';
import { field, onnx } from '../weights/builders.ts';
import { torchscript, zipOf } from '../weights/files.ts';
import { changedRecords, codeOf, compare, fixture, onnxNode } from './weights-models.ts';

const model = 'code/__torch__.py';
const linear = 'code/__torch__/torch/nn/modules/linear.py';

test('code of TorchScript that changed alone is told in the verdict, with its lines', async (t) => {
  const before = await fixture('current-script.pt');
  const after = await changedRecords(before, {
    [model]: (text) => text.replace('torch.mul(_0, steps)', 'torch.add(_0, steps)'),
  });
  const { result, entry } = await compare(t, before, after);
  const { weights, code } = entry.details;
  assert.equal(weights?.sentence, 'the numbers are equal, the code of __torch__.py changed');
  assert.ok(
    result.verdict.some(({ text }) => text === `Weights: ${weights?.sentence}.`),
    JSON.stringify(result.verdict),
  );
  assert.deepEqual(
    code?.map(({ path, change, additions, deletions }) => [path, change, additions, deletions]),
    [[model, 'changed', 1, 1]],
  );
  const lines = code?.[0]?.hunks?.flatMap((hunk) => hunk.lines) ?? [];
  const changed = lines.filter(({ sign }) => sign !== ' ').map(({ sign, text }) => sign + text);
  assert.deepEqual(changed, ['-    return torch.mul(_0, steps)', '+    return torch.add(_0, steps)']);
  // The ZIP's member is listed as well, and its lines are told once.
  const member = entry.details.members?.entries.find(({ path }) => path === model);
  assert.deepEqual(
    [member?.change, member?.details.additions, member?.details.hunks],
    ['modified', 1, undefined],
  );
});

test('files of code that came and went are told with what moved', async (t) => {
  const before = await fixture('current-script.pt');
  const after = await changedRecords(before, {
    [linear]: null,
    'code/__torch__/new.py': () => 'def f(x):\n  return x\n',
    'data/0': (text) => `\x01${text.slice(1)}`,
  });
  const { entry } = await compare(t, before, after);
  const { weights, code = [] } = entry.details;
  assert.match(
    weights?.sentence ?? '',
    /^the code of __torch__\/new\.py added, the code of .*linear\.py removed; .* moved$/,
  );
  const found = code.map(({ path, change, additions, deletions }) => [path, change, additions, deletions]);
  assert.deepEqual(found, [
    ['code/__torch__/new.py', 'added', 2, 0],
    [linear, 'removed', 0, 14],
  ]);
});

test('TorchScript without a tensor, and torch.package, are compared by their code', async (t) => {
  const other = await changedRecords(torchscript, { [model]: (text) => text.replace('pass', 'x : int') });
  const script = await compare(t, torchscript, other);
  assert.equal(script.entry.details.weights?.sentence, 'the code of __torch__.py changed');
  assert.deepEqual(codeOf(script.entry), [model]);

  const packaged = (code: string) =>
    zipOf({
      ...{ 'm/.data/extern_modules': 'torch', 'm/.data/version': '6\n', 'm/.data/odd.py': code },
      ...{ 'm/net/model.py': code, 'm/net/__init__.py': '' },
    });
  const { entry, result } = await compare(t, await packaged('a = 1\n'), await packaged('a = 2\n'));
  assert.equal(entry.details.weights?.sentence, 'the code of net/model.py changed');
  assert.deepEqual(codeOf(entry), ['net/model.py']);
  assert.ok(!String(diffReportIn('markdown', result, {})).includes('0 tensors'));
});

test('bytes that are no UTF-8 differ although they would read alike, and code of one name twice is compared twice', async (t) => {
  const withText = (text: string) =>
    zipOf({ 'm/.data/extern_modules': '', 'm/a.py': Buffer.from(text, 'latin1') });
  const { entry } = await compare(t, await withText('x = "\xfe"\n'), await withText('x = "\xff"\n'));
  assert.deepEqual(
    entry.details.code?.map(({ additions }) => additions),
    [1],
  );
  const twice = (second: string) =>
    joined(
      zip(
        ['torch', 'a = 1\n', second].map((text, at) =>
          zipEntry(at === 0 ? 'm/.data/extern_modules' : 'm/a.py', Buffer.from(text)),
        ),
      ),
    );
  const hidden = await compare(t, twice('a = 2\n'), twice('a = 3\n'));
  assert.deepEqual(codeOf(hidden.entry), ['a.py']);
});

test('code beyond what is compared by lines is told as changed all the same', async (t) => {
  const large = (last: string) =>
    zipOf({ 'm/.data/extern_modules': '', 'm/a.py': `${'#'.repeat(16 * 2 ** 20)}${last}` }, true);
  const { entry } = await compare(t, await large('1'), await large('2'));
  const [file] = entry.details.code ?? [];
  assert.match(file?.fallback ?? '', /^not compared: .*a\.py has 16,777,217 bytes, and 16,777,216 are read/);
  assert.match(entry.details.weights?.sentence ?? '', /the code of a\.py changed/);
});

/** Of the fixture: what has no numbers that could be read. */
const unread = 'INT4, UINT4, words and sparse not compared';

async function onnxPair(t: TestContext, change: (bytes: Buffer) => Buffer) {
  const before = await fixture('current-types.onnx');
  return compare(t, before, change(before));
}

/** Of the same length, so that no length around it changes. */
const replaced = (from: string, to: string) => (bytes: Buffer) => {
  assert.equal(from.length, to.length);
  return Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1');
};
const half = Buffer.from(Float32Array.of(0.5).buffer).toString('latin1');
const third = Buffer.from(Float32Array.of(0.3).buffer).toString('latin1');

test('a graph whose operator and attribute changed says so, though all numbers are equal', async (t) => {
  const { result, entry } = await onnxPair(t, (bytes) =>
    replaced('Relu', 'Gelu')(replaced(`alpha\x15${half}`, `alpha\x15${third}`)(bytes)),
  );
  const { weights, graph } = entry.details;
  assert.equal(weights?.sentence, `the graph changed in 2 nodes; ${unread}`);
  assert.ok(result.verdict.some(({ text }) => text === `Weights: ${weights?.sentence}.`));
  const { nodes } = graph ?? {};
  assert.deepEqual(nodes?.changed, [
    {
      before: {
        ...{ name: 'dense', operator: 'Gemm', inputs: ['x', 'FLOAT.raw'], outputs: ['y'] },
        attributes: ['alpha=0.5', 'transB=1'],
      },
      after: {
        ...{ name: 'dense', operator: 'Gemm', inputs: ['x', 'FLOAT.raw'], outputs: ['y'] },
        attributes: ['alpha=0.3', 'transB=1'],
      },
    },
    {
      before: { name: '', operator: 'Relu', inputs: ['y'], outputs: ['z'], attributes: [] },
      after: { name: '', operator: 'Gelu', inputs: ['y'], outputs: ['z'], attributes: [] },
    },
  ]);
  assert.deepEqual([nodes?.added, nodes?.removed, nodes?.more], [[], [], 0]);
  assert.equal(entry.details.bytes, undefined);
});

test('nodes, inputs, outputs, the opset and functions that came, went or changed are told by name', async (t) => {
  const valueInfo = (name: string) => field(1, Buffer.from(name));
  const { entry } = await onnxPair(t, (bytes) =>
    Buffer.concat([
      replaced('batch', 'rows_')(bytes),
      // A second part of the same graph: whoever reads protobuf joins them.
      field(7, Buffer.concat([field(1, onnxNode('Sqrt', 'root', ['z'], ['r'])), field(12, valueInfo('r'))])),
      field(8, Buffer.concat([field(1, Buffer.from('com.new')), field(2, 3n)])),
      field(25, Buffer.concat([field(1, Buffer.from('Mine')), field(10, Buffer.from('com.new'))])),
    ]),
  );
  const { graph, weights, changes } = entry.details;
  assert.equal(
    weights?.sentence,
    `the graph changed in 1 node, its inputs, its outputs, its opset and its functions; ${unread}`,
  );
  assert.deepEqual(graph?.nodes.added, [
    { name: 'root', operator: 'Sqrt', inputs: ['z'], outputs: ['r'], attributes: [] },
  ]);
  assert.deepEqual(graph?.inputs, [
    { name: 'x', change: 'changed', before: 'float32 [batch, 3]', after: 'float32 [rows_, 3]' },
  ]);
  assert.deepEqual(
    graph?.outputs.map(({ name, change }) => [name, change]),
    [['r', 'added']],
  );
  assert.deepEqual(graph?.opset, [{ name: 'com.new', change: 'added', before: null, after: '3' }]);
  assert.deepEqual(
    graph?.functions.map(({ name, change }) => [name, change]),
    [['com.new.Mine', 'added']],
  );
  assert.equal(changes, undefined);
});

test('of weights that are read in part nobody is told that all their numbers are equal', async (t) => {
  const model = (...rest: readonly number[]) => {
    const tensor = [field(1, 1n), field(2, 1n), field(8, Buffer.from('w')), field(9, Buffer.alloc(4))];
    return Buffer.concat([onnx(Buffer.concat(tensor)), Buffer.from(rest)]);
  };
  const { entry, result } = await compare(t, model(0xff), model(0xff, 0xff));
  assert.deepEqual(entry.details.weights?.counts.unchanged, 1);
  assert.match(entry.details.fallback ?? '', /^not all of it could be read: /);
  assert.ok(result.verdict.some(({ text }) => text === 'Weights: what could be read of them is equal.'));
});

test('of versions told twice each is held to its own, and those that are gone keep their order', async (t) => {
  const version = (number: bigint) =>
    field(8, Buffer.concat([field(1, Buffer.from('mine')), field(2, number)]));
  const base = await fixture('current-types.onnx');
  const model = (...numbers: readonly bigint[]) => Buffer.concat([base, ...numbers.map(version)]);
  const { entry } = await compare(t, model(1n, 2n, 3n, 4n), model(1n, 5n));
  assert.deepEqual(
    entry.details.graph?.opset.map(({ change, before, after }) => [change, before, after]),
    [
      ['changed', '2', '5'],
      ['removed', '3', null],
      ['removed', '4', null],
    ],
  );
});

test('a constant that keeps its size and changes its number is a change, and documentation is none', async (t) => {
  const node = (value: number, about: string) =>
    field(
      7,
      field(
        1,
        Buffer.concat([
          onnxNode('Constant', 'c', [], ['c0']),
          field(
            5,
            Buffer.concat([
              field(1, Buffer.from('value')),
              field(5, field(9, Buffer.from([value, 0, 0, 0]))),
            ]),
          ),
          field(6, Buffer.from(about)),
        ]),
      ),
    );
  const base = onnx(
    Buffer.concat([field(1, 1n), field(2, 1n), field(8, Buffer.from('w')), field(9, Buffer.alloc(4))]),
  );
  const model = (value: number, about: string) => Buffer.concat([base, node(value, about)]);
  const { entry } = await compare(t, model(1, 'a'), model(2, 'a'));
  assert.equal(entry.details.weights?.sentence, 'the numbers are equal, the graph changed in 1 node');
  const [pair] = entry.details.graph?.nodes.changed ?? [];
  assert.match(pair?.before.attributes[0] ?? '', /^value=a tensor of 6 bytes \(SHA-256 [0-9a-f]{32}…\)$/);
  assert.notEqual(pair?.before.attributes[0], pair?.after.attributes[0]);
  const documented = await compare(t, model(1, 'a'), model(1, 'b'));
  assert.equal(documented.entry.details.graph, undefined);
  assert.equal(documented.entry.details.weights?.sentence, '');
  assert.notEqual(documented.entry.details.bytes, undefined);
});

test('a node of a megabyte is paired by its name, and its attribute told by size and checksum', async (t) => {
  const base = await fixture('current-types.onnx');
  const model = (byte: number) => {
    const value = Buffer.concat([
      field(1, Buffer.from('value')),
      field(5, field(9, Buffer.alloc(1e6, byte))),
    ]);
    const node = Buffer.concat([field(5, value), onnxNode('Constant', 'c', [], ['c0'])]);
    return Buffer.concat([base, field(7, field(1, node))]);
  };
  const { entry } = await compare(t, model(1), model(2));
  const [pair] = entry.details.graph?.nodes.changed ?? [];
  assert.deepEqual([pair?.before.name, pair?.after.operator], ['c', 'Constant']);
  assert.match(pair?.after.attributes[0] ?? '', /^an attribute of 1,000,\d{3} bytes \(SHA-256 /);
});

test('of a node with more inputs than are kept a change of the last one is told by a checksum', async (t) => {
  const base = await fixture('current-types.onnx');
  const model = (last: string) => {
    const inputs = Array.from({ length: 40_000 }, (_, at) => `an input with a long name ${at}`);
    return Buffer.concat([base, field(7, field(1, onnxNode('Concat', 'c', [...inputs, last], ['c0'])))]);
  };
  const { entry } = await compare(t, model('a'), model('b'));
  const [pair] = entry.details.graph?.nodes.changed ?? [];
  assert.match(pair?.after.attributes[0] ?? '', /^[\d,]+ more bytes \(SHA-256 [0-9a-f]{32}… of the node\)$/);
});

test('of many nodes that all changed a thousand are listed, and the others counted', async (t) => {
  const graph = (operator: string) => {
    const nodes = Array.from({ length: 3000 }, (_, at) =>
      field(1, onnxNode(operator, `n${at}`, ['x'], [`o${at}`])),
    );
    return Buffer.concat([field(1, 9n), field(8, field(2, 21n)), field(7, Buffer.concat(nodes))]);
  };
  const { entry } = await compare(t, graph('Relu'), graph('Gelu'));
  const { nodes } = entry.details.graph ?? {};
  assert.deepEqual([nodes?.changed.length, nodes?.more], [1000, 2000]);
  assert.equal(entry.details.weights?.sentence, 'the graph changed in 3,000 nodes');
});

function everyReport(result: DiffResult): Record<string, string> {
  return {
    text: formatDiff(result, { all: false, details: false, style: styleWith(false) }),
    ...Object.fromEntries(
      (['markdown', 'html'] as const).map((format) => [format, String(diffReportIn(format, result, {}))]),
    ),
  };
}

test('terminal, Markdown and HTML show changed code, and what is in it stays text', async (t) => {
  const before = await fixture('current-script.pt');
  const after = await changedRecords(before, {
    [model]: (text) => `${text}# <img src=x> \x1b[31m\n`,
    'code/<img src=y>.py': () => 'x\n',
  });
  const { result } = await compare(t, before, after);
  for (const [format, text] of Object.entries(everyReport(result))) {
    // Markdown's own signs are escaped.
    const told = text.replaceAll('\\', '');
    assert.match(told, /code\/__torch__\.py.*\+1 −0 lines/, format);
    assert.ok(!text.includes('\x1b[31m') && /u\{1b\}/.test(text), format);
    if (format === 'html') assert.ok(!text.includes('<img src='), format);
    assert.equal(text.split('src=x').length, 2, `${format} shows a line once`);
  }
});

test('terminal, Markdown and HTML show a changed graph as rows', async (t) => {
  const { result } = await onnxPair(t, replaced('Relu', 'Gelu'));
  for (const [format, text] of Object.entries(everyReport(result))) {
    assert.match(text, /node z \(Gelu\)/, format);
    assert.match(text, /the graph changed in 1 node/, format);
  }
});
