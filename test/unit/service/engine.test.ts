/** The engine as a window meets it: calls over a port, real archives, and whatever a broken window may send. */
import assert from 'node:assert/strict';
import { mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { EngineEvent, JobInput } from '../../../core/contract/api.ts';
import { Caller } from '../../../core/contract/rpc.ts';
import { defaults } from '../../../core/contract/settings.ts';
import { Engine } from '../../../core/service/engine.ts';
import { scratchFolder } from '../../support/scratch.ts';

const handler = 'def handle(data, context):\n    return data\n';

async function opened(t: TestContext) {
  const folder = await scratchFolder(t);
  const models = join(folder, 'models');
  await mkdir(models);
  await writeFile(join(models, 'handler.py'), handler);
  await writeFile(join(models, 'labels.json'), '{"0": "cat", "1": "dog", "3": "dog"}');
  await writeFile(join(models, 'weights.pt'), Buffer.alloc(100_000, 7));
  const engine = new Engine({ stateFolder: join(folder, 'state'), samplesFolder: null });
  await engine.grant(models);
  t.after(() => engine.close());
  return { ...connect(engine), engine, folder, models };
}

function connect(engine: Engine) {
  const events: EngineEvent[] = [];
  const caller = new Caller((event) => events.push(event));
  const connection = engine.connect((text) => queueMicrotask(() => caller.receive(text)));
  caller.attach({ send: (text) => connection.receive(text) });
  const run = async (job: JobInput) => {
    const { id } = await caller.call('startJob', job);
    for (;;) {
      const one = (await caller.call('listJobs', {})).find((other) => other.id === id);
      if (one?.status === 'done') return (await caller.call('jobResult', { id })).result;
      if (one?.problem) throw Object.assign(new Error(one.problem.message), one.problem);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return { caller, connection, events, run };
}

const packInput = (models: string, version = '1.0') => ({
  ...{ modelName: 'cats', version, handler: join(models, 'handler.py'), exportPath: models },
  ...{ serializedFile: join(models, 'weights.pt'), extraFiles: [join(models, 'labels.json')], force: true },
});

test('a model is planned, packed, looked into, verified and compared', async (t) => {
  const { caller, run, models } = await opened(t);
  const input = packInput(models);
  const plan = await caller.call('plan', { input });
  assert.deepEqual(plan.entries.map(({ path }) => path).sort(), [
    'MAR-INF/MANIFEST.json',
    'handler.py',
    'labels.json',
    'weights.pt',
  ]);

  await run({ verb: 'pack', input: { input } });
  const path = join(models, 'cats.mar');
  const seen = await caller.call('inspect', { path });
  assert.equal(seen.problem, null);
  assert.equal(seen.entries.path.length, 4);
  assert.equal(seen.manifest?.model?.modelVersion, '1.0');

  const python = await caller.call('preview', { path, entry: 'handler.py' });
  assert.equal(python.content.is === 'text' && python.content.text, handler);
  assert.deepEqual(python.content.is === 'text' && python.content.outline, [
    { name: 'handle', kind: 'function', line: 1, isEntryPoint: true },
  ]);
  const labels = await caller.call('preview', { path, entry: 'labels.json' });
  assert.deepEqual(labels.content.is === 'text' && labels.content.labels?.gaps, [2]);
  assert.deepEqual(labels.content.is === 'text' && labels.content.labels?.duplicates, ['dog']);
  const { base64 } = await caller.call('readBytes', {
    path,
    entry: 'weights.pt',
    offset: 99_998,
    length: 10,
  });
  assert.deepEqual([...Buffer.from(base64, 'base64')], [7, 7]);
  const file = await caller.call('readBytes', { path, entry: null, offset: 0, length: 4 });
  assert.equal(Buffer.from(file.base64, 'base64').toString('latin1'), 'PK\u0003\u0004');

  const verified = await run({ verb: 'verify', input: { path } });
  assert.ok('ok' in verified && verified.ok);

  await writeFile(join(models, 'handler.py'), `${handler}# more\n`);
  const planned = await run({
    verb: 'comparePlan',
    input: { input: packInput(models, '1.1'), before: path },
  });
  assert.deepEqual('summary' in planned && [planned.summary.modified, planned.summary.unchanged], [2, 2]);

  const found = await run({ verb: 'search', input: { path, text: 'DEF handle' } });
  assert.deepEqual('hits' in found && found.hits.map(({ entry, line }) => [entry, line]), [
    ['handler.py', 1],
  ]);
  const store = await run({ verb: 'scanStore', input: { path: models } });
  assert.deepEqual('archives' in store && store.archives.map(({ modelName }) => modelName), ['cats']);
});

test('a report is saved beside the archives, never over them, and over another file only when asked to', async (t) => {
  const { caller, run, models } = await opened(t);
  await run({ verb: 'pack', input: { input: packInput(models) } });
  const path = join(models, 'cats.mar');
  await run({ verb: 'verify', input: { path } });
  const id = (await caller.call('listJobs', {})).at(-1)?.id ?? 0;
  const report = join(models, 'report.html');
  await caller.call('saveReport', { id, format: 'html', path: report, force: false });
  assert.match(await readFile(report, 'utf8'), /<!doctype html>/i);
  await assert.rejects(caller.call('saveReport', { id, format: 'html', path: report, force: false }), {
    code: 'OUTPUT_EXISTS',
  });
  await caller.call('saveReport', { id, format: 'sarif', path: report, force: true });
  await assert.rejects(caller.call('saveReport', { id, format: 'html', path, force: true }), {
    code: 'OUTPUT_IS_INPUT',
  });
  await assert.rejects(caller.call('saveReport', { id, format: 'patch', path: report, force: true }), {
    code: 'CALL_INVALID',
  });
  const input = { into: join(models, 'folder') };
  await run({ verb: 'extract', input: { path, input } });
  await run({ verb: 'diff', input: { before: path, after: input.into } });
  const diffId = (await caller.call('listJobs', {})).at(-1)?.id ?? 0;
  const policy = join(models, 'may.yaml');
  await caller.call('savePolicy', { id: diffId, path: policy, force: false });
  assert.match(await readFile(policy, 'utf8'), /require-version-bump: true/);
  const judged = await run({
    verb: 'diff',
    input: { before: path, after: input.into, policyPath: policy },
  });
  assert.ok('policy' in judged && judged.policy?.ok);
  const judgedId = (await caller.call('listJobs', {})).at(-1)?.id ?? 0;
  const over = { id: judgedId, format: 'html', path: policy, force: true } as const;
  await assert.rejects(caller.call('saveReport', over), { code: 'OUTPUT_IS_INPUT' });
  await assert.rejects(caller.call('savePolicy', { id: diffId, path, force: true }), {
    code: 'OUTPUT_IS_INPUT',
  });
  await assert.rejects(caller.call('savePolicy', { id, path: policy, force: true }), {
    code: 'CALL_INVALID',
  });
  const inside = { id: diffId, format: 'html', path: join(input.into, 'report.html'), force: true } as const;
  await assert.rejects(caller.call('saveReport', inside), {
    code: 'OUTPUT_IS_INPUT',
    hint: /outside of the archives/,
  });
});

test('no call and no job reaches what was not granted', async (t) => {
  const { caller, folder, models } = await opened(t);
  const path = join(folder, 'outside.mar');
  await writeFile(path, 'outside');
  await symlink(path, join(models, 'linked.py'));
  await symlink(join(folder, 'state-of-others'), join(models, 'away'));
  const refused = { code: 'PATH_NOT_GRANTED' };
  const inside = join(models, 'handler.py');
  await assert.rejects(caller.call('listFolder', { path: folder }), refused);
  await assert.rejects(caller.call('identify', { paths: [path] }), refused);
  await assert.rejects(caller.call('inspect', { path }), refused);
  await assert.rejects(caller.call('preview', { path, entry: 'x' }), refused);
  await assert.rejects(caller.call('readBytes', { path, entry: null, offset: 0, length: 1 }), refused);
  await assert.rejects(
    caller.call('readTexts', { before: inside, after: path, beforeEntry: null, afterEntry: null }),
    refused,
  );
  await assert.rejects(caller.call('readRecipe', { path }), refused);
  const input = packInput(models);
  await assert.rejects(
    caller.call('saveRecipe', { path: join(folder, 'r.yaml'), input, force: true }),
    refused,
  );
  const inputs = [
    { ...input, serializedFile: path },
    { ...input, extraFiles: [`${path}=>x`] },
    { ...input, extraFiles: [`${folder}/*.mar`] },
    { ...input, handler: `${folder}/outside.mar:f` },
    { ...input, handler: join(models, 'linked') },
    { ...input, extraFiles: [`${models}/[x]/../../outside.mar`] },
    { ...input, exportPath: folder },
    { ...input, configFile: '../outside.mar' },
  ];
  for (const one of inputs)
    await assert.rejects(caller.call('plan', { input: one }), refused, JSON.stringify(one));
  const plans = [
    { path, input: {} },
    { path: inside, input: { add: { x: path } } },
    { path: inside, input: { replace: { x: join(models, 'linked.py') } } },
    { path: inside, input: { exportPath: folder } },
  ];
  for (const one of plans) await assert.rejects(caller.call('planRepack', one), refused, JSON.stringify(one));
  await assert.rejects(caller.call('stampOf', { path }), refused);
  await assert.rejects(caller.call('readConfig', { path, runtime: 'python' }), refused);
  await assert.rejects(caller.call('awaitStoreChange', { path: folder, stamp: '' }), refused);
  await assert.rejects(caller.call('readSettings', { path }), refused);
  const settings = { path: join(folder, 'settings.json'), settings: defaults, keys: {}, force: true };
  await assert.rejects(caller.call('saveSettings', settings), refused);
  await assert.rejects(
    caller.call('savePolicy', { id: 1, path: join(folder, 'p.yaml'), force: true }),
    refused,
  );
  await assert.rejects(
    caller.call('saveReport', { id: 1, format: 'html', path: join(folder, 'r.html'), force: true }),
    refused,
  );
  const jobs: JobInput[] = [
    { verb: 'verify', input: { path } },
    { verb: 'search', input: { path, text: 'x' } },
    { verb: 'hash', input: { path, stamp: '', entries: null } },
    { verb: 'findBytes', input: { path, entry: null, bytes: '00' } },
    { verb: 'scanStore', input: { path: folder } },
    { verb: 'extract', input: { path: inside, input: { into: folder } } },
    { verb: 'extract', input: { path, input: { into: models } } },
    { verb: 'diff', input: { before: inside, after: path } },
    { verb: 'diff', input: { before: inside, after: inside, policyPath: path } },
    { verb: 'repack', input: { path: inside, input: { add: { x: path } } } },
    { verb: 'repack', input: { path: inside, input: { exportPath: folder } } },
    { verb: 'comparePlan', input: { input, before: path } },
    { verb: 'verify', input: { path: join(models, 'away') } },
    { verb: 'verify', input: { path: `${models}/away/../outside.mar` } },
    { verb: 'extract', input: { path: inside, input: { into: `${models}!beside` } } },
  ];
  for (const job of jobs) await assert.rejects(caller.call('startJob', job), refused, job.verb);
  assert.deepEqual(await caller.call('listJobs', {}), []);
});

test('what a broken window sends is refused or passed over, and the engine answers the next call', async (t) => {
  const { caller, connection } = await opened(t);
  const rubbish = [
    '',
    '{',
    'null',
    '[]',
    '{"id":"1","call":"about"}',
    '{"id":1e99,"call":"about"}',
    '{"drop":7}',
    '{"id":1}',
  ];
  for (const text of rubbish) connection.receive(text);
  connection.receive(JSON.stringify({ id: 1, call: 'about', input: { long: 'x'.repeat(2 ** 20) } }));
  for (const call of ['nothing', '__proto__', 'constructor', 'toString']) {
    await assert.rejects(caller.call(call as 'about', {}), { code: 'CALL_INVALID' }, call);
  }
  await assert.rejects(caller.call('about', { extra: 1 } as never), { code: 'CALL_INVALID' });
  await assert.rejects(caller.call('inspect', { path: 7 } as never), { code: 'CALL_INVALID' });
  await assert.rejects(caller.call('readBytes', { path: '/x', entry: null, offset: -1, length: 2 ** 30 }), {
    code: 'CALL_INVALID',
  });
  await assert.rejects(caller.call('writeState', { name: '../x', value: 1 } as never), {
    code: 'CALL_INVALID',
  });
  assert.equal((await caller.call('about', {})).cores > 0, true);
});

test('an archive that changes on disk is opened anew, and one that is gone is told', async (t) => {
  const { caller, run, models } = await opened(t);
  await run({ verb: 'pack', input: { input: packInput(models) } });
  const path = join(models, 'cats.mar');
  const { stamp } = await caller.call('inspect', { path });
  await caller.call('preview', { path, entry: 'handler.py' });
  await writeFile(join(models, 'handler.py'), `${handler}# second\n`);
  await run({ verb: 'pack', input: { input: packInput(models) } });
  const again = await caller.call('preview', { path, entry: 'handler.py' });
  assert.match(again.content.is === 'text' ? again.content.text : '', /second/);
  assert.notEqual((await caller.call('inspect', { path })).stamp, stamp);
  await rename(path, join(models, 'moved.mar'));
  await assert.rejects(caller.call('preview', { path, entry: 'handler.py' }), { code: 'INPUT_MISSING' });
  assert.equal((await caller.call('inspect', { path })).problem?.code, 'INPUT_MISSING');
});

test('settings come back after a new start, and unreadable ones are kept aside', async (t) => {
  const { caller, folder } = await opened(t);
  const name = 'settings';
  const nothing = { value: null, keptAside: null, revision: '' };
  assert.deepEqual(await caller.call('readState', { name }), nothing);
  const { revision } = await caller.call('writeState', { name, value: { value: 1 }, revision: '' });
  const read = await caller.call('readState', { name });
  assert.deepEqual(read, { value: { value: 1 }, keptAside: null, revision });
  await writeFile(join(folder, 'state', 'settings.json'), '{ half');
  const { value, keptAside } = await caller.call('readState', { name: 'settings' });
  assert.equal(value, null);
  assert.equal(await readFile(keptAside ?? '', 'utf8'), '{ half');
});

test('of two windows that write over the same state one is told to read it again', async (t) => {
  const { caller } = await opened(t);
  const name = 'viewed';
  const written = await Promise.allSettled(
    [1, 2, 3].map((value) => caller.call('writeState', { name, value, revision: '' })),
  );
  assert.deepEqual(
    written.map((one) => (one.status === 'fulfilled' ? 'written' : one.reason.code)),
    ['written', 'STATE_CHANGED', 'STATE_CHANGED'],
  );
  const { value, revision } = await caller.call('readState', { name });
  assert.equal(value, 1);
  await caller.call('writeState', { name, value: 2, revision });
  await assert.rejects(caller.call('writeState', { name, value: 3, revision }), { code: 'STATE_CHANGED' });
  assert.equal((await caller.call('readState', { name })).value, 2);
});

test('every window hears of every job, and one that left hears nothing more', async (t) => {
  const { engine, run, models, events } = await opened(t);
  const other = connect(engine);
  const gone = connect(engine);
  gone.connection.close();
  await run({ verb: 'pack', input: { input: packInput(models) } });
  assert.equal(events.at(-1)?.is, 'job');
  assert.deepEqual(other.events, events);
  assert.deepEqual(gone.events, []);
});
