/** The engine in a process of its own: calls reach it, and its death is told and mended. */
import assert from 'node:assert/strict';
import { mkdir, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EngineEvent } from '../../core/contract/api.ts';
import { StandInEvent } from './stand-in/pages.ts';
import { electron, end, lastPage, start, started, until, windows } from './stand-in/start.ts';

interface About {
  readonly platform: string;
  readonly grants: readonly { readonly path: string }[];
}

test('a page calls the built engine over a port of its own', async (t) => {
  const { folder } = await start(t);
  const page = await lastPage();
  const about = (await page.call('about', {})) as About;
  assert.equal(about.platform, process.platform);
  await writeFile(join(folder, 'secret'), 'x');
  const refused = (await page.call('inspect', { path: join(folder, 'secret') })) as {
    problem: { readonly code: string };
  };
  assert.equal(refused.problem.code, 'PATH_NOT_GRANTED');
});

test('the engine has a cap on its memory, a name, and folders of this user for what it keeps and what is dragged out', async (t) => {
  const { folder } = await start(t);
  const [engine] = started;
  assert.deepEqual(engine?.options.execArgv, ['--max-old-space-size=2048']);
  assert.equal(engine?.options.serviceName, 'MAR Studio Engine');
  assert.deepEqual(JSON.parse(engine?.args[0] ?? ''), {
    stateFolder: join(folder, 'user', 'state'),
    samplesFolder: join(folder, 'dist', 'samples'),
    passingFolder: join(folder, 'user', 'dragged'),
  });
});

test('what a page asks before its port is there is asked when it is', async (t) => {
  await start(t);
  const page = await lastPage();
  // Sent in the same turn as the connection was asked for: no port can be there yet.
  const answers = await Promise.all([page.call('about', {}), page.call('listJobs', {})]);
  assert.deepEqual(answers[1], []);
});

test('an engine that dies is told of, started again, and knows what was granted', async (t) => {
  const { folder } = await start(t, { arguments: ['model.mar'] });
  const page = await lastPage();
  await page.call('about', {});
  started[0]?.kill();
  const event = await page.hearsEvent('engine restarted');
  assert.equal(event.why, 'The engine ended by itself (exit code 1).');
  assert.equal(started.length, 2);
  const { grants } = (await page.call('about', {})) as About;
  assert.ok(grants.some(({ path }) => path === join(folder, 'model.mar')));
  assert.equal(windows.length, 1);
});

test('all windows hear of it and reach the new engine', async (t) => {
  await start(t);
  const first = await lastPage();
  first.abilities.newWindow?.([]);
  await until(() => windows.length === 2);
  const second = await lastPage();
  await Promise.all([first.call('about', {}), second.call('about', {})]);
  started[0]?.kill();
  await Promise.all([first.hearsEvent('engine restarted'), second.hearsEvent('engine restarted')]);
  assert.equal(((await first.call('about', {})) as About).platform, process.platform);
  assert.equal(((await second.call('about', {})) as About).platform, process.platform);
});

test('an engine without memory says so', async (t) => {
  await start(t);
  const page = await lastPage();
  await page.call('about', {});
  started[0]?.emit('error', 'FatalError', 'v8 heap: Reached heap limit Allocation failed', '');
  started[0]?.kill();
  assert.equal((await page.hearsEvent('engine restarted')).why, 'The engine ran out of memory.');
});

test('an engine that dies again and again is left alone, until somebody asks for it', async (t) => {
  await start(t);
  const page = await lastPage();
  for (let died = 0; died < 3; died++) {
    await until(() => started.length === died + 1);
    started[died]?.kill();
    await started[died]?.ended;
  }
  const { why } = await page.hearsEvent('engine stopped');
  assert.match(String(why), /ended 3 times within a minute, and is not started again\.$/);
  assert.equal(started.length, 3);

  // A window that comes later hears it too, and a choice fails in words instead of waiting for ever.
  page.abilities.newWindow?.([]);
  await until(() => windows.length === 2);
  await (await lastPage()).hearsEvent('engine stopped');
  electron.dialog.answers.push({ canceled: false, filePaths: ['/a.mar'] });
  const picking = page.abilities.pickFiles({ title: 'Open', multiple: false, folders: false, startAt: null });
  await assert.rejects(async () => await picking, /is not started again/);

  page.heard.length = 0;
  page.abilities.startEngine?.();
  assert.equal((await page.hearsEvent('engine restarted')).why, 'It was started again.');
  assert.equal(((await page.call('about', {})) as About).platform, process.platform);
});

test('a page that is loaded anew is connected anew', async (t) => {
  await start(t);
  const page = await lastPage();
  await page.call('about', {});
  await page.window.webContents.load('app://mar-studio/index.html');
  const again = await lastPage();
  assert.equal(((await again.call('about', {})) as About).platform, process.platform);
});

test('a page that died can be loaded again, and its engine never noticed', async (t) => {
  await start(t);
  const page = await lastPage();
  await page.call('about', {});
  page.window.webContents.abilities = null;
  electron.dialog.answers.push({ response: 0 });
  page.window.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
  const again = await lastPage();
  await again.call('about', {});
  assert.equal(started.length, 1);
  assert.match(String(electron.dialog.shown[0]?.options.message), /stopped working/);

  electron.dialog.answers.push({ response: 1 });
  page.window.webContents.emit('render-process-gone', {}, { reason: 'oom', exitCode: 5 });
  await until(() => windows.length === 0);
});

test('the application ends when its engine has, and no new one is started', async (t) => {
  await start(t);
  await lastPage();
  const event = new StandInEvent();
  electron.app.emit('will-quit', event);
  assert.ok(event.defaultPrevented, 'it waits for the engine');
  assert.equal(await started[0]?.ended, 0);
  await until(() => electron.app.calls.includes('exit'));
  assert.equal(started.length, 1);
});

test('work that runs when the application ends is cancelled, and leaves no file', async (t) => {
  const { folder } = await start(t);
  const page = await lastPage();
  const weights = join(folder, 'weights.bin');
  const out = join(folder, 'out');
  await writeFile(weights, '');
  // Takes long to deflate, and no room on the disk.
  await truncate(weights, 8 * 2 ** 30);
  await mkdir(out);
  electron.dialog.answers.push({ canceled: false, filePaths: [folder] });
  await page.abilities.pickFiles({ title: 'Choose', multiple: false, folders: true, startAt: null });
  const input = {
    ...{ modelName: 'big', version: '1', handler: 'image_classifier', serializedFile: weights },
    ...{ exportPath: out, compression: 'deflate' },
  };
  await page.call('startJob', { verb: 'pack', input: { input } });
  await until(() => page.heard.some((heard) => 'event' in heard && isWriting(heard.event)));
  assert.notDeepEqual(await readdir(out), []);
  await end();
  assert.equal(await started[0]?.ended, 0);
  assert.deepEqual(await readdir(out), []);
});

function isWriting(event: EngineEvent): boolean {
  return event.is === 'job' && event.job.doneBytes > 0;
}
