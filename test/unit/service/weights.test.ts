/** Weights through the engine, as a window meets them: listed, measured, compared, saved as a table, and guarded. */
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { JobInput } from '../../../core/contract/api.ts';
import { Caller } from '../../../core/contract/rpc.ts';
import { Engine } from '../../../core/service/engine.ts';
import { KeptOpen } from '../../../core/service/kept-open.ts';
import { LatestResults } from '../../../core/service/latest-results.ts';
import { f32, safetensors } from '../../support/make-safetensors.ts';
import { makeArchive } from '../../support/models.ts';
import { scratchFolder } from '../../support/scratch.ts';

const handler = 'def handle(data, context):\n    return data\n';
const ramp = f32('layers.0.weight', [4, 8], (at) => at);
const moved = f32('layers.0.weight', [4, 8], (at) => at + (at === 31 ? 1 : 0));
const still = f32('head.weight', [8], () => 0.5);

async function opened(t: TestContext) {
  const folder = await scratchFolder(t);
  const models = join(folder, 'models');
  await mkdir(models);
  const engine = new Engine({ stateFolder: join(folder, 'state'), samplesFolder: null });
  t.after(() => engine.close());
  await engine.grant(models);
  const caller = new Caller(() => {});
  const connection = engine.connect((text) => queueMicrotask(() => caller.receive(text)));
  caller.attach({ send: (text) => connection.receive(text) });
  const run = async <V extends JobInput['verb']>(job: Extract<JobInput, { verb: V }>) => {
    const { id } = await caller.call('startJob', job as JobInput);
    for (;;) {
      const one = (await caller.call('listJobs', {})).find((other) => other.id === id);
      if (one?.problem) throw Object.assign(new Error(one.problem.message), one.problem);
      if (one?.status === 'done') return (await caller.call('jobResult', { id })).result;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return { caller, run, models, folder };
}

const archiveOf = (models: string, tensors: Parameters<typeof safetensors>[0], metadata = {}) =>
  makeArchive(models, { 'handler.py': handler, 'w.safetensors': safetensors(tensors, metadata) });

test('weights in an archive are listed with totals and what they say of themselves', async (t) => {
  const { caller, models } = await opened(t);
  const path = await archiveOf(models, [ramp, still], { format: 'pt' });
  const listing = await caller.call('tensors', { path, entry: 'w.safetensors' });
  assert.equal(listing.format, 'safetensors');
  assert.deepEqual(
    listing.tensors.map(({ name, dtype, shape }) => [name, dtype, shape]),
    [
      ['layers.0.weight', 'float32', [4, 8]],
      ['head.weight', 'float32', [8]],
    ],
  );
  assert.equal(listing.totals.parameters, 40);
  assert.equal(listing.totals.bytes, 160);
  assert.equal(listing.more, 0);
  assert.ok(listing.about.some(({ name, value }) => name === 'format' && value === 'pt'));
  assert.ok(listing.tensors.every((tensor) => !('values' in tensor)));
});

test('weights that lie by themselves are listed as well', async (t) => {
  const { caller, models } = await opened(t);
  const path = join(models, 'alone.safetensors');
  await writeFile(path, safetensors([ramp]));
  const { totals } = await caller.call('tensors', { path, entry: null });
  assert.equal(totals.tensors, 1);
});

test('statistics and differences are those of the numbers, and follow a file that changes', async (t) => {
  const { run, models } = await opened(t);
  const path = join(models, 'a.safetensors');
  await writeFile(path, safetensors([ramp]));
  const input = { path, entry: null, name: ramp.name };
  const first = await run({ verb: 'tensorStats', input });
  assert.ok('histogram' in first);
  assert.deepEqual([first.min, first.max, first.mean, first.zeros], [0, 31, 15.5, 1]);
  assert.equal(first.histogram.length, 64);
  await rm(path);
  await writeFile(path, safetensors([moved, still]));
  const second = await run({ verb: 'tensorStats', input });
  assert.equal('histogram' in second && second.max, 32);

  const before = await archiveOf(models, [ramp]);
  const after = await archiveOf(models, [moved]);
  const entries = { beforeEntry: 'w.safetensors', afterEntry: 'w.safetensors' };
  const names = { beforeName: ramp.name, afterName: ramp.name };
  const difference = await run({ verb: 'tensorDifference', input: { before, after, ...entries, ...names } });
  assert.ok('changedFraction' in difference);
  assert.equal(difference.maxAbs, 1);
  assert.equal(difference.changedFraction, 1 / 32);
  assert.equal(difference.plots?.strip.filter((value) => value > 0).length, 1);
});

test('what is not there is told by name: a tensor, an entry, weights', async (t) => {
  const { caller, run, models } = await opened(t);
  const path = await archiveOf(models, [ramp]);
  const name = 'layers.0.weigth';
  await assert.rejects(run({ verb: 'tensorStats', input: { path, entry: 'w.safetensors', name } }), {
    code: 'TENSOR_MISSING',
    hint: /layers\.0\.weight/,
  });
  await assert.rejects(caller.call('tensors', { path, entry: 'x.safetensors' }), { code: 'ENTRY_MISSING' });
  await assert.rejects(caller.call('tensors', { path, entry: 'handler.py' }), { code: 'WEIGHTS_UNKNOWN' });
  await assert.rejects(caller.call('weightsText', { path, entry: 'w.safetensors', name: 'x' }), {
    code: 'ENTRY_MISSING',
  });
});

test('nothing outside of what was granted is read or written', async (t) => {
  const { caller, run, models, folder } = await opened(t);
  const outside = join(folder, 'outside.safetensors');
  await writeFile(outside, safetensors([ramp]));
  const refused = { code: 'PATH_NOT_GRANTED' };
  const input = { path: outside, entry: null };
  await assert.rejects(caller.call('tensors', input), refused);
  await assert.rejects(caller.call('weightsText', { ...input, name: 'x' }), refused);
  await assert.rejects(run({ verb: 'tensorStats', input: { ...input, name: 'x' } }), refused);
  await assert.rejects(run({ verb: 'scanPickles', input }), refused);
  const path = await archiveOf(models, [ramp]);
  const entries = { beforeEntry: 'w.safetensors', afterEntry: null, beforeName: 'x', afterName: 'x' };
  await assert.rejects(
    run({ verb: 'tensorDifference', input: { before: path, after: outside, ...entries } }),
    refused,
  );
  const to = join(folder, 'list.csv');
  await assert.rejects(
    caller.call('saveTensorTable', { path, entry: 'w.safetensors', to, force: true }),
    refused,
  );
});

test('the table is saved as CSV, over another file only when asked to', async (t) => {
  const { caller, models } = await opened(t);
  const path = await archiveOf(models, [ramp, still]);
  const to = join(models, 'list.csv');
  const input = { path, entry: 'w.safetensors', to };
  await caller.call('saveTensorTable', { ...input, force: false });
  assert.equal((await readFile(to, 'utf8')).split('\r\n').length, 4);
  await assert.rejects(caller.call('saveTensorTable', { ...input, force: false }), { code: 'OUTPUT_EXISTS' });
  await caller.call('saveTensorTable', { ...input, force: true });
});

test('a tensor is saved as a file of NumPy, never over the archive that it is from', async (t) => {
  const { run, models, folder } = await opened(t);
  const path = await archiveOf(models, [ramp]);
  const input = { path, entry: 'w.safetensors', name: ramp.name, force: true };
  const to = join(models, 'ramp.npy');
  await run({ verb: 'exportTensor', input: { ...input, to } });
  const bytes = await readFile(to);
  assert.equal(bytes.toString('latin1', 1, 6), 'NUMPY');
  assert.equal(bytes.readFloatLE(bytes.length - 4), 31);
  await assert.rejects(run({ verb: 'exportTensor', input: { ...input, to: path } }));
  assert.equal((await readFile(path)).toString('latin1', 0, 2), 'PK');
  await assert.rejects(run({ verb: 'exportTensor', input: { ...input, to, force: false } }), {
    code: 'OUTPUT_EXISTS',
  });
  await assert.rejects(run({ verb: 'exportTensor', input: { ...input, to: join(folder, 'out.npy') } }), {
    code: 'PATH_NOT_GRANTED',
  });
});

test('what loading a pickle would call is told, and nothing is run', async (t) => {
  const { run, models } = await opened(t);
  const evil = Buffer.from("cos\nsystem\n(S'true'\ntR.", 'latin1');
  const path = await makeArchive(models, { 'handler.py': handler, 'w.pkl': evil });
  const report = await run({ verb: 'scanPickles', input: { path, entry: 'w.pkl' } });
  assert.ok('verdict' in report && 'globals' in report);
  assert.equal(report.verdict, 'findings');
  assert.deepEqual(
    report.globals.map(({ module, name, standing }) => [module, name, standing]),
    [['os', 'system', 'dangerous']],
  );
});

test('what stays open is opened once, anew when its file changes, and closed', async (t) => {
  const folder = await scratchFolder(t);
  const path = join(folder, 'file');
  await writeFile(path, 'one');
  const kept = new KeptOpen<{ close(): Promise<void> }>(2);
  const said: string[] = [];
  const use = (key: string) =>
    kept.use(
      { key, path },
      async () => {
        said.push(`open ${key}`);
        return { close: async () => void said.push(`close ${key}`) };
      },
      async () => {},
    );
  await use('a');
  await use('a');
  assert.deepEqual(said, ['open a']);
  await writeFile(path, 'longer');
  await use('a');
  assert.deepEqual(said.toSorted(), ['close a', 'open a', 'open a']);
  await use('b');
  await use('c');
  // It is closed beside the next one's opening.
  assert.deepEqual(said.slice(3).toSorted(), ['close a', 'open b', 'open c']);
  await kept.close();
  assert.deepEqual(said.slice(6).toSorted(), ['close b', 'close c']);
});

test('an opening that nobody waits for any more is ended', async (t) => {
  const folder = await scratchFolder(t);
  const path = join(folder, 'file');
  await writeFile(path, 'x');
  const kept = new KeptOpen<{ close(): Promise<void> }>(2);
  const waits = new AbortController();
  let ended = false;
  const used = kept.use(
    { key: 'a', path, signal: waits.signal },
    (opening) =>
      new Promise((_, reject) => {
        opening.addEventListener('abort', () => {
          ended = true;
          reject(new Error('ended'));
        });
        setImmediate(() => waits.abort());
      }),
    async () => {},
  );
  await assert.rejects(used, { code: 'CANCELLED' });
  assert.ok(ended);
  await kept.close();
});

test('of results the latest so many are kept, and one that is asked for again stays', async () => {
  const results = new LatestResults<string>(2);
  const computed: string[] = [];
  const get = (key: string) =>
    results.get(key, async () => {
      computed.push(key);
      return key;
    });
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await get(key);
  assert.deepEqual(computed, ['a', 'b', 'c', 'b']);
});
