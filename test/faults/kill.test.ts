/** SIGKILL at moments spread over the whole of a pack: no cleaning up is possible, and none may be needed. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import type { ArchiveFormat } from '../../core/contract/model.ts';
import { temporaryName } from '../../core/fs/stale.ts';
import { pack } from '../../core/pack.ts';
import { scratchFolder } from '../support/scratch.ts';
import { killWhilePacking } from './child.ts';
import { judge, judgeTarget, makeModel, placeOld, targetOf } from './model.ts';

const skip = process.platform === 'win32' && 'Windows has no SIGKILL';
const plan: readonly { format: ArchiveFormat; kills: number }[] = [
  { format: 'default', kills: 18 },
  { format: 'zip-store', kills: 10 },
  { format: 'tgz', kills: 10 },
  { format: 'no-archive', kills: 12 },
];

for (const { format, kills } of plan) {
  test(`${format}: killed at ${kills} moments, the name holds the old archive or the whole new one`, {
    skip,
  }, async (t) => {
    const folder = await scratchFolder(t);
    const model = makeModel(join(folder, 'model'), 30_000_000);
    const store = join(folder, 'store');
    const target = targetOf(format, store);
    const input = { ...model.input, archiveFormat: format, exportPath: store };

    await pack(input);
    rmSync(store, { recursive: true });
    const started = performance.now();
    await pack(input);
    const wholeMs = performance.now() - started;
    assert.equal(await judge(format, store, model.contents), 'new');

    let hits = 0;
    for (let kill = 0; kill < kills; kill++) {
      const force = kill % 2 === 0;
      if (force) placeOld(format, store);
      else rmSync(target, { recursive: true, force: true });
      // One of a run that was killed is given back where the name is free.
      const wasAside = hasAside(store);
      // A fresh process is slower than the measured run, so the last kills still find it at work.
      if (await killWhilePacking({ ...input, force }, ((kill + 0.5) / kills) * 1.3 * wholeMs)) hits++;

      const found = await judgeTarget(format, target, model.contents);
      if (force && found === 'nothing') {
        // Between two renames the old folder has another name. The next run gives its own back.
        assert.equal(format, 'no-archive');
        assert.ok(hasAside(store));
      } else {
        assert.ok(
          found === 'new' || found === (force ? 'old' : 'nothing') || (wasAside && found === 'old'),
          found,
        );
      }
    }
    assert.ok(hits >= kills / 4, `only ${hits} of ${kills} kills met a pack under way`);

    rmSync(target, { recursive: true, force: true });
    await pack({ ...input, force: true });
    assert.equal(await judge(format, store, model.contents), 'new', 'one more run sweeps up');
  });
}

const hasAside = (store: string) =>
  existsSync(store) && readdirSync(store).some((name) => name.endsWith('.old'));

test('a folder that had stepped aside when its process died is put back, not overwritten', {
  skip,
}, async (t) => {
  const folder = await scratchFolder(t);
  const model = makeModel(join(folder, 'model'));
  const store = join(folder, 'store');
  const input = { ...model.input, archiveFormat: 'no-archive', exportPath: store } as const;
  placeOld('no-archive', store);
  const aside = basename(temporaryName(targetOf('no-archive', store), 'old'));
  // A number that no process has: beyond the largest that Linux gives.
  renameSync(targetOf('no-archive', store), join(store, aside.replace(`.${process.pid}.`, '.99999999.')));
  assert.ok(!existsSync(targetOf('no-archive', store)));
  await assert.rejects(pack(input), { code: 'OUTPUT_EXISTS' });
  assert.equal(await judge('no-archive', store, model.contents), 'old');
});
