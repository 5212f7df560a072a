/** Long work: its states, its order, its end, and what is told of it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Job, JobInput } from '../../../core/contract/api.ts';
import { Problem, throwIfCancelled } from '../../../core/contract/errors.ts';
import { EarlyList, listFindings } from '../../../core/service/early-list.ts';
import { JobList, type RunJob } from '../../../core/service/jobs.ts';
import { until } from '../../support/until.ts';

const asked: JobInput = { verb: 'verify', input: { path: '/x.mar' } };

interface Held {
  readonly finish: (result: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/** Jobs that end when the test says so. */
function held() {
  const running: Held[] = [];
  const told: Job[] = [];
  const run: RunJob = (_, { signal }) =>
    new Promise((finish, fail) => {
      running.push({ finish, fail });
      signal.addEventListener('abort', () => fail(Problem.cancelled()));
    });
  return { jobs: new JobList(run, (job) => told.push(job), 0), running, told };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const statuses = (jobs: JobList) => jobs.list().map(({ status }) => status);

test('two run at once, the others wait for their turn', async () => {
  const { jobs, running } = held();
  for (let count = 0; count < 4; count++) jobs.start(asked, 'x');
  assert.deepEqual(statuses(jobs), ['running', 'running', 'queued', 'queued']);
  running[0]?.finish('done');
  await settle();
  assert.deepEqual(statuses(jobs), ['done', 'running', 'running', 'queued']);
  assert.deepEqual(jobs.result(1), { verb: 'verify', result: 'done' });
  assert.throws(() => jobs.result(2), { code: 'JOB_UNKNOWN' });
});

test('a cancelled job says at once that it stops, and then that it was cancelled', async () => {
  const { jobs, told } = held();
  jobs.start(asked, 'x');
  jobs.cancel(1);
  assert.equal(told.at(-1)?.phase, 'stopping');
  await settle();
  assert.equal(told.at(-1)?.status, 'cancelled');
});

test('one that waits is cancelled without ever beginning', async () => {
  const { jobs, running } = held();
  for (let count = 0; count < 3; count++) jobs.start(asked, 'x');
  jobs.cancel(3);
  running[0]?.finish(null);
  await settle();
  assert.deepEqual(statuses(jobs), ['done', 'running', 'cancelled']);
  assert.equal(running.length, 2);
});

test('a failure keeps its code, and a bug does not show its stack', async (t) => {
  const { jobs, running } = held();
  t.mock.method(console, 'error', () => {});
  jobs.start(asked, 'x');
  jobs.start(asked, 'y');
  running[0]?.fail(Problem.of('ZIP_EMPTY_FILE', { path: '/x.mar' }));
  running[1]?.fail(new TypeError('no such thing\n    at secret.ts:1'));
  await settle();
  const [first, second] = jobs.list();
  assert.equal(first?.problem?.code, 'ZIP_EMPTY_FILE');
  assert.equal(second?.problem?.code, 'INTERNAL');
  assert.doesNotMatch(JSON.stringify(second), /secret\.ts/);
});

test('progress is told at most ten times a second, and the last state always', async () => {
  const told: Job[] = [];
  const steps = 1000;
  const jobs = new JobList(
    async (_, { onProgress, signal }) => {
      for (let step = 1; step <= steps; step++) {
        throwIfCancelled(signal);
        onProgress({ phase: 'reading', doneBytes: step, totalBytes: steps });
      }
    },
    (job) => told.push(job),
  );
  const started = performance.now();
  jobs.start(asked, 'x');
  await settle();
  const tenths = Math.ceil((performance.now() - started) / 100);
  // Its beginning and its end are told beside its progress.
  assert.ok(told.length <= tenths + 3, `${told.length} times within ${tenths} tenths of a second`);
  assert.equal(told.at(-1)?.doneBytes, steps);
  assert.equal(told.at(-1)?.status, 'done');
});

test('only so many ended ones are kept, and one that runs is never forgotten', async () => {
  const jobs = new JobList(
    async () => {},
    () => {},
    0,
  );
  for (let count = 0; count < 50; count++) {
    jobs.start(asked, 'x');
    await settle();
  }
  assert.ok(jobs.list().length <= 31);
  assert.equal(jobs.list().at(-1)?.id, 50);
});

test('no more than a hundred wait, and a forgotten one is not brought back by its end', async () => {
  const { jobs, told } = held();
  for (let count = 0; count < 102; count++) jobs.start(asked, 'x');
  assert.throws(() => jobs.start(asked, 'x'), { code: 'CALL_INVALID' });
  jobs.forget(1);
  told.length = 0;
  await settle();
  assert.deepEqual(
    told.filter(({ id }) => id === 1),
    [],
  );
});

test('an engine that takes the place of another does not give its numbers again', () => {
  const before = new JobList(
    async () => {},
    () => {},
    1_000_000,
  ).start(asked, 'x');
  const after = new JobList(
    async () => {},
    () => {},
  ).start(asked, 'x');
  assert.ok(after.id > before.id && Number.isSafeInteger(after.id));
});

const finding = (path: string) =>
  ({ code: 'PATH_TRAVERSAL', severity: 'error', path, message: path, hint: '' }) as const;

test('what is found early is fetched in pieces, and stays when the job is stopped', async () => {
  const told: Job[] = [];
  const jobs = new JobList(
    (_, { signal, early }) =>
      new Promise((_, fail) => {
        listFindings(early)([finding('a'), finding('b')]);
        listFindings(early)([]);
        signal.addEventListener('abort', () => fail(Problem.cancelled()));
      }),
    (job) => told.push(job),
    0,
  );
  jobs.start(asked, 'x');
  assert.deepEqual(jobs.part(1, 0), {
    ...{ verb: 'verify', head: { error: 2, warning: 0, info: 0 } },
    ...{ items: [finding('a'), finding('b')], total: 2 },
  });
  assert.deepEqual(jobs.part(1, 2)?.items, []);
  jobs.cancel(1);
  await settle();
  assert.equal(told.at(-1)?.status, 'cancelled');
  assert.equal(told.at(-1)?.early, 1);
  assert.equal(jobs.part(1, 1)?.items.length, 1);
});

test('sums that were computed stay when the job is stopped', async () => {
  const sum = { entry: 7, sha256: 'x' };
  const jobs = new JobList(
    (_, { signal, early }) =>
      new Promise((_, fail) => {
        early.add(null, [sum]);
        signal.addEventListener('abort', () => fail(Problem.cancelled()));
      }),
    () => {},
    0,
  );
  jobs.start({ verb: 'hash', input: { path: '/x.mar', stamp: '', entries: null } }, 'x');
  jobs.cancel(1);
  await settle();
  assert.deepEqual(jobs.part(1, 0), { verb: 'hash', head: null, items: [sum], total: 1 });
});

test('what is found early is let go of when the result is there', async () => {
  const jobs = new JobList(
    async (_, { early }) => listFindings(early)([finding('a')]),
    () => {},
    0,
  );
  jobs.start(asked, 'x');
  assert.equal(jobs.part(1, 0)?.total, 1);
  await settle();
  assert.equal(jobs.list()[0]?.status, 'done');
  assert.deepEqual(jobs.part(1, 1), { verb: 'verify', head: null, items: [], total: 0 });
});

test('what is found while nothing else is told is told all the same, and no more than ten times a second', async () => {
  const told: Job[] = [];
  let finish: (result: unknown) => void = () => {};
  const count = 500;
  const jobs = new JobList(
    (_, { early }) => {
      for (let at = 0; at < count; at++) early.add({}, [at]);
      return new Promise((resolve) => {
        finish = resolve;
      });
    },
    (job) => told.push(job),
    0,
  );
  const started = performance.now();
  jobs.start(asked, 'x');
  await until(() => told.at(-1)?.early, count);
  const tenths = Math.ceil((performance.now() - started) / 100);
  // Its beginning is told beside what is found.
  assert.ok(told.length <= tenths + 2, `${told.length} times within ${tenths} tenths of a second`);
  finish(null);
  await settle();
  assert.equal(told.at(-1)?.status, 'done');
});

test('the list of what is found early has an end, in items and in characters', () => {
  const many = new EarlyList<unknown, unknown>(() => {});
  for (let at = 0; at < 30_000; at++) many.add(at, [at]);
  assert.equal(many.part(0).total, 20_000);
  assert.equal(many.part(0).head, 29_999);
  const long = new EarlyList<unknown, string>(() => {});
  for (let at = 0; at < 100; at++) long.add(at, ['x'.repeat(1_000_000)]);
  assert.equal(long.part(0).total, 16);
  assert.equal(long.part(0).items.length, 1, 'one that is longer than a piece goes by itself');
});

test('what is told of a job does not hold what it was asked for; that is had by its number', () => {
  const remove = Array.from({ length: 1000 }, (_, at) => `some/entry-${at}`);
  const many: JobInput = { verb: 'repack', input: { path: '/x.mar', input: { remove } } };
  const { jobs, told } = held();
  const started = jobs.start(many, 'x.mar');
  assert.ok(JSON.stringify([started, told, jobs.list()]).length < 2000);
  assert.equal(started.path, '/x.mar');
  assert.deepEqual(jobs.input(1), many);
});
