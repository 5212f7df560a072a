import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextVersion } from '../../../renderer/views/repack/next-version.ts';

test('the last number of a version is counted on, and all else stays', () => {
  for (const [version, next] of [
    ['1.0', '1.1'],
    ['1.2.9', '1.2.10'],
    ['v7', 'v8'],
    ['2.0-rc1', '2.0-rc2'],
    ['2024-09', '2024-10'],
    ['1.0+final', '1.1+final'],
  ]) {
    assert.equal(nextVersion(version as string), next);
  }
});

test('a version without a number, or with one too long to count, has no next one', () => {
  assert.equal(nextVersion(''), null);
  assert.equal(nextVersion('latest'), null);
  assert.equal(nextVersion('1234567890123456'), null);
  assert.equal(nextVersion(`${'1'.repeat(1_000_000)}a1`), null);
});
