import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Archive } from '../../../core/archive.ts';
import { openArchive } from '../../../core/open.ts';
import { pack } from '../../../core/pack.ts';
import { bitsOf } from '../../../core/weights/dtypes.ts';
import { openWeights, openWeightsFile } from '../../../core/weights/open-weights.ts';
import type { Tensor, Weights } from '../../../core/weights/tensor.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { type ExpectedFile, type ExpectedTensor, expectedFiles, fixture, gather } from './expected.ts';

async function assertTensor(tensor: Tensor, expected: ExpectedTensor): Promise<void> {
  const { name, values } = tensor;
  assert.equal(tensor.dtype, expected.dtype, name);
  assert.deepEqual(tensor.shape, expected.shape, name);
  assert.equal(tensor.layout, expected.layout ?? 'strided', name);
  assert.equal(
    tensor.parameters,
    expected.shape.reduce((product, size) => product * size, 1),
    name,
  );
  if (expected.problem !== undefined) assert.equal(tensor.problem?.code, expected.problem, name);
  if (expected.layout !== undefined) assert.equal(tensor.problem?.code, 'TENSOR_SPARSE', name);
  if (expected.problem !== undefined || expected.layout !== undefined) {
    assert.equal(values, null);
    return;
  }
  assert.equal(tensor.problem, undefined, name);
  assert.ok(values, name);
  const { storage, start } = values;
  if (expected.packed !== undefined) {
    assert.equal((await storage.read(start, tensor.bytes)).toString('hex'), expected.packed, name);
    return;
  }
  const width = (bitsOf(values.dtype) ?? 0) / 8;
  assert.equal(await gather(values, width), expected.hex, name);
  assert.equal(tensor.bytes, Math.min(tensor.parameters, spanOf(tensor)) * width, name);
  // What torch tells of dimensions that have one element, or none, means nothing.
  if (tensor.parameters > 0) {
    const meant = (strides: readonly number[] | undefined) =>
      tensor.shape.flatMap((size, at) => (size === 1 ? [] : [strides?.[at]]));
    assert.deepEqual(meant(values.strides), meant(expected.strides), name);
  }
  assert.deepEqual(values.quantised, expected.quantised, name);
}

function spanOf({ shape, values }: Tensor): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((sum, size, at) => sum + (size - 1) * (values?.strides[at] ?? 0), 1);
}

async function assertWeights(weights: Weights | null, expected: ExpectedFile): Promise<void> {
  assert.ok(weights);
  assert.equal(weights.format, expected.format);
  assert.deepEqual(weights.problems, []);
  assert.deepEqual(weights.tensors.map(({ name }) => name).sort(), Object.keys(expected.tensors).sort());
  for (const tensor of weights.tensors) {
    await assertTensor(tensor, expected.tensors[tensor.name] as ExpectedTensor);
  }
  const about = new Map(weights.about.map(({ name, value }) => [name, value]));
  for (const [name, value] of Object.entries(expected.about ?? {})) assert.equal(about.get(name), value);
  if (expected.shared !== undefined) {
    const shared = weights.tensors.filter(({ sharedWith }) => sharedWith !== undefined);
    assert.deepEqual(
      Object.fromEntries(shared.map(({ name, sharedWith }) => [name, sharedWith])),
      expected.shared,
    );
  }
  if (expected.text !== undefined) assert.equal(String(await weights.texts[0]?.read()), expected.text);
}

for (const [name, expected] of expectedFiles) {
  test(`${name} is listed as the library that wrote it has it, with every byte of every number`, async (t) => {
    const weights = await openWeightsFile(fixture(name));
    t.after(() => weights?.close());
    await assertWeights(weights, expected);
  });
}

/** All fixtures as the extra files of one model. */
async function model(t: TestContext, form: object): Promise<Archive> {
  const folder = await scratchFolder(t);
  const extraFiles = [...expectedFiles.keys(), 'current-external.data'].map(
    (name) => `${fixture(name)}=>weights/${name}`,
  );
  const { output } = await pack({
    ...{ modelName: 'm', version: '1', handler: 'image_classifier', extraFiles },
    ...{ exportPath: join(folder, 'out'), ...form },
  });
  const archive = await openArchive(output);
  t.after(() => archive.close());
  return archive;
}

for (const form of [
  { compression: 'store' },
  { compression: 'deflate' },
  { archiveFormat: 'no-archive' },
  { archiveFormat: 'tgz' },
] as const) {
  test(`inside an archive the same is seen: ${JSON.stringify(form)}`, async (t) => {
    const archive = await model(t, form);
    for (const [name, expected] of expectedFiles) {
      const entry = archive.entries.find((entry) => entry.name.endsWith(`weights/${name}`));
      assert.ok(entry, name);
      const weights = await openWeights(archive, entry);
      await assertWeights(weights, expected);
      await weights?.close();
    }
  });
}

test('numbers that lie in a stored entry can be read by threads where they lie', async (t) => {
  const archive = await model(t, { compression: 'store' });
  const file = readFileSync(archive.path);
  for (const name of [
    ...['current-all.safetensors', 'current-model.gguf', 'current-arrays.npz', 'current-layouts.pt'],
    ...['current-layouts-legacy.pt', 'old-first-form.tar.pt', 'current-script.pt'],
  ]) {
    const alone = readFileSync(fixture(name));
    const entry = archive.entries.find((entry) => entry.name === `weights/${name}`);
    assert.ok(entry);
    const weights = await openWeights(archive, entry);
    for (const { name, values, bytes, problem, offset } of weights?.tensors ?? []) {
      if (problem !== undefined) continue;
      assert.ok(offset !== null, name);
      assert.ok(values?.storage.place, name);
      const { storage, start } = values;
      const at = (values.storage.place?.start ?? 0) + start;
      assert.deepEqual(file.subarray(at, at + bytes), await storage.read(start, bytes), name);
      assert.deepEqual(alone.subarray(offset, offset + bytes), await storage.read(start, bytes), name);
    }
    await weights?.close();
  }
});
