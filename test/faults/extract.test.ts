/** Every call to the system that unpacking or rewriting an archive makes fails once. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Problem } from '../../core/contract/errors.ts';
import { extract } from '../../core/extract.ts';
import { pack } from '../../core/pack.ts';
import { repack } from '../../core/repack.ts';
import { folderContents, scratchFolder } from '../support/scratch.ts';
import { errorCodes, failNth, folderCalls, handleCalls } from './inject.ts';
import { formats, judge, makeModel, placeOld } from './model.ts';

// What fails to be removed stays; that it is swept later is tested by itself.
const calls = [...handleCalls.map((call) => `handle.${call}`), ...folderCalls, 'readlink'].filter(
  (call) => !['rm', 'rmdir'].includes(call),
);

const openFiles = (): number =>
  process.platform === 'linux' ? readdirSync('/proc/self/fd').length : Number.NaN;

/** Fails each call at each of its turns; `settle` judges what is left, and gets the error if there was one. */
async function failEach(
  prepare: () => void,
  work: () => Promise<unknown>,
  settle: (error: unknown, what: string) => Promise<void> | void,
): Promise<void> {
  const rejections: unknown[] = [];
  const remember = (reason: unknown) => rejections.push(reason);
  process.on('unhandledRejection', remember);
  let faults = 0;
  try {
    for (const call of calls) {
      for (let nth = 1; ; nth++) {
        const code = errorCodes[faults++ % errorCodes.length] as (typeof errorCodes)[number];
        const what = `${call} number ${nth} failing with ${code}`;
        prepare();
        const openBefore = openFiles();
        const { fired, error } = await failNth(call, nth, code, work);
        await setImmediate();
        assert.equal(openFiles(), openBefore, `${what} leaves no file open`);
        assert.deepEqual(rejections, [], `${what} leaves no rejection unhandled`);
        if (error !== undefined && !(error instanceof Problem)) {
          throw new Error(`${what} ended with no problem`, { cause: error });
        }
        await settle(error, what);
        if (fired) continue;
        assert.equal(error, undefined, what);
        break;
      }
    }
  } finally {
    process.off('unhandledRejection', remember);
  }
  assert.ok(faults > 40, `only ${faults} faults were met`);
}

for (const archiveFormat of formats) {
  test(`${archiveFormat}: whichever call fails while extracting, all is there or nothing`, async (t) => {
    const folder = await scratchFolder(t);
    const model = makeModel(join(folder, 'model'));
    const { output } = await pack({ ...model.input, archiveFormat, exportPath: join(folder, 'store') });
    const into = join(folder, 'new', 'into');
    const prepare = () => rmSync(join(folder, 'new'), { recursive: true, force: true });
    await failEach(
      prepare,
      () => extract(output, { into }),
      (error, what) => {
        const left = readdirSync(folder).sort();
        if (error !== undefined && !left.includes('new')) return;
        assert.deepEqual(readdirSync(join(folder, 'new')), ['into'], what);
        assert.equal(folderContents(into).size, model.contents.size + 1, what);
      },
    );
  });
}

test('whichever call fails while files are received by force, each of them is old or new', async (t) => {
  const folder = await scratchFolder(t);
  const model = makeModel(join(folder, 'model'), 2000);
  const { output } = await pack({ ...model.input, exportPath: join(folder, 'store') });
  const into = join(folder, 'new', 'into');
  const whole = join(folder, 'whole');
  await extract(output, { into: whole });
  const wanted = folderContents(whole);
  const prepare = () => {
    rmSync(join(folder, 'new'), { recursive: true, force: true });
    mkdirSync(join(into, 'labels'), { recursive: true });
    writeFileSync(join(into, 'labels', 'mine.txt'), 'mine');
    writeFileSync(join(into, 'handler.py'), 'old');
  };
  await failEach(
    prepare,
    () => extract(output, { into, force: true }),
    (error, what) => {
      assert.deepEqual(readdirSync(join(folder, 'new')), ['into'], what);
      assert.equal(readFileSync(join(into, 'labels', 'mine.txt'), 'utf8'), 'mine', what);
      const found = new Map(folderContents(into));
      found.delete('labels/mine.txt');
      if (readFileSync(join(into, 'handler.py'), 'utf8') === 'old') found.delete('handler.py');
      for (const [name, facts] of found) assert.deepEqual(facts, wanted.get(name), what);
      if (error === undefined) assert.equal(found.size, wanted.size, what);
    },
  );
});

for (const archiveFormat of formats) {
  test(`repacked to ${archiveFormat}: whichever call fails, the target is old or whole`, async (t) => {
    const folder = await scratchFolder(t);
    const model = makeModel(join(folder, 'model'));
    const { output } = await pack({ ...model.input, exportPath: join(folder, 'store') });
    const before = readFileSync(output);
    const out = join(folder, 'new');
    const prepare = () => {
      rmSync(out, { recursive: true, force: true });
      placeOld(archiveFormat, out);
    };
    await failEach(
      prepare,
      () => repack(output, { archiveFormat, exportPath: out, force: true, compression: 'auto' }),
      async (error, what) => {
        const found = await judge(archiveFormat, out, model.contents).catch((reason) => {
          throw new Error(`${what}, ended with ${error}`, { cause: reason });
        });
        assert.ok(found === 'new' || (error !== undefined && found === 'old'), `${what}: ${found}`);
      },
    );
    assert.deepEqual(readFileSync(output), before, 'the old archive is as it was');
  });
}
