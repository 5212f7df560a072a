import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { exportTensor, tensors } from '../../../../core/tensors.ts';
import { exportNpy } from '../../../../core/weights/numbers/export-npy.ts';
import { scratchFolder } from '../../../support/scratch.ts';
import { float32, tensorInFile, tensorOf } from './tensors.ts';

const fixture = (name: string) => join(import.meta.dirname, '../../../fixtures/weights', name);

test('an exported tensor is read back as the same numbers, dtype and shape, by the reader of NumPy files', async (t) => {
  const folder = await scratchFolder(t);
  const source = fixture('current-all.safetensors');
  const { tensors: all } = await tensors(source, { stats: true });
  for (const { name, dtype, shape, stats } of all) {
    const output = join(folder, `${name}.npy`);
    const { descr } = await exportTensor(source, name, output);
    const { tensors: back } = await tensors(output, { stats: true });
    // NumPy has no number of eight bits and no bfloat16: those are written as float32, which holds them all.
    const written = /^(bfloat|float8)/.test(dtype) ? 'float32' : dtype;
    assert.deepEqual([back[0]?.dtype, back[0]?.shape], [written, shape], `${name} ${descr}`);
    assert.deepEqual(back[0]?.stats, stats, name);
    assert.equal(
      (await readFile(output)).length % 64,
      (stats && shape.length > 0 ? byteCount(shape, written) : 4) % 64,
    );
  }
});

const widths: Readonly<Record<string, number>> = { bool: 1, complex64: 8 };
const byteCount = (shape: readonly number[], dtype: string) =>
  shape.reduce((product, size) => product * size, widths[dtype] ?? Number(/\d+/.exec(dtype)?.[0]) / 8);

test('numbers in steps are written in the order of the shape, the low end first', async (t) => {
  const folder = await scratchFolder(t);
  const bytes = Buffer.from(Int16Array.from([1, 2, 3, 4, 5, 6]).buffer).swap16();
  const form = { dtype: 'int16', shape: [2, 3], strides: [1, 2], bytes, littleEndian: false };
  const { tensor, remove } = tensorInFile(form);
  t.after(remove);
  for (const one of [tensor, tensorOf(form)]) {
    const output = join(folder, 'turned.npy');
    assert.equal(await exportNpy(one, output, { force: true }), '<i2');
    const written = await readFile(output);
    assert.match(
      written.toString('latin1', 10, 80),
      /^\{'descr': '<i2', 'fortran_order': False, 'shape': \(2, 3\), \} *\n?/,
    );
    const numbers = new Int16Array(new Uint8Array(written.subarray(-12)).buffer);
    assert.deepEqual([...numbers], [1, 3, 5, 2, 4, 6]);
  }
});

test('a file that is there stays as it is, and what fails leaves nothing', async (t) => {
  const folder = await scratchFolder(t);
  const output = join(folder, 'kept.npy');
  await writeFile(output, 'kept');
  await assert.rejects(exportNpy(float32([1, 2]), output), { code: 'OUTPUT_EXISTS' });
  assert.equal(await readFile(output, 'utf8'), 'kept');
  const { tensor, remove } = tensorInFile({ dtype: 'float32', shape: [100], bytes: new Uint8Array(40) });
  t.after(remove);
  assert.ok(tensor.values);
  const storage = { ...tensor.values.storage, size: 400 };
  const short = { ...tensor, values: { ...tensor.values, storage } };
  await assert.rejects(exportNpy(short, output, { force: true }), { code: 'TENSOR_NOT_READABLE' });
  const signal = AbortSignal.abort();
  await assert.rejects(exportNpy(float32([1, 2]), join(folder, 'other.npy'), { signal }), {
    code: 'CANCELLED',
  });
  assert.deepEqual(await readdir(folder), ['kept.npy']);
  assert.equal(await readFile(output, 'utf8'), 'kept');
});

test('a tensor that is not there is told, with the nearest name', async (t) => {
  const folder = await scratchFolder(t);
  const work = exportTensor(fixture('current-all.safetensors'), 'flaot32', join(folder, 'x.npy'));
  await assert.rejects(work, { code: 'TENSOR_MISSING', hint: 'did you mean float32?' });
});
