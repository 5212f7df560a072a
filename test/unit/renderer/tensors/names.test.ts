/** Names of tensors as a tree, and what a filter of them leaves. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { wantedTensors } from '../../../../renderer/tensors/wanted-tensors.ts';
import { Tree } from '../../../../renderer/tree/tree.ts';
import { namePaths } from '../../../../renderer/views/inspect/tensors/name-paths.ts';

test('parts that hold one other part only are drawn together with it', () => {
  assert.deepEqual(namePaths(['model.layers.0.q.weight', 'model.layers.0.k.weight', 'model.norm.weight']), [
    'model/layers.0/q.weight',
    'model/layers.0/k.weight',
    'model/norm.weight',
  ]);
});

test('a name that begins another one stays a row of its own', () => {
  assert.deepEqual(namePaths(['a.b', 'a.b.c']), ['a.b', 'a.b/c']);
});

test('strange names cost neither time nor rows', () => {
  const names = [
    '',
    '.',
    '..',
    'a..b',
    '/x',
    'x/',
    `${'.'.repeat(200_000)}`,
    `${'a.'.repeat(400)}z`,
    'a',
    'a',
  ];
  const tree = new Tree(namePaths(names));
  const items = new Set(tree.items.filter((item) => item !== -1));
  assert.equal(items.size, names.length);
});

test('a filter goes by name, dtype and shape; what it can not understand it says, and leaves all', () => {
  const tensor = { name: 'h.0.attn.q', dtype: 'float16', shape: [768, 64] };
  const isLeft = (text: string) => wantedTensors(text).isWanted?.(tensor) ?? true;
  assert.equal(isLeft('attn dtype:f16 shape:768,*'), true);
  assert.equal(isLeft('attn dtype:f32'), false);
  assert.equal(wantedTensors('  ').isWanted, null);
  const broken = wantedTensors('shape:x');
  assert.equal(broken.isWanted, null);
  assert.match(broken.flaw ?? '', /"x"/);
});
