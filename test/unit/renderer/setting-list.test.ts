import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSettings, settingList } from '../../../renderer/views/settings/setting-list.ts';

test('a search finds settings by their words, their section and their choices, however it is cased', () => {
  const names = (query: string) => findSettings(query).map(({ name }) => name);
  assert.deepEqual(names('THEME'), ['theme']);
  assert.deepEqual(names('green red'), ['palette']);
  assert.ok(names('appearance').includes('fontSize'));
  assert.deepEqual(names('no such thing'), []);
  assert.equal(findSettings('').length, settingList.length);
});
