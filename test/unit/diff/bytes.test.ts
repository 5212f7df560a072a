import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ByteRange } from '../../../core/contract/diff.ts';
import { alignBytes, compareBytes, mostAlignedBytes } from '../../../core/diff/bytes.ts';
import { type Random, randomOf } from '../../support/random.ts';

const bytesOf = ({ pick }: Random, length: number, kinds = 256) =>
  Buffer.from(Uint8Array.from({ length }, () => pick(kinds)));

async function* inPieces(bytes: Buffer, lengths: () => number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const length = lengths();
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

/** What the words say, byte by byte. */
function countedPlainly(a: Buffer, b: Buffer) {
  let first = -1;
  let differing = 0;
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    if (a[at] === b[at]) continue;
    differing++;
    if (first === -1) first = at;
  }
  return first === -1 ? null : { firstDifference: first, differing };
}

test('bytes are counted alike however the two streams are cut', async () => {
  const random = randomOf(1);
  for (let round = 0; round < 200; round++) {
    const size = [20, 5_000, 30_000][round % 3] as number;
    const a = bytesOf(random, random.pick(size));
    const b = Buffer.from(random.pick(3) === 0 ? bytesOf(random, random.pick(size)) : a);
    for (let edits = random.pick(4); edits > 0 && b.length > 0; edits--)
      b[random.pick(b.length)] = random.pick(256);
    const lengths = () => random.pick(size);
    const counted = await compareBytes(inPieces(a, lengths), inPieces(b, lengths));
    assert.deepEqual(counted, countedPlainly(a, b));
  }
});

test('a stream that fails fails the comparison, and the other one is closed', async () => {
  let closed = false;
  async function* good() {
    try {
      while (true) yield Buffer.from('abc');
    } finally {
      closed = true;
    }
  }
  // biome-ignore lint/correctness/useYield: it fails before it has anything to give
  async function* bad(): AsyncGenerator<Buffer> {
    throw new Error('unreadable');
  }
  await assert.rejects(compareBytes(good(), bad()), /unreadable/);
  assert.ok(closed);
});

/** What comes out where the ranges of the old bytes are replaced; what lies between them must be equal. */
function applyRanges(before: Buffer, after: Buffer, ranges: readonly ByteRange[]): Buffer {
  const parts: Buffer[] = [];
  let [i, j] = [0, 0];
  for (const { change, beforeStart, beforeLength, afterStart, afterLength } of ranges) {
    parts.push(before.subarray(i, beforeStart));
    assert.equal(beforeStart - i, afterStart - j, 'the bytes between two ranges are as many on both sides');
    parts.push(after.subarray(afterStart, afterStart + afterLength));
    [i, j] = [beforeStart + beforeLength, afterStart + afterLength];
    assert.ok(beforeLength + afterLength > 0);
    assert.equal(change, beforeLength === 0 ? 'inserted' : afterLength === 0 ? 'removed' : 'changed');
  }
  return Buffer.concat([...parts, before.subarray(i)]);
}

test('replacing the ranges of the old bytes gives the new ones, whatever was edited', () => {
  const random = randomOf(2);
  for (let round = 0; round < 300; round++) {
    // Few different bytes make for many false matches.
    const kinds = [2, 4, 256][random.pick(3)] as number;
    const a = bytesOf(random, random.pick(4_000), kinds);
    let b = Buffer.from(a);
    for (let edits = random.pick(8); edits > 0; edits--) {
      const at = random.pick(b.length + 1);
      b = Buffer.concat([
        b.subarray(0, at),
        bytesOf(random, random.pick(100), kinds),
        b.subarray(at + random.pick(100)),
      ]);
    }
    const ranges = alignBytes(a, b);
    assert.ok(ranges);
    assert.ok(applyRanges(a, b, ranges).equals(b));
    assert.deepEqual(alignBytes(a, a), []);
  }
});

test('bytes put in are one range, and what comes after is found again', () => {
  const random = randomOf(3);
  const a = bytesOf(random, 100_000);
  const extra = bytesOf(random, 777);
  const b = Buffer.concat([a.subarray(0, 40_001), extra, a.subarray(40_001)]);
  const [inserted, ...rest] = alignBytes(a, b) ?? [];
  assert.equal(rest.length, 0);
  assert.equal(inserted?.afterLength, 777);
  const [removed] = alignBytes(b, a) ?? [];
  assert.deepEqual([removed?.change, removed?.beforeLength], ['removed', 777]);
  const c = Buffer.from(b);
  for (const at of [10, 90_000]) c[at] = (c[at] as number) ^ 1;
  assert.deepEqual(
    alignBytes(a, c)?.map(({ change }) => change),
    ['changed', 'inserted', 'changed'],
  );
});

test('the empty, the too large and the utterly different are answered, in bounded work', () => {
  const random = randomOf(4);
  const empty = Buffer.alloc(0);
  assert.deepEqual(alignBytes(empty, empty), []);
  assert.equal(alignBytes(empty, Buffer.from('abc'))?.[0]?.change, 'inserted');
  assert.equal(alignBytes(Buffer.alloc(mostAlignedBytes + 1), empty), null);
  const zeros = Buffer.alloc(mostAlignedBytes);
  const most = bytesOf(random, mostAlignedBytes);
  assert.equal(alignBytes(zeros, most)?.length, 1);
  // Between two changed bytes just 16 are alike, in a quarter of a million places.
  const striped = zeros.map((_, at) => (at % 17 === 0 ? 1 : 0));
  assert.equal(alignBytes(zeros, striped), null);
});
