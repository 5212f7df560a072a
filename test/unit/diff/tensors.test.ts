import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { DiffEntry, TensorChange } from '../../../core/contract/diff.ts';
import { changedTensors } from '../../../core/contract/tensor-words.ts';
import { mappedName } from '../../../core/diff/pair-tensors.ts';
import { namesOf, rangesOf } from '../../../core/diff/tensor-words.ts';
import { type DiffInput, diff } from '../../../core/diff.ts';
import { diffReportIn } from '../../../core/report/report.ts';
import { rankOf } from '../../../core/weights/numbers/low-rank.ts';
import { makeArchive } from '../../support/models.ts';
import { randomOf } from '../../support/random.ts';
import { scratchFolder } from '../../support/scratch.ts';

interface Made {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}
type Model = Readonly<Record<string, Made>>;

const { pick } = randomOf(11);
const random = (count: number, scale = 1) =>
  Float32Array.from({ length: count }, () => (scale * (pick(2 ** 20) - 2 ** 19)) / 2 ** 19);
const bytesOf = (view: ArrayBufferView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const f32 = (numbers: Float32Array, shape: readonly number[] = [numbers.length]): Made => ({
  ...{ dtype: 'F32', shape, bytes: bytesOf(numbers) },
});

function safetensors(model: Model, about: Readonly<Record<string, string>> = {}): Buffer {
  let end = 0;
  const entries = Object.entries(model).map(([name, { dtype, shape, bytes }]) => {
    const begin = end;
    end += bytes.length;
    return [name, { dtype, shape, data_offsets: [begin, end] }] as const;
  });
  const text = JSON.stringify({ __metadata__: about, ...Object.fromEntries(entries) });
  const header = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, ...Object.values(model).map(({ bytes }) => bytes)]);
}

async function compare(t: TestContext, before: Buffer, after: Buffer, input: DiffInput = {}) {
  const folder = await scratchFolder(t);
  const archive = (weights: Buffer) =>
    makeArchive(folder, {
      'handler.py': 'def handle(data, context):\n    return data\n',
      'model.pt': weights,
    });
  const result = await diff(await archive(before), await archive(after), input);
  const entry = result.entries.find(({ path }) => path === 'model.pt') as DiffEntry;
  const changes = new Map((entry?.details.tensors ?? []).map((one) => [one.name, one]));
  const of = (name: string) => changes.get(name) as TensorChange;
  return { result, entry, of };
}

function model(layers: number): Record<string, Made> {
  const made: Record<string, Made> = { 'embed.weight': f32(random(640), [20, 32]) };
  for (let layer = 0; layer < layers; layer++) {
    made[`model.layers.${layer}.attn.weight`] = f32(random(32 * 32), [32, 32]);
    made[`model.layers.${layer}.norm.weight`] = f32(new Float32Array(32).fill(1));
  }
  made['lm_head.weight'] = f32(random(640), [20, 32]);
  return made;
}

const moved = ({ shape, bytes }: Made, by = 0.01): Made =>
  f32(
    new Float32Array(bytes.slice().buffer).map((value) => value + by * (pick(1000) / 1000 - 0.5)),
    shape,
  );

test('what moved is told by layers, and what stayed is known to be equal to the bit', async (t) => {
  const before = model(8);
  const after = { ...before };
  for (const name of ['model.layers.5.attn.weight', 'model.layers.6.attn.weight', 'lm_head.weight'])
    after[name] = moved(before[name] as Made);
  const { result, entry, of } = await compare(t, safetensors(before), safetensors(after));
  assert.equal(entry.kind, 'weights');
  const { weights } = entry.details;
  assert.equal(weights?.sentence, 'layers 5 and 6 and lm_head moved');
  assert.deepEqual(
    [weights?.counts.values, weights?.counts.unchanged, weights?.areValuesCompared],
    [3, 15, true],
  );
  assert.ok(result.verdict.some(({ text }) => text === 'Weights: layers 5 and 6 and lm_head moved.'));
  const { change, stats, before: old } = of('model.layers.5.attn.weight');
  assert.deepEqual([change, old], ['values', { dtype: 'float32', shape: [32, 32] }]);
  assert.ok(stats && (stats.maxAbs ?? 1) <= 0.005001 && (stats.maxAbs ?? 0) > 0.004);
  assert.ok((stats.changedFraction ?? 0) > 0.9 && (stats.cosine ?? 0) > 0.99);
  assert.equal(of('model.layers.4.attn.weight').stats, undefined);
  assert.equal(entry.details.bytes, undefined);
});

test('a tensor is added, removed, renamed, of another shape or another dtype', async (t) => {
  const base = model(2);
  const { 'embed.weight': embed, 'lm_head.weight': head, ...rest } = base as Record<string, Made>;
  const values = new Float32Array((embed as Made).bytes.slice().buffer);
  const after: Model = {
    ...rest,
    'embed.weight': { dtype: 'F64', shape: [20, 32], bytes: bytesOf(Float64Array.from(values)) },
    'head.weight': head as Made,
    'model.layers.0.norm.weight': f32(new Float32Array(33).fill(1)),
    'new.bias': f32(random(5)),
  };
  const before = { ...base, 'old.bias': f32(random(6)) };
  const { entry, of } = await compare(t, safetensors(before), safetensors(after));
  const found = ['embed.weight', 'head.weight', 'model.layers.0.norm.weight', 'new.bias', 'old.bias'].map(
    (name) => [of(name).change, of(name).from, of(name).stats?.isCast],
  );
  assert.deepEqual(found, [
    ['dtype', undefined, true],
    ['renamed', 'lm_head.weight', undefined],
    ['shape', undefined, undefined],
    ['added', undefined, undefined],
    ['removed', undefined, undefined],
  ]);
  const { sentence } = entry.details.weights ?? {};
  assert.equal(
    sentence,
    'embed cast from float32 to float64; layer 0 changed shape; head renamed; new added; old removed',
  );
});

test('other bits of the same numbers are a change that is told as such', async (t) => {
  const [zeros, minus] = [new Float32Array(40), new Float32Array(40).fill(-0)];
  const { of } = await compare(t, safetensors({ w: f32(zeros) }), safetensors({ w: f32(minus) }));
  const { change, stats } = of('w');
  assert.deepEqual([change, stats?.maxAbs, stats?.changedFraction], ['values', 0, 0]);
});

test('NaN and infinities before and after are counted', async (t) => {
  const [old, now] = [random(64), random(64)];
  old[3] = Number.NaN;
  now[4] = Number.NaN;
  now[5] = Number.NEGATIVE_INFINITY;
  const { of } = await compare(t, safetensors({ w: f32(old) }), safetensors({ w: f32(now) }));
  const { nanBefore, nanAfter, infBefore, infAfter } = of('w').stats ?? {};
  assert.deepEqual([nanBefore, nanAfter, infBefore, infAfter], [1, 1, 0, 1]);
});

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

test('where no values are asked for none is read, and nothing is claimed of them', async (t) => {
  const before = model(2);
  const after = { ...before, 'lm_head.weight': moved(before['lm_head.weight'] as Made) };
  const input = { tensorValues: false };
  const { entry, of } = await compare(t, safetensors(before), safetensors(after), input);
  assert.deepEqual([of('lm_head.weight').change, of('embed.weight').change], ['unknown', 'unknown']);
  assert.equal(entry.details.weights?.sentence, 'values not compared');
  assert.equal(entry.details.bytes, undefined);
});

test('contents that were proven are gone through once, whatever else is asked for', async (t) => {
  const folder = await scratchFolder(t);
  const archive = (scale: number) =>
    makeArchive(
      folder,
      { 'model.pt': safetensors({ w: f32(random(5000, scale)) }) },
      { handler: 'image_classifier' },
    );
  const [before, after] = [await archive(1), await archive(2)];
  const totals: (number | null)[] = [];
  const tensorsOf = async (input: DiffInput) => {
    let total: number | null = null;
    const onProgress = ({ totalBytes }: { totalBytes: number | null }) => {
      total = totalBytes;
    };
    const { entries } = await diff(before, after, input, { onProgress });
    totals.push(total);
    return entries.find(({ path }) => path === 'model.pt')?.details.tensors;
  };
  const first = await tensorsOf({ proves: true });
  assert.deepEqual(await tensorsOf({ proves: true, strict: true }), first);
  assert.deepEqual(await tensorsOf({}), first);
  const [read, known, unproven] = totals.map((total) => total ?? 0);
  assert.equal((read ?? 0) - (known ?? 0), 40_000);
  // Without a proof of the contents the numbers are what is asked.
  assert.equal(unproven, 40_000);
});

test('a merged LoRA is recognised by the rank of the change', async (t) => {
  const [rows, columns, rank] = [96, 128, 4];
  const old = random(rows * columns, 0.02);
  const [a, b] = [random(rows * rank), random(rank * columns)];
  const now = old.map((value, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let one = 0; one < rank; one++) sum += (a[row * rank + one] ?? 0) * (b[one * columns + column] ?? 0);
    return value + 0.01 * sum;
  });
  const before = { w: f32(old, [rows, columns]), v: f32(old, [rows, columns]) };
  const after = { w: f32(now, [rows, columns]), v: moved(before.v) };
  const { of } = await compare(t, safetensors(before), safetensors(after));
  assert.deepEqual([of('w').lowRank, of('v').lowRank], [{ rank, of: 96 }, undefined]);
  const { entry } = await compare(t, safetensors({ w: before.w }), safetensors({ w: after.w }));
  assert.match(entry.details.weights?.sentence ?? '', /^w moved by changes of low rank, as where a LoRA/);
});

test('a few numbers or a row that changed are not taken for a merged LoRA', async (t) => {
  const [one, row] = [random(64 * 64), random(64 * 64)];
  const before = { one: f32(one, [64, 64]), row: f32(row, [64, 64]) };
  const after = {
    one: f32(
      one.map((value, at) => (at === 70 ? value + 1 : value)),
      [64, 64],
    ),
    row: f32(
      row.map((value, at) => (at < 64 ? value + 1 + at : value)),
      [64, 64],
    ),
  };
  const { entry, of } = await compare(t, safetensors(before), safetensors(after));
  assert.deepEqual([of('one').change, of('one').lowRank], ['values', undefined]);
  assert.deepEqual([of('row').change, of('row').lowRank], ['values', undefined]);
  assert.equal(entry.details.weights?.sentence, 'all 2 tensors moved');
  const { result } = await compare(t, safetensors(before), safetensors(after));
  assert.match(String(diffReportIn('markdown', result, {})), /< 0\.1 %|&lt; 0\.1 %/);
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

test('NaN and infinite numbers that appeared come first in the sentence', async (t) => {
  const before = model(3);
  const name = 'model.layers.1.attn.weight';
  const numbers = new Float32Array((before[name] as Made).bytes.slice().buffer);
  numbers[3] = Number.NaN;
  numbers[4] = Number.POSITIVE_INFINITY;
  const after = { ...before, [name]: f32(numbers, [32, 32]) };
  const { entry } = await compare(t, safetensors(before), safetensors(after));
  const words = 'NaN appeared in layer 1; infinite numbers appeared in layer 1; layer 1 moved';
  assert.equal(entry.details.weights?.sentence, words);
  const back = await compare(t, safetensors(after), safetensors(before));
  assert.equal(back.entry.details.weights?.sentence, 'layer 1 moved');
});

test('a rank is found where it is low, and only there', () => {
  const rows = Array.from({ length: 40 }, () => Float64Array.from(random(40)));
  assert.equal(rankOf(rows, 0, 13), null);
  assert.equal(
    rankOf(
      rows.map(() => new Float64Array(40)),
      0,
      13,
    ),
    null,
  );
  const line = Float64Array.from(random(40));
  assert.equal(
    rankOf(
      rows.map((_, at) => line.map((value) => value * (at - 20))),
      0,
      13,
    ),
    1,
  );
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
  const { entry } = await compare(t, real(name), real('current-bare-legacy.pt'));
  assert.deepEqual(
    [entry.details.weights?.before, entry.details.weights?.after],
    ['torch-zip', 'torch-legacy'],
  );
  assert.deepEqual([entry.details.bytes, entry.details.changes], [undefined, undefined]);
});

test('every report tells of tensors, and names in them stay text', async (t) => {
  const name = '<img src=x>|`*_.0.weight';
  const old = random(2000);
  const { result } = await compare(
    t,
    safetensors({ [name]: f32(old) }, { step: '1' }),
    safetensors({ [name]: f32(old.map((value) => value * 1.5)) }, { step: '2' }),
  );
  const html = String(diffReportIn('html', result, {}));
  assert.ok(!html.includes('<img src=x>') && html.includes('<svg') && html.includes('role="img"'));
  assert.match(html, /<div class="wide" role="region" aria-label="Tensors that changed" tabindex="0">/);
  const markdown = String(diffReportIn('markdown', result, {}));
  assert.match(markdown, /Max/);
  assert.ok(!markdown.includes('<img src=x>'));
  const json = JSON.parse(String(diffReportIn('json', result, {})));
  const { tensors, changes } = json.entries.find((entry: DiffEntry) => entry.path === 'model.pt').details;
  assert.deepEqual(Object.keys(tensors[0]).slice(0, 4), ['name', 'change', 'before', 'after']);
  for (const key of ['maxAbs', 'meanAbs', 'relativeL2', 'cosine', 'changedFraction', 'nanBefore', 'nanAfter'])
    assert.equal(typeof tensors[0].stats[key], 'number', key);
  assert.ok(Math.abs(tensors[0].stats.relativeL2 - 0.5) < 1e-6);
  assert.deepEqual(changes, [{ path: 'step', change: 'changed', before: '1', after: '2' }]);
});

test('a comparison of tensors that is cancelled ends as cancelled', async (t) => {
  const folder = await scratchFolder(t);
  const archive = (scale: number) =>
    makeArchive(
      folder,
      { 'model.pt': safetensors({ w: f32(random(2 ** 19, scale)) }) },
      { handler: 'image_classifier' },
    );
  const [before, after] = [await archive(1), await archive(2)];
  const controller = new AbortController();
  const onProgress = () => controller.abort();
  const work = diff(before, after, {}, { signal: controller.signal, onProgress });
  await assert.rejects(work, { code: 'CANCELLED' });
});

test('names of modules come together as people would say them', () => {
  const layers = Array.from({ length: 10 }, (_, at) => `model.layers.${22 + at}.mlp.weight`);
  assert.equal(namesOf([...layers, 'lm_head.weight']), 'layers 22 to 31 and lm_head');
  assert.equal(namesOf(['encoder.layer.1.w', 'decoder.layer.1.w']), 'encoder.layer 1 and decoder.layer 1');
  assert.equal(namesOf(['0.weight', '2.weight']), 'layers 0, 2');
  assert.equal(namesOf(['weight']), 'weight');
  assert.equal(namesOf(['model.layers.5.w', 'model.layers.5.b']), 'layer 5');
  assert.equal(rangesOf([5, 1, 2, 3, 9, 10]), '1 to 3, 5, 9 and 10');
});
