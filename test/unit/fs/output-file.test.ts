import assert from 'node:assert/strict';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { OutputFile } from '../../../core/fs/output-file.ts';
import { randomOf } from '../../support/random.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { noise } from '../deflate/samples.ts';

async function newFile(t: TestContext): Promise<{ path: string; handle: FileHandle; out: OutputFile }> {
  const path = join(await scratchFolder(t), 'out');
  const handle = await open(path, 'wx');
  t.after(() => handle.close());
  return { path, handle, out: new OutputFile(handle, path) };
}

test('whatever is written, patched and taken back, in any order, the file holds it', async (t) => {
  const random = randomOf(21);
  for (let round = 0; round < 6; round++) {
    const { path, out } = await newFile(t);
    let meant = Buffer.alloc(0);
    for (let step = 0; step < 40; step++) {
      const action = random.pick(10);
      if (action < 6) {
        // Some are gathered, some fill the gathered bytes to the brim, some go straight through.
        const bytes = noise(random.oneOf([0, 1, 30, 5000, 400_000, 1_048_575, 1_048_576, 1_500_000]), step);
        await out.write(bytes);
        meant = Buffer.concat([meant, bytes]);
        bytes.fill(0); // The bytes may be reused.
      } else if (action < 8 && meant.length > 0) {
        const at = random.pick(meant.length);
        const bytes = noise(Math.min(meant.length - at, random.pick(2000)), step);
        await out.patch(bytes, at);
        bytes.copy(meant, at);
      } else if (action === 8) {
        const at = random.pick(meant.length + 1);
        await out.rewind(at);
        meant = Buffer.from(meant.subarray(0, at));
      } else {
        await out.flush();
      }
      assert.equal(out.position, meant.length);
    }
    await out.flush();
    await out.sync();
    assert.ok((await readFile(path)).equals(meant), `round ${round}`);
  }
});

test('a patch may lie in flushed bytes, in gathered ones, and across both', async (t) => {
  const { path, out } = await newFile(t);
  await out.write(Buffer.from('flushed.'));
  await out.flush();
  await out.write(Buffer.from('gathered'));
  await out.patch(Buffer.from('F'), 0);
  await out.patch(Buffer.from('G'), 8);
  await out.patch(Buffer.from('!!'), 7);
  await out.flush();
  assert.equal(await readFile(path, 'utf8'), 'Flushed!!athered');
});

test('a failure names the path that the user knows', async (t) => {
  const { handle } = await newFile(t);
  const readOnly = await open((await newFile(t)).path, 'r');
  t.after(() => readOnly.close());
  const out = new OutputFile(readOnly, '/where/the/archive/goes.mar');
  await assert.rejects(out.write(Buffer.alloc(2_000_000)), {
    code: 'IO_ERROR',
    path: '/where/the/archive/goes.mar',
  });
  assert.equal((await handle.stat()).size, 0);
});
