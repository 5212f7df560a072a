/** Names that lead somewhere: entries as patterns, and what the manifest names. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Manifest } from '../../../../core/contract/model.ts';
import { compileGlob } from '../../../../core/glob-match.ts';
import { isTooMuchToDrag, outermost, patternOf } from '../../../../renderer/views/inspect/extract-names.ts';
import { manifestRows } from '../../../../renderer/views/inspect/manifest-rows.ts';

test('a pattern means the entry that was chosen and none of the same name elsewhere', () => {
  for (const name of ['handler.py', 'a[1].txt', 'what?*', 'data/x.bin', 'a]b']) {
    const fits = compileGlob(patternOf(name));
    assert.ok(fits(name), name);
    assert.ok(!fits(`deep/${name}`), name);
  }
  assert.ok(compileGlob(patternOf('data'))('data/deep/x'));
  assert.ok(!compileGlob(patternOf('a[1].txt'))('a1.txt'));
});

test('of what is dragged out, a folder takes along what lies in it', () => {
  assert.deepEqual(outermost(['code', 'code/a.py', 'code/deep/b.py', 'codes/c.py', 'd.py']), [
    'code',
    'codes/c.py',
    'd.py',
  ]);
  assert.deepEqual(outermost(['code/', 'code']), ['code']);
  assert.deepEqual(outermost(['deep/a/b', 'deep/a']), ['deep/a']);
});

test('what is large, or many, is extracted by the dialog instead of while a button is held', () => {
  assert.equal(isTooMuchToDrag(['w.pt'], 256 * 2 ** 20), false);
  assert.equal(isTooMuchToDrag(['w.pt'], 256 * 2 ** 20 + 1), true);
  assert.equal(isTooMuchToDrag(new Array(1000).fill('a'), 0), false);
  assert.equal(isTooMuchToDrag(new Array(1001).fill('a'), 0), true);
});

test('the manifest names its files, and the function of its handler', () => {
  const { known, others } = manifestRows({
    model: { modelName: 'm', handler: 'h.py:run', serializedFile: 'w.pt', extra: [1] },
    runtime: 'python',
    note: 'x',
  });
  assert.deepEqual(
    known.map(({ label, entry }) => [label, entry]),
    [
      ['Model', null],
      ['Handler', 'h.py'],
      ['Weights', 'w.pt'],
      ['Runtime', null],
    ],
  );
  assert.equal(known[1]?.inside, 'run');
  assert.deepEqual(
    others.map(({ label, value }) => [label, value]),
    [
      ['model.extra', '[1]'],
      ['note', 'x'],
    ],
  );
});

test('a default handler is no entry, and a module with a function is one', () => {
  const entryOf = (handler: string) => manifestRows({ model: { handler } }).known[0]?.entry;
  assert.deepEqual(['image_classifier', 'my.py', 'my:run'].map(entryOf), [null, 'my.py', 'my.py']);
});

test('a manifest of the wrong shape is shown as it is', () => {
  const odd = { model: null, runtime: 7, __proto__: 'x' } as unknown as Manifest;
  const { known, others } = manifestRows(odd);
  assert.deepEqual(
    known.map(({ value }) => value),
    ['7'],
  );
  assert.deepEqual(
    others.map(({ label, value }) => [label, value]),
    [['model', 'null']],
  );
});
