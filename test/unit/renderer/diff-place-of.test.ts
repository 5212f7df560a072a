import assert from 'node:assert/strict';
import test from 'node:test';
import { placeOf } from '../../../renderer/views/diff/place-of.ts';

test('an entry is asked for in its archive, weights by themselves as the file or where they lie', () => {
  assert.deepEqual(placeOf({ path: '/m.mar', kind: 'mar' }, 'x.pt'), { path: '/m.mar', entry: 'x.pt' });
  assert.deepEqual(placeOf({ path: '/m.mar!in.zip', kind: 'mar' }, 'x'), {
    path: '/m.mar!in.zip',
    entry: 'x',
  });
  assert.deepEqual(placeOf({ path: '/x.pt', kind: 'weights' }, 'y.pt'), { path: '/x.pt', entry: null });
  // The name of the other side stands for both.
  assert.deepEqual(placeOf({ path: '/m.mar!in.zip!x.pt', kind: 'weights' }, 'y.pt'), {
    ...{ path: '/m.mar!in.zip', entry: 'x.pt' },
  });
});
