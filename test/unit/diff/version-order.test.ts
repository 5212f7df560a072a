import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareVersions } from '../../../core/diff/version-order.ts';

/** Each lower than the next. */
const ascending = [
  '0.9',
  '1.0.dev3',
  '1.0a1.dev1',
  '1.0a1',
  '1.0-alpha.2',
  '1.0b1',
  '1.0rc1',
  '1.0',
  '1.0+cpu',
  '1.0+cu118.1',
  '1.0+1',
  '1.0.post1',
  '1.0.post2.dev0',
  '1.0.post2',
  '1.1',
  '1.9',
  '1.10',
  'v1.11',
  '2024.11.21',
  '1!0.1',
];

test('versions are ordered as PEP 440 orders them, both ways round', () => {
  for (const [i, a] of ascending.entries()) {
    for (const [j, b] of ascending.entries()) {
      const order = compareVersions(a, b);
      assert.equal(Math.sign(order ?? Number.NaN), Math.sign(i - j), `${a} and ${b}`);
    }
  }
});

test('the same version may be written in several ways', () => {
  for (const [a, b] of [
    ['1', '1.0.0'],
    ['1.0RC1', '1.0-rc.1'],
    ['1.0c1', '1.0rc1'],
    ['1.0-1', '1.0.post1'],
    ['v2', '2.0'],
  ] as const)
    assert.equal(compareVersions(a, b), 0, `${a} and ${b}`);
});

test('what is no version has no order, however long it is', () => {
  for (const text of [
    '',
    'latest',
    '1.x',
    '1..2',
    'main-20260101',
    `1${'.1'.repeat(100_000)}`,
    `1.0+${'a.'.repeat(5_000)}!`,
  ])
    assert.equal(compareVersions(text, '1.0'), null);
});
