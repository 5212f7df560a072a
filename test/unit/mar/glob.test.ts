import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  compilePattern,
  escapePattern,
  expandPattern,
  literalFolder,
  looksLikePattern,
} from '../../../core/mar/glob.ts';
import { randomOf } from '../../support/random.ts';
import { scratchFolder } from '../../support/scratch.ts';

test('an escaped text matches itself and nothing else', () => {
  const { pick, text } = randomOf(6);
  for (let sample = 0; sample < 2000; sample++) {
    const [name, other] = [text('a[]*?!-', 1 + pick(6)), text('a[]*?!-', 1 + pick(6))];
    assert.equal(compilePattern(escapePattern(name))(name), true, name);
    assert.equal(compilePattern(escapePattern(name))(other), name === other, `${name} ${other}`);
  }
});

test('a pattern of many stars answers at once', () => {
  const matches = compilePattern(`${'*a'.repeat(40)}*b`);
  const started = performance.now();
  assert.equal(matches('a'.repeat(3000)), false);
  assert.ok(performance.now() - started < 10_000);
});

test('sets have ranges, a leading "]", a negation, and no empty ranges', () => {
  assert.equal(compilePattern('[a-c]')('b'), true);
  assert.equal(compilePattern('[c-a]')('b'), false);
  assert.equal(compilePattern('[]-]')(']'), true);
  assert.equal(compilePattern('[!]]')(']'), false);
  assert.equal(compilePattern('[a-]')('-'), true);
  assert.equal(compilePattern('[^a]')('b'), false);
  assert.equal(compilePattern('[a')('[a'), true);
  assert.equal(compilePattern('?')('🐱'), true);
});

test('only what the reference takes for a pattern looks like one', () => {
  assert.deepEqual(['a*', 'a?', '[a]', ']['].map(looksLikePattern), [true, true, true, true]);
  assert.deepEqual(['a', 'a[', 'a]', 'a\\b', 'a{b,c}'].map(looksLikePattern), [
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('the folder that was named by hand ends before the first pattern', () => {
  assert.equal(literalFolder('*.txt'), '.');
  assert.equal(literalFolder('a/b*/c/*.txt'), 'a');
  assert.equal(literalFolder('../x/[ab]'), '../x');
  assert.equal(literalFolder('/*'), '/');
});

test('matches are sorted, hidden names need a hidden pattern, links to folders are walked', async (t) => {
  const folder = await scratchFolder(t);
  for (const name of ['z.txt', 'a.txt', '.h.txt', 'B.txt']) await writeFile(join(folder, name), '');
  await mkdir(join(folder, 'd'));
  await writeFile(join(folder, 'd', 'x'), '');
  await symlink('d', join(folder, 'link'));
  await symlink('nowhere', join(folder, 'broken'));

  assert.deepEqual(await expandPattern('*.txt', folder), ['B.txt', 'a.txt', 'z.txt']);
  assert.deepEqual(await expandPattern('.*', folder), ['.h.txt']);
  assert.deepEqual(await expandPattern('*/x', folder), ['d/x', 'link/x']);
  assert.deepEqual(await expandPattern('*/', folder), ['d/', 'link/']);
  assert.deepEqual(await expandPattern('bro*', folder), ['broken']);
  assert.deepEqual(await expandPattern('none/*', folder), []);
  assert.deepEqual(await expandPattern(join(folder, '?.txt'), '/'), [
    join(folder, 'B.txt'),
    join(folder, 'a.txt'),
    join(folder, 'z.txt'),
  ]);
});
