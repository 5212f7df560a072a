/** Disks that are full or read-only: real ones of 1 MB where this user may mount them, simulated ones everywhere. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Problem } from '../../core/contract/errors.ts';
import { pack } from '../../core/pack.ts';
import { scratchFolder } from '../support/scratch.ts';
import { withHook } from './inject.ts';
import { formats, judge, makeModel, placeOld } from './model.ts';

const runTool = (program: string, ...args: string[]) => execFileSync(program, args, { stdio: 'pipe' });

/** Runs the test in a folder with a disk of 1 MB in it, or skips it. */
function onSmallDisk(
  test: (folder: string, disk: string) => Promise<void>,
): (t: TestContext) => Promise<void> {
  return async (t) => {
    const folder = await scratchFolder(t);
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    try {
      runTool('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk);
    } catch {
      return t.skip('this user may not mount a tmpfs');
    }
    try {
      await test(folder, disk);
    } finally {
      runTool('umount', disk);
    }
  };
}

const plentyOfSpace = async () => ({ bavail: 1e12, bsize: 1, blocks: 1e12 });

for (const format of formats) {
  for (const notices of ['beforehand', 'in the middle'] as const) {
    test(
      `${format}: a disk of 1 MB is noticed ${notices}, and the old archive stays`,
      onSmallDisk(async (folder, store) => {
        placeOld(format, store);
        const model = makeModel(join(folder, 'model'));
        // Text that shrinks would fit after all, so only the weights are packed, which don't.
        const { extraFiles: _, ...input } = model.input;
        const run = () => pack({ ...input, archiveFormat: format, exportPath: store, force: true });
        const error = await (notices === 'beforehand' ? run() : withHook('statfs', plentyOfSpace, run)).then(
          () => undefined,
          (reason) => reason,
        );
        assert.ok(error instanceof Problem, `ended with ${error}`);
        assert.equal(error.code, 'IO_NO_SPACE');
        assert.equal(/are free/.test(error.message), notices === 'beforehand', error.message);
        assert.equal(await judge(format, store, model.contents), 'old');
      }),
    );
  }

  if (format !== 'no-archive') {
    test(
      `${format}: what fits once it is compressed is packed`,
      onSmallDisk(async (folder, store) => {
        const model = makeModel(join(folder, 'model'), 1000);
        writeFileSync(join(folder, 'long.txt'), 'the same words\n'.repeat(200_000));
        const extraFiles = [join(folder, 'long.txt')];
        const input = { ...model.input, extraFiles, archiveFormat: format, exportPath: store };
        if (format === 'zip-store') await assert.rejects(pack(input), { code: 'IO_NO_SPACE' });
        else assert.ok((await pack(input)).size < 1_000_000);
      }),
    );
  }

  test(
    `${format}: a read-only disk is IO_READ_ONLY, and the old archive stays`,
    onSmallDisk(async (folder, store) => {
      placeOld(format, store);
      runTool('mount', '-o', 'remount,ro', store);
      const model = makeModel(join(folder, 'model'), 1000);
      const run = pack({ ...model.input, archiveFormat: format, exportPath: store, force: true });
      await assert.rejects(run, { code: 'IO_READ_ONLY' });
      assert.equal(await judge(format, store, model.contents), 'old');
      const deeper = { ...model.input, archiveFormat: format, exportPath: join(store, 'new') };
      await assert.rejects(pack(deeper), { code: 'IO_READ_ONLY' });
    }),
  );
}

test('a folder that this user may not write to is IO_READ_ONLY', async (t) => {
  if (process.platform === 'win32') return t.skip('Windows has no permission bits');
  if (process.getuid?.() === 0) return t.skip('permissions bind no root');
  const folder = await scratchFolder(t);
  const model = makeModel(join(folder, 'model'), 1000);
  const store = join(folder, 'store');
  mkdirSync(store, { mode: 0o555 });
  await assert.rejects(pack({ ...model.input, exportPath: store }), { code: 'IO_READ_ONLY' });
  assert.deepEqual(readdirSync(store), []);
});

test('a file system that does not tell its size is no reason to refuse', async (t) => {
  const folder = await scratchFolder(t);
  const model = makeModel(join(folder, 'model'), 1000);
  const store = join(folder, 'store');
  const run = () => pack({ ...model.input, exportPath: store });
  await withHook('statfs', async () => ({ bavail: 0, bsize: 4096, blocks: 0 }), run);
  assert.equal(await judge('default', store, model.contents), 'new');
});
