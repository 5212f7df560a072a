import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlockPair } from '../../../../core/weights/numbers/decode.ts';
import { numberKind } from '../../../../core/weights/numbers/dtypes.ts';
import { NumberReader } from '../../../../core/weights/numbers/read-numbers.ts';
import { numbersOf, stretchOf } from '../../../../core/weights/numbers/stretches.ts';
import { openWeightsFile } from '../../../../core/weights/open-weights.ts';
import type { Tensor } from '../../../../core/weights/tensor.ts';
import { expectedFiles, fixture } from '../expected.ts';

/** All numbers in row-major order; of complex ones both parts. */
async function numbersIn(tensor: Tensor): Promise<number[]> {
  const numbers = numbersOf(tensor);
  const { numbers: stored, source } = await stretchOf(numbers, 0, numbers.count);
  const { before: block } = new BlockPair();
  if (numbers.count > 0) new NumberReader(stored, source).read(0, numbers.count, block.bytes);
  block.decode(stored, 0, numbers.count);
  const parts = numberKind(stored.dtype)?.isComplex ? 2 : 1;
  return [...block.numbers.subarray(0, numbers.count * parts)];
}

/** Number() of the texts that stand for NaN, infinities and whole numbers past 2^53. */
const meant = (value: number | string) =>
  typeof value === 'number' ? value : Number(value.replace('inf', 'Infinity'));

let compared = 0;

for (const [name, { tensors }] of expectedFiles) {
  if (Object.values(tensors).every(({ values }) => values === undefined)) continue;
  test(`every number in ${name} is what the library that wrote it says`, async (t) => {
    const weights = await openWeightsFile(fixture(name));
    assert.ok(weights);
    t.after(() => weights.close());
    for (const tensor of weights.tensors) {
      const expected = tensors[tensor.name];
      // Counts of days and nanoseconds are no numbers of a layer, and four bits are none by themselves.
      if (expected?.values === undefined || numberKind(tensor.dtype) === null) continue;
      const wanted = expected.values.flat().map(meant);
      const found = await numbersIn(tensor);
      // torch scales in float32.
      if (expected.quantised === undefined) assert.deepEqual(found, wanted, tensor.name);
      else {
        assert.equal(found.length, wanted.length);
        for (const [at, value] of wanted.entries()) {
          assert.ok(Math.abs((found[at] ?? Number.NaN) - value) <= 1e-6 * Math.abs(value), tensor.name);
        }
      }
      compared += wanted.length;
    }
  });
}

test('there were numbers to compare', () => assert.ok(compared > 1500, `${compared}`));
