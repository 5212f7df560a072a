import assert from 'node:assert/strict';
import { appendFile, mkdir, readdir, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openPinned, pinStat } from '../../../core/fs/pinned-file.ts';
import { randomOf } from '../../support/random.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { noise } from '../deflate/samples.ts';

async function pinnedFile(t: TestContext, bytes: Buffer) {
  const path = join(await scratchFolder(t), 'weights.pt');
  await writeFile(path, bytes);
  return { path, pin: pinStat(await stat(path)) };
}

test('any range of an unchanged file is read as it is', async (t) => {
  const bytes = noise(100_000);
  const { path, pin } = await pinnedFile(t, bytes);
  const file = await openPinned(path, pin);
  t.after(() => file.close());
  assert.equal(file.size, bytes.length);
  const random = randomOf(4);
  for (let round = 0; round < 50; round++) {
    const at = random.pick(bytes.length);
    const length = random.pick(bytes.length - at + 1);
    const buffer = Buffer.alloc(length + 3, 7);
    await file.read(buffer, length, at);
    assert.ok(buffer.subarray(0, length).equals(bytes.subarray(at, at + length)));
    assert.deepEqual([...buffer.subarray(length)], [7, 7, 7], 'and nothing behind it');
  }
  await file.assertUnchanged();
});

const changes: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  'one byte more': (path) => appendFile(path, 'x'),
  'one byte less': (path) => truncate(path, 999),
  'another time': (path) => utimes(path, 1, 1),
  'another file in its place': async (path) => {
    await writeFile(`${path}.new`, noise(1000));
    await rename(`${path}.new`, path);
  },
};

for (const [what, change] of Object.entries(changes)) {
  test(`${what} is INPUT_CHANGED when the file is opened, and leaves no file open`, async (t) => {
    const { path, pin } = await pinnedFile(t, noise(1000));
    await change(path);
    const count = async () => (process.platform === 'linux' ? (await readdir('/proc/self/fd')).length : 0);
    const before = await count();
    await assert.rejects(openPinned(path, pin), { code: 'INPUT_CHANGED', path });
    assert.equal(await count(), before);
  });
}

test('a change while the file is open is noticed; another file of its name is not ours', async (t) => {
  const { path, pin } = await pinnedFile(t, noise(1000));
  const file = await openPinned(path, pin);
  t.after(() => file.close());
  await rename(path, `${path}.old`);
  await writeFile(path, 'another');
  await file.assertUnchanged();
  await truncate(`${path}.old`, 10);
  await assert.rejects(file.assertUnchanged(), { code: 'INPUT_CHANGED' });
  await assert.rejects(file.read(Buffer.alloc(20), 20, 0), {
    code: 'INPUT_CHANGED',
    message: /ended at byte 10 of 1000/,
  });
});

test('a file that is gone, or has become a folder, is a problem that says so', async (t) => {
  const { path, pin } = await pinnedFile(t, noise(10));
  await rm(path);
  await assert.rejects(openPinned(path, pin, 'weights file'), {
    code: 'INPUT_MISSING',
    message: /^the weights file .* does not exist$/,
  });
  await mkdir(path);
  await assert.rejects(openPinned(path, pin), { code: 'INPUT_CHANGED' });
});
