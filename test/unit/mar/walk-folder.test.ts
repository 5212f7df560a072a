import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertEntryCount, maxEntries } from '../../../core/mar/limits.ts';
import { walkFolder } from '../../../core/mar/walk-folder.ts';
import { scratchFolder } from '../../support/scratch.ts';

test('an archive may hold as many entries as our own reader opens, and no more', () => {
  assert.doesNotThrow(() => assertEntryCount(maxEntries));
  assert.throws(() => assertEntryCount(maxEntries + 1), { code: 'LIMIT_ENTRIES' });
});

test('whoever walks can count the folders and stop, however the links multiply them', async (t) => {
  const folder = await scratchFolder(t);
  // Thirty levels with two ways down each: a billion folders to whoever follows every link.
  for (let level = 0; level <= 30; level++) await mkdir(join(folder, `${level}`));
  for (let level = 0; level < 30; level++) {
    for (const way of ['left', 'right']) await symlink(`../${level + 1}`, join(folder, `${level}/${way}`));
  }
  let folders = 0;
  const enters = () => {
    if (++folders > 1000) throw new Error('enough');
    return true;
  };
  const walk = walkFolder(folder, 'shown', { enters, signal: undefined });
  await assert.rejects(async () => {
    for await (const _ of walk) assert.fail('there is no file');
  }, /enough/);
});

test('a cancelled walk stops at the next folder', async (t) => {
  const folder = await scratchFolder(t);
  for (const name of ['a', 'b']) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'file'), '');
  }
  const abort = new AbortController();
  const found: string[] = [];
  await assert.rejects(
    async () => {
      for await (const file of walkFolder(folder, 'shown', { enters: () => true, signal: abort.signal })) {
        found.push(file.name);
        abort.abort();
      }
    },
    { code: 'CANCELLED' },
  );
  assert.deepEqual(found, ['a/file']);
});

test('a name that is no UTF-8 is handed on, to be judged', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const folder = await scratchFolder(t);
  for (const name of [
    [0x61, 0xff],
    [0x64, 0xfe],
  ]) {
    const path = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]);
    if (name[0] === 0x61) await writeFile(path, '');
    else await mkdir(path);
  }
  const names: string[] = [];
  for await (const file of walkFolder(folder, 'shown', { enters: () => true, signal: undefined })) {
    names.push(file.name);
  }
  assert.deepEqual(names, ['a\ufffd', 'd\ufffd']);
});
