/** Cancelling at any moment ends the work at once and leaves nothing. */
import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PackInput } from '../../core/contract/model.ts';
import { pack } from '../../core/pack.ts';
import { randomOf } from '../support/random.ts';
import { scratchFolder } from '../support/scratch.ts';
import { type Hook, withHook } from './inject.ts';
import { judge, makeModel, placeOld } from './model.ts';

const moments = 20;

const forms: Readonly<Record<string, Partial<PackInput> & { weightsBytes?: number }>> = {
  default: {},
  'default, deflated at level 9': { compression: 'deflate', level: 9 },
  'default, reproducible': { compression: 'deflate', reproducible: true, weightsBytes: 2_500_000 },
  'zip-store': { archiveFormat: 'zip-store' },
  tgz: { archiveFormat: 'tgz' },
  'no-archive': { archiveFormat: 'no-archive' },
};

/** How often a piece of work reads from a file or writes to one while `counts` holds. */
async function callsOf(counts: () => boolean, work: () => Promise<unknown>): Promise<number> {
  let calls = 0;
  const count: Hook = (call, args) => {
    if (counts()) calls++;
    return call(...args);
  };
  await withHook('handle.read', count, () => withHook('handle.write', count, work));
  return calls;
}

for (const [title, { weightsBytes, ...form }] of Object.entries(forms)) {
  test(`${title}: cancelled at ${moments} random moments, it stops at once and leaves nothing`, async (t) => {
    const folder = await scratchFolder(t);
    const model = makeModel(join(folder, 'model'), weightsBytes ?? 12_000_000);
    const store = join(folder, 'new', 'store');
    const format = form.archiveFormat ?? 'default';
    const input = { ...model.input, ...form, exportPath: store };
    const random = randomOf(7);

    const started = performance.now();
    const allCalls = await callsOf(
      () => true,
      () => pack(input),
    );
    let wholeMs = performance.now() - started;

    const after: number[] = [];
    // Where the machine has less to do by now, a run may end before its moment; then another one is tried.
    for (let moment = 0; moment < 3 * moments && (moment < moments || after.length < moments / 2); moment++) {
      const force = moment % 2 === 1;
      rmSync(join(folder, 'new'), { recursive: true, force: true });
      if (force) placeOld(format, store);
      const controller = new AbortController();
      const aborting = sleep(random.pick(Math.ceil(wholeMs * 0.9))).then(() => controller.abort());
      const beganAt = performance.now();
      let error: (Error & { code?: string; exit?: number }) | undefined;
      const callsAfter = await callsOf(
        () => controller.signal.aborted,
        async () => {
          error = await pack({ ...input, force }, { signal: controller.signal }).then(
            () => undefined,
            (reason) => reason,
          );
        },
      );
      const endedAt = performance.now();
      await aborting;
      const found = await judge(format, store, model.contents);
      if (error === undefined) {
        assert.equal(found, 'new');
        wholeMs = Math.min(wholeMs, endedAt - beganAt);
        continue;
      }
      assert.equal(error.code, 'CANCELLED', error.stack);
      assert.equal(error.exit, 130);
      assert.equal(found, force ? 'old' : 'nothing');
      if (!force) assert.deepEqual(readdirSync(folder), ['model'], 'the folder that was made is gone again');
      after.push(callsAfter);
    }
    assert.ok(after.length >= moments / 2, `only ${after.length} runs were cancelled`);
    // What was under way when the signal came. Whoever goes on to the end has half of all still to do, on average.
    const average = after.reduce((sum, calls) => sum + calls, 0) / after.length;
    const words = `reads and writes after the signal: ${after.join(' ')}, of ${allCalls}`;
    t.diagnostic(words);
    assert.ok(average < allCalls / 8, words);
  });
}

test('a job whose signal has fired before it began does nothing', async (t) => {
  const folder = await scratchFolder(t);
  const model = makeModel(join(folder, 'model'));
  const run = pack({ ...model.input, exportPath: join(folder, 'store') }, { signal: AbortSignal.abort() });
  await assert.rejects(run, { code: 'CANCELLED' });
  assert.deepEqual(readdirSync(folder), ['model']);
});
