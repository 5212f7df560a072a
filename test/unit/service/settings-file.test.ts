/** Settings as a file: what was saved is read again, and what is not known in it is told. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { defaults } from '../../../core/contract/settings.ts';
import { readSettingsFile, saveSettingsFile } from '../../../core/service/settings-file.ts';
import { scratchFolder } from '../../support/scratch.ts';

test('settings and keys that were saved are read again, and replace a file only when asked to', async (t) => {
  const path = join(await scratchFolder(t), 'settings.json');
  const kept = {
    settings: { ...defaults, theme: 'dark', fontSize: 16 },
    keys: { verify: 'Mod+Alt+V', find: null },
  } as const;
  await saveSettingsFile(path, kept, false);
  assert.deepEqual(await readSettingsFile(path), { ...kept, leftOut: [] });
  await assert.rejects(saveSettingsFile(path, kept, false), { code: 'OUTPUT_EXISTS' });
  await saveSettingsFile(path, { ...kept, settings: defaults }, true);
  assert.equal(JSON.parse(await readFile(path, 'utf8')).settings.theme, 'system');
});

test('what is not known, or not allowed, is left out and told; the rest is taken', async (t) => {
  const path = join(await scratchFolder(t), 'settings.json');
  const file = {
    ...{ schema: 'mar-studio.settings/1', colour: 'red' },
    settings: { theme: 'dark', fontSize: 99, wrapsLines: 'yes', constructor: 1, reviewer: 'x'.repeat(201) },
    keys: { verify: 'Mod+Alt+V', compare: 'D', nothing: 'Mod+D' },
  };
  await writeFile(path, JSON.stringify(file));
  const { settings, keys, leftOut } = await readSettingsFile(path);
  assert.deepEqual(settings, { theme: 'dark' });
  assert.deepEqual(keys, { verify: 'Mod+Alt+V' });
  assert.deepEqual(leftOut, [
    'colour: not known here',
    'settings.fontSize: no value that it may have',
    'settings.wrapsLines: no value that it may have',
    'settings.constructor: not known here',
    'settings.reviewer: no value that it may have',
    'keys.compare: no command of that name, or no keys that it may have',
    'keys.nothing: no command of that name, or no keys that it may have',
  ]);
});

test('a file with thousands of unknown names is told in a few lines', async (t) => {
  const path = join(await scratchFolder(t), 'settings.json');
  const settings = Object.fromEntries(
    Array.from({ length: 5000 }, (_, at) => [`${at}-${'x'.repeat(50)}`, 1]),
  );
  await writeFile(path, JSON.stringify({ schema: 'mar-studio.settings/1', settings }));
  const { leftOut } = await readSettingsFile(path);
  assert.equal(leftOut.length, 51);
  assert.equal(leftOut.at(-1), 'and 4950 more');
});

test('what is no file of settings is refused, whatever it is', async (t) => {
  const folder = await scratchFolder(t);
  const path = join(folder, 'settings.json');
  const cases = {
    '': /: line 1: /,
    'no json': /: line 1: /,
    '{\n"schema": 1,,\n}': /: line 2: /,
    '[]': /: its "schema" is not/,
    '{}': /: its "schema" is not "mar-studio\.settings\/1"$/,
    null: /: it is no object$/,
    '{"schema":"mar-studio.settings/2"}': /: its "schema" is not/,
    '{"schema":"mar-studio.settings/1","settings":[]}': /: its "settings" are no object$/,
    '{"schema":"mar-studio.settings/1","keys":3}': /: its "keys" are no object$/,
    [' '.repeat(1024 * 1024 + 1)]: /bytes are too many$/,
  };
  for (const [text, message] of Object.entries(cases)) {
    await writeFile(path, text);
    await assert.rejects(readSettingsFile(path), { code: 'SETTINGS_INVALID', message }, text.slice(0, 40));
  }
  await mkdir(join(folder, 'a'));
  await assert.rejects(readSettingsFile(join(folder, 'a')), { code: 'SETTINGS_INVALID' });
  await assert.rejects(readSettingsFile(join(folder, 'gone')), { code: 'INPUT_MISSING' });
});
