import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { findingsPage, findingsPath } from '../../../build/docs.ts';

test('docs/findings.md says what the rules say (npm run docs makes it)', async () => {
  assert.equal(await readFile(findingsPath, 'utf8'), findingsPage());
});
