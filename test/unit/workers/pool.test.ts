import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { inflateRawSync } from 'node:zlib';
import { HashThread, WorkerPool } from '../../../core/workers/pool.ts';
import { randomOf } from '../../support/random.ts';
import { noise } from '../deflate/samples.ts';

const options = { level: 6, strategy: 'default', dictionary: undefined, last: true } as const;

test('many requests at once each get their own answer', async (t) => {
  const pool = new WorkerPool(undefined);
  t.after(() => pool.close());
  const inputs = Array.from({ length: 40 }, (_, index) => Buffer.from(`input ${index} `.repeat(index * 50)));
  const answers = await Promise.all(inputs.map((input) => pool.deflate(input, options)));
  answers.forEach((answer, index) => {
    assert.ok(inflateRawSync(answer).equals(inputs[index] as Buffer), `input ${index}`);
  });
});

test('the memory of a request stays with its owner, be it pooled, whole or shared', async (t) => {
  const pool = new WorkerPool(undefined);
  t.after(() => pool.close());
  const shared = Buffer.from(new SharedArrayBuffer(5000)).fill('shared ');
  for (const input of [Buffer.from('pooled'), new Uint8Array(5000).fill(7), shared.subarray(100, 4000)]) {
    const before = Buffer.from(input);
    const answer = await pool.deflate(input, options);
    assert.ok(before.equals(input));
    assert.ok(inflateRawSync(answer).equals(before));
  }
});

test('a request that fails is told so, and the next one is answered', async (t) => {
  const pool = new WorkerPool(undefined);
  t.after(() => pool.close());
  const input = Buffer.from('some text');
  await assert.rejects(pool.deflate(input, { ...options, level: 99 }));
  assert.ok(inflateRawSync(await pool.deflate(input, options)).equals(input));
});

test('a pool that is closed answers what waits and what comes later with an error', async () => {
  const pool = new WorkerPool(undefined);
  const waiting = Array.from({ length: 6 }, () => pool.deflate(noise(500_000), options));
  const settled = Promise.allSettled(waiting);
  await pool.close();
  for (const { status } of await settled) assert.equal(status, 'rejected');
  await assert.rejects(pool.deflate(noise(10), options), /stopped/);
});

test('a signal ends even a compressor at work, at once', async () => {
  const controller = new AbortController();
  const pool = new WorkerPool(controller.signal);
  await pool.deflate(noise(10), options);
  // Seconds of work, in memory that is not copied. Had anything waited for its end, it would have an answer.
  const input = Buffer.from(new SharedArrayBuffer(60_000_000));
  for (let at = 0; at < input.length; at += 1_000_000) input.set(noise(1_000_000, at), at);
  const working = Array.from({ length: 4 }, () => pool.deflate(input, options));
  const settled = Promise.allSettled(working);
  controller.abort();
  for (const result of await settled) {
    assert.equal(result.status === 'rejected' && result.reason.code, 'CANCELLED');
  }
  await assert.rejects(pool.deflate(noise(10), options), { code: 'CANCELLED' });
  await pool.close();
});

test('the hashing thread gives what hashing in one go gives, and then begins anew', async (t) => {
  const thread = new HashThread();
  t.after(() => thread.close());
  const random = randomOf(5);
  for (let round = 0; round < 4; round++) {
    const whole = noise(random.pick(300_000), round);
    const updates: Promise<void>[] = [];
    for (let at = 0; at < whole.length; ) {
      const length = 1 + random.pick(40_000);
      updates.push(thread.update(whole.subarray(at, at + length)));
      at += length;
    }
    await Promise.all(updates);
    assert.equal(await thread.digest(), createHash('sha256').update(whole).digest('hex'));
  }
});

test('idle threads keep no process alive', async () => {
  const module = new URL('../../../core/workers/pool.ts', import.meta.url);
  const script = `
    import { HashThread, WorkerPool } from '${module}';
    await new WorkerPool(undefined).deflate(Buffer.from('x'), ${JSON.stringify(options)});
    await new HashThread().update(Buffer.from('x'));
    console.log('end');`;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 60_000,
  });
  assert.equal((await run).stdout, 'end\n');
});
