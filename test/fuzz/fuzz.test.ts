import assert from 'node:assert/strict';
import test from 'node:test';
import { fuzz, inputOf, numbersFrom, shown } from './fuzz.ts';

test('a number makes the same input again', () => {
  const [first, second] = [inputOf(4711), inputOf(4711)];
  assert.equal(first.form, second.form);
  assert.ok(first.bytes.equals(second.bytes));
});

test('twenty seconds of mutated archives give coded answers, and the views that Java has', async (t) => {
  const { inputs, opened, failures, withoutJava } = await fuzz(numbersFrom(20_240_601), 20);
  assert.deepEqual(failures.map(shown), []);
  assert.ok(inputs >= 100, `only ${inputs} inputs were tried`);
  assert.ok(opened >= inputs / 5, `only ${opened} of ${inputs} were opened, so the mutations are too rough`);
  if (withoutJava !== null) t.diagnostic(`Java was not asked: ${withoutJava}`);
});
