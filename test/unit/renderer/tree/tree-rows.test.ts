import assert from 'node:assert/strict';
import test from 'node:test';
import '../../../support/runes.ts';
import { Tree } from '../../../../renderer/tree/tree.ts';

const { TreeRows } = await import('../../../../renderer/tree/tree-rows.svelte.ts');

const paths = ['a/b/c', 'a/d', 'e', 'f/g'];
const shown = (rows: InstanceType<typeof TreeRows>) => [...rows.rows].map((node) => rows.tree.pathOf(node));
const nodeOf = (rows: InstanceType<typeof TreeRows>, path: string) =>
  rows.tree.names.findIndex((_, node) => node > 0 && rows.tree.pathOf(node) === path);

test('folders open down to the depth that is asked for', () => {
  assert.deepEqual(shown(new TreeRows(new Tree(paths))), ['a', 'a/b', 'a/b/c', 'a/d', 'e', 'f', 'f/g']);
  assert.deepEqual(shown(new TreeRows(new Tree(paths), 1)), ['a', 'a/b', 'a/d', 'e', 'f', 'f/g']);
  assert.deepEqual(shown(new TreeRows(new Tree(paths), 0)), ['a', 'e', 'f']);
});

test('the focus goes to the folder when the folder closes over it', () => {
  const rows = new TreeRows(new Tree(paths));
  rows.select(nodeOf(rows, 'a/b/c'), 'only');
  rows.toggle(nodeOf(rows, 'a'), false);
  assert.equal(rows.tree.pathOf(rows.focused), 'a');
});

test('what is revealed is seen, focused and selected', () => {
  const rows = new TreeRows(new Tree(paths), 0);
  const node = rows.nodeOfItem(0);
  rows.reveal(node);
  assert.ok(shown(rows).includes('a/b/c'));
  assert.equal(rows.focused, node);
  assert.deepEqual([...rows.selected], [node]);
});

test('a range is selected from where it was begun, as the rows stand', () => {
  const rows = new TreeRows(new Tree(paths));
  rows.select(nodeOf(rows, 'a/d'), 'only');
  rows.select(nodeOf(rows, 'f'), 'range');
  assert.deepEqual([...rows.selected].map((node) => rows.tree.pathOf(node)).sort(), ['a/d', 'e', 'f']);
});

test('a filter opens what it finds, and what was closed is closed again after it', () => {
  const rows = new TreeRows(new Tree(paths), 0);
  rows.filter((item) => item === 0);
  assert.deepEqual(shown(rows), ['a', 'a/b', 'a/b/c']);
  rows.filter(null);
  assert.deepEqual(shown(rows), ['a', 'e', 'f']);
});

test('places are told among the siblings that are shown', () => {
  const rows = new TreeRows(new Tree(paths));
  rows.filter((item) => item === 1 || item === 3);
  assert.deepEqual(rows.placeOf(nodeOf(rows, 'f')), {
    ...{ node: nodeOf(rows, 'f'), level: 1, position: 2, siblings: 2 },
  });
});
