/** How windows open, look, close and are remembered. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { placeWindow } from '../../electron/window-state.ts';
import { StandInEvent, StandInWindow } from './stand-in/pages.ts';
import { electron, end, lastPage, lastWindow, type Page, start, until, windows } from './stand-in/start.ts';

const area = { x: 0, y: 0, width: 1920, height: 1040 };
const second = { x: 1920, y: 0, width: 1280, height: 700 };
const saved = (x: number, y: number, width = 1000, height = 600) => ({
  x,
  y,
  width,
  height,
  isMaximized: false,
});

test('a window stands where the last one stood', () => {
  assert.deepEqual(placeWindow(saved(100, 80), [area]), { x: 100, y: 80, width: 1000, height: 600 });
  assert.deepEqual(placeWindow(saved(2000, 20), [area, second]), {
    x: 2000,
    y: 20,
    width: 1000,
    height: 600,
  });
});

test('a window whose display is gone, or whose title bar is out of reach, opens in the middle', () => {
  const middle = { x: 460, y: 220, width: 1000, height: 600 };
  for (const [x, y] of [
    [2000, 20],
    [-990, 100],
    [1900, 100],
    [100, -40],
    [100, 1030],
    [100, 5000],
  ] as const)
    assert.deepEqual(placeWindow(saved(x, y), [area]), middle, `${x}, ${y}`);
});

test('a window is never larger than its display, nor too small to use', () => {
  const { width, height } = placeWindow(saved(0, 0, 9000, 9000), [area]);
  assert.deepEqual([width, height], [1920, 1040]);
  const small = placeWindow(saved(0, 0, 1, 1), [area]);
  assert.deepEqual([small.width, small.height], [480, 360]);
  assert.deepEqual(placeWindow(null, [area]), { x: 320, y: 110, width: 1280, height: 820 });
  assert.deepEqual(placeWindow(null, []), { x: 0, y: 0, width: 1280, height: 820 });
});

test('a window is shown when its page can be, on the background of its theme', async (t) => {
  await start(t);
  const light = await lastWindow();
  assert.equal(light.options.show, false);
  assert.equal(light.options.backgroundColor, '#ffffff');
  await until(() => light.isVisible());
  electron.nativeTheme.isSystemDark = true;
  electron.nativeTheme.emit('updated');
  assert.equal(light.background, '#12161c');
});

test('a theme that was chosen holds for the next start, before any page is loaded', async (t) => {
  const { folder } = await start(t);
  (await lastPage()).abilities.setTheme('dark');
  await until(() => electron.nativeTheme.themeSource === 'dark');
  await end();
  await start(t, { folder });
  assert.equal((await lastWindow()).options.backgroundColor, '#12161c');
});

test('the place of a window is remembered, and what is off the screen is not believed', async (t) => {
  const { folder } = await start(t);
  const window = await lastWindow();
  window.bounds = { x: 50, y: 60, width: 900, height: 700 };
  window.maximize();
  window.close();
  const file = JSON.parse(await readFile(join(folder, 'user', 'windows.json'), 'utf8'));
  assert.deepEqual(file.window, { x: 50, y: 60, width: 900, height: 700, isMaximized: true });
  await end();
  await start(t, { folder });
  const again = await lastWindow();
  assert.deepEqual(again.getNormalBounds(), { x: 50, y: 60, width: 900, height: 700 });
  assert.equal(again.isMaximized(), true);
  again.bounds = { ...again.bounds, x: 5000 };
  again.close();
  await end();
  await start(t, { folder });
  assert.equal((await lastWindow()).getNormalBounds().x, 510);
});

test('a second window stands a little beside the first', async (t) => {
  await start(t);
  const page = await lastPage();
  const { x, y } = page.window.bounds;
  page.abilities.newWindow?.([]);
  await until(() => windows.length === 2);
  const { bounds } = await lastWindow();
  assert.deepEqual([bounds.x, bounds.y], [x + 28, y + 28]);
});

test('a new window shows only paths that may be named', async (t) => {
  const { folder } = await start(t, { arguments: ['a.mar'] });
  const page = await lastPage();
  await page.hearsEvent('open');
  page.abilities.newWindow?.([join(folder, 'a.mar'), '/etc/passwd']);
  await until(() => windows.length === 2);
  assert.deepEqual((await (await lastPage()).hearsEvent('open')).paths, [join(folder, 'a.mar')]);
});

for (const [platform, desktop, calls] of [
  ['linux', 'GNOME', ['quit']],
  ['linux', 'KDE', ['quit']],
  ['win32', '', ['quit']],
  ['darwin', '', []],
] as const) {
  test(`closing the last window on ${platform} ${desktop} ${calls.length > 0 ? 'quits' : 'does not quit'}`, async (t) => {
    await start(t, { platform, desktop });
    (await lastWindow()).close();
    assert.deepEqual(
      electron.app.calls.filter((call) => call === 'quit'),
      calls,
    );
    electron.app.emit('activate');
    await until(() => windows.length === 1);
  });
}

test('what is not saved is marked as the platform does, and the page can not set the title itself', async (t) => {
  await start(t);
  const page = await lastPage();
  page.abilities.setDocument({ title: 'digits 1.0', path: '/a.mar', isEdited: true });
  await until(() => page.window.title === '*digits 1.0');
  assert.equal(page.window.representedFile, '');
  const event = new StandInEvent();
  page.window.emit('page-title-updated', event, 'evil');
  assert.ok(event.defaultPrevented);
  page.abilities.setDocument({ title: 'digits 1.0', path: '/a.mar', isEdited: false });
  await until(() => page.window.title === 'digits 1.0');
  await end();

  await start(t, { platform: 'darwin' });
  const mac = await lastPage();
  mac.abilities.setDocument({ title: 'digits 1.0', path: '/a.mar', isEdited: true });
  await until(() => mac.window.isEdited);
  assert.equal(mac.window.title, 'digits 1.0');
  assert.equal(mac.window.representedFile, '/a.mar');
});

test('a window with what is not saved asks before it goes', async (t) => {
  await start(t);
  const page = await lastPage();
  page.abilities.setDocument({ title: 'New pack', path: null, isEdited: true });
  await until(() => page.window.title.startsWith('*'));
  electron.dialog.answers.push({ response: 1 });
  page.window.close();
  await until(() => electron.dialog.shown.length === 1);
  const { options } = electron.dialog.shown[0] as { options: Record<string, unknown> };
  assert.deepEqual(options.buttons, ['Close Without Saving', 'Cancel']);
  assert.equal(options.defaultId, 1, 'Enter loses nothing');
  assert.equal(options.cancelId, 1);
  assert.equal(windows.length, 1);
  electron.dialog.answers.push({ response: 0 });
  page.window.close();
  await until(() => windows.length === 0);
});

async function working(page: Page, progress: number | null): Promise<void> {
  page.abilities.setProgress(progress);
  await until(() => page.window.progress[0] === (progress ?? -1));
}

test('progress is on the taskbar, without a number where the total is not known', async (t) => {
  await start(t);
  const page = await lastPage();
  await working(page, 0.25);
  page.abilities.setProgress('unknown');
  await until(() => page.window.progress[0] === 2);
  assert.deepEqual(page.window.progress, [2, { mode: 'indeterminate' }]);
  await working(page, null);
});

test('the last window with work running asks; what goes on without it brings it back when done', async (t) => {
  await start(t);
  const page = await lastPage();
  await until(() => page.window.isVisible());
  await working(page, 0.5);
  electron.dialog.answers.push({ response: 2 }, { response: 0 });
  page.window.close();
  await until(() => electron.dialog.shown.length === 1);
  assert.deepEqual(electron.dialog.shown[0]?.options.buttons, ['Keep Running', 'Stop and Quit', 'Cancel']);
  assert.ok(page.window.isVisible());
  page.window.close();
  await until(() => !page.window.isVisible());
  await working(page, null);
  await until(() => page.window.isVisible());
  assert.ok(page.window.calls.includes('showInactive'));

  await working(page, 0.5);
  electron.app.emit('before-quit');
  electron.dialog.answers.push({ response: 1 });
  page.window.close();
  await until(() => windows.length === 0);
  assert.ok(electron.app.calls.includes('quit'));
});

test('a window that is not the last closes although work is running', async (t) => {
  await start(t);
  const page = await lastPage();
  page.abilities.newWindow?.([]);
  await until(() => windows.length === 2);
  await working(page, 0.5);
  page.window.close();
  assert.equal(windows.length, 1);
  assert.equal(electron.dialog.shown.length, 0);
});

test('the system notifies only while none of our windows is in front', async (t) => {
  await start(t);
  const page = await lastPage();
  await until(() => page.window.isVisible());
  page.abilities.notify?.({ title: 'Packed', body: 'digits.mar' });
  await page.abilities.copyText('settled');
  assert.equal(electron.Notification.shown.length, 0);
  page.window.hide();
  page.abilities.notify?.({ title: 'Packed', body: 'digits.mar' });
  await until(() => electron.Notification.shown.length === 1);
  const [notification] = electron.Notification.shown;
  assert.deepEqual(notification?.options, { title: 'Packed', body: 'digits.mar', silent: true });
  notification?.emit('click');
  assert.ok(page.window.isVisible());
  assert.equal(StandInWindow.focused, page.window);
  await page.hearsEvent('show jobs');
});

test('a notification is not shown while another of our windows is in front, and leads to its own window', async (t) => {
  await start(t);
  const first = await lastPage();
  first.abilities.newWindow?.([]);
  await until(() => windows.length === 2);
  const second = await lastPage();
  await until(() => second.window.isVisible());
  first.abilities.notify?.({ title: 'Done', body: 'digits.mar' });
  await first.abilities.copyText('settled');
  assert.equal(electron.Notification.shown.length, 0);
  StandInWindow.focused = null;
  first.abilities.notify?.({ title: 'Done', body: 'digits.mar' });
  await until(() => electron.Notification.shown.length === 1);
  electron.Notification.shown[0]?.emit('click');
  assert.equal(StandInWindow.focused, first.window);
  await first.hearsEvent('show jobs');
  assert.ok(!second.heard.some((message) => 'event' in message && message.event.is === 'show jobs'));
});

test('where the system shows no notifications, none is made', async (t) => {
  t.mock.method(electron.Notification, 'isSupported', () => false);
  await start(t);
  const page = await lastPage();
  await until(() => page.window.isVisible());
  page.window.hide();
  page.abilities.notify?.({ title: 'Done', body: 'digits.mar' });
  await page.abilities.copyText('settled');
  assert.equal(electron.Notification.shown.length, 0);
});
