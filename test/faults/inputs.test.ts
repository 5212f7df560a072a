/** Inputs that change after the plan was made, or while they are read. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  fstatSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { Problem } from '../../core/contract/errors.ts';
import { planPack } from '../../core/mar/plan.ts';
import { streamPlan, writePlan } from '../../core/write-plan.ts';
import { scratchFolder } from '../support/scratch.ts';
import { withHook } from './inject.ts';
import { formats, judge, makeModel } from './model.ts';

const changes: Readonly<Record<string, (path: string) => void>> = {
  grows: (path) => appendFileSync(path, 'more'),
  shrinks: (path) => truncateSync(path, 1000),
  'is emptied': (path) => truncateSync(path, 0),
  'is rewritten with the same size': (path) => {
    writeFileSync(path, Buffer.alloc(statSync(path).size, 1));
    // Two writes may fall within one tick of the file system's clock.
    utimesSync(path, 1e9, 1e9);
  },
  'is replaced by a copy of itself': (path) => {
    writeFileSync(`${path}.copy`, readFileSync(path));
    const { atime, mtime } = statSync(path);
    utimesSync(`${path}.copy`, atime, mtime);
    renameSync(`${path}.copy`, path);
  },
  vanishes: (path) => rmSync(path),
};

const contextOf = (destination: 'path' | 'stream') => ({
  cwd: '/',
  now: new Date(),
  env: {},
  destination,
});

// What was opened before can be read to its end, whatever happened to its name: the bytes are the right ones.
const touchesOnlyTheName = ['is replaced by a copy of itself', 'vanishes'];

for (const format of formats) {
  for (const [what, change] of Object.entries(changes)) {
    for (const victim of ['weights.pt', 'handler.py']) {
      test(`${format}: ${victim} that ${what} after the plan was made is a problem`, async (t) => {
        const folder = await scratchFolder(t);
        const model = makeModel(join(folder, 'model'));
        const store = join(folder, 'store');
        const input = { ...model.input, archiveFormat: format, exportPath: store };
        const plan = await planPack(input, contextOf('path'));
        change(join(folder, 'model', victim));
        const code = what === 'vanishes' ? 'INPUT_MISSING' : 'INPUT_CHANGED';
        await assert.rejects(writePlan(plan, {}), { name: 'Problem', code, exit: 2 });
        assert.equal(await judge(format, store, model.contents), 'nothing');
      });
    }

    test(`${format}: weights that ${what} while they are read are a problem, or come out as they were`, async (t) => {
      const folder = await scratchFolder(t);
      const model = makeModel(join(folder, 'model'), 6_000_000);
      const store = join(folder, 'store');
      const input = { ...model.input, archiveFormat: format, exportPath: store };
      const plan = await planPack(input, contextOf('path'));
      const { changed, run } = changingWhileRead(model.weights, change);
      const error = await run(() => writePlan(plan, {})).then(
        () => undefined,
        (reason) => reason,
      );
      assert.ok(changed());
      if (error === undefined) {
        assert.ok(touchesOnlyTheName.includes(what));
        assert.equal(await judge(format, store, model.contents), 'new');
      } else {
        assert.ok(error instanceof Problem && error.code === 'INPUT_CHANGED', error.stack);
        assert.equal(await judge(format, store, model.contents), 'nothing');
      }
    });
  }
}

for (const archiveFormat of ['default', 'tgz'] as const) {
  test(`streamed ${archiveFormat}: weights that shrink while they are read end the stream at once`, async (t) => {
    const folder = await scratchFolder(t);
    const model = makeModel(join(folder, 'model'), 6_000_000);
    const destination = new PassThrough();
    destination.resume();
    const { changed, run } = changingWhileRead(model.weights, (path) => truncateSync(path, 1_000_000));
    const plan = await planPack({ ...model.input, archiveFormat }, contextOf('stream'));
    const started = performance.now();
    const work = run(() => streamPlan(plan, destination, {}));
    await assert.rejects(work, { code: 'INPUT_CHANGED', path: model.weights });
    assert.ok(changed());
    assert.ok(performance.now() - started < 10_000, 'it does not wait for what never comes');
    assert.equal(destination.listenerCount('close'), 0, 'nothing still listens to the destination');
  });
}

/** Changes a file just before it is read in a large piece, as when it is packed; samples of it are smaller. */
function changingWhileRead(path: string, change: (path: string) => void) {
  const largeBytes = 200_000;
  const { ino } = statSync(path);
  let isChanged = false;
  return {
    changed: () => isChanged,
    run: <T>(work: () => Promise<T>) =>
      withHook(
        'handle.read',
        (original, args, on) => {
          if (!isChanged && Number(args[2]) > largeBytes && fstatSync(on?.fd as number).ino === ino) {
            isChanged = true;
            change(path);
          }
          return original(...args);
        },
        work,
      ),
  };
}
