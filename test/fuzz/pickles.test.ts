import assert from 'node:assert/strict';
import test from 'node:test';
import { numbersFrom } from './fuzz.ts';
import { fuzzPickles } from './pickles.ts';

test('fifteen seconds of mutated pickles give verdicts, in time and in little memory', async () => {
  const { inputs, verdicts, read, failures } = await fuzzPickles(numbersFrom(20_261_121), 15);
  assert.deepEqual(failures, []);
  assert.ok(inputs >= 100, `only ${inputs} inputs were tried`);
  assert.ok(read >= inputs / 5, `only ${read} of ${inputs} held a pickle, so the mutations are too rough`);
  assert.deepEqual(Object.keys(verdicts).sort(), ['findings', 'incomplete', 'no disallowed globals found']);
});
