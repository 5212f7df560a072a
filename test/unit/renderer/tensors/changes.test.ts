/** What became of tensors: its word, its look, what it is sorted by; and what a scan of pickles says. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { TensorChange } from '../../../../core/contract/diff.ts';
import type { PickleReport, TensorDifference } from '../../../../core/contract/weights.ts';
import {
  kindOf,
  kindSigns,
  kindWords,
  lookOf,
  mapLegend,
  tensorKinds,
} from '../../../../renderer/views/diff/tensors/tensor-kinds.ts';
import { formWords, measures } from '../../../../renderer/views/diff/tensors/tensor-measures.ts';
import { byRisk, verdictWords } from '../../../../renderer/views/inspect/tensors/pickle-words.ts';

const state = { dtype: 'float32', shape: [4, 4] };
const same: TensorDifference = {
  ...{ maxAbs: 0, meanAbs: 0, relativeL2: 0, cosine: 1, changedFraction: 0 },
  ...{ nanBefore: 0, nanAfter: 0, infBefore: 0, infAfter: 0 },
};
const changed = (
  stats: Partial<TensorDifference>,
  change: TensorChange['change'] = 'values',
): TensorChange => ({
  ...{ name: 'x', change, before: state, after: state, stats: { ...same, ...stats } },
});

test('bitwise equal is never what is merely near, nor the other way round', () => {
  const equal: TensorChange = { name: 'x', change: 'unchanged', before: state, after: state };
  assert.equal(kindOf(equal), 'equal');
  assert.equal(kindOf(changed({ relativeL2: 0 })), 'near');
  assert.equal(kindOf(changed({ relativeL2: 9e-7 })), 'near');
  assert.equal(kindOf(changed({ relativeL2: 1e-6 })), 'moved');
  assert.notEqual(kindWords.equal, kindWords.near);
  assert.notEqual(lookOf(equal), lookOf(changed({ relativeL2: 0 })));
});

test('a NaN that is new, or a length that was none, is no rounding', () => {
  assert.equal(kindOf(changed({ relativeL2: 0, nanAfter: 1 })), 'moved');
  assert.equal(kindOf(changed({ relativeL2: 0, infBefore: 2 })), 'moved');
  assert.equal(lookOf(changed({ relativeL2: 1e-5, nanAfter: 1 })), lookOf(changed({ relativeL2: 2 })));
  assert.equal(kindOf(changed({ relativeL2: null })), 'moved');
});

test('the further it moved, the larger it looks; what has no length moved furthest', () => {
  const looks = [1e-5, 5e-3, 0.05, 0.5].map((relativeL2) => lookOf(changed({ relativeL2 })));
  assert.deepEqual(looks, ['moved-a', 'moved-b', 'moved-c', 'moved-d']);
  assert.equal(lookOf(changed({ relativeL2: null })), 'moved-d');
});

test('every kind has a word of its own and a sign, every look words in the legend', () => {
  assert.equal(new Set(Object.values(kindWords)).size, tensorKinds.length);
  for (const kind of tensorKinds) assert.ok(kindSigns[kind] !== '');
  const all: TensorChange['change'][] = [
    'added',
    'removed',
    'renamed',
    'shape',
    'dtype',
    'values',
    'unknown',
    'unchanged',
  ];
  for (const change of all) assert.ok(mapLegend[lookOf({ ...changed({}), change })], change);
});

test('a cosine near one keeps the digits that tell something', () => {
  const words = (cosine: number | null, changedFraction = 0.5) =>
    measures.cosine.words(changed({ cosine, changedFraction }));
  assert.equal(words(0.99999912), '1 − 8.8e-7');
  assert.equal(words(1 - 3.2e-9), '1 − 3.2e-9');
  // Beyond that the sums are rounded: only numbers that did not change point the same way for sure.
  assert.deepEqual([words(1 - 2e-16), words(1), words(1, 0)], ['≈ 1', '≈ 1', '1']);
  assert.deepEqual([words(0.5), words(-0.5), words(null)], ['0.500000', '−0.500000', '–']);
  const amountOf = (cosine: number | null) => measures.cosine.amountOf(changed({ cosine }));
  assert.ok((amountOf(0.1) ?? 0) > (amountOf(0.9) ?? 0));
  assert.equal(amountOf(null), null);
});

test('dtype and shape are told once where they are the same', () => {
  assert.equal(formWords(changed({})), 'float32 4 × 4');
  assert.equal(
    formWords({ ...changed({}), after: { dtype: 'float16', shape: [4, 4] } }),
    'float32 4 × 4 → float16 4 × 4',
  );
  assert.equal(formWords({ ...changed({}), before: null }), 'float32 4 × 4');
});

const clean: PickleReport = {
  ...{ verdict: 'no disallowed globals found', streams: 2, opcodes: 1200, listVersion: '1' },
  ...{ globals: [], evasions: [], incomplete: [], operators: [] },
};
const named = (module: string, standing: PickleReport['globals'][number]['standing']) => ({
  ...{ module, name: 'x', standing, reason: null, where: '', position: 0 },
});

test('the verdict on pickles counts what was read, and never says safe', () => {
  assert.equal(verdictWords(clean), 'No disallowed globals found (2 streams, 1,200 opcodes).');
  const globals = [named('os', 'dangerous'), named('torch', 'allowed')];
  const bad = verdictWords({ ...clean, verdict: 'findings', globals });
  assert.equal(bad, 'Findings: 1 import that is not allowed (2 streams, 1,200 opcodes).');
  const fault = { message: 'cut off', where: '', position: 1 };
  assert.match(verdictWords({ ...clean, verdict: 'incomplete', incomplete: [fault] }), /^Incomplete: 1 part/);
  assert.equal(verdictWords({ ...clean, streams: 0 }), 'No pickle was found in it.');
  assert.deepEqual(
    byRisk([named('a', 'allowed'), named('u', 'unknown'), named('d', 'dangerous')]).map(
      ({ module }) => module,
    ),
    ['d', 'u', 'a'],
  );
});
