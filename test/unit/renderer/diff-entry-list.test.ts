/** Which changes are listed, in what order, and the words for them. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { DiffEntry } from '../../../core/contract/diff.ts';
import { changeSigns } from '../../../core/contract/diff-words.ts';
import { commandOf, proofMark } from '../../../renderer/views/diff/change-words.ts';
import { detailViews } from '../../../renderer/views/diff/detail-views.ts';
import {
  attentionOf,
  emptyTally,
  type Filter,
  isFiltering,
  listed,
  nameMatcher,
  nextIn,
  noFilter,
  tallyParts,
} from '../../../renderer/views/diff/entry-list.ts';
import { guiltySide } from '../../../renderer/views/diff/guilty-side.ts';

function entry(path: string, more: Partial<DiffEntry> = {}): DiffEntry {
  const state = { size: 1, crc32: 'aa', sha256: null };
  return {
    ...{ path, change: 'modified', from: null, kind: 'text', role: 'extra' },
    ...{ before: state, after: state, wrapping: [], details: {} },
    ...more,
  };
}

const entries = [
  entry('code/handler.py', { role: 'handler' }),
  entry('new.txt', { change: 'added' }),
  entry('same.txt', { change: 'unchanged' }),
  entry('touched.txt', { change: 'unchanged', wrapping: [{ what: 'time', before: '1', after: '2' }] }),
  entry('docs/b.md', { change: 'renamed', from: 'docs/a.md' }),
];
const known = { viewed: () => 'no' as const, hasNote: () => false, breaksPolicy: () => false };
const names = (filter: Partial<Filter>, more = {}) =>
  listed(entries, { ...noFilter, ...filter }, { ...known, ...more }).map((at) => entries[at]?.path);

test('unchanged entries hide until they are asked for, all of them or those that are wrapped otherwise', () => {
  assert.deepEqual(names({}), ['code/handler.py', 'new.txt', 'docs/b.md']);
  assert.deepEqual(names({ showsWrapping: true }), [
    'code/handler.py',
    'new.txt',
    'touched.txt',
    'docs/b.md',
  ]);
  assert.equal(names({ showsUnchanged: true }).length, 5);
  assert.deepEqual(names({ changes: ['unchanged'] }), ['same.txt', 'touched.txt']);
});

test('filters add up', () => {
  assert.deepEqual(names({ role: 'handler' }), ['code/handler.py']);
  assert.deepEqual(names({ changes: ['added', 'renamed'], text: 'docs' }), ['docs/b.md']);
  assert.deepEqual(names({ marked: 'noted' }), []);
  assert.deepEqual(
    names({ marked: 'policy' }, { breaksPolicy: ({ path }: DiffEntry) => path === 'new.txt' }),
    ['new.txt'],
  );
  assert.deepEqual(
    names({ marked: 'unviewed', showsUnchanged: true }, { viewed: () => 'viewed' as const }),
    [],
  );
  assert.equal(isFiltering(noFilter), false);
  assert.equal(isFiltering({ ...noFilter, text: ' ' }), false);
  assert.equal(isFiltering({ ...noFilter, kind: 'json' }), true);
});

test('words are looked for in both names, and a star stands for anything', () => {
  const renamed = entries[4] as DiffEntry;
  assert.ok(nameMatcher('A.md')(renamed));
  assert.ok(nameMatcher('docs b.md')(renamed));
  assert.ok(nameMatcher('d*s/*.md')(renamed));
  assert.ok(!nameMatcher('docs c.md')(renamed));
});

test('attention goes from the manifest over code and labels to weights and the rest', () => {
  const labels = { before: 1, after: 1, added: 0, removed: 0, renamed: 1, pattern: null };
  const order = [
    entry('m', { role: 'manifest' }),
    entry('h', { role: 'handler' }),
    entry('o', { role: 'model' }),
    entry('r', { role: 'requirements' }),
    entry('c', { role: 'config' }),
    entry('l', { details: { labels } }),
    entry('w', { role: 'weights' }),
    entry('x'),
  ].map(attentionOf);
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
  assert.equal(new Set(order).size, order.length);
});

test('a tally names what there is, and nothing else', () => {
  const parts = tallyParts({ ...emptyTally(), added: 3, modified: 1200, unchanged: 9 }, changeSigns);
  assert.deepEqual(
    parts.map(({ text }) => text),
    ['+3', '±1,200'],
  );
});

test('next and previous go round the end, and past what is not wanted', () => {
  const list = ['a', 'b', 'c'];
  const any = () => true;
  assert.equal(nextIn(list, -1, 1, any), 'a');
  assert.equal(nextIn(list, -1, -1, any), 'c');
  assert.equal(nextIn(list, 2, 1, any), 'a');
  assert.equal(nextIn(list, 0, -1, any), 'c');
  assert.equal(
    nextIn(list, 0, 1, (one) => one === 'c'),
    'c',
  );
  assert.equal(
    nextIn(list, 0, 1, () => false),
    null,
  );
  assert.equal(nextIn([], -1, 1, any), null);
});

test('a proof mark says what equality rests on, and changed entries have none', () => {
  assert.equal(proofMark(entry('a', { change: 'unchanged', proof: 'sha256' }))?.mark, '≡');
  assert.equal(proofMark(entry('a', { change: 'unchanged', proof: 'crc32' }))?.mark, '≈');
  assert.equal(proofMark(entry('a', { change: 'unchanged' }))?.mark, '?');
  assert.equal(proofMark(entry('a')), null);
});

test('each kind of change has its own ways to be looked at', () => {
  const hunk = { beforeStart: 1, beforeLines: 1, afterStart: 1, afterLines: 1, lines: [] };
  const changes = [{ path: 'a', change: 'changed', before: 1, after: 2 }] as const;
  assert.deepEqual(detailViews(entry('a', { kind: 'json', details: { changes, hunks: [hunk] } })), [
    'keys',
    'lines',
  ]);
  assert.deepEqual(detailViews(entry('a', { kind: 'requirements', details: { changes } })), ['packages']);
  assert.deepEqual(detailViews(entry('a', { change: 'added', before: null })), ['content', 'bytes']);
  assert.deepEqual(detailViews(entry('a', { change: 'removed', after: null, kind: 'weights' })), ['bytes']);
  assert.deepEqual(detailViews(entry('a', { change: 'unchanged' })), []);
});

test('a problem is laid to the archive that it names', () => {
  const sides = { before: '/x/a.mar', after: '/x/b.mar' };
  const problem = (path: string | null, message = '') => ({ code: 'X', message, hint: '', path });
  assert.equal(guiltySide(problem('/x/b.mar'), sides), 'after');
  assert.equal(guiltySide(problem('/x/a.mar!inner.pt'), sides), 'before');
  assert.equal(guiltySide(problem(null, '/x/a.mar is cut off'), sides), 'before');
  assert.equal(guiltySide(problem('/elsewhere'), sides), null);
  assert.equal(guiltySide(problem('/x/a/b!c'), { before: '/x/a/b', after: '/x/a/b!c' }), 'after');
});

test('the command that answers the same holds what was asked', () => {
  assert.equal(
    commandOf('/a b.mar', '/c.mar', true, '/p.yaml'),
    "mar-studio diff '/a b.mar' /c.mar --verify --policy /p.yaml",
  );
});
