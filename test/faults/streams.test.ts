/** Destinations that can't seek and misbehave: they close early, or stop taking bytes. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PackInput } from '../../core/contract/model.ts';
import { packToStream } from '../../core/pack.ts';
import { scratchFolder } from '../support/scratch.ts';
import { failNth } from './inject.ts';
import { makeModel } from './model.ts';

const forms: Readonly<Record<string, Partial<PackInput>>> = {
  default: {},
  tgz: { archiveFormat: 'tgz' },
  'tgz, stored': { archiveFormat: 'tgz', compression: 'store' },
};

for (const [title, form] of Object.entries(forms)) {
  test(`${title}: a program that stops reading and goes away is OUTPUT_CLOSED`, async (t) => {
    if (process.platform === 'win32') return t.skip('Windows has no head');
    const model = makeModel(await scratchFolder(t), 8_000_000);
    const reader = spawn('head', ['-c', '1000'], { stdio: ['pipe', 'ignore', 'inherit'] });
    const exited = once(reader, 'exit');
    const work = packToStream({ ...model.input, ...form }, reader.stdin as Writable);
    await assert.rejects(work, { code: 'OUTPUT_CLOSED', exit: 2 });
    await exited;
  });

  test(`${title}: a destination that is destroyed and forgets its callbacks is OUTPUT_CLOSED`, async (t) => {
    const model = makeModel(await scratchFolder(t), 8_000_000);
    const deaf = new Writable({ write: () => void setImmediate(() => deaf.destroy()) });
    const work = packToStream({ ...model.input, ...form }, deaf);
    await assert.rejects(work, { code: 'OUTPUT_CLOSED' });
    await assert.rejects(packToStream({ ...model.input, ...form }, deaf), { code: 'OUTPUT_CLOSED' });
  });

  test(`${title}: while the destination takes nothing, cancelling still ends the work at once`, async (t) => {
    const model = makeModel(await scratchFolder(t), 8_000_000);
    let take = () => {};
    const taken = new Promise<void>((resolve) => {
      take = resolve;
    });
    const deaf = new Writable({ write: () => take() });
    const controller = new AbortController();
    const work = packToStream({ ...model.input, ...form }, deaf, { signal: controller.signal });
    const ended = work.then(
      () => 'success',
      (error) => error.code,
    );
    await taken;
    controller.abort();
    // Whoever waited for the destination would do so for ever.
    assert.equal(await ended, 'CANCELLED');
    assert.equal(deaf.listenerCount('close'), 0);
  });

  test(`${title}: whichever read fails, the stream fails at once and no file stays open`, async (t) => {
    const model = makeModel(await scratchFolder(t));
    const openFiles = () => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);
    const openBefore = openFiles();
    for (let nth = 1; ; nth++) {
      const destination = new PassThrough();
      destination.resume();
      const work = () => packToStream({ ...model.input, ...form }, destination);
      const { fired, error } = await failNth('handle.read', nth, 'EIO', work);
      if (!fired) {
        assert.equal(error, undefined);
        assert.ok(nth > 5);
        break;
      }
      // What only the audit wanted to read becomes a finding.
      if (error !== undefined) assert.equal((error as { code?: string }).code, 'IO_ERROR');
      assert.equal(openFiles(), openBefore);
    }
  });
}

test('a destination whose own error has no code passes it on as it is', async (t) => {
  const model = makeModel(await scratchFolder(t), 2_000_000);
  const boom = new Error('boom');
  const destination = new Writable({ write: (_bytes, _encoding, done) => done(boom) });
  await assert.rejects(packToStream(model.input, destination), (error) => error === boom);
});

test('nothing follows on the destination after a stream has failed', async (t) => {
  const folder = await scratchFolder(t);
  const model = makeModel(join(folder, 'model'), 4_000_000);
  let failed = false;
  let late = 0;
  // What it was given before the failure, it may still be about to pass on.
  class Counting extends Writable {
    override write(...given: [unknown]): boolean {
      if (failed) late++;
      return super.write(...given);
    }
  }
  const destination = new Counting({ write: (_bytes, _encoding, done) => void setTimeout(done, 2) });
  const { error } = await failNth('handle.read', 12, 'EIO', () => packToStream(model.input, destination));
  assert.notEqual(error, undefined);
  failed = true;
  await sleep(200);
  assert.equal(late, 0);
});
