import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareLabels } from '../../../core/diff/labels.ts';
import { randomOf } from '../../support/random.ts';

const names = (count: number) => Array.from({ length: count }, (_, at) => `class ${at}`);
const mapOf = (labels: readonly unknown[]) =>
  Object.fromEntries(labels.map((label, at) => [String(at), label]));

function details(before: readonly unknown[], after: readonly unknown[]) {
  const found = compareLabels(mapOf(before), mapOf(after));
  assert.ok(found);
  return found;
}

test('what is no label map is left alone', () => {
  const others = [
    null,
    1,
    'a',
    {},
    [],
    { a: 'cat' },
    { 0: 1 },
    { 0: [] },
    { 0: ['a', 1] },
    { '01': 'a' },
    { '-1': 'a' },
  ];
  for (const other of others) {
    assert.equal(compareLabels(other, { 0: 'cat' }), null);
    assert.equal(compareLabels({ 0: 'cat' }, other), null);
  }
});

test('maps and lists are read, with a text or several for each class', () => {
  assert.equal(compareLabels({ 0: 'cat' }, ['cat'])?.renamed, 0);
  assert.equal(compareLabels({ 0: ['n01', 'cat'] }, { 0: ['n01', 'tomcat'] })?.renamed, 1);
});

test('equal maps differ in nothing', () => {
  assert.deepEqual(details(names(9), names(9)), {
    before: 9,
    after: 9,
    added: 0,
    removed: 0,
    renamed: 0,
    moved: 0,
    pattern: null,
  });
});

test('a class put in between is one addition and a shift of all that follow', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = randomOf(seed);
    const at = 1 + random.pick(17);
    const count = 1 + random.pick(3);
    const more = Array.from({ length: count }, (_, index) => `new ${index}`);
    const found = details(names(20), names(20).toSpliced(at, 0, ...more));
    assert.deepEqual([found.added, found.removed, found.renamed, found.moved], [count, 0, 0, 20 - at]);
    assert.equal(found.pattern, `every class from ${at} on moved by ${count === 1 ? 'one' : count}`);
    const back = details(names(20).toSpliced(at, 0, ...more), names(20));
    assert.deepEqual([back.added, back.removed], [0, count]);
    assert.equal(
      back.pattern,
      `every class from ${at + count} on moved by ${count === 1 ? 'one' : count} to the front`,
    );
  }
});

test('a background class in front shifts every class', () => {
  assert.equal(details(names(1000), ['background', ...names(1000)]).pattern, 'every class moved by one');
});

test('a class put in and another taken out shift those between', () => {
  const after = names(20).toSpliced(15, 1).toSpliced(5, 0, 'new');
  const found = details(names(20), after);
  assert.deepEqual(
    [found.added, found.removed, found.pattern],
    [1, 1, 'every class from 5 to 14 moved by one'],
  );
});

test('a permutation, a reversal, two that changed places and one that moved are told apart', () => {
  assert.equal(
    details(names(4), ['class 2', 'class 0', 'class 3', 'class 1']).pattern,
    'the same 4 classes in another order',
  );
  assert.equal(details(names(10), names(10).reverse()).pattern, 'the same 10 classes in reverse order');
  const swapped = ['class 0', 'class 3', 'class 2', 'class 1'];
  assert.equal(details(names(4), swapped).pattern, '"class 1" and "class 3" changed places, 1 and 3');
  assert.equal(compareLabels({ 0: 'a', 1: 'b' }, { 0: 'a', 7: 'b' })?.pattern, '"b" moved from 1 to 7');
});

test('where no single rule explains the change, none is named, and the counts still add up', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = randomOf(seed);
    const side = () => Array.from({ length: 1 + random.pick(12) }, () => `label ${random.pick(8)}`);
    const [before, after] = [side(), side()];
    const [found, back] = [details(before, after), details(after, before)];
    assert.equal(found.before - found.removed, found.after - found.added);
    assert.deepEqual(
      [found.added, found.removed, found.renamed, found.moved],
      [back.removed, back.added, back.renamed, back.moved],
    );
    assert.equal(found.pattern === null, back.pattern === null, JSON.stringify([before, after]));
  }
  assert.equal(details(names(6), ['class 3', 'x', 'class 5', 'class 0', 'y', 'z']).pattern, null);
});

test('names that come twice are told apart by their order', () => {
  const cranes = ['crane', 'dog', 'crane', 'cat'];
  assert.equal(details(cranes, ['new', ...cranes]).pattern, 'every class moved by one');
});
