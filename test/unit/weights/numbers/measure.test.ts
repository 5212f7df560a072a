import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { BinaryBins, bins, showTogether } from '../../../../core/weights/numbers/binary-histogram.ts';
import { Measure } from '../../../../core/weights/numbers/measure.ts';
import type { Tensor } from '../../../../core/weights/tensor.ts';
import { randomOf } from '../../../support/random.ts';
import { float32, type MadeTensor, stridesOf, tensorInFile, tensorOf } from './tensors.ts';

const measure = new Measure();
after(() => measure.close());

const { pick } = randomOf(7);
const random = () => pick(2 ** 30) / 2 ** 30;
const numbers = (count: number) => Float32Array.from({ length: count }, () => random() * 2 - 1);
const bytesOf = (view: ArrayBufferView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

test('a tensor does not differ from itself, whatever is in it', async () => {
  for (const values of [[], [1], [Number.NaN, Number.POSITIVE_INFINITY, 0, -0, 1e38], numbers(40_000)]) {
    const tensor = float32(values);
    assert.equal(await measure.areEqual(tensor, tensor), true);
    const { maxAbs, changedFraction, relativeL2 } = await measure.difference(tensor, tensor);
    assert.deepEqual([maxAbs ?? 0, changedFraction, relativeL2 ?? 0], [0, 0, 0]);
  }
});

test('what does not depend on the direction is the same in both', async () => {
  const [a, b] = [float32(numbers(50_000)), float32(numbers(50_000))];
  const [there, back] = [await measure.difference(a, b), await measure.difference(b, a)];
  for (const key of ['maxAbs', 'meanAbs', 'cosine', 'changedFraction'] as const)
    assert.equal(there[key], back[key], key);
  assert.deepEqual(there.plots?.strip, back.plots?.strip);
  assert.deepEqual(there.plots?.values.before, back.plots?.values.after);
});

test('histograms count every finite number once, within their ends', async () => {
  const [old, now] = [numbers(70_000), numbers(70_000).map((value) => value * 3)];
  now[5] = Number.NaN;
  const { plots } = await measure.difference(float32(old), float32(now));
  assert.ok(plots);
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  assert.deepEqual(
    [plots.values.before, plots.values.after, plots.delta.counts].map(sum),
    [69_999, 69_999, 69_999],
  );
  assert.ok(plots.values.from <= -2.9 && plots.values.to >= 2.9 && plots.values.from >= -4);
  assert.deepEqual(
    [plots.values.before.length, plots.delta.counts.length, plots.strip.length],
    [64, 64, 256],
  );
});

test('bins that grow lose nothing: widened at the end they are those that were wide from the start', () => {
  const values = Float64Array.from({ length: 3000 }, () => (random() - 0.5) * 10 ** (random() * 6 - 3));
  const grown = new BinaryBins();
  const wide = new BinaryBins();
  wide.makeRoom(1000);
  for (const value of values) {
    for (const one of [grown, wide]) {
      one.makeRoom(Math.abs(value));
      const bin = Math.floor(value * one.scale) + bins / 2;
      one.counts[bin] = (one.counts[bin] ?? 0) + 1;
    }
  }
  const joined = new BinaryBins();
  joined.merge(wide.toData());
  grown.widen(wide.exponent);
  assert.deepEqual([...grown.counts], [...wide.counts]);
  assert.deepEqual([...joined.counts], [...wide.counts]);
  const [shown] = showTogether([grown]);
  assert.equal(
    shown?.counts.reduce((sum, count) => sum + count, 0),
    3000,
  );
});

test('the strip tells where along a tensor its numbers moved', async () => {
  const old = new Float32Array(256 * 100);
  const now = old.map((_, at) => (at === 12_345 ? 0.5 : 0));
  const { plots, changedFraction } = await measure.difference(float32(old), float32(now));
  assert.equal(changedFraction, 1 / old.length);
  const moved = [...(plots?.strip ?? [])].flatMap((value, cell) => (value > 0 ? [[cell, value]] : []));
  assert.deepEqual(moved, [[123, 0.5]]);
});

test('numbers that lie in steps, turned or repeated are the numbers that they stand for', async (t) => {
  const plain = numbers(60 * 50);
  const turned = Float32Array.from(
    { length: 3000 },
    (_, at) => plain[(at % 60) * 50 + Math.floor(at / 60)] ?? 0,
  );
  const spread = new Float32Array(9000).fill(99);
  for (const [at, value] of plain.entries()) spread[3 * at + 2] = value;
  const forms: MadeTensor[] = [
    { dtype: 'float32', shape: [60, 50], bytes: bytesOf(turned), strides: [1, 60] },
    { dtype: 'float32', shape: [60, 50], bytes: bytesOf(spread), strides: [150, 3], start: 8 },
  ];
  const reference = tensorOf({ dtype: 'float32', shape: [60, 50], bytes: bytesOf(plain) });
  const wanted = await measure.statistics(reference);
  for (const form of forms) {
    const { tensor, remove } = tensorInFile(form);
    t.after(remove);
    for (const one of [tensorOf(form), tensor]) {
      assert.equal(await measure.areEqual(reference, one), true);
      assert.equal((await measure.difference(one, reference)).changedFraction, 0);
      const { histogram, mean, ...rest } = await measure.statistics(one);
      assert.deepEqual({ ...rest, histogram }, { ...without(wanted, 'mean'), std: rest.std });
      assert.ok(Math.abs((mean ?? 0) - (wanted.mean ?? 0)) < 1e-12);
    }
  }
  const repeated = tensorOf({
    dtype: 'float32',
    shape: [4, 3],
    bytes: bytesOf(plain.slice(0, 3)),
    strides: [0, 1],
  });
  const written = float32(
    [0, 1, 2, 3].flatMap(() => [...plain.slice(0, 3)]),
    [4, 3],
  );
  assert.equal(await measure.areEqual(repeated, written), true);
});

function without<T extends object, K extends keyof T>(from: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = from;
  return rest;
}

test('quantised numbers are what their scales make of them, per tensor and per channel', async () => {
  const bytes = Uint8Array.from([0, 64, 128, 255, 10, 20]);
  const whole = { scale: [0.5], zeroPoint: [128], axis: null };
  const perTensor = tensorOf({ dtype: 'quint8', shape: [2, 3], bytes, quantised: whole });
  const real = float32([-64, -32, 0, 63.5, -59, -54], [2, 3]);
  assert.equal((await measure.difference(perTensor, real)).maxAbs, 0);
  const channels = { scale: [1, 0.5, 0.25], zeroPoint: [0, 64, 10], axis: 1 };
  const perChannel = tensorOf({ dtype: 'quint8', shape: [2, 3], bytes, quantised: channels });
  assert.equal(
    (await measure.difference(perChannel, float32([0, 0, 29.5, 255, -27, 2.5], [2, 3]))).maxAbs,
    0,
  );
});

test('a cast and a quantisation are told from a change', async () => {
  const values = numbers(2000).map((value) => Math.fround(value));
  const old = float32(values);
  const isCast = async (now: Tensor) => (await measure.difference(old, now)).isCast ?? false;
  const scale = 1 / 127;
  const stored = Int8Array.from(values, (value) => Math.round(value / scale));
  const quantised = { scale: [scale], zeroPoint: [0], axis: null };
  const made = { dtype: 'qint8', shape: [2000], quantised };
  assert.equal(await isCast(tensorOf({ ...made, bytes: bytesOf(stored) })), true);
  assert.equal(await isCast(tensorOf({ ...made, bytes: bytesOf(stored.map((one) => one + 1)) })), false);
  const wide = { dtype: 'float64', shape: [2000] };
  assert.equal(await isCast(tensorOf({ ...wide, bytes: bytesOf(Float64Array.from(values)) })), true);
  const other = Float64Array.from(values, (value) => value + 1e-9);
  assert.equal(await isCast(tensorOf({ ...wide, bytes: bytesOf(other) })), false);
});

test('the whole of a tensor of several pieces counts, and progress tells its bytes', async () => {
  let seen = 0;
  const counting = new Measure({ onBytes: (bytes) => (seen += bytes) });
  const count = 2 ** 21 + 5;
  const [old, now] = [new Float32Array(count), new Float32Array(count)];
  now[count - 1] = 2;
  const [a, b] = [old, now].map((values) =>
    tensorInFile({ dtype: 'float32', shape: [count], bytes: bytesOf(values) }),
  );
  assert.ok(a && b);
  try {
    assert.equal(await counting.areEqual(a.tensor, b.tensor), false);
    assert.equal(seen, 8 * count);
    const { maxAbs, changedFraction } = await counting.difference(a.tensor, b.tensor);
    assert.deepEqual([maxAbs, changedFraction, seen], [2, 1 / count, 16 * count]);
    assert.equal((await counting.statistics(b.tensor)).zeros, count - 1);
  } finally {
    a.remove();
    b.remove();
    await counting.close();
  }
});

const odd: Readonly<Record<string, Partial<MadeTensor>>> = {
  'a shape beyond its storage': { shape: [1000] },
  'a shape that can not be counted': { shape: [2 ** 40, 2 ** 40] },
  'a negative size': { shape: [-1] },
  'a fraction of a size': { shape: [1.5] },
  'strides that lead out of its storage': { shape: [2, 2], strides: [2 ** 52, 1] },
  'too few strides': { shape: [2, 2], strides: [1] },
  'a place beyond the end': { start: 2 ** 50 },
  'a million million times the same number': { shape: [1e6, 1e6], strides: [0, 0] },
  'numbers that nobody knows': { dtype: 'float7' },
  'too few scales': { dtype: 'quint8', quantised: { scale: [1, 2], zeroPoint: [0, 0], axis: 0 } },
};

for (const [what, fault] of Object.entries(odd)) {
  test(`${what} is told of the tensor, and nothing is read`, async () => {
    const shape = fault.shape ?? [4];
    const made = { dtype: 'float32', bytes: new Uint8Array(16), strides: stridesOf(shape), ...fault, shape };
    const tensor = tensorOf({ ...made, name: 'odd.weight' });
    for (const work of [
      measure.statistics(tensor),
      measure.areEqual(tensor, tensor),
      measure.fingerprint(tensor),
    ])
      await assert.rejects(work, { name: 'Problem', code: 'TENSOR_NOT_READABLE', path: 'odd.weight' });
  });
}

test('a file that lost its end is told of the tensor', async (t) => {
  const { tensor, remove } = tensorInFile({ dtype: 'float32', shape: [100], bytes: new Uint8Array(40) });
  t.after(remove);
  const claims = {
    ...tensor,
    values: tensor.values && { ...tensor.values, storage: { ...tensor.values.storage, size: 400 } },
  };
  await assert.rejects(measure.statistics(claims), { code: 'TENSOR_NOT_READABLE' });
});

test('what is cancelled ends as cancelled, and its threads with it', async () => {
  const controller = new AbortController();
  const cancelled = new Measure({ signal: controller.signal });
  const tensor = float32(numbers(2 ** 21));
  const work = cancelled.difference(tensor, tensor);
  setImmediate(() => controller.abort());
  await assert.rejects(work, { code: 'CANCELLED' });
  await cancelled.close();
});
