import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numbersByPattern, roundingTo } from '../../../../core/weights/numbers/small-floats.ts';

const largest = {
  float16: 65504,
  bfloat16: 2 ** 128 - 2 ** 120,
  float8_e5m2: 57344,
  float8_e4m3fn: 448,
  float8_e5m2fnuz: 57344,
  float8_e4m3fnuz: 240,
};

for (const [dtype, most] of Object.entries(largest))
  test(`each number of ${dtype} is rounded to itself, and what is beyond ${most} is none`, () => {
    const round = roundingTo(dtype);
    assert.ok(round);
    for (const number of numbersByPattern(dtype))
      if (!Object.is(round(number), number)) assert.fail(`${number} becomes ${round(number)}`);
    const beyond = dtype.endsWith('fn') || dtype.endsWith('fnuz') ? Number.NaN : Number.POSITIVE_INFINITY;
    assert.deepEqual([round(most), round(most * 1.5)], [most, beyond]);
  });
