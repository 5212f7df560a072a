/** What was viewed: bound to both contents, and to nothing else. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { DiffEntry, EntryState } from '../../../core/contract/diff.ts';
import {
  checkMarks,
  fingerprint,
  isSameContent,
  type Marks,
  markOf,
  putAway,
  unfinished,
  viewedState,
  withMarks,
  withProgress,
} from '../../../renderer/views/diff/marks.ts';

const pair = { before: '/a/1.mar', after: '/a/2.mar' };
const none: Marks = { pairs: [] };

const state = (crc32: string | null, sha256: string | null = null, size = 5): EntryState => ({
  size,
  crc32,
  sha256,
});

function entry(before: EntryState | null, after: EntryState | null, path = 'handler.py'): DiffEntry {
  return {
    ...{ path, change: 'modified', from: null, kind: 'text', role: 'handler' },
    ...{ before, after, wrapping: [], details: {} },
  };
}

const seen = withMarks(none, pair, [entry(state('aa'), state('bb'))], { viewed: 1 }, 1);

test('an entry is viewed for as long as both contents stay', () => {
  assert.equal(viewedState(seen, pair, entry(state('aa'), state('bb'))), 'viewed');
  assert.equal(viewedState(seen, pair, entry(state('aa'), state('cc'))), 'changed since');
  assert.equal(viewedState(seen, pair, entry(state('cc'), state('bb'))), 'changed since');
  assert.equal(viewedState(seen, pair, entry(state('aa'), state('bb'), 'other.py')), 'no');
});

test('a proof by SHA-256 keeps a mark that was made on CRC-32, and tells another content with the same CRC-32', () => {
  const proven = entry(state('aa', '1'.repeat(64)), state('bb', '2'.repeat(64)));
  assert.equal(viewedState(seen, pair, proven), 'viewed');
  const marked = withMarks(none, pair, [proven], { viewed: 1 }, 1);
  const forged = entry(state('aa', '1'.repeat(64)), state('bb', '3'.repeat(64)));
  assert.equal(viewedState(marked, pair, forged), 'changed since');
});

test('contents without any known sum in common are never the same', () => {
  assert.equal(isSameContent(fingerprint(state(null)), fingerprint(state(null))), false);
  assert.equal(isSameContent(fingerprint(state('aa')), fingerprint(state(null, 'f'.repeat(64)))), false);
  assert.equal(isSameContent(fingerprint(state('aa')), fingerprint(state('aa', null, 6))), false);
  assert.equal(isSameContent(fingerprint(null), fingerprint(null)), true);
  assert.equal(isSameContent(fingerprint(null), fingerprint(state('aa'))), false);
});

test('what was viewed between other archives counts, until it is taken back here', () => {
  const elsewhere = { before: '/b/1.mar', after: '/b/2.mar' };
  const same = entry(state('aa'), state('bb'));
  assert.equal(viewedState(seen, elsewhere, same), 'viewed elsewhere');
  const back = withMarks(seen, elsewhere, [same], { viewed: null }, 2);
  assert.equal(viewedState(back, elsewhere, same), 'no');
  assert.equal(viewedState(back, pair, same), 'viewed');
});

test('a note stays when the content changes, and does not say that the new content was viewed', () => {
  const noted = withMarks(seen, pair, [entry(state('aa'), state('bb'))], { note: 'ask Ada' }, 2);
  assert.equal(viewedState(noted, pair, entry(state('aa'), state('bb'))), 'viewed');
  const changed = entry(state('aa'), state('cc'));
  assert.equal(markOf(noted, pair, 'handler.py')?.note, 'ask Ada');
  const again = withMarks(noted, pair, [changed], { note: 'ask Bob' }, 3);
  assert.equal(viewedState(again, pair, changed), 'no');
});

test('names that objects have of their own are names like others', () => {
  for (const path of ['__proto__', 'constructor', 'toString']) {
    const odd = entry(state('aa'), state('bb'), path);
    assert.equal(viewedState(none, pair, odd), 'no');
    assert.equal(viewedState(seen, pair, odd), 'no');
    const marked = withMarks(seen, pair, [odd], { viewed: 1 }, 1);
    assert.equal(viewedState(marked, pair, odd), 'viewed');
    assert.equal(viewedState(checkMarks(JSON.parse(JSON.stringify(marked))), pair, odd), 'viewed');
  }
});

test('marks never outgrow a request to the engine, and the oldest pairs go first', () => {
  let marks: Marks = none;
  for (let round = 0; round < 12; round++) {
    const entries = Array.from({ length: 1000 }, (_, at) =>
      entry(state('aa'), state('bb'), `${'x'.repeat(80)}${at}`),
    );
    marks = withMarks(marks, { before: `/${round}`, after: '/' }, entries, { viewed: 1 }, round);
  }
  assert.ok(JSON.stringify(marks).length < 2 ** 20);
  assert.ok(marks.pairs.length < 12);
  assert.equal(marks.pairs[0]?.before, '/11');
});

test('what a broken file holds is left out', () => {
  for (const value of [
    null,
    1,
    [],
    {},
    { pairs: 1 },
    { pairs: [null, {}, { before: 'a', after: 'b', marks: null }] },
  ])
    assert.deepEqual(checkMarks(value), none);
  const half = {
    pairs: [
      {
        before: 'a',
        after: 'b',
        marks: { x: 1, y: null, z: { before: '', after: '', viewed: 'no', note: '' } },
      },
    ],
  };
  assert.deepEqual(checkMarks(half), { pairs: [{ before: 'a', after: 'b', used: 0, marks: {} }] });
});

const two = ['handler.py', 'labels.json'].map((path) => entry(state('aa'), state('bb'), path));

test('a review that was begun and not finished is told with how far it came, the latest first', () => {
  const [first] = two;
  assert.ok(first);
  const begun = withProgress(withMarks(none, pair, [first], { viewed: 1 }, 1), pair, two);
  assert.deepEqual(
    unfinished(begun).map(({ before, progress }) => [before, progress]),
    [[pair.before, { viewed: 1, changed: 2 }]],
  );
  const other = { before: '/b/1.mar', after: '/b/2.mar' };
  const later = withProgress(withMarks(begun, other, [first], { viewed: 2 }, 2), other, two);
  assert.deepEqual(
    unfinished(checkMarks(JSON.parse(JSON.stringify(later)))).map(({ before }) => before),
    [other.before, pair.before],
  );
  const done = withProgress(withMarks(begun, pair, two, { viewed: 3 }, 3), pair, two);
  assert.deepEqual(unfinished(done), []);
  const back = withProgress(withMarks(begun, pair, two, { viewed: null }, 3), pair, two);
  assert.deepEqual(unfinished(back), []);
});

test('a review that was put away keeps its marks, and comes back with the next one', () => {
  const [first] = two;
  assert.ok(first);
  const begun = withProgress(withMarks(none, pair, [first], { viewed: 1 }, 1), pair, two);
  const away = checkMarks(JSON.parse(JSON.stringify(putAway(begun, pair))));
  assert.deepEqual(unfinished(away), []);
  assert.equal(viewedState(away, pair, first), 'viewed');
  const again = withProgress(withMarks(away, pair, [first], { note: 'ask Ada' }, 2), pair, two);
  assert.equal(unfinished(again).length, 1);
});
