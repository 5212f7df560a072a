/** A pickle can be long and holds the thread that everything else runs on: others have their turns, and a cancel ends it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { pickle as family } from '../../../../core/audit/rules/pickle.ts';
import { readPickle } from '../../../../core/weights/pickle/machine.ts';
import { scanPickles } from '../../../../core/weights/pickle/scan.ts';
import { sourceOfBytes } from '../../../../core/weights/pickle/source.ts';
import { Turns } from '../../../../core/weights/pickle/turns.ts';
import { op, pickle } from '../../../support/pickle.ts';

const one = pickle(op.NONE(), op.POP());
const long = pickle(Buffer.alloc(one.length * 4_900_000, one), op.NONE(), op.STOP());

/** Comes about only where somebody lets the thread have another turn. */
function abortSoon(): AbortSignal {
  const controller = new AbortController();
  setImmediate(() => controller.abort());
  return controller.signal;
}

test('the pickle is so long that others have turns in its midst', async () => {
  let turns = 0;
  const count = () => {
    turns++;
    waiting = setImmediate(count);
  };
  let waiting = setImmediate(count);
  const { opcodes, isComplete } = await readPickle(long);
  clearImmediate(waiting);
  assert.ok(turns > 1, `${turns} turns`);
  assert.deepEqual([opcodes, isComplete], [9_800_002, true]);
});

test('a pickle that is cancelled in its midst is not read on', async () => {
  await assert.rejects(readPickle(long, 0, { turns: new Turns(abortSoon()) }), { code: 'CANCELLED' });
});

test('a scan that is cancelled in the midst of a pickle ends there', async () => {
  await assert.rejects(scanPickles(sourceOfBytes(long), { signal: abortSoon() }), { code: 'CANCELLED' });
});

test('a scan that is cancelled among bytes that only begin like pickles ends there', async () => {
  const begins = Buffer.alloc(4_000_000, Buffer.from([0x80, 4, 0xff, 0xff]));
  const bytes = Buffer.concat([pickle(op.NONE(), op.POP(), op.NONE(), op.STOP()), begins]);
  await assert.rejects(scanPickles(sourceOfBytes(bytes), { signal: abortSoon() }), { code: 'CANCELLED' });
});

test('the rule hands its cancel on to the scan', async () => {
  const controller = new AbortController();
  const entry = {
    ...{ name: 'weights.pkl', size: long.length, role: 'extra' as const },
    readStart: async (limit: number) => long.subarray(0, limit),
    open: async () => null,
    openWhole: async () => {
      setImmediate(() => controller.abort());
      // Bytes that lie in memory: nothing but the scan itself waits for anything.
      return { ...sourceOfBytes(long), close: async () => {} };
    },
  };
  const subject = { manifest: {}, entries: [entry], find: () => undefined } as never;
  const checked = family.checkEntry?.(entry, () => {}, subject, controller.signal);
  await assert.rejects(async () => checked, { code: 'CANCELLED' });
});
