/** What is measured of numbers, held to what numpy and ml_dtypes say: test/fixtures/numbers/make.py asked them. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import type { TensorDifference, TensorStats } from '../../../../core/contract/weights.ts';
import { Measure } from '../../../../core/weights/numbers/measure.ts';
import { numbersByPattern, roundingTo } from '../../../../core/weights/numbers/small-floats.ts';
import { tensorInFile, tensorOf } from './tensors.ts';

interface Case {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly before: string;
  readonly after: string;
  readonly statistics: TensorStats;
  readonly difference: Partial<TensorDifference>;
}

interface Fixture {
  readonly cases: readonly Case[];
  readonly tables: Readonly<Record<string, readonly string[]>>;
  readonly digests: Readonly<Record<string, string>>;
  readonly rounding: {
    readonly values: readonly string[];
    readonly to: Readonly<Record<string, readonly string[]>>;
  };
}

const fixture = JSON.parse(
  readFileSync(new URL('../../../fixtures/numbers/numbers.json', import.meta.url), 'utf8'),
) as Fixture;
const measure = new Measure();
after(() => measure.close());

for (const { name, dtype, shape, before, after: now, ...wanted } of fixture.cases) {
  const made = { dtype, shape, bytes: Buffer.from(before, 'base64') };
  const changed = { dtype, shape, bytes: Buffer.from(now, 'base64') };

  test(`the statistics of ${name} are those of numpy`, async () => {
    assertNear(await measure.statistics(tensorOf(made)), wanted.statistics, name);
  });

  test(`the difference of ${name} is that of numpy, from memory and from files`, async () => {
    const found = await measure.difference(tensorOf(made), tensorOf(changed));
    assertNear(found, wanted.difference, name);
    const [old, other] = [tensorInFile(made), tensorInFile(changed)];
    try {
      assert.deepEqual(await measure.difference(old.tensor, other.tensor), found);
    } finally {
      old.remove();
      other.remove();
    }
  });

  test(`${name} from a machine of the other endianness is the same`, async () => {
    const swapped = { ...made, bytes: swap(made.bytes, dtype), littleEndian: false };
    assertNear(await measure.statistics(tensorOf(swapped)), wanted.statistics, name);
  });
}

for (const [dtype, texts] of Object.entries(fixture.tables)) {
  test(`each pattern of ${dtype} is the number that ml_dtypes takes it for`, () => {
    assert.deepEqual([...numbersByPattern(dtype)], texts.map(parse));
  });
}

for (const [dtype, digest] of Object.entries(fixture.digests)) {
  test(`each pattern of ${dtype} is the number that numpy takes it for`, () => {
    // Python writes whole numbers with a fraction and other exponents, so the digest is of one form of both.
    const texts = [...numbersByPattern(dtype)].map(pythonText).join('\n');
    assert.equal(createHash('sha256').update(texts).digest('hex'), digest);
  });
}

for (const [dtype, texts] of Object.entries(fixture.rounding.to)) {
  test(`a number is cast to ${dtype} as ml_dtypes does`, () => {
    const round = roundingTo(dtype);
    assert.ok(round);
    for (const [at, text] of fixture.rounding.values.entries())
      assert.deepEqual([text, round(parse(text))], [text, parse(texts[at] ?? '')]);
  });
}

function parse(text: string): number {
  return text.endsWith('inf') ? Number(text.replace('inf', 'Infinity')) : Number(text);
}

function pythonText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  // As Python's repr: an exponent from 1e16 on and below 1e-4, of two digits at least.
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    const [mantissa, exponent = ''] = value.toExponential().split('e');
    return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

function assertNear(found: TensorStats | TensorDifference, wanted: object, name: string): void {
  for (const [key, value] of Object.entries(wanted)) {
    const measured = (found as unknown as Record<string, unknown>)[key];
    if (typeof value !== 'number' || typeof measured !== 'number')
      assert.deepEqual(measured, value, `${name}: ${key}`);
    else {
      // Where numbers cancel each other out, what is left of a mean is as exact as they are spread.
      const spread = key === 'mean' ? ((wanted as TensorStats).std ?? 0) * 1e-12 : 0;
      const isNear = Math.abs(measured - value) <= Math.abs(value) * 1e-6 + spread;
      assert.ok(isNear, `${name}: ${key} is ${measured}, not ${value}`);
    }
  }
}

function swap(bytes: Buffer, dtype: string): Buffer {
  const copy = Buffer.from(bytes);
  const bits = Number(/\d+/.exec(dtype)?.[0] ?? 8) / (dtype.startsWith('complex') ? 2 : 1);
  if (dtype.startsWith('float8') || dtype === 'bool') return copy;
  if (bits === 64) return copy.swap64();
  if (bits === 32) return copy.swap32();
  return bits === 16 ? copy.swap16() : copy;
}
