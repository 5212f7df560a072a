import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { cliPath } from './command-line.ts';

// On few cores the pool has its default size either way, so only the order can be looked at everywhere.
test('the size of the thread pool is set before anything is loaded that could start it', () => {
  const source = readFileSync(cliPath, 'utf8');
  assert.ok(source.includes('UV_THREADPOOL_SIZE ??='));
  assert.ok(source.indexOf('UV_THREADPOOL_SIZE') < source.indexOf('import('));
  assert.doesNotMatch(source, /^import /m, 'an ES module starts the pool while it loads');
});
