import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readThrough } from '../../../core/fs/read-through.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { noise } from '../deflate/samples.ts';

const mebi = 1024 * 1024;
const shownPath = '/the/archive.mar';

test('every byte is handed out once, in order, with the SHA-256 of all, on one thread or two', async (t) => {
  const path = join(await scratchFolder(t), 'file');
  for (const size of [0, 1, 4 * mebi - 1, 4 * mebi, 4 * mebi + 1, 33 * mebi + 5]) {
    const bytes = noise(size);
    await writeFile(path, bytes);
    let at = 0;
    const sha256 = await readThrough(
      path,
      (step) => {
        assert.ok(step.equals(bytes.subarray(at, at + step.length)));
        at += step.length;
      },
      { size, shownPath, signal: undefined },
    );
    assert.equal(at, size);
    assert.equal(sha256, createHash('sha256').update(bytes).digest('hex'));
  }
});

test('a file that ends early is read as far as it goes', async (t) => {
  const path = join(await scratchFolder(t), 'file');
  await writeFile(path, 'short');
  let count = 0;
  const options = { size: 100, shownPath, signal: undefined };
  const onBytes = (step: Buffer) => {
    count += step.length;
  };
  await readThrough(path, onBytes, options);
  assert.equal(count, 5);
});

test('a missing file, an onlooker that throws and a signal end the reading, also with a thread', async (t) => {
  const path = join(await scratchFolder(t), 'file');
  await writeFile(path, noise(40 * mebi));
  const ignore = () => {};
  for (const size of [mebi, 40 * mebi]) {
    const options = { size, shownPath, signal: undefined };
    await assert.rejects(readThrough(`${path}.missing`, ignore, options), {
      code: 'IO_ERROR',
      path: shownPath,
    });

    const failure = new Error('the onlooker');
    const failing = () => {
      throw failure;
    };
    await assert.rejects(readThrough(path, failing, options), (error) => error === failure);

    const signal = AbortSignal.abort();
    await assert.rejects(readThrough(path, ignore, { ...options, signal }), { code: 'CANCELLED' });
  }
});
