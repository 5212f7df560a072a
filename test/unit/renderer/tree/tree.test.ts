import assert from 'node:assert/strict';
import test from 'node:test';
import { Tree } from '../../../../renderer/tree/tree.ts';
import { randomOf } from '../../../support/random.ts';

const everything = (tree: Tree) => [...tree.flatten(() => true, null)].map((node) => tree.pathOf(node));

test('folders that only their contents name have a row of their own', () => {
  const tree = new Tree(['a/b/c.txt', 'a/d.txt', 'e.txt']);
  assert.deepEqual(everything(tree), ['a', 'a/b', 'a/b/c.txt', 'a/d.txt', 'e.txt']);
  assert.equal(tree.items[tree.childrenOf(0)[0] as number], -1);
});

test('a folder that is listed twice stands twice, and a closed folder hides what is in it', () => {
  const tree = new Tree(['a/', 'a/b', 'a/']);
  assert.deepEqual(everything(tree), ['a', 'a/b', 'a']);
  assert.deepEqual([...tree.flatten(() => false, null)].length, 2);
});

test('a flat tree has one row for each path, as it is written', () => {
  assert.deepEqual(everything(new Tree(['a/b', 'a/c', '/x'], true)), ['a/b', 'a/c', '/x']);
});

test('names that are nested deeper than any model stand in one piece', () => {
  const deep = `${'d/'.repeat(300)}f`;
  const tree = new Tree([deep, deep]);
  assert.equal(tree.pathOf(tree.count - 1), deep);
  assert.ok(Math.max(...tree.depths) < 70);
});

test('a folder sums up what is in it, itself included', () => {
  const sizes = [1, 2, 4, 8];
  const tree = new Tree(['a/', 'a/b', 'a/c/d', 'e']);
  const sums = tree.sums((item) => sizes[item] as number);
  assert.equal(sums[0], 15);
  assert.equal(sums[tree.items.indexOf(0)], 7);
});

test('of any paths every item has one node, whose path is the one that was given', () => {
  const { oneOf, pick } = randomOf(7);
  const part = () => oneOf(['a', 'b', '', '..', 'ü', '<b>']);
  for (let round = 0; round < 200; round++) {
    const paths = Array.from({ length: 20 }, () => Array.from({ length: 1 + pick(4) }, part).join('/'));
    const tree = new Tree(paths);
    for (const [item, path] of paths.entries()) {
      const nodes = tree.items.flatMap((one, node) => (one === item ? [node] : []));
      assert.equal(nodes.length, 1, path);
      assert.equal(tree.pathOf(nodes[0] as number), path.replace(/\/$/, ''), path);
    }
  }
});

test('what is filtered for is shown with all that leads to it', () => {
  const tree = new Tree(['a/b/c', 'a/d', 'e']);
  const shown = tree.shownNodes((item) => item === 0);
  const rows = [...tree.flatten(() => true, shown)].map((node) => tree.pathOf(node));
  assert.deepEqual(rows, ['a', 'a/b', 'a/b/c']);
});
