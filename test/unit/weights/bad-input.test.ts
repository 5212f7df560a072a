import assert from 'node:assert/strict';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openWeightsFile } from '../../../core/weights/open-weights.ts';
import type { Listed } from '../../fuzz/list-in-child.ts';
import { Opener } from '../../hostile/opener.ts';
import { scratchFolder } from '../../support/scratch.ts';
import * as make from './builders.ts';
import { assertHonest, codes, read, told } from './opened.ts';

const childPath = fileURLToPath(import.meta.resolve('../../fuzz/list-in-child.ts'));

const f4 = (shape: readonly number[], offsets: readonly number[]) => ({
  dtype: 'F32',
  shape,
  data_offsets: offsets,
});

const headers: Readonly<Record<string, readonly [bytes: Buffer, says: RegExp]>> = {
  'one byte more than the format allows': [
    make.safetensors(`{"${'x'.repeat(20)}`, 0, 100_000_001n),
    /100,000,000 are allowed/,
  ],
  'of 2^60 bytes': [make.safetensors('{"a":', 0, 1n << 60n), /1,152,921,504,606,846,976 bytes/],
  'beyond the end of the file': [
    make.safetensors('{"a":', 0, 5000n),
    /ends at byte 5,008, and the file has 13 bytes/,
  ],
  'no JSON': [make.safetensors('{"a":1,}', 0), /no JSON/],
  'no UTF-8': [
    Buffer.from(make.safetensors('{"?":{}}', 0).toString('latin1').replace('?', '\xff'), 'latin1'),
    /no JSON/,
  ],
};

for (const [what, [bytes, says]] of Object.entries(headers)) {
  test(`a header of safetensors that is ${what} is told with its numbers`, async (t) => {
    const weights = await read(t, bytes);
    assert.deepEqual(codes(weights), ['WEIGHTS_BROKEN']);
    assert.match(weights.problems[0]?.message ?? '', says);
    assert.deepEqual(weights.tensors, []);
  });
}

test('tensors of safetensors that are wrong are told one by one, and the others are listed', async (t) => {
  const header = {
    fine: f4([2], [0, 8]),
    overlaps: f4([2], [4, 12]),
    negative: f4([-1, 2], [12, 20]),
    endless: f4([2 ** 40, 2 ** 40], [20, 24]),
    fraction: f4([1.5], [24, 28]),
    beyond: f4([1000], [28, 4028]),
    backwards: f4([1], [36, 32]),
    huge: f4([1], [2 ** 60, 2 ** 60 + 4]),
    short: f4([3], [36, 40]),
    strange: { dtype: 'Q7', shape: [1], data_offsets: [40, 44] },
    'no shape': { dtype: 'F32', data_offsets: [44, 48] },
    'no offsets': { dtype: 'F32', shape: [1] },
    nothing: null,
    deep: f4(Array(65).fill(1), [44, 48]),
  };
  const weights = await read(t, make.safetensors(header, 60));
  assertHonest(weights);
  assert.deepEqual(told(weights), {
    ...{ fine: 'fine', overlaps: 'TENSOR_OVERLAP', negative: 'TENSOR_SHAPE', endless: 'TENSOR_SHAPE' },
    ...{ fraction: 'TENSOR_SHAPE', beyond: 'TENSOR_RANGE', backwards: 'TENSOR_RANGE', huge: 'TENSOR_RANGE' },
    ...{ short: 'TENSOR_SIZE', strange: 'TENSOR_DTYPE', 'no shape': 'TENSOR_HEADER' },
    ...{ 'no offsets': 'TENSOR_HEADER', nothing: 'TENSOR_HEADER', deep: 'TENSOR_SHAPE' },
  });
});

test('bytes of safetensors that belong to no tensor are told: a second value of one key leaves such', async (t) => {
  const header =
    '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}';
  const weights = await read(t, make.safetensors(header, 16));
  assert.deepEqual(codes(weights), ['WEIGHTS_HOLE', 'WEIGHTS_HOLE']);
  assert.deepEqual(told(weights), { a: 'fine' });
});

const tensorWith = (...fields: readonly Buffer[]) =>
  Buffer.concat([...fields, make.field(8, Buffer.from('t'))]);
const dims = (...sizes: readonly bigint[]) => Buffer.concat(sizes.map((size) => make.field(1, size)));
const f32 = make.field(2, 1n);

test('tensors of ONNX that are wrong are told one by one', async (t) => {
  const cases: Readonly<Record<string, readonly [Buffer, string]>> = {
    short: [tensorWith(dims(3n), f32, make.field(9, Buffer.alloc(8))), 'TENSOR_RANGE'],
    long: [tensorWith(dims(1n), f32, make.field(9, Buffer.alloc(8))), 'TENSOR_SIZE'],
    negative: [tensorWith(dims(-1n), f32, make.field(9, Buffer.alloc(4))), 'TENSOR_SHAPE'],
    endless: [tensorWith(dims(1n << 62n, 4n), f32, make.field(9, Buffer.alloc(4))), 'TENSOR_SHAPE'],
    'no numbers': [tensorWith(dims(2n), f32), 'TENSOR_RANGE'],
    'few numbers': [
      tensorWith(dims(1n << 40n), make.field(2, 6n), make.field(5, Buffer.from([1, 2]))),
      'TENSOR_SIZE',
    ],
    'type unknown': [
      tensorWith(dims(1n), make.field(2, 99n), make.field(9, Buffer.alloc(4))),
      'TENSOR_DTYPE',
    ],
    'many dimensions': [
      tensorWith(dims(...Array(100).fill(1n)), f32, make.field(9, Buffer.alloc(4))),
      'TENSOR_SHAPE',
    ],
  };
  for (const [what, [bytes, code]] of Object.entries(cases)) {
    const weights = await read(
      t,
      make.onnx(bytes, tensorWith(dims(1n), f32, make.field(9, Buffer.alloc(4)))),
    );
    assertHonest(weights);
    assert.deepEqual(
      weights.tensors.map(({ problem }) => problem?.code),
      [code, undefined],
      what,
    );
  }
});

test('a message of ONNX that is cut off keeps what was listed before', async (t) => {
  const good = tensorWith(dims(1n), f32, make.field(9, Buffer.alloc(4)));
  const bytes = make.onnx(good, tensorWith(dims(500n), f32, make.field(9, Buffer.alloc(2000))));
  assert.deepEqual(codes(await read(t, bytes.subarray(0, bytes.length - 1000))), ['WEIGHTS_BROKEN']);
  const inner = make.onnx(good, make.field(9, Buffer.alloc(4), 1n << 50n));
  const weights = await read(t, inner);
  assert.deepEqual(codes(weights), ['WEIGHTS_BROKEN']);
  assert.equal(weights.tensors.length, 1);
});

test('external data of ONNX is looked for beside the model and nowhere else', async (t) => {
  const folder = await scratchFolder(t);
  const inside = join(folder, 'model');
  await mkdir(join(inside, 'deep'), { recursive: true });
  await writeFile(join(folder, 'secret'), Buffer.alloc(8));
  await writeFile(join(inside, 'deep/data'), Buffer.alloc(8));
  await symlink(join(folder, 'secret'), join(inside, 'link'));
  const places = [
    'deep/data',
    './deep/data',
    '../secret',
    join(folder, 'secret'),
    'link',
    'deep/../../secret',
    'C:\\x',
    '',
    'deep',
    'no',
  ];
  await writeFile(join(inside, 'm.onnx'), make.onnx(...places.map(make.externalTensor)));
  const weights = await openWeightsFile(join(inside, 'm.onnx'));
  t.after(() => weights?.close());
  assert.deepEqual(
    weights?.tensors.map(({ problem }) => problem?.code),
    [
      ...[
        undefined,
        undefined,
        'TENSOR_EXTERNAL_ESCAPES',
        'TENSOR_EXTERNAL_ESCAPES',
        'TENSOR_EXTERNAL_MISSING',
      ],
      ...['TENSOR_EXTERNAL_ESCAPES', 'TENSOR_EXTERNAL_ESCAPES', 'TENSOR_EXTERNAL_ESCAPES'],
      ...['TENSOR_EXTERNAL_MISSING', 'TENSOR_EXTERNAL_MISSING'],
    ],
  );
  assert.equal(weights?.tensors[1]?.sharedWith, 'deep/data', 'it is one file by two spellings');
});

test('arrays of NumPy that are wrong are told', async (t) => {
  const header = (shape: string, descr = "'<f4'") =>
    `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;
  const tensorCode = async (bytes: Buffer) => (await read(t, bytes)).tensors[0]?.problem?.code;
  assert.equal(await tensorCode(make.npy(header('(3,)'), 8)), 'TENSOR_RANGE');
  assert.equal(await tensorCode(make.npy(header('(-3,)'), 8)), 'TENSOR_SHAPE');
  assert.equal(await tensorCode(make.npy(header(`(${'9'.repeat(19)},)`), 8)), 'TENSOR_SHAPE');
  assert.equal(await tensorCode(make.npy(header('(1,)', "'<x9'"), 8)), 'TENSOR_NOT_NUMBERS');
  for (const [broken, says] of [
    [make.npy(header('(3,)'), 0, 2 ** 32 - 1), /claims 4,294,967,295 bytes/],
    [make.npy(header('(3,)'), 0, 5000), /cut off/],
    [make.npy('('.repeat(100_000), 0), /no dictionary/],
    [make.npy("{'shape': open('x')}", 0), /no dictionary/],
    [make.npy("{'descr': '<f4'}", 0), /no shape/],
  ] as const) {
    const weights = await read(t, broken);
    assert.deepEqual(codes(weights), ['WEIGHTS_BROKEN']);
    assert.match(weights.problems[0]?.message ?? '', says);
  }
});

const u32 = (value: number) => Buffer.from(new Uint32Array([value]).buffer);
const u64 = (value: bigint) => Buffer.from(new BigUint64Array([value]).buffer);

test('headers of GGUF that are wrong are told', async (t) => {
  const huge = 1n << 60n;
  const list = (type: number, count: bigint) =>
    Buffer.concat([make.varint(0n).subarray(1), u32(type), u64(count)]);
  for (const changes of [
    { tensors: huge },
    { values: huge },
    { values: 1n, value: make.ggufValue('a', 9, list(4, huge)) },
    { values: 1n, value: make.ggufValue('a', 9, list(9, 1n)) },
    { values: 1n, value: make.ggufValue('a', 99, Buffer.alloc(8)) },
    { values: 1n, value: make.ggufValue('general.alignment', 4, u32(0)) },
  ]) {
    assert.deepEqual(
      codes(await read(t, make.gguf(changes))),
      ['WEIGHTS_BROKEN'],
      JSON.stringify(changes, (_, value) => String(value)),
    );
  }
  for (const [changes, code] of [
    [{}, undefined],
    [{ sizes: [huge, huge] }, 'TENSOR_SHAPE'],
    [{ sizes: [100n] }, 'TENSOR_RANGE'],
    [{ offset: huge }, 'TENSOR_RANGE'],
    [{ type: 7777 }, 'TENSOR_DTYPE'],
    [{ type: 2, sizes: [33n] }, 'TENSOR_SHAPE'],
    [{ type: 2, sizes: [64n] }, 'TENSOR_RANGE'],
  ] as const) {
    const weights = await read(t, make.gguf(changes));
    assert.equal(weights.tensors[0]?.problem?.code, code);
    assertHonest(weights);
  }
});

test('many tensors are listed within the memory that they need', async (t) => {
  const count = 100_000;
  const rows = Array.from(
    { length: count },
    (_, at) => `"layers.${at}":{"dtype":"F16","shape":[2,2],"data_offsets":[${at * 8},${at * 8 + 8}]}`,
  );
  const path = join(await scratchFolder(t), 'many.safetensors');
  await writeFile(path, make.safetensors(`{${rows.join(',')}}`, count * 8));
  const opener = new Opener<{ path: string }, Listed>(childPath, {}, 256);
  t.after(() => opener.stop());
  const { tensors, problem, bug } = await opener.ask({ path }, 120_000);
  assert.deepEqual({ tensors, problem, bug }, { tensors: count, problem: null, bug: null });
});

test('a header of a hundred million bytes is refused, or read, and nothing else', async (t) => {
  const path = join(await scratchFolder(t), 'huge.safetensors');
  await writeFile(path, make.safetensors('{"a":[', 0, 99_999_999n));
  await truncate(path, 200_000_000);
  const weights = await openWeightsFile(path);
  t.after(() => weights?.close());
  assert.deepEqual(weights && codes(weights), ['WEIGHTS_BROKEN']);
});
