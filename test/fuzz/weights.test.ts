import assert from 'node:assert/strict';
import test from 'node:test';
import { numbersFrom } from './fuzz.ts';
import { fuzzWeights } from './weights.ts';

test('twenty seconds of mutated weights give coded answers, and nothing is told that the bytes do not hold', async () => {
  const { inputs, listed, failures } = await fuzzWeights(numbersFrom(20_261_121), 20);
  assert.deepEqual(failures, []);
  assert.ok(inputs >= 100, `only ${inputs} inputs were tried`);
  assert.ok(listed >= inputs / 5, `only ${listed} of ${inputs} were listed, so the mutations are too rough`);
});
