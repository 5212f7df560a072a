import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DiffEntry } from '../../../core/contract/diff.ts';
import { namesOf, rangesOf } from '../../../core/diff/tensor-words.ts';
import { type DiffInput, diff } from '../../../core/diff.ts';
import { diffReportIn } from '../../../core/report/report.ts';
import { rankOf } from '../../../core/weights/numbers/low-rank.ts';
import { makeArchive } from '../../support/models.ts';
import { scratchFolder } from '../../support/scratch.ts';
import {
  bytesOf,
  compare,
  f32,
  type Made,
  type Model,
  model,
  moved,
  random,
  safetensors,
} from './weights-models.ts';

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

test('of weights with equal numbers the verdict does not say that they changed', async (t) => {
  const base = model(2);
  const same = await compare(t, safetensors(base), safetensors(base, { epoch: '3' }));
  assert.equal(same.entry.details.weights?.sentence, '');
  const words = 'Weights: the numbers are equal, other bytes of the file changed.';
  assert.ok(same.result.verdict.some(({ text }) => text === words));
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
  await tensorsOf({ tensorValues: false });
  assert.equal(totals.at(-1), 0, 'of numbers that are not read none is waited for');
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
