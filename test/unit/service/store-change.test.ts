/** A model store that is watched: told of once, when its archives are others, and for nothing else. */
import assert from 'node:assert/strict';
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { stampOfStore } from '../../../core/service/store.ts';
import { awaitStoreChange } from '../../../core/service/store-change.ts';
import { scratchFolder } from '../../support/scratch.ts';

/** What is watched keeps no process alive, so the test has to. */
function stayAwake(t: TestContext): void {
  const timer = setInterval(() => {}, 1000);
  t.after(() => clearInterval(timer));
}

async function storeOf(t: TestContext) {
  stayAwake(t);
  const folder = join(await scratchFolder(t), 'store');
  await mkdir(folder);
  await writeFile(join(folder, 'a.mar'), 'a');
  const stamp = await stampOfStore(folder);
  const asking = new AbortController();
  return { folder, stamp, asking, waiting: awaitStoreChange(folder, stamp, asking.signal) };
}

const changes: Readonly<Record<string, (folder: string) => Promise<unknown>>> = {
  'an archive comes': (folder) => writeFile(join(folder, 'b.tar.gz'), 'b'),
  'an archive changes': (folder) => writeFile(join(folder, 'a.mar'), 'longer'),
  'an archive goes': (folder) => rm(join(folder, 'a.mar')),
  'the folder goes': (folder) => rm(folder, { recursive: true }),
};

for (const [what, change] of Object.entries(changes)) {
  test(`a watched store tells when ${what}`, { timeout: 60_000 }, async (t) => {
    const { folder, stamp, waiting } = await storeOf(t);
    await change(folder);
    await waiting;
    assert.notEqual(await stampOfStore(folder), stamp);
  });
}

test('what changed before it was watched is told', { timeout: 60_000 }, async (t) => {
  const { folder, stamp, asking, waiting } = await storeOf(t);
  asking.abort();
  await assert.rejects(waiting, { code: 'CANCELLED' });
  await writeFile(join(folder, 'b.mar'), 'b');
  await awaitStoreChange(folder, stamp, new AbortController().signal);
});

test('an archive that is still being copied is told of when it has come to rest', {
  timeout: 60_000,
}, async (t) => {
  const { folder, stamp, asking, waiting } = await storeOf(t);
  asking.abort();
  await assert.rejects(waiting, { code: 'CANCELLED' });
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let isTold = false;
  await writeFile(join(folder, 'b.mar'), 'b');
  const telling = awaitStoreChange(folder, stamp, new AbortController().signal).then(() => {
    isTold = true;
  });
  for (let written = 0; written < 50; written++) {
    await appendFile(join(folder, 'b.mar'), 'b');
    assert.ok(!isTold, 'told while it was written');
  }
  // Now it is at rest.
  while (!isTold) {
    t.mock.timers.tick(500);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await telling;
});

test('other files make no difference, and whoever stops asking is told so', {
  timeout: 60_000,
}, async (t) => {
  const { folder, stamp, asking, waiting } = await storeOf(t);
  await writeFile(join(folder, 'notes.txt'), 'x');
  assert.equal(await stampOfStore(folder), stamp);
  asking.abort();
  await assert.rejects(waiting, { code: 'CANCELLED' });
});

test('a folder that is not there can not be watched', async (t) => {
  const folder = join(await scratchFolder(t), 'gone');
  await assert.rejects(async () => awaitStoreChange(folder, '', new AbortController().signal), {
    code: 'INPUT_MISSING',
  });
});
