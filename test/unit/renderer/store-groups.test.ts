/** The model store in words: counted by the worst that the index and the manifest told of. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { StoredArchive } from '../../../core/contract/api.ts';
import { glanceAt, groupStore } from '../../../renderer/views/home/store-groups.ts';

function stored(fileName: string, facts: Partial<StoredArchive> = {}): StoredArchive {
  return {
    ...{ path: `/store/${fileName}`, fileName, modelName: 'digits', modelVersion: '1.0', size: 1 },
    ...{ modified: '2026-01-01T00:00:00.000Z', errors: 0, warnings: 0, notes: 0, contents: null },
    problem: null,
    ...facts,
  };
}

test('a glance tells the worst kind of finding, and notes too', () => {
  assert.equal(glanceAt(stored('a.mar', { errors: 2, warnings: 1, notes: 3 })), '2 errors');
  assert.equal(glanceAt(stored('a.mar', { warnings: 1, notes: 3 })), '1 warning');
  assert.equal(glanceAt(stored('a.mar', { notes: 1 })), '1 note');
  assert.equal(glanceAt(stored('a.mar')), 'No findings');
});

test('versions stand newest first, each with the one before it, and what has no name comes last', () => {
  const groups = groupStore([
    stored('none.mar', { modelName: null, modelVersion: null }),
    stored('old.mar', { modelVersion: '1.9', contents: 'x' }),
    stored('new.mar', { modelVersion: '1.10', contents: 'x' }),
  ]);
  assert.deepEqual(
    groups.map(({ name }) => name),
    ['digits', ''],
  );
  const [newest, oldest] = groups[0]?.versions ?? [];
  assert.deepEqual(
    [newest?.archive.fileName, newest?.previous?.fileName, newest?.sameAs],
    ['new.mar', 'old.mar', ['old.mar']],
  );
  assert.equal(oldest?.previous, null);
});
