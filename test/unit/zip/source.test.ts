import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openRange, openSource, ReadWindow, type ZipSource } from '../../../core/zip/source.ts';
import { onPath } from '../../support/commands.ts';
import { scratchFolder } from '../../support/scratch.ts';

test('what has no fixed bytes is refused without waiting for it', async (t) => {
  const folder = await scratchFolder(t);
  await assert.rejects(openSource(folder), { code: 'INPUT_NOT_REGULAR', message: /is a folder/ });
  await assert.rejects(openSource(join(folder, 'gone')), { code: 'INPUT_MISSING' });
  if (existsSync('/dev/zero')) {
    await assert.rejects(openSource('/dev/zero'), { code: 'INPUT_NOT_REGULAR', message: /is a device/ });
  }
  if (!onPath('mkfifo')) return t.skip('no mkfifo on PATH');
  spawnSync('mkfifo', [join(folder, 'pipe')]);
  await assert.rejects(openSource(join(folder, 'pipe')), { code: 'INPUT_NOT_REGULAR', message: /is a pipe/ });
});

test('a file that changes while it is open is told', async (t) => {
  const path = join(await scratchFolder(t), 'file');
  writeFileSync(path, 'before');
  const source = await openSource(path);
  t.after(() => source.close());
  await source.assertUnchanged({ now: true });
  appendFileSync(path, ' and after');
  await assert.rejects(source.assertUnchanged({ now: true }), { code: 'INPUT_CHANGED' });
});

test('a range gives out nothing beyond its ends', async (t) => {
  const path = join(await scratchFolder(t), 'file');
  writeFileSync(path, 'abcdefghij');
  const source = await openSource(path);
  t.after(() => source.close());
  const range = openRange(source, 2, 5);
  assert.equal((await range.read(0, 99)).toString(), 'cdefg');
  assert.equal((await range.read(4, 99)).toString(), 'g');
  assert.equal((await range.read(5, 99)).toString(), '');
  assert.equal((await range.read(99, 1)).toString(), '');
});

function countedSource(size: number): { source: ZipSource; reads: number[] } {
  const reads: number[] = [];
  const source: ZipSource = {
    fd: -1,
    path: 'memory',
    size,
    async read(buffer, length, position) {
      assert.ok(position + length <= size, 'nothing is read beyond the end');
      reads.push(length);
      for (let at = 0; at < length; at++) buffer[at] = (position + at) % 251;
    },
    assertUnchanged: async () => {},
    close: async () => {},
  };
  return { source, reads };
}

test('small reads that lie close together share a large one, and far ones stay small', async () => {
  const near = countedSource(1_000_000);
  const window = new ReadWindow(near.source);
  for (let at = 0; at < 1_000_000; at += 500) {
    const bytes = await window.at(at, 30);
    assert.equal(bytes.length, 30);
    assert.equal(bytes[0], at % 251);
    assert.equal(bytes[29], (at + 29) % 251);
  }
  assert.ok(near.reads.length <= 20, `${near.reads.length} reads`);

  const far = countedSource(10_000_000_000);
  const farWindow = new ReadWindow(far.source);
  for (let at = 0; at < 10_000_000_000; at += 1_000_000_000) await farWindow.at(at, 30);
  assert.ok(Math.max(...far.reads.slice(1)) <= 4096);
});

test('a window gives fewer bytes at the end of the file, and none behind it', async () => {
  const window = new ReadWindow(countedSource(100).source);
  assert.equal((await window.at(90, 30)).length, 10);
  assert.equal((await window.at(100, 30)).length, 0);
  assert.equal((await window.at(5_000, 30)).length, 0);
  assert.equal((await window.at(0, 100)).length, 100);
});
