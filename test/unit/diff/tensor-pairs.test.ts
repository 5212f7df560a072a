/** Which tensors, and which files of weights, are taken for the same one under another name. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { changedTensors } from '../../../core/contract/tensor-words.ts';
import { mappedName } from '../../../core/diff/pair-tensors.ts';
import { diff } from '../../../core/diff.ts';
import { makeArchive } from '../../support/models.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { compare, type Made, type Model, model, moved, safetensors } from './weights-models.ts';

test('names are brought together by the map that is given', async (t) => {
  const before = model(2);
  const prefixed = Object.fromEntries(Object.entries(before).map(([name, made]) => [`module.${name}`, made]));
  const after = { ...before, 'lm_head.weight': moved(before['lm_head.weight'] as Made) };
  const input = { tensorMap: [['module.', '']] } as const;
  const { entry, of } = await compare(t, safetensors(prefixed), safetensors(after), input);
  assert.equal(entry.details.weights?.sentence, 'lm_head moved');
  assert.equal(of('lm_head.weight').from, 'module.lm_head.weight');
  // Without it the equal ones are found all the same, and tell how the others begin.
  const bare = await compare(t, safetensors(prefixed), safetensors(after));
  assert.deepEqual(
    [bare.entry.details.weights?.counts.renamed, bare.of('lm_head.weight').change],
    [5, 'values'],
  );
  // Where none is equal, nothing but the map tells.
  const all = Object.fromEntries(Object.entries(before).map(([name, made]) => [name, moved(made)]));
  const apart = await compare(t, safetensors(prefixed), safetensors(all));
  assert.equal(apart.entry.details.weights?.counts.added, 6);
  const together = await compare(t, safetensors(prefixed), safetensors(all), input);
  assert.equal(together.entry.details.weights?.counts.values, 6);
  assert.deepEqual(
    [
      mappedName('a.b.c', [
        ['a.', ''],
        ['a.b.', 'x.'],
      ]),
      mappedName('b', [['a', 'c']]),
    ],
    ['x.c', 'b'],
  );
});

test('a beginning that all renamed tensors got pairs those that moved as well', async (t) => {
  const before = model(4);
  const name = 'model.layers.3.attn.weight';
  const after = Object.fromEntries(
    Object.entries({ ...before, [name]: moved(before[name] as Made) }).map(([key, made]) => [
      `module.${key}`,
      made,
    ]),
  );
  const { entry, of } = await compare(t, safetensors(before), safetensors(after));
  const one = of(`module.${name}`);
  assert.deepEqual([one.change, one.from], ['values', name]);
  const { counts, sentence = '' } = entry.details.weights ?? {};
  assert.deepEqual([counts?.values, counts?.added, counts?.removed], [1, 0, 0]);
  assert.match(sentence, /^layer 3 moved; /);
  // A list that is cut short tells of it all the same.
  assert.equal(changedTensors(entry.details.tensors ?? [])[0]?.name, `module.${name}`);
});

const real = (name: string) => readFileSync(join(import.meta.dirname, '../../fixtures/weights', name));

test('what torch saved is compared with what safetensors saved: every dtype is the same to the bit', async (t) => {
  const { entry } = await compare(t, real('current-dtypes.pt'), real('current-all.safetensors'));
  const { weights, tensors = [] } = entry.details;
  assert.deepEqual([weights?.before, weights?.after], ['torch-zip', 'safetensors']);
  const changed = tensors
    .filter(({ change }) => change !== 'unchanged')
    .map(({ name, change }) => [name, change]);
  assert.deepEqual(changed, [
    ['complex128', 'removed'],
    ['complex32', 'removed'],
  ]);
});

test('weights that were saved in another format under another name are a pair', async (t) => {
  const folder = await scratchFolder(t);
  const handler = { 'handler.py': 'def handle(data, context):\n    return data\n' };
  const archive = (name: string, weights: Buffer) =>
    makeArchive(
      folder,
      { ...handler, [name]: weights },
      { extraFiles: [], serializedFile: join(folder, name) },
    );
  const { writeFile } = await import('node:fs/promises');
  const [old, now] = [real('current-dtypes.pt'), real('current-all.safetensors')];
  await writeFile(join(folder, 'net.pt'), old);
  await writeFile(join(folder, 'net.safetensors'), now);
  const result = await diff(await archive('net.pt', old), await archive('net.safetensors', now));
  const entry = result.entries.find(({ role }) => role === 'weights');
  assert.deepEqual([entry?.change, entry?.from, entry?.path], ['renamed', 'net.pt', 'net.safetensors']);
  assert.match(
    result.verdict.map(({ text }) => text).join(' '),
    /Weights renamed from net\.pt: complex128 and complex32 removed\./,
  );
});

test('weights under another name whose tensors all begin otherwise are a pair', async (t) => {
  const folder = await scratchFolder(t);
  const { writeFile } = await import('node:fs/promises');
  const old = model(2);
  const now = Object.fromEntries(Object.entries(old).map(([key, made]) => [`module.${key}`, made]));
  const archive = async (name: string, made: Model) => {
    await writeFile(join(folder, name), safetensors(made));
    const files = {
      'handler.py': 'def handle(data, context):\n    return data\n',
      [name]: safetensors(made),
    };
    return makeArchive(folder, files, { extraFiles: [], serializedFile: join(folder, name) });
  };
  const result = await diff(await archive('a.safetensors', old), await archive('b.safetensors', now));
  const entry = result.entries.find(({ role }) => role === 'weights');
  assert.deepEqual([entry?.change, entry?.from], ['renamed', 'a.safetensors']);
  assert.equal(entry?.details.weights?.sentence, 'all 6 tensors renamed');
});

test('the same tensors in another format differ in nothing else that counts', async (t) => {
  const name = 'current-bare.pt';
  const { entry, result } = await compare(t, real(name), real('current-bare-legacy.pt'));
  assert.deepEqual(
    [entry.details.weights?.before, entry.details.weights?.after],
    ['torch-zip', 'torch-legacy'],
  );
  assert.deepEqual([entry.details.bytes, entry.details.changes], [undefined, undefined]);
  const words = 'Weights: the numbers are equal, the format went from PyTorch to PyTorch, before 1.6.';
  assert.ok(result.verdict.some(({ text }) => text === words));
});
