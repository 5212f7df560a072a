import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { copyInLargeSteps, stepBytes } from '../../../core/fs/copy.ts';
import { noise } from '../deflate/samples.ts';

const sourceOf = (bytes: Buffer) => ({
  size: bytes.length,
  read: async (buffer: Uint8Array, length: number, position: number) => {
    bytes.copy(buffer, 0, position, position + length);
  },
});

test('every byte is seen once and written once, in order, however slow the sink', async () => {
  for (const size of [0, 1, stepBytes - 1, stepBytes, stepBytes + 1, 3 * stepBytes + 5]) {
    const bytes = noise(size);
    const seen: Buffer[] = [];
    const written: Buffer[] = [];
    const sink = {
      write: async (step: Uint8Array) => {
        await sleep(1);
        written.push(Buffer.from(step));
      },
    };
    await copyInLargeSteps(sourceOf(bytes), sink, (step) => void seen.push(Buffer.from(step)));
    assert.ok(Buffer.concat(seen).equals(bytes));
    assert.ok(Buffer.concat(written).equals(bytes));
  }
});

test('a failure of the source, the sink or the onlooker ends the copy, once no write is under way', async () => {
  const bytes = noise(5 * stepBytes);
  for (const failing of ['source', 'sink', 'onlooker']) {
    for (const nth of [1, 2, 5]) {
      const failure = new Error(failing);
      const calls = { source: 0, sink: 0, onlooker: 0 };
      const count = (who: keyof typeof calls) => {
        if (++calls[who] === nth && who === failing) throw failure;
      };
      let underWay = 0;
      const source = sourceOf(bytes);
      const work = copyInLargeSteps(
        {
          ...source,
          read: async (...args) => {
            count('source');
            await source.read(...args);
          },
        },
        {
          write: async () => {
            underWay++;
            await sleep(5);
            underWay--;
            count('sink');
          },
        },
        () => count('onlooker'),
      );
      await assert.rejects(work, (error) => error === failure);
      assert.equal(underWay, 0);
    }
  }
});
