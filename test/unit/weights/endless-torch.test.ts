import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joined } from '../../hostile/pieces.ts';
import { tar, tarEntry } from '../../hostile/tar-builder.ts';
import * as make from './builders.ts';
import { codes, read, told } from './opened.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const global = (module: string, name: string) => bytes(`c${module}\n${name}\n`);
const storage = Buffer.concat([
  ...[bytes('('), make.text('storage'), global('torch', 'FloatStorage')],
  ...[make.text('0'), make.text('cpu'), bytes('K\x01tQ')],
]);
/** A list that is given to a call, and gets `more` of that call's result afterwards: memo 0 and 1. */
const holdsItself = (call: string, before: readonly Buffer[], after: readonly Buffer[]) =>
  Buffer.concat([
    ...[global('torch._utils', call), bytes('('), ...before, bytes(']q\x00tRq\x01h\x00('), ...after],
    bytes('e0'),
  ]);
const fileOf = (...parts: readonly Buffer[]) =>
  make.torchZip(make.pickle(Buffer.concat([bytes('}'), make.text('t'), ...parts, bytes('s')])), {
    'data/0': Buffer.alloc(4),
  });

test('a tensor that is scaled by itself, or a part of itself, is listed with what is wrong', async (t) => {
  const scaled = holdsItself(
    '_rebuild_qtensor',
    [storage, bytes('K\x00K\x01\x85K\x01\x85')],
    [global('torch', 'per_channel_affine'), bytes('h\x01h\x01K\x00')],
  );
  assert.deepEqual(told(await read(t, fileOf(scaled))), { t: 'fine' });
  const layout = [
    global('torch.serialization', '_get_layout'),
    make.text('torch.sparse_coo'),
    bytes('\x85R'),
  ];
  const part = holdsItself('_rebuild_sparse_tensor', layout, [bytes('h\x01'.repeat(1000))]);
  assert.deepEqual(told(await read(t, fileOf(part))), { t: 'TENSOR_SPARSE' });
});

test('a shape of 100,000 dimensions that many tensors share is not kept for each of them', async (t) => {
  const dimensions = bytes(`(${'K\x01'.repeat(100_000)}tq\x00`);
  const one = Buffer.concat([
    ...[global('torch._utils', '_rebuild_tensor_v2'), bytes('('), storage, bytes('K\x00h\x00h\x00tR')],
  ]);
  const many = Buffer.concat([bytes('('), dimensions, ...Array(3000).fill(one), bytes('l')]);
  const weights = await read(t, fileOf(many));
  assert.deepEqual([codes(weights), weights.tensors.length], [[], 3000]);
  assert.ok(
    weights.tensors.every(({ problem, shape }) => problem?.code === 'TENSOR_SHAPE' && shape.length < 100),
  );
});

test('numbers that scale many tensors are read within one bound for all of them', async (t) => {
  const channels = 500_000;
  const scales = bytes(`(${'G\x3f\xf0\0\0\0\0\0\0'.repeat(channels)}tq\x00`);
  const quantiser = [bytes('('), global('torch', 'per_channel_affine'), bytes('h\x00h\x00K\x00t')];
  const size = Buffer.concat([bytes('J'), Buffer.from(Uint32Array.of(channels).buffer)]);
  const one = Buffer.concat([
    ...[global('torch._utils', '_rebuild_qtensor'), bytes('('), storage, bytes('K\x00'), size],
    ...[bytes('\x85K\x00\x85'), ...quantiser, bytes('tR')],
  ]);
  const many = Buffer.concat([bytes('('), scales, ...Array(40).fill(one), bytes('l')]);
  const { tensors } = await read(t, fileOf(many));
  const problems = tensors.map(({ problem }) => problem?.code ?? 'fine');
  assert.equal(problems.length, 40);
  assert.deepEqual([problems[0], problems.at(-1)], ['fine', 'TENSOR_QUANTISER']);
});

test('a long key that stands before the names of many tensors does not make them endless', async (t) => {
  const one = Buffer.concat([
    ...[
      global('torch._utils', '_rebuild_tensor_v2'),
      bytes('('),
      storage,
      bytes('K\x00K\x01\x85K\x01\x85tR'),
    ],
  ]);
  const length = Buffer.from(Uint32Array.of(2 ** 20).buffer);
  const key = Buffer.concat([bytes('X'), length, Buffer.alloc(2 ** 20, 'x')]);
  const file = make.torchZip(
    make.pickle(Buffer.concat([bytes('}'), key, bytes('('), ...Array(1000).fill(one), bytes('ls')])),
    { 'data/0': Buffer.alloc(4) },
  );
  const weights = await read(t, file);
  assert.deepEqual(codes(weights), ['WEIGHTS_LIMIT']);
  assert.ok(weights.tensors.length > 100 && weights.tensors.length < 300, `${weights.tensors.length}`);
});

test('a tar of torch whose pickles are broken is not looked through again and again', {
  timeout: 60_000,
}, async (t) => {
  const count = bytes('\x80\x02J\x40\x42\x0f\x00.');
  const members = {
    sys_info: count,
    storages: bytes('\x80\x02K\0.'),
    tensors: Buffer.concat([count, Buffer.alloc(8 * 2 ** 20, 0xff)]),
    pickle: bytes('\x80\x02}.'),
  };
  const pieces = tar(Object.entries(members).map(([name, content]) => tarEntry(name, content)));
  const weights = await read(t, joined(pieces));
  assert.deepEqual(codes(weights), ['WEIGHTS_BROKEN']);
});
