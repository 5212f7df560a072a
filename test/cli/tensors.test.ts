import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { makeArchive } from '../support/models.ts';
import { scratchFolder } from '../support/scratch.ts';
import { safetensors, torchZip } from '../unit/weights/builders.ts';
import { fixture } from '../unit/weights/expected.ts';
import { marStudio, root } from './command-line.ts';
import { assertMisuse, documentOf, packedModel } from './packed-model.ts';

test('--json is one document of the shape that the contract names', async (t) => {
  const { archive } = await packedModel(t);
  const document = documentOf(await marStudio(['tensors', archive, '--json']));
  assert.deepEqual(Object.keys(document), ['schema', 'path', 'files', 'tensors', 'totals']);
  assert.equal(document.schema, 'mar-studio.tensors/1');
  assert.equal(document.path, archive);
  assert.deepEqual(document.files, [
    {
      ...{ entry: 'digits.pt', format: 'torch-zip', about: { version: '3', 'byte order': 'little' } },
      ...{ texts: [], problems: [] },
    },
  ]);
  const keys = ['entry', 'name', 'dtype', 'shape', 'parameters', 'bytes', 'where', 'offset', 'layout'];
  for (const tensor of document.tensors) assert.deepEqual(Object.keys(tensor), keys);
  assert.deepEqual(
    document.tensors.map(({ name }: { name: string }) => name),
    ['layers.1.weight', 'layers.1.bias', 'layers.3.weight', 'layers.3.bias'],
  );
  const sums = { tensors: 4, parameters: 79_510, bytes: 318_040 };
  assert.deepEqual(document.totals, { ...sums, shared: 0, byDtype: [{ dtype: 'float32', ...sums }] });
});

test('an entry, an archive that holds it and the file itself show the same tensors', async (t) => {
  const { archive } = await packedModel(t, '--archive-format', 'tgz');
  const rows = async (path: string) => {
    const { tensors } = documentOf(await marStudio(['tensors', path, '--json']));
    return tensors.map(({ entry, ...tensor }: { entry: string | null }) => tensor);
  };
  const alone = await rows(join(root, 'examples/digits/digits.pt'));
  assert.equal(alone.length, 4);
  assert.deepEqual(await rows(archive), alone);
  assert.deepEqual(await rows(`${archive}!digits.pt`), alone);
});

test('people get a table, with totals by type', async () => {
  const run = await marStudio(['tensors', fixture('current-layouts.pt')]);
  assert.equal(run.code, 0);
  assert.match(run.stdout, /current-layouts\.pt: saved by torch\n/);
  assert.match(run.stdout, /\n {2}name +dtype +shape +parameters +bytes +where\n/);
  assert.match(
    run.stdout,
    /\n {2}rows +float32 +\[2, 6\] +12 +48 B +current-layouts\/data\/0, shared with base\n/,
  );
  assert.match(
    run.stdout,
    /\n9 tensors \(4 shared, counted once\), 81 parameters, 222 B\n {2}float32 +7 tensors +30 parameters +120 B\n/,
  );
});

test('--filter lists and counts what it lets pass', async () => {
  const path = fixture('current-checkpoint.pt');
  const run = await marStudio([
    'tensors',
    path,
    '--filter',
    'state_dict shape:2,* -name:optimizer',
    '--json',
  ]);
  const { tensors, totals } = documentOf(run);
  assert.deepEqual(
    tensors.map(({ name }: { name: string }) => name),
    ['state_dict.tied', 'state_dict.body.0.weight'],
  );
  assert.deepEqual([totals.bytes, totals.parameters, totals.shared], [24, 6, 1], 'the two share their bytes');
  const none = await marStudio(['tensors', path, '--filter', 'dtype:int4']);
  assert.match(none.stdout, /no tensor that the filter lets pass/);
});

test('weights that are broken are told, and those beside them are listed', async (t) => {
  const folder = await scratchFolder(t);
  const f4 = (name: string, offsets: number[]) => ({
    [name]: { dtype: 'F32', shape: [1], data_offsets: offsets },
  });
  const broken = safetensors({ ...f4('fine', [0, 4]), ...f4('gone\u001b[2J', [4000, 4004]) }, 4);
  const archive = await makeArchive(folder, {
    'handler.py': 'def handle(data, context):\n    return data\n',
    'broken.safetensors': broken,
    'cut.pt': Buffer.from('PK\x03\x04'),
    'page.pt': '<!DOCTYPE html><html></html>',
    'whole.safetensors': safetensors(f4('w', [0, 4]), 4),
  });
  const run = await marStudio(['tensors', archive]);
  assert.equal(run.code, 0);
  assert.match(run.stdout, /fine +float32/);
  assert.match(run.stdout, /gone\\u\{1b\}\[2J .*\n +TENSOR_RANGE it lies at bytes/);
  assert.match(run.stdout, /whole\.safetensors: safetensors\n/);
  assert.doesNotMatch(run.stdout, /page\.pt/);
  const { tensors } = documentOf(await marStudio(['tensors', archive, '--json']));
  assert.deepEqual(
    tensors.map(({ problem }: { problem?: { code: string } }) => problem?.code),
    [undefined, 'TENSOR_RANGE', undefined],
  );
});

test('what is no weights is told for what it is', async (t) => {
  const { archive, cwd } = await packedModel(t);
  await writeFile(join(cwd, 'page.pt'), '<!DOCTYPE html><html></html>');
  for (const [path, says] of [
    [join(cwd, 'page.pt'), /it is a web page\nhint: get the file again/],
    [`${archive}!handler.py`, /it is a text file\nhint: mar-studio inspect lists/],
  ] as const) {
    const run = await marStudio(['tensors', path]);
    assert.equal(run.code, 2);
    assert.match(run.stderr, /^error WEIGHTS_UNKNOWN: .*\nhint: .*\n$/);
    assert.match(run.stderr, says);
  }
  for (const [path, code] of [
    [join(cwd, 'none.pt'), 'INPUT_MISSING'],
    [`${archive}!digit.pt`, 'ENTRY_MISSING'],
    [`${join(cwd, 'none.mar')}!a`, 'INPUT_MISSING'],
  ] as const) {
    const run = await marStudio(['tensors', path, '--json']);
    assert.equal(run.code, 2);
    assert.equal(JSON.parse(run.stdout).code, code);
  }
});

test('an archive without weights is listed as that', async (t) => {
  const path = await makeArchive(await scratchFolder(t), {
    'handler.py': 'def handle(data, context): pass\n',
  });
  const run = await marStudio(['tensors', path]);
  assert.equal(run.code, 0);
  assert.match(run.stdout, /net\.mar holds no weights that are known here\n$/);
  const json = documentOf(await marStudio(['tensors', path, '--json']), 0);
  assert.deepEqual(json.tensors, []);
});

test('of weights that are broken as a whole it is told why nothing is listed', async (t) => {
  const folder = await scratchFolder(t);
  const file = async (name: string, content: Buffer | string) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  const header = safetensors('{"a":', 0, 1n << 60n);
  const handler = { 'handler.py': 'def handle(data, context): pass\n' };
  const paths = {
    'a broken header': [
      await file('header.safetensors', header),
      /^error WEIGHTS_BROKEN: .*header\.safetensors is no sound .* 100,000,000 are allowed\nhint: get the file again/,
    ],
    'the same in an archive': [
      await makeArchive(folder, { ...handler, 'a.safetensors': header }),
      /^error WEIGHTS_BROKEN: .*net\.mar!a\.safetensors is no sound/,
    ],
    'bytes that belong to no tensor': [
      await file('hole.safetensors', safetensors('{}', 8)),
      /^error WEIGHTS_HOLE: .*hole\.safetensors: 8 bytes at byte 10 belong to no tensor.*\nhint: get the file again/,
    ],
    'an encrypted file': [
      await file('secret.pt', torchZip({}, {}, { 'data.pkl': { both: { flags: 1 } } })),
      /^error ZIP_ENCRYPTED: .*secret\.pt: .*data\.pkl is encrypted\nhint: /,
    ],
    'an empty file': [await file('empty.pt', ''), /^error ZIP_EMPTY_FILE: /],
    'a text': [await file('text.pt', 'weights\n'), /^error WEIGHTS_UNKNOWN: .*it is a text file\n/],
  } as const;
  for (const [what, [path, says]] of Object.entries(paths)) {
    const run = await marStudio(['tensors', path]);
    assert.equal(run.code, 2, what);
    assert.equal(run.stdout, '', what);
    assert.match(run.stderr, says, what);
    const json = documentOf(await marStudio(['tensors', path, '--json']), 2);
    assert.deepEqual(Object.keys(json), ['schema', 'code', 'message', 'hint', 'path'], what);
    assert.equal(json.schema, 'mar-studio.error/1');
  }
  const broken = paths['a broken header'][0];
  const run = await marStudio(['tensors', broken, '--export', 'a', join(folder, 'a.npy')]);
  assert.equal(run.code, 2);
  assert.match(run.stderr, /^error WEIGHTS_BROKEN: /);
});

test('misuse is told', async (t) => {
  const { archive, cwd } = await packedModel(t);
  await assertMisuse(
    {
      'no archive': { args: ['tensors'], says: /needs an archive or weights/ },
      'two archives': { args: ['tensors', archive, archive], says: /one archive/ },
      'no filter': { args: ['tensors', archive, '--filter', 'size:3'], says: /no filter "size:"/ },
    },
    cwd,
  );
});
