/** Waiting for what comes in its own time, so that no test depends on how fast a machine is. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** For whatever should appear: machines are slow, and a test that hangs says nothing. */
export const waitMs = 40_000;

/**
 * Reads again and again, until what is read is what is wanted, or, of a text, fits it. What was read last stands in the
 * error if it never comes to that.
 */
export async function until(read: () => Promise<boolean> | boolean): Promise<void>;
export async function until<Value>(
  read: () => Promise<Value> | Value,
  wanted: NoInfer<Value> | RegExp,
): Promise<void>;
export async function until(read: () => unknown, wanted: unknown = true): Promise<void> {
  const end = performance.now() + waitMs;
  for (;;) {
    const seen = await read();
    try {
      if (wanted instanceof RegExp) assert.match(String(seen), wanted);
      else assert.deepEqual(seen, wanted);
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await sleep(20);
  }
}
