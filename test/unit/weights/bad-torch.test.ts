import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joined } from '../../hostile/pieces.ts';
import { tar, tarEntry } from '../../hostile/tar-builder.ts';
import * as make from './builders.ts';
import { assertHonest, codes, read, told } from './opened.ts';

test('tensors of torch that are wrong are told one by one, and the others are listed', async (t) => {
  const spec = (shape: readonly bigint[], strides: readonly bigint[], more: object = {}) =>
    make.tensor({ shape, strides, ...more });
  const weights = await read(
    t,
    make.torchZip(
      {
        fine: spec([2n, 2n], [2n, 1n]),
        beyond: spec([2n, 3n], [3n, 1n]),
        'offset beyond': spec([1n], [1n], { offset: 4n }),
        'offset huge': spec([1n], [1n], { offset: 1n << 100n }),
        'offset negative': spec([1n], [1n], { offset: -1n }),
        'no such storage': spec([1n], [1n], { key: '9' }),
        'storage elsewhere': spec([1n], [1n], { key: '../../version' }),
        negative: spec([-2n], [1n]),
        endless: spec([1n << 40n, 1n << 40n], [1n, 1n]),
        'past all numbers': spec([1n << 90n], [1n]),
        'strides back': spec([2n], [-1n]),
        'strides far': spec([2n, 2n], [1n << 60n, 1n << 60n]),
        'strides few': spec([2n, 2n], [1n]),
        'type unknown': spec([1n], [1n], { type: 'OddStorage' }),
        expanded: spec([1n << 30n], [0n]),
      },
      { 'data/0': Buffer.alloc(16) },
    ),
  );
  assertHonest(weights);
  assert.deepEqual(codes(weights), []);
  assert.deepEqual(told(weights), {
    ...{
      fine: 'fine',
      beyond: 'TENSOR_RANGE',
      'offset beyond': 'TENSOR_RANGE',
      'offset huge': 'TENSOR_RANGE',
    },
    ...{ 'offset negative': 'TENSOR_RANGE', 'no such storage': 'TENSOR_STORAGE' },
    ...{ 'storage elsewhere': 'TENSOR_STORAGE', negative: 'TENSOR_SHAPE', endless: 'TENSOR_SHAPE' },
    ...{
      'past all numbers': 'TENSOR_SHAPE',
      'strides back': 'TENSOR_STRIDES',
      'strides far': 'TENSOR_STRIDES',
    },
    ...{ 'strides few': 'TENSOR_STRIDES', 'type unknown': 'TENSOR_DTYPE', expanded: 'fine' },
  });
  assert.equal(weights.tensors.find(({ name }) => name === 'expanded')?.bytes, 4);
});

const one = {
  fine: make.tensor({ key: '1', shape: [1n], strides: [1n] }),
  odd: make.tensor({ shape: [1n], strides: [1n] }),
};
const two = { 'data/0': Buffer.alloc(4), 'data/1': Buffer.alloc(4) };

test('a storage that is encrypted, or packed in a way that is not read, spoils no other', async (t) => {
  const encrypted = await read(t, make.torchZip(one, two, { 'data/0': { both: { flags: 1 } } }));
  assert.deepEqual(told(encrypted), { fine: 'fine', odd: 'ZIP_ENCRYPTED' });
  const packed = await read(t, make.torchZip(one, two, { 'data/0': { both: { method: 12 } } }));
  assert.deepEqual(told(packed), { fine: 'fine', odd: 'WEIGHTS_BROKEN' });
});

test('a pickle that is encrypted, missing, cut off or no pickle is told of the file', async (t) => {
  const encrypted = await read(t, make.torchZip(one, two, { 'data.pkl': { both: { flags: 1 } } }));
  assert.deepEqual(codes(encrypted), ['ZIP_ENCRYPTED']);
  const cut = make.pickle(make.dict(one)).subarray(0, -60);
  const partly = await read(t, make.torchZip(cut, two));
  assert.deepEqual(codes(partly), ['WEIGHTS_PICKLE']);
  const html = await read(t, make.torchZip(Buffer.from('<html>'), two));
  assert.deepEqual(codes(html), ['WEIGHTS_PICKLE']);
});

test('a pickle whose checksum is wrong is told and listed, for torch loads it', async (t) => {
  const weights = await read(t, make.torchZip(one, two, { 'data.pkl': { both: { crc32: 7 } } }));
  assert.deepEqual(codes(weights), ['ZIP_CRC']);
  assert.deepEqual(told(weights), { fine: 'fine', odd: 'fine' });
});

test('a file of torch that is cut off is told as such', async (t) => {
  const whole = make.torchZip(one, { ...two, 'data/2': Buffer.alloc(3000) });
  const weights = await read(t, whole.subarray(0, 2000));
  assert.deepEqual(codes(weights), ['ZIP_TRUNCATED']);
});

test('a short pickle that stands for a boundless tree, or lies too deep, ends', async (t) => {
  // Each dictionary holds the one before it twice, by the memo.
  let bomb: Buffer = Buffer.concat([
    make.dict({ t: make.tensor({ shape: [1n], strides: [1n] }) }),
    Buffer.from('q\x00'),
  ]);
  for (let level = 1; level < 40; level++) {
    const again = Buffer.from(`h${String.fromCharCode(level - 1)}`, 'latin1');
    const parts = ['}(', make.text('a'), again, make.text('b'), again, `uq${String.fromCharCode(level)}`];
    bomb = Buffer.concat([
      bomb,
      Buffer.from('0'),
      ...parts.map((part) => Buffer.from(part as string, 'latin1')),
    ]);
  }
  const weights = await read(t, make.torchZip(make.pickle(bomb), { 'data/0': Buffer.alloc(4) }));
  assert.ok(codes(weights).length > 0);
  const deep = `${']'.repeat(5000)}${'a'.repeat(4999)}`;
  const list = await read(t, make.torchZip(make.pickle(deep), two));
  assert.ok(codes(list).length <= 1);
});

const u64 = (value: bigint) => Buffer.from(new BigUint64Array([value]).buffer);

test('the old stream of torch that is cut off, or lacks a storage, lists the rest', async (t) => {
  const magic = Buffer.from('\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.', 'latin1');
  const start = [magic, make.pickle('M\xe9\x03'), make.pickle('}')];
  const object = make.pickle(make.dict(one));
  const keys = make.pickle(
    Buffer.concat([Buffer.from(']('), make.text('1'), make.text('0'), Buffer.from('e')]),
  );
  const storage = Buffer.concat([u64(1n), Buffer.alloc(4)]);
  const whole = Buffer.concat([...start, object, keys, storage, storage]);
  assert.deepEqual(told(await read(t, whole)), { fine: 'fine', odd: 'fine' });
  const cut = await read(t, whole.subarray(0, whole.length - 2));
  assert.deepEqual(told(cut), { fine: 'fine', odd: 'TENSOR_RANGE' });
  assert.deepEqual(codes(cut), ['WEIGHTS_STORAGES']);
  const huge = await read(t, Buffer.concat([...start, object, keys, storage, u64(1n << 60n)]));
  assert.deepEqual(told(huge), { fine: 'fine', odd: 'TENSOR_RANGE' });
  const without = await read(t, Buffer.concat([...start, object]));
  assert.deepEqual(told(without), { fine: 'TENSOR_STORAGE', odd: 'TENSOR_STORAGE' });
});

test('a tar of torch whose pickle holds its parts twice, and those theirs, is not walked through for ever', {
  timeout: 60_000,
}, async (t) => {
  const count = Buffer.from('\x80\x02K\0.', 'latin1');
  const doubled = Array.from({ length: 28 }, (_, at) =>
    Buffer.from([0x68, at, 0x68, at, 0x86, 0x71, at + 1]),
  );
  const bomb = Buffer.concat([Buffer.from('\x80\x02]q\0', 'latin1'), ...doubled, Buffer.from('.')]);
  const members = { sys_info: count, storages: count, tensors: count, pickle: bomb };
  const pieces = tar(Object.entries(members).map(([name, bytes]) => tarEntry(name, bytes)));
  const weights = await read(t, joined(pieces));
  assert.equal(weights.format, 'torch-tar');
  assert.deepEqual(weights.tensors, []);
});
