import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FromEngine } from '../../core/contract/rpc.ts';
import { EngineDeaths, wordsForDeath } from '../../server/engine-deaths.ts';
import { EngineProcess } from '../../server/engine-process.ts';
import { scratchFolder } from '../support/scratch.ts';
import { openWindow, request, startHost, uploadHeaders } from './running-host.ts';

async function start(t: TestContext, program?: string): Promise<EngineProcess> {
  const folder = await scratchFolder(t);
  const options = {
    engine: { stateFolder: join(folder, 'state'), samplesFolder: null },
    temporaryFolder: folder,
  };
  const engine = new EngineProcess({ ...options, ...(program !== undefined && { program }) });
  t.after(() => engine.close());
  return engine;
}

function kill(engine: EngineProcess): void {
  assert.ok(engine.pid);
  process.kill(engine.pid, 'SIGKILL');
}

test('windows are told that the engine was killed, stay open, and are answered by the next one', async (t) => {
  const running = await startHost();
  t.after(() => running.close());
  await writeFile(join(running.root, 'mine.txt'), 'x');
  const windows = [await openWindow(running), await openWindow(running)];
  const before = running.host.engine.pid;
  kill(running.host.engine);
  for (const window of windows) {
    const event = await window.event('engine restarted');
    assert.deepEqual(event, {
      is: 'engine restarted',
      why: 'it was killed, perhaps because the machine ran out of memory',
    });
    const { items } = await window.call('listFolder', { path: running.root });
    assert.equal(items[0]?.name, 'mine.txt');
    await assert.rejects(window.call('listFolder', { path: '/' }), { code: 'PATH_NOT_GRANTED' });
  }
  assert.notEqual(running.host.engine.pid, before);
  for (const window of windows) window.close();
});

test('what was dropped before the engine died may still be named after', async (t) => {
  const running = await startHost();
  t.after(() => running.close());
  const headers = [...uploadHeaders(running), 'Content-Length: 1'];
  const { path } = JSON.parse((await request(running.host.port, 'PUT /upload/a.txt', headers, 'x')).body);
  const window = await openWindow(running);
  kill(running.host.engine);
  await window.event('engine restarted');
  assert.equal((await window.call('readBytes', { path, entry: null, offset: 0, length: 9 })).size, 1);
  window.close();
});

test('a window that was closed is forgotten: the next process does not hear of it', async (t) => {
  const engine = await start(t);
  const said: string[] = [];
  engine.connect((text) => said.push(text)).close();
  const events: string[] = [];
  engine.connect((text) => events.push(text));
  kill(engine);
  while (events.length === 0) await sleep(10);
  assert.deepEqual(said, []);
});

test('a grant that is under way when the engine dies is given by the next one', async (t) => {
  const engine = await start(t);
  const granted = engine.grant(await scratchFolder(t));
  kill(engine);
  await granted;
});

test('a process that keeps dying is left dead; windows are told, and calls answered with the reason', async (t) => {
  const program = join(await scratchFolder(t), 'dies.mjs');
  await writeFile(program, "throw new TypeError('at once');");
  const engine = await start(t, program);
  const events: FromEngine[] = [];
  const window = engine.connect((text) => events.push(JSON.parse(text)));
  await assert.rejects(engine.grant('/anything'), { code: 'ENGINE_GONE' });
  const why = 'it met a bug: TypeError: at once';
  const restarted = { event: { is: 'engine restarted', why } };
  const stopped = { event: { is: 'engine stopped', why } };
  assert.deepEqual(events, [restarted, restarted, restarted, restarted, stopped]);
  assert.equal(engine.pid, undefined);

  await window.receive(JSON.stringify({ id: 7, call: 'about', input: {} }));
  for (const nothing of ['{', 'null', '{"drop":1}', '"x"']) await window.receive(nothing);
  const [answer, more] = events.slice(5) as { id: number; problem: { code: string } }[];
  assert.deepEqual([answer?.id, answer?.problem.code, more], [7, 'ENGINE_GONE', undefined]);
  await assert.rejects(engine.grant('/more'), { code: 'ENGINE_GONE' });
  const late: FromEngine[] = [];
  engine.connect((text) => late.push(JSON.parse(text)));
  assert.deepEqual(late, [stopped]);
});

test('closing ends the process, also one that was told so by nobody else', async (t) => {
  const engine = await start(t);
  await engine.grant(await scratchFolder(t));
  const { pid } = engine;
  assert.ok(pid);
  await engine.close();
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  await engine.close();
});

test('an interrupt of the terminal does not end the engine before the server has', {
  skip: process.platform === 'win32',
}, async (t) => {
  const engine = await start(t);
  await engine.grant(await scratchFolder(t));
  const { pid } = engine;
  assert.ok(pid);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal);
  await engine.grant(await scratchFolder(t));
  assert.equal(engine.pid, pid);
});

test('the fifth death within 30 seconds is one too many; five in a longer time are not', () => {
  let now = 0;
  const often = new EngineDeaths(() => now);
  assert.deepEqual(
    [1, 2, 3, 4, 5].map(() => often.isTooMany()),
    [false, false, false, false, true],
  );
  const seldom = new EngineDeaths(() => now);
  for (let count = 0; count < 20; count++) {
    now += 8_000;
    assert.equal(seldom.isTooMany(), false);
  }
});

test('a death is told in words: memory, a signal, a bug or a code', () => {
  const heap = 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n';
  assert.equal(wordsForDeath(null, 'SIGABRT', heap), 'it ran out of memory');
  assert.equal(wordsForDeath(134, null, heap), 'it ran out of memory');
  assert.equal(wordsForDeath(null, 'SIGSEGV', ''), 'it was ended by SIGSEGV');
  const thrown = 'file:///x.js:1\nthrow e\n^\n\nRangeError [ERR_X]: too far\n    at x.js:1:1\n';
  assert.equal(wordsForDeath(1, null, thrown), 'it met a bug: RangeError [ERR_X]: too far');
  assert.equal(wordsForDeath(3, null, 'nothing known'), 'it stopped with exit code 3');
});
