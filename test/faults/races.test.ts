/** Two packs that want one name at the same time. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pack } from '../../core/pack.ts';
import { randomOf } from '../support/random.ts';
import { scratchFolder } from '../support/scratch.ts';
import { packInChild } from './child.ts';
import { formats, judge, type Model, makeModel, targetOf } from './model.ts';

const rounds = 16;
const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'packed',
    (error) => error.code ?? error.stack,
  );

/** Whole, and which of the two: the other would fail to compare. */
async function assertOneOfBoth(format: (typeof formats)[number], store: string, models: readonly Model[]) {
  const results = await Promise.allSettled(models.map(({ contents }) => judge(format, store, contents)));
  const whole = results.filter((result) => result.status === 'fulfilled' && result.value === 'new');
  assert.equal(whole.length, 1, String((results[0] as PromiseRejectedResult).reason?.stack));
}

for (const format of formats) {
  for (const force of [false, true]) {
    const expected = force ? 'the result is one of both' : 'exactly one wins';
    test(`${format}${force ? ' with --force' : ''}: of two packs racing for one name, ${expected}`, async (t) => {
      const folder = await scratchFolder(t);
      const store = join(folder, 'store');
      const models = [makeModel(join(folder, 'a'), 1_100_000), makeModel(join(folder, 'b'), 1_200_000)];
      const inputs = models.map(({ input }) => ({
        ...input,
        archiveFormat: format,
        exportPath: store,
        force,
      }));
      const random = randomOf(3);
      for (let round = 0; round < rounds; round++) {
        const headStart = random.pick(12);
        const outcomes = await Promise.all(
          inputs.map((input, index) => sleep(index * headStart).then(() => outcome(pack(input)))),
        );
        assert.deepEqual(
          outcomes.sort(),
          force ? ['packed', 'packed'] : ['OUTPUT_EXISTS', 'packed'],
          `round ${round}`,
        );
        await assertOneOfBoth(format, store, models);
        // With --force every second round begins with an older archive.
        if (!force || round % 2 === 0) rmSync(targetOf(format, store), { recursive: true });
      }
    });
  }

  test(`${format}: two processes that replace the archive again and again both succeed each time`, async (t) => {
    const folder = await scratchFolder(t);
    const store = join(folder, 'store');
    const models = [makeModel(join(folder, 'a'), 100_000), makeModel(join(folder, 'b'), 120_000)];
    const runs = models.map(({ input }) =>
      packInChild([{ ...input, archiveFormat: format, exportPath: store, force: true }], 25),
    );
    for (const outcomes of await Promise.all(runs)) assert.deepEqual(outcomes, Array(25).fill('packed'));
    await assertOneOfBoth(format, store, models);
  });
}
