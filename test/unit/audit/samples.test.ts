import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Sample, Samples } from '../../../core/audit/samples.ts';
import { randomOf } from '../../support/random.ts';

const mebibyte = 1024 * 1024;
const zipHead = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
const outside = () => new Error('outside');

/** Bytes that tell their own place. */
function content(size: number, head = Buffer.alloc(0)): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) bytes.writeUInt32LE(at, at);
  head.copy(bytes);
  return bytes;
}

function fill(sample: Sample, bytes: Buffer, chunkBytes: () => number): void {
  const buffer = Buffer.alloc(8 * mebibyte);
  for (let at = 0; at < bytes.length; ) {
    // One buffer for all chunks, as readers have it: what is kept must be a copy.
    const length = bytes.copy(buffer, 0, at, at + chunkBytes());
    sample.take(buffer.subarray(0, length));
    at += length;
  }
}

test('a start is the same bytes, however they came', () => {
  const { pick } = randomOf(7);
  for (const size of [0, 1, 4, 65_535, 65_536, 65_537, 2 * mebibyte, 2 * mebibyte + 1, 5 * mebibyte]) {
    const bytes = content(size);
    const sample = new Samples().begin(size);
    fill(sample, bytes, () => 1 + pick(300_000));
    for (const limit of [0, 1, 512, 65_536]) {
      assert.deepEqual(sample.start(limit), bytes.subarray(0, limit), `${limit} of ${size}`);
    }
    const whole = sample.start(size);
    if (size <= 2 * mebibyte) assert.deepEqual(whole, bytes);
    else assert.equal(whole, null);
  }
});

test('the end of a large ZIP file is kept beside its start, and what lies between is not made up', async () => {
  const { pick } = randomOf(11);
  for (const size of [65_536 + mebibyte * 3 + 1, 7 * mebibyte + 3]) {
    const bytes = content(size, zipHead);
    const sample = new Samples().begin(size);
    fill(sample, bytes, () => 4 + pick(900_000));
    const opened = sample.open(outside);
    assert.ok(opened);
    assert.equal(opened.size, size);
    assert.deepEqual(await opened.read(size - mebibyte, mebibyte), bytes.subarray(size - mebibyte));
    assert.deepEqual(await opened.read(size - 22, 100), bytes.subarray(size - 22));
    assert.deepEqual(await opened.read(30, 100), bytes.subarray(30, 130));
    await assert.rejects(opened.read(mebibyte, 10), { message: 'outside' });
  }
});

test('what is no ZIP file has no end', () => {
  const sample = new Samples().begin(4 * mebibyte);
  fill(sample, content(4 * mebibyte), () => mebibyte);
  assert.equal(sample.open(outside), null);
});

test('an entry that was not read to its end tells only what has passed', () => {
  const sample = new Samples().begin(1000);
  sample.take(content(100));
  assert.deepEqual(sample.start(100), content(100));
  assert.equal(sample.start(101), null);
  assert.equal(sample.open(outside), null);
});

test('all samples together stay within their budget', () => {
  const samples = new Samples();
  let kept = 0;
  for (let count = 0; count < 100; count++) {
    const sample = samples.begin(2 * mebibyte);
    sample.take(Buffer.alloc(2 * mebibyte));
    if (sample.start(1)) kept++;
  }
  assert.equal(kept, 16);
});
