/** Which columns of the entries are shown: what was kept, however old or broken, and what is done to it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { checkSettings } from '../../../../core/contract/settings.ts';
import { moved, resized, shownColumns, toggled } from '../../../../renderer/views/inspect/column-choice.ts';

const ids = (columns: readonly { readonly id: string }[]) => columns.map(({ id }) => id);
const wide = shownColumns([], 100);

test('where nothing was chosen there are as many columns as there is room for', () => {
  assert.deepEqual(ids(wide), ['name', 'role', 'size', 'packed', 'method']);
  assert.deepEqual(ids(shownColumns([], 10)), ['name', 'size']);
});

test('what was kept comes back in its order; what is unknown, doubled or absurd does no harm', () => {
  const kept = [
    { id: 'offset', rem: 8 },
    { id: 'nonsense', rem: 8 },
    { id: 'name', rem: 20 },
    { id: 'offset', rem: 1e9 },
    { id: 'size', rem: -4 },
  ];
  assert.deepEqual(shownColumns(kept, 10), [
    { id: 'name', rem: 20 },
    { id: 'offset', rem: 60 },
    { id: 'size', rem: 3 },
  ]);
});

test('a column goes where it is put, and never before the names', () => {
  assert.deepEqual(ids(moved(wide, 'method', 1)), ['name', 'method', 'role', 'size', 'packed']);
  assert.deepEqual(ids(moved(wide, 'role', 0)), ids(wide));
  assert.deepEqual(ids(moved(wide, 'role', 99)), ['name', 'size', 'packed', 'method', 'role']);
  assert.deepEqual(ids(moved(wide, 'name', 3)), ids(wide));
});

test('a column is hidden and shown again, last; the names can not be hidden', () => {
  assert.deepEqual(ids(toggled(toggled(wide, 'role'), 'role')), ['name', 'size', 'packed', 'method', 'role']);
  assert.deepEqual(toggled(wide, 'name'), wide);
  assert.equal(resized(wide, 'role', 0).find(({ id }) => id === 'role')?.rem, 3);
});

test('of a broken settings file the columns that can be read are kept', () => {
  const read = (entryColumns: unknown) => checkSettings({ entryColumns }).entryColumns;
  assert.deepEqual(read('name'), []);
  assert.deepEqual(read([null, 3, { id: 'size' }, { id: 'size', rem: 4, more: 1 }]), [
    { id: 'size', rem: 4 },
  ]);
  assert.equal(read(Array.from({ length: 1000 }, () => ({ id: 'x', rem: 1 }))).length, 30);
});
