/** Every call to the system that a pack makes fails once, for every format and every state of the target. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Problem } from '../../core/contract/errors.ts';
import { planPack } from '../../core/mar/plan.ts';
import { dryRun, pack } from '../../core/pack.ts';
import { writePlan } from '../../core/write-plan.ts';
import { scratchFolder } from '../support/scratch.ts';
import { errorCodes, failNth, folderCalls, handleCalls, withHook } from './inject.ts';
import { formats, judge, judgeTarget, type Model, makeModel, placeOld, targetOf } from './model.ts';

const calls = [...handleCalls.map((call) => `handle.${call}`), ...folderCalls];
// What fails to be removed stays; that it is swept later is tested by itself.
const removals = ['rm', 'rmdir'];

const writeProblems = { EIO: 'IO_ERROR', EACCES: 'IO_READ_ONLY', ENOSPC: 'IO_NO_SPACE' };

const states = [
  { title: 'no older archive, no --force', hasOld: false, force: false },
  { title: 'no older archive, --force', hasOld: false, force: true },
  { title: 'an older archive, --force', hasOld: true, force: true },
  { title: 'an archive that appeared after planning, no --force', hasOld: true, force: false },
];

const openFiles = (): number =>
  process.platform === 'linux' ? readdirSync('/proc/self/fd').length : Number.NaN;

for (const format of formats) {
  for (const { title, hasOld, force } of states) {
    test(`${format}, ${title}: whichever call fails, the target is old or whole and nothing else is left`, async (t) => {
      const folder = await scratchFolder(t);
      const model = makeModel(join(folder, 'model'));
      const store = join(folder, 'new', 'store');
      const rejections: unknown[] = [];
      const remember = (reason: unknown) => rejections.push(reason);
      process.on('unhandledRejection', remember);
      t.after(() => process.off('unhandledRejection', remember));

      const input = { ...model.input, archiveFormat: format, force, exportPath: store };
      const context = { cwd: folder, now: new Date(), env: {}, destination: 'path' } as const;
      let faults = 0;
      const stopsEarly = hasOld && !force;
      for (const call of calls.filter((call) => !removals.includes(call))) {
        for (let nth = 1; ; nth++) {
          const code = errorCodes[faults++ % errorCodes.length] as (typeof errorCodes)[number];
          const what = `${call} number ${nth} failing with ${code}`;
          rmSync(join(folder, 'new'), { recursive: true, force: true });
          const plan = await planPack(input, context);
          if (hasOld) placeOld(format, store);
          const openBefore = openFiles();
          const { fired, error } = await failNth(call, nth, code, () => writePlan(plan, {}));
          await setImmediate();

          assert.equal(openFiles(), openBefore, `${what} leaves no file open`);
          assert.deepEqual(rejections, [], `${what} leaves no rejection unhandled`);
          assertProblem(error, what);
          if (call === 'handle.write' && fired && !stopsEarly) {
            assert.equal((error as Problem).code, writeProblems[code], what);
          }
          const found = await judge(format, store, model.contents).catch((reason) => {
            throw new Error(`${what}, ended with ${error}`, { cause: reason });
          });
          if (error === undefined) assert.equal(found, 'new', what);
          else if (hasOld) assert.ok(found === 'old' || (force && found === 'new'), what);
          else if (found === 'nothing') assert.deepEqual(readdirSync(folder), ['model'], what);
          if (!fired) {
            if (stopsEarly) assert.equal((error as Problem).code, 'OUTPUT_EXISTS');
            else assert.equal(error, undefined);
            break;
          }
        }
      }
      assert.ok(faults > (stopsEarly ? 18 : 50), `only ${faults} faults were met`);
    });
  }

  test(`${format}: the system may take and give fewer bytes than it was asked for`, async (t) => {
    const folder = await scratchFolder(t);
    const model = makeModel(join(folder, 'model'));
    const store = join(folder, 'store');
    const input = { ...model.input, archiveFormat: format, exportPath: store };
    let turn = 0;
    const cutLength = (length: unknown) => Math.ceil((Number(length) * (1 + (turn++ % 7))) / 8);
    await withHook(
      'handle.write',
      (original, [bytes, offset, length, position]) => original(bytes, offset, cutLength(length), position),
      () =>
        withHook(
          'handle.read',
          (original, [bytes, offset, length, position]) =>
            original(bytes, offset, cutLength(length), position),
          () => pack(input),
        ),
    );
    assert.ok(turn > 20);
    assert.equal(await judge(format, store, model.contents), 'new');
  });

  test(`${format}: a system that takes no byte at all is a problem, not an endless loop`, async (t) => {
    const folder = await scratchFolder(t);
    const model = makeModel(join(folder, 'model'));
    const store = join(folder, 'store');
    const run = withHook(
      'handle.write',
      async (_, [buffer]) => ({ bytesWritten: 0, buffer }),
      () => pack({ ...model.input, archiveFormat: format, exportPath: store }),
    );
    await assert.rejects(run, { code: 'IO_ERROR' });
    assert.equal(await judge(format, store, model.contents), 'nothing');
  });
}

test('an archive is named without links where the file system has none', async (t) => {
  for (const code of ['EPERM', 'ENOTSUP', 'EISDIR']) {
    const folder = await scratchFolder(t);
    const model = makeModel(join(folder, 'model'));
    const store = join(folder, 'store');
    const input = { ...model.input, exportPath: store };
    const noLinks = async () => {
      throw Object.assign(new Error(code), { code, syscall: 'link' });
    };
    await withHook('link', noLinks, () => pack(input));
    assert.equal(await judge('default', store, model.contents), 'new');

    rmSync(store, { recursive: true });
    mkdirSync(store);
    const failed = await withHook('link', noLinks, () => failNth('rename', 1, 'EIO', () => pack(input)));
    assertProblem(failed.error, 'rename');
    assert.ok(failed.fired);
    assert.equal(await judge('default', store, model.contents), 'nothing');
  }
});

test('what could not be removed does no harm, and a later run sweeps it', async (t) => {
  for (const format of formats) {
    const folder = await scratchFolder(t);
    const model = makeModel(join(folder, 'model'), 1000);
    const store = join(folder, 'store');
    if (format === 'no-archive') placeOld(format, store);
    const input = { ...model.input, archiveFormat: format, exportPath: store };
    const force = format === 'no-archive';
    const { error, fired } = await failNth('rm', 1, 'EIO', () => pack({ ...input, force }));
    assert.ok(fired);
    assert.equal(error, undefined);
    assert.equal(await judgeTarget(format, targetOf(format, store), model.contents), 'new');

    const [left, ...more] = readdirSync(store).filter((name) => name.startsWith('.'));
    assert.ok(left !== undefined && more.length === 0);
    // As if the process that made it were dead: no process has so large a number.
    renameSync(join(store, left), join(store, left.replace(`.${process.pid}.`, '.99999999.')));
    await pack({ ...input, force: true });
    assert.equal(await judge(format, store, model.contents), 'new');
  }
});

test('whichever call fails while planning, it is a problem, or the plan stands', async (t) => {
  const folder = await scratchFolder(t);
  const { input }: Model = makeModel(join(folder, 'model'));
  for (const call of calls) {
    for (let nth = 1; ; nth++) {
      const what = `${call} number ${nth} failing`;
      const openBefore = openFiles();
      const work = () => dryRun({ ...input, exportPath: join(folder, 'store') });
      const { fired, error } = await failNth(call, nth, 'EIO', work);
      assert.equal(openFiles(), openBefore, `${what} leaves no file open`);
      if (!fired) break;
      assertProblem(error, what);
    }
  }
});

function assertProblem(error: unknown, what: string): void {
  if (error === undefined) return;
  if (!(error instanceof Problem)) throw new Error(`${what} ended with no problem`, { cause: error });
  assert.equal(error.exit, 2, what);
  assert.match(error.code, /^(IO|INPUT|CREATE|EXPORT|OUTPUT)_/, what);
}
