import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DeflateEngine, nativeEngine } from '../../../core/deflate/engine.ts';
import { paysToDeflate, worthwhileShare } from '../../../core/deflate/pays.ts';
import { kinds, noise } from './samples.ts';

const judge = (bytes: Buffer, engine = nativeEngine) =>
  paysToDeflate(
    bytes.length,
    async (buffer, length, position) => {
      assert.ok(position >= 0 && position + length <= bytes.length, 'a sample lies within the file');
      bytes.copy(buffer, 0, position, position + length);
    },
    engine,
    6,
  );

test('text and zeros pay, weights and noise do not, whatever their size', async () => {
  for (const size of [1000, 262_143, 262_144, 262_145, 5_000_000]) {
    assert.ok(await judge(kinds.words?.(size) as Buffer), `text of ${size}`);
    assert.ok(await judge(Buffer.alloc(size)), `zeros of ${size}`);
    assert.ok(!(await judge(kinds.weights?.(size) as Buffer)), `weights of ${size}`);
    assert.ok(!(await judge(noise(size))), `noise of ${size}`);
  }
});

test('an empty file never pays, and is not read', async () => {
  const unread = async () => assert.fail('nothing is to be read');
  assert.equal(await paysToDeflate(0, unread, nativeEngine, 6), false);
});

test('it pays from a tenth on, and not a byte before', async () => {
  const shrinkingTo = (bytes: number): DeflateEngine => ({ deflate: async () => new Uint8Array(bytes) });
  const size = 1000;
  assert.equal(await judge(noise(size), shrinkingTo(size * worthwhileShare)), true);
  assert.equal(await judge(noise(size), shrinkingTo(size * worthwhileShare + 1)), false);
});

test('of a large file a quarter of a MiB is read, its first and last bytes among them', async () => {
  const size = 3 * 1024 ** 3;
  const ranges: [number, number][] = [];
  const read = async (_buffer: Uint8Array, length: number, position: number) => {
    ranges.push([position, position + length]);
  };
  await paysToDeflate(size, read, nativeEngine, 6);
  assert.equal(
    ranges.reduce((sum, [from, to]) => sum + to - from, 0),
    256 * 1024,
  );
  assert.equal(Math.min(...ranges.map(([from]) => from)), 0);
  assert.equal(Math.max(...ranges.map(([, to]) => to)), size);
});

test('a read that fails is passed on', async () => {
  const failure = new Error('unreadable');
  const failing = async (_: Uint8Array, __: number, position: number) => {
    if (position > 0) throw failure;
  };
  await assert.rejects(paysToDeflate(10_000_000, failing, nativeEngine, 6), (error) => error === failure);
});
