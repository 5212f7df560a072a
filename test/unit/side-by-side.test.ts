import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../core/contract/errors.ts';
import { sideBySide } from '../../core/side-by-side.ts';

const failing = async () => {
  throw new Error('the reason');
};
/** Works until it is told to stop, and tells when it has stopped. */
const working = (stopped: () => void) => async (signal: AbortSignal) => {
  while (!signal.aborted) await sleep(1);
  await sleep(5);
  stopped();
  throw Problem.cancelled();
};

test('both answers come together', async () => {
  assert.deepEqual(
    await sideBySide(
      undefined,
      async () => 1,
      async () => 'two',
    ),
    [1, 'two'],
  );
});

test('the failure of either stops the other, is waited for, and is the one that is told', async () => {
  for (const swapped of [false, true]) {
    let isStopped = false;
    const other = working(() => {
      isStopped = true;
    });
    const work = swapped ? sideBySide(undefined, other, failing) : sideBySide(undefined, failing, other);
    await assert.rejects(work, /the reason/);
    assert.equal(isStopped, true);
  }
});

test('a cancelled job ends both, and ends as cancelled', async () => {
  const controller = new AbortController();
  let stopped = 0;
  const both = [1, 2].map(() => working(() => stopped++));
  const [first, second] = both as [(typeof both)[0], (typeof both)[0]];
  const work = sideBySide(controller.signal, first, second);
  controller.abort();
  await assert.rejects(work, { code: 'CANCELLED' });
  assert.equal(stopped, 2);
});
