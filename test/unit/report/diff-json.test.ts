import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffJson } from '../../../core/report/diff-json.ts';
import { hostileDiff, richDiff } from './sample-diff.ts';

test('the keys stand in the order of the contract, and nothing is lost', () => {
  const parsed = JSON.parse(diffJson(richDiff, { fullPaths: true }));
  assert.deepEqual(Object.keys(parsed).slice(0, 9), [
    'schema',
    'identical',
    'proof',
    'before',
    'after',
    'summary',
    'manifest',
    'entries',
    'policy',
  ]);
  assert.deepEqual(Object.keys(parsed.entries[0]).slice(0, 7), [
    'path',
    'change',
    'from',
    'kind',
    'before',
    'after',
    'details',
  ]);
  const { schema, ...rest } = parsed;
  assert.equal(schema, 'mar-studio.diff/1');
  assert.deepEqual(rest, JSON.parse(JSON.stringify(richDiff)));
});

test('names of entries are kept as they are, paths of this machine are not', () => {
  const json = diffJson(hostileDiff);
  assert.ok(!json.includes('secret-project'));
  const paths = JSON.parse(json).entries.map(({ path }: { path: string }) => path);
  assert.deepEqual(
    paths,
    hostileDiff.entries.map(({ path }) => path),
  );
  assert.ok(diffJson(hostileDiff, { fullPaths: true }).includes('secret-project'));
});
