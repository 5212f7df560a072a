import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { PassThrough, Writable } from 'node:stream';
import { test } from 'node:test';
import { PipeSink } from '../../../core/fs/pipe-sink.ts';
import { noise } from '../deflate/samples.ts';

test('what is written arrives, counted and hashed, even if the buffer is reused at once', async () => {
  const arrived: Buffer[] = [];
  const destination = new PassThrough();
  destination.on('data', (chunk) => arrived.push(chunk));
  const sink = new PipeSink(destination, undefined);
  const buffer = Buffer.alloc(50_000);
  const whole: Buffer[] = [];
  for (let turn = 0; turn < 20; turn++) {
    noise(50_000, turn).copy(buffer);
    whole.push(Buffer.from(buffer));
    await sink.write(buffer);
    buffer.fill(0);
  }
  const meant = Buffer.concat(whole);
  assert.equal(sink.bytes, meant.length);
  assert.equal(sink.finish(), createHash('sha256').update(meant).digest('hex'));
  assert.ok(Buffer.concat(arrived).equals(meant));
  assert.equal(destination.listenerCount('error') + destination.listenerCount('close'), 0);
});

test('a destination that breaks between two writes fails the next one', async () => {
  const destination = new Writable({ write: (_bytes, _encoding, done) => done() });
  const sink = new PipeSink(destination, undefined);
  await sink.write(Buffer.from('fine'));
  destination.destroy(Object.assign(new Error('broken'), { code: 'EPIPE', syscall: 'write' }));
  await assert.rejects(sink.write(Buffer.from('late')), { code: 'OUTPUT_CLOSED' });
});

test('a signal leaves no listener on a destination that took all it was given', async () => {
  const controller = new AbortController();
  const destination = new PassThrough();
  destination.resume();
  const sink = new PipeSink(destination, controller.signal);
  for (let turn = 0; turn < 50; turn++) await sink.write(Buffer.from('x'));
  assert.equal(destination.listenerCount('close'), 0);
  controller.abort();
  await assert.rejects(sink.write(Buffer.from('x')), { code: 'CANCELLED' });
});
