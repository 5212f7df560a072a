import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceOf } from '../../../renderer/views/pack/entry-source.ts';
import { emptyForm } from '../../../renderer/views/pack/pack-form.ts';

const form = {
  ...emptyForm,
  serializedFile: '/m/w.pt',
  extras: [
    { id: 1, source: '/m/a.json', name: '' },
    { id: 2, source: '/m/b.json', name: 'data/c.json' },
    { id: 3, source: '/m/more', name: 'more/' },
    { id: 4, source: '/m/folder', name: '' },
  ],
};
const names = new Set(['w.pt', 'a.json', 'data/c.json', 'more/deep/x', 'deep/x.txt']);
const extra = (path: string) => sourceOf({ path, role: 'extra' }, form, names);

test('an entry tells the file that it comes from', () => {
  assert.equal(sourceOf({ path: 'w.pt', role: 'weights' }, form, names), '/m/w.pt');
  assert.equal(extra('a.json'), '/m/a.json');
  assert.equal(extra('data/c.json'), '/m/b.json');
  assert.equal(extra('more/deep/x'), '/m/more');
});

test('what only one folder can have given comes from there, and with two nobody can tell', () => {
  assert.equal(extra('deep/x.txt'), '/m/folder');
  const two = { ...form, extras: [...form.extras, { id: 5, source: '/m/other', name: '' }] };
  assert.equal(sourceOf({ path: 'deep/x.txt', role: 'extra' }, two, names), null);
});
