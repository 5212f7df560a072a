import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfigFile } from '../../../core/service/read-config.ts';
import { makeScratch, removeScratch } from '../../support/scratch.ts';

test('a config tells of each key what the file says, what counts, and why', async (t) => {
  const folder = await makeScratch();
  t.after(() => removeScratch(folder));
  const path = join(folder, 'model-config.yaml');
  await writeFile(path, 'batchSize: 8\nminWorkers: 2\nhandler:\n  top: 5\n');
  const { values, notices } = await readConfigFile(path, 'python');
  const find = (key: string) => values.find((value) => value.key === key);
  assert.deepEqual([find('batchSize')?.given, find('batchSize')?.effective], ['8', '8']);
  assert.equal(find('minWorkers')?.given, '2');
  assert.equal(find('minWorkers')?.effective, null, 'without maxWorkers it does not count');
  assert.equal(find('maxBatchDelay')?.given, null);
  assert.ok(notices.some(({ code, line }) => code === 'CONFIG_IGNORED' && line === 2));
});

test('what is no config gives one notice, and what is no file a problem', async (t) => {
  const folder = await makeScratch();
  t.after(() => removeScratch(folder));
  const path = join(folder, 'c.yaml');
  await writeFile(path, Buffer.from([0xff, 0xfe, 0x00]));
  assert.deepEqual((await readConfigFile(path, 'python')).notices, [
    { code: 'CONFIG_INVALID', line: 1, message: 'the file is not UTF-8' },
  ]);
  await assert.rejects(readConfigFile(join(folder, 'gone'), 'python'), { code: 'INPUT_MISSING' });
  await assert.rejects(readConfigFile(folder, 'python'), { code: 'CREATE_TYPE' });
  await truncate(path, 2 ** 31);
  await assert.rejects(readConfigFile(path, 'python'), /far more than a config needs/);
  if (process.platform === 'win32') return;
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  await assert.rejects(readConfigFile(pipe, 'python'), { code: 'CREATE_TYPE' });
});
