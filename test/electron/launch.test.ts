/** What a start means: its arguments, a second start, a file that macOS hands over. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathsOf, pathsOfSecondStart } from '../../electron/launch.ts';
import { StandInEvent } from './stand-in/pages.ts';
import { electron, lastPage, start, until, windows } from './stand-in/start.ts';

test('paths among the arguments are those that are no options, made absolute', () => {
  const argv = ['/opt/mar-studio', '--no-sandbox', 'a.mar', '-x', '/b/../c.mar'];
  assert.deepEqual(pathsOf(argv, '/work', null), ['/work/a.mar', '/c.mar']);
  assert.deepEqual(pathsOf(['mar-studio', '--', '-odd.mar'], '/work', null), ['/work/-odd.mar']);
  assert.deepEqual(pathsOf(['mar-studio'], '/work', null), []);
});

test('where it is not packaged, its own folder is none of them, whatever stands before it', () => {
  const of = (...argv: string[]) => pathsOf(['electron', ...argv], '/work', '/work');
  assert.deepEqual(of('.', 'a.mar'), ['/work/a.mar']);
  assert.deepEqual(of('--no-sandbox', '--inspect=0', '/work', '--user-data-dir=x', 'a.mar'), ['/work/a.mar']);
  assert.deepEqual(of('--no-sandbox', '/work'), []);
});

test('arguments that no path can be are passed over, and of too many the rest', () => {
  assert.deepEqual(pathsOf(['x', '', 'a\0b', 'y'.repeat(40_000)], '/work', null), []);
  assert.equal(pathsOf(['x', ...new Array(500).fill('a.mar')], '/work', null).length, 64);
});

test('what a second start hands over is believed only in its exact shape', () => {
  assert.deepEqual(pathsOfSecondStart({ paths: ['/a.mar'] }), ['/a.mar']);
  for (const data of [
    null,
    [],
    'x',
    { paths: '/a' },
    { paths: [1] },
    { paths: [], more: 1 },
    { paths: ['a\0'] },
  ])
    assert.deepEqual(pathsOfSecondStart(data), []);
  assert.deepEqual(pathsOfSecondStart({ paths: new Array(65).fill('/a') }), []);
});

test('one archive on the command line is opened, and may be named', async (t) => {
  const { folder } = await start(t, { arguments: ['--ozone-platform=x11', 'model.mar'] });
  const page = await lastPage();
  const path = join(folder, 'model.mar');
  assert.deepEqual((await page.hearsEvent('open')).paths, [path]);
  const about = (await page.call('about', {})) as { readonly grants: readonly { readonly path: string }[] };
  assert.ok(about.grants.some((grant) => grant.path === path));
});

test('two archives on the command line reach the same window together', async (t) => {
  const { folder } = await start(t, { arguments: ['a.mar', 'b.mar'] });
  const page = await lastPage();
  assert.deepEqual((await page.hearsEvent('open')).paths, [join(folder, 'a.mar'), join(folder, 'b.mar')]);
  assert.equal(windows.length, 1);
});

test('a start without paths opens Home and asks nothing of it', async (t) => {
  await start(t);
  const page = await lastPage();
  await page.call('about', {});
  assert.ok(!page.heard.some((message) => 'event' in message));
});

test('a second start of the application leaves, and hands its paths to the first', async (t) => {
  const { folder } = await start(t);
  await until(() => windows.length === 1);
  electron.app.hasLock = false;
  const { startApplication } = await import('../../electron/application.ts');
  electron.app.startOver();
  await startApplication({
    argv: ['electron', folder, 'late.mar'],
    workingFolder: '/elsewhere',
    platform: 'linux',
    desktop: '',
  });
  assert.deepEqual(electron.app.lockData, { paths: ['/elsewhere/late.mar'] });
  assert.deepEqual(electron.app.calls.at(-1), 'quit');
  assert.equal(windows.length, 1);
});

test('the first shows what a second start was given: where nothing is open, there', async (t) => {
  await start(t);
  const page = await lastPage();
  const secondStart = (paths: readonly string[]) =>
    electron.app.emit('second-instance', new StandInEvent(), ['ignored.mar'], '/ignored', { paths });
  secondStart(['/a.mar', '/b.mar']);
  assert.deepEqual((await page.hearsEvent('open')).paths, ['/a.mar', '/b.mar']);
  assert.equal(windows.length, 1);
  page.abilities.setDocument({ title: 'a ↔ b', path: '/a.mar', isEdited: false });
  await until(() => page.window.title === 'a ↔ b');

  secondStart(['/c.mar']);
  await until(() => windows.length === 2);
  const other = await lastPage();
  assert.deepEqual((await other.hearsEvent('open')).paths, ['/c.mar']);
});

test('two second starts in a row do not take one window for two tasks', async (t) => {
  await start(t);
  await lastPage();
  for (const path of ['/a.mar', '/b.mar'])
    electron.app.emit('second-instance', new StandInEvent(), [], '/', { paths: [path] });
  await until(() => windows.length === 2);
});

test('a second start without paths, or with what is none, only brings a window to the front', async (t) => {
  await start(t);
  const page = await lastPage();
  page.window.hide();
  electron.app.emit('second-instance', new StandInEvent(), [], '/', { paths: 'everything' });
  await until(() => page.window.isVisible());
  assert.equal(windows.length, 1);
  assert.ok(!page.heard.some((message) => 'event' in message));
});

test('files that macOS hands over before and after the start are opened', async (t) => {
  await start(t, { platform: 'darwin', openedFiles: ['/early.mar', '/early-too.mar'] });
  const page = await lastPage();
  assert.deepEqual((await page.hearsEvent('open')).paths, ['/early.mar', '/early-too.mar']);
  page.heard.length = 0;
  page.abilities.setDocument({ title: 'early', path: '/early.mar', isEdited: false });
  await until(() => page.window.title === 'early');
  const event = new StandInEvent();
  electron.app.emit('open-file', event, '/late.mar');
  assert.ok(event.defaultPrevented);
  await until(() => windows.length === 2);
  assert.deepEqual((await (await lastPage()).hearsEvent('open')).paths, ['/late.mar']);
});

test('what was kept is granted again at the next start, and a broken file of it is no obstacle', async (t) => {
  const { folder } = await start(t);
  const store = join(folder, 'store');
  await mkdir(store);
  const page = await lastPage();
  electron.dialog.answers.push({ canceled: false, filePaths: [store] });
  await page.abilities.pickFiles({ title: 'Choose', multiple: false, folders: true, startAt: null });
  page.abilities.keepGranted?.([store, '/etc']);
  await until(() => page.window.webContents.abilities !== null);
  await page.abilities.copyText('settled');
  const { end } = await import('./stand-in/start.ts');
  await end();

  await start(t, { folder });
  const next = await lastPage();
  const { grants } = (await next.call('about', {})) as { grants: readonly { readonly path: string }[] };
  assert.ok(grants.some(({ path }) => path === store));
  assert.ok(!grants.some(({ path }) => path === '/etc'));
  await end();

  await writeFile(join(folder, 'user', 'windows.json'), '{"kept":["/etc"],"window":7}');
  await start(t, { folder });
  const last = await lastPage();
  const about = (await last.call('about', {})) as { grants: readonly { readonly path: string }[] };
  assert.ok(!about.grants.some(({ path }) => path === '/etc'));
});
