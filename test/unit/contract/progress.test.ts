import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Progress, ProgressMeter } from '../../../core/contract/progress.ts';
import { randomOf } from '../../support/random.ts';

test('reports never go back, come at most ten a second, and the last one is always sent', (t) => {
  let clock = 0;
  t.mock.method(performance, 'now', () => clock);
  const random = randomOf(8);
  const reports: { at: number; progress: Progress }[] = [];
  const total = 100_000;
  const meter = new ProgressMeter(
    (progress) => reports.push({ at: performance.now(), progress }),
    'write',
    total,
  );
  // Estimates may overshoot, and parts may be fractions.
  for (let turn = 0; turn < 200; turn++) {
    if (turn === 100) meter.phase('check');
    meter.entry(`entry ${turn}`);
    meter.add(random.pick(2000) / 3);
    clock += random.pick(9);
  }
  meter.finish();

  const done = reports.map(({ progress }) => progress.doneBytes);
  assert.deepEqual(
    done,
    [...done].sort((a, b) => a - b),
  );
  assert.ok(done.every((bytes) => Number.isInteger(bytes) && bytes <= total));
  reports.slice(1, -1).forEach(({ at }, index) => {
    assert.ok(at - (reports[index]?.at as number) >= 100, 'a tenth of a second lies between two');
  });
  assert.ok(reports.length >= 5);
  const last = reports.at(-1)?.progress;
  assert.deepEqual(last, { phase: 'check', doneBytes: total, totalBytes: total });
  assert.equal(reports[0]?.progress.phase, 'write');
  assert.match(reports[0]?.progress.entry ?? '', /^entry /);
});

test('without a total, what was done is reported as it is', () => {
  const reports: Progress[] = [];
  const meter = new ProgressMeter((progress) => reports.push(progress), 'write', null);
  meter.add(5);
  meter.add(7);
  meter.finish();
  assert.deepEqual(reports.at(-1), { phase: 'write', doneBytes: 12, totalBytes: null });
});

test('nobody needs to listen', () => {
  const meter = new ProgressMeter(undefined, 'write', 10);
  meter.add(10);
  meter.finish();
});
