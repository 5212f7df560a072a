import assert from 'node:assert/strict';
import test from 'node:test';
import { compileGlob } from '../../core/glob-match.ts';

const names = [
  'handler.py',
  'model.pt',
  'labels/cats.txt',
  'labels/deep/dogs.txt',
  'deep/handler.py',
  'MAR-INF/MANIFEST.json',
  'empty/',
  'a[b].txt',
];

function assertMatches(glob: string, expected: readonly string[]): void {
  assert.deepEqual(names.filter(compileGlob(glob)), expected, glob);
}

test('a star stays within one part of a name, two stars go across', () => {
  assertMatches('labels/*.txt', ['labels/cats.txt']);
  assertMatches('labels/**/*.txt', ['labels/cats.txt', 'labels/deep/dogs.txt']);
  assertMatches('**/dogs.txt', ['labels/deep/dogs.txt']);
  assertMatches('**', names);
  assertMatches('*/*.py', ['deep/handler.py']);
  assertMatches('?odel.pt', ['model.pt']);
});

test('a pattern without a slash is sought in every folder', () => {
  assertMatches('handler.py', ['handler.py', 'deep/handler.py']);
  assertMatches('*.py', ['handler.py', 'deep/handler.py']);
  assertMatches('./handler.py', ['handler.py', 'deep/handler.py']);
});

test('a slash in front, or anywhere inside, fixes a pattern at the root', () => {
  assertMatches('/handler.py', ['handler.py']);
  assertMatches('deep/handler.py', ['deep/handler.py']);
});

test('who names a folder means all that is in it', () => {
  assertMatches('labels', ['labels/cats.txt', 'labels/deep/dogs.txt']);
  assertMatches('labels/', ['labels/cats.txt', 'labels/deep/dogs.txt']);
  assertMatches('labels/deep', ['labels/deep/dogs.txt']);
  assertMatches('empty', ['empty/']);
  assertMatches('handler.py/', []);
});

test('a set of characters is what it is elsewhere, and brackets can be meant', () => {
  assertMatches('[ch]a*', ['handler.py', 'labels/cats.txt', 'deep/handler.py']);
  assertMatches('a[[]b].txt', ['a[b].txt']);
});

test('an empty pattern matches nothing', () => {
  assertMatches('', []);
  assertMatches('/', []);
});

test('a pattern of many stars takes no longer than its length times that of the name', () => {
  const started = performance.now();
  const matches = compileGlob(`${'**/a*/'.repeat(50)}b`);
  assert.equal(matches('a/'.repeat(2000)), false);
  assert.ok(performance.now() - started < 10_000);
});
