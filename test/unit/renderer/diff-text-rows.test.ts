/** The rows of a changed text: whatever is folded or unfolded, every line stands once, under its own number. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { compareText } from '../../../core/diff/text.ts';
import { bytesAtOnce, hexRows, isInRange, windowStart } from '../../../renderer/views/diff/hex-rows.ts';
import { columnsOf, RowPlaces } from '../../../renderer/views/diff/row-places.ts';
import {
  gapsOf,
  type Layout,
  type Line,
  linearChanges,
  type Opened,
  pieces,
  splitLines,
  textRows,
} from '../../../renderer/views/diff/text-rows.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, at) => `line ${at + 1}`);

function compared(before: readonly string[], after: readonly string[]) {
  const text = (lines: readonly string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(''));
  return compareText(text(before), text(after));
}

function rowsOf(
  before: readonly string[],
  after: readonly string[],
  layout: Layout,
  opened = new Map<number, Opened>(),
  read = true,
) {
  const { hunks, moved } = compared(before, after);
  return textRows({ hunks, moved, layout, opened, afterLines: read ? after : null, context: 3 });
}

const openAll = new Map(Array.from({ length: 20 }, (_, gap) => [gap, { top: 1e6, bottom: 0 }]));

const before = numbered(200);
const after = before
  .with(9, 'line ten')
  .toSpliced(100, 2)
  .toSpliced(150, 0, 'new 1', 'new 2', 'new 3')
  .toSpliced(0, 0, 'first');

test('unfolded, both layouts hold every line of both sides in order', () => {
  for (const layout of ['side-by-side', 'unified'] as const) {
    const { rows } = rowsOf(before, after, layout, openAll);
    const olds: Line[] = [];
    const nows: Line[] = [];
    for (const row of rows) {
      assert.notEqual(row.is, 'fold');
      if (row.is === 'pair') {
        if (row.before) olds.push(row.before);
        if (row.after) nows.push(row.after);
      } else if (row.is === 'line') {
        if (row.line.sign !== '+') olds.push({ ...row.line, number: row.beforeNumber });
        if (row.line.sign !== '-') nows.push({ ...row.line, number: row.afterNumber });
      }
    }
    assert.deepEqual(
      olds.map(({ text }) => text),
      before,
    );
    assert.deepEqual(
      nows.map(({ text }) => text),
      after,
    );
    assert.deepEqual(
      olds.map(({ number }) => number),
      before.map((_, at) => at + 1),
    );
    assert.deepEqual(
      nows.map(({ number }) => number),
      after.map((_, at) => at + 1),
    );
  }
});

test('folds count what they hide, and the end is unknown until the text was read', () => {
  const folded = rowsOf(before, after, 'unified');
  const hidden = folded.rows.reduce((sum, row) => sum + (row.is === 'fold' ? (row.lines ?? 0) : 0), 0);
  const shown = folded.rows.filter((row) => row.is === 'line' && row.line.sign !== '-').length;
  assert.equal(hidden + shown, after.length);
  const unread = rowsOf(before, after, 'unified', new Map(), false);
  const last = unread.rows.at(-1);
  assert.ok(last?.is === 'fold' && last.lines === null);
});

test('a fold opens from either end, by so many lines', () => {
  const opened = new Map([[2, { top: 5, bottom: 7 }]]);
  const closed = rowsOf(before, after, 'unified');
  const open = rowsOf(before, after, 'unified', opened);
  assert.equal(open.rows.length, closed.rows.length + 12);
});

test('a text whose last change stands near its end has nothing to unfold behind it', () => {
  const { hunks } = compared(['a', 'b', 'c'], ['a', 'b', 'd']);
  assert.equal(gapsOf(hunks, null).at(-1)?.lines, 0);
  const grown = compared(before, [...before.slice(0, 5), 'x', ...before.slice(5)]);
  assert.equal(gapsOf(grown.hunks, null).at(-1)?.lines, null);
  assert.equal(gapsOf(grown.hunks, 201).at(-1)?.lines, 201 - 9);
});

test('a text that was empty has one change and no folds', () => {
  const { rows, changes } = rowsOf([], numbered(3), 'side-by-side');
  assert.deepEqual(
    rows.map(({ is }) => is),
    ['pair', 'pair', 'pair'],
  );
  assert.deepEqual(changes, [0]);
});

test('each change is one item when they are read one after the other', () => {
  const { hunks, moved } = compared(before, after);
  const changes = linearChanges(hunks, moved);
  assert.deepEqual(
    changes.map(({ removed, added }) => [removed.length, added.length]),
    [
      [0, 1],
      [1, 1],
      [2, 0],
      [0, 3],
    ],
  );
  assert.equal(changes[1]?.removed[0]?.number, 10);
  assert.equal(changes[1]?.added[0]?.number, 11);
});

test('a moved block says where it went, once', () => {
  const block = ['def clean(text):', '    text = text.strip()', '    text = text.lower()', '    return text'];
  const { rows } = rowsOf([...numbered(20), ...block], [...block, ...numbered(20)], 'unified');
  const words = rows.flatMap((row) =>
    row.is === 'line' && row.line.movedWords !== '' ? [row.line.movedWords] : [],
  );
  assert.deepEqual(words, ['moved from line 21', 'moved to line 1']);
});

test('lines end where the engine ends them', () => {
  assert.deepEqual(splitLines('a\r\nb\n'), ['a', 'b']);
  assert.deepEqual(splitLines('a\rb\r'), ['a', 'b']);
  assert.deepEqual(splitLines('a\rb\nc'), ['a\rb', 'c']);
  assert.deepEqual(splitLines(''), []);
});

test('pieces give the line back, up to the length that is shown', () => {
  const { hunks } = compared(['one two three'], ['one four three']);
  const line = linearChanges(hunks, [])[0]?.removed[0] as Line;
  const shown = pieces(line, 100);
  assert.equal(shown.map(({ text }) => text).join(''), 'one two three');
  assert.deepEqual(
    shown.filter(({ isChanged }) => isChanged).map(({ text }) => text),
    ['two'],
  );
  assert.equal(
    pieces(line, 6)
      .map(({ text }) => text)
      .join(''),
    'one tw',
  );
});

test('the row at a height is the one that holds it', () => {
  const places = new RowPlaces(4, (row) => (row + 1) * 10);
  assert.equal(places.height, 100);
  assert.deepEqual(
    [0, 9, 10, 29, 30, 59, 60, 99, 1000].map((at) => places.rowAt(at)),
    [0, 0, 1, 1, 2, 2, 3, 3, 3],
  );
  assert.equal(new RowPlaces(0, () => 10).rowAt(5), 0);
  assert.equal(columnsOf('a\t漢', 100), 1 + 4 + 2);
});

test('hex rows keep offsets and mark the bytes of a range', () => {
  const ranges = [
    { change: 'changed', beforeStart: 18, beforeLength: 2, afterStart: 18, afterLength: 2 },
    { change: 'inserted', beforeStart: 30, beforeLength: 0, afterStart: 30, afterLength: 3 },
  ] as const;
  const rows = hexRows(new Uint8Array(40), 16, 8, (at) => isInRange(at, 'before', ranges));
  assert.deepEqual(
    rows.map(({ offset }) => offset),
    [16, 24, 32, 40, 48],
  );
  assert.deepEqual(rows[0]?.hex, [
    { text: '00 00 ', kind: '' },
    { text: '00 00', kind: 'marked' },
    { text: ' 00 00 00 00', kind: '' },
  ]);
  assert.deepEqual(
    rows[0]?.text.map(({ text, kind }) => `${text.length}${kind}`),
    ['2', '2marked', '4'],
  );
  assert.deepEqual(
    rows[1]?.hex.map(({ kind }) => kind),
    [''],
  );
  assert.ok(isInRange(32, 'after', ranges));
  assert.equal(windowStart(0), 0);
  assert.equal(windowStart(1000) % 16, 0);
  assert.ok(windowStart(1000) <= 1000 && windowStart(1000) + bytesAtOnce > 1000);
});
