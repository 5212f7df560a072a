/** A window of the desktop, from within its page: what it is given, and what it is without. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import test from 'node:test';
import { samplesFolder } from '../../server/built-files.ts';
import { until } from '../support/until.ts';
import { desktopOnly, openApp, servedOnly } from './app.ts';

const sample = (name: string) => join(samplesFolder() ?? '', name);

test('a page has the abilities of the desktop, and nothing of Node', {
  skip: desktopOnly('a browser gives a page no abilities'),
}, async (t) => {
  const { page, address } = await openApp(t, { opens: [sample('digits-1.0.mar')] });
  assert.ok(page.url().startsWith(address), page.url());
  await page.getByText('MANIFEST.json').first().waitFor();
  const seen = await page.evaluate<string>(
    "[typeof process, typeof require, typeof Buffer, window.marStudio.kind, typeof window.ipcRenderer].join(' ')",
  );
  assert.equal(seen, 'undefined undefined undefined electron undefined');
});

test('selected entries are dragged out as files, which are extracted first', {
  skip: desktopOnly('a browser lets a page drag no files'),
}, async (t) => {
  const { page, desktop } = await openApp(t, { opens: [sample('digits-1.0.mar')] });
  const row = (name: string) => page.getByRole('row', { name }).first();
  await row('handler.py').click();
  await row('requirements.txt').click({ modifiers: ['Control'] });
  await row('requirements.txt').hover();
  await page.mouse.down();
  await page.mouse.move(400, 700, { steps: 5 });
  await until(async () => (await desktop?.draggedOut())?.length, 2);
  await page.mouse.up();
  const paths = [...((await desktop?.draggedOut()) ?? [])].sort();
  assert.deepEqual(
    paths.map((path) => basename(path)),
    ['handler.py', 'requirements.txt'],
  );
  assert.match(await readFile(paths[0] ?? '', 'utf8'), /class DigitsHandler/);
});

test('rows are no handles in a browser', {
  skip: servedOnly('a desktop drags them'),
}, async (t) => {
  const { page } = await openApp(t, { opens: [sample('digits-1.0.mar')] });
  await page.getByRole('row', { name: 'handler.py' }).first().waitFor();
  assert.equal(await page.locator('[role=row][draggable]').count(), 0);
});

test('the menu ticks what the page shows, and follows it', {
  skip: desktopOnly('a browser has a menu bar of its own'),
}, async (t) => {
  const { page, desktop } = await openApp(t, { opens: [sample('digits-1.0.mar'), sample('digits-1.1.mar')] });
  assert.ok(desktop);
  const unchanged = page.getByRole('row', { name: /model\.py/ });
  await page.getByRole('treegrid', { name: 'Changes' }).waitFor();
  assert.equal(await desktop.hasTick('toggle-unchanged'), false);
  await desktop.chooseInMenu('toggle-unchanged');
  await unchanged.waitFor();
  await until(() => desktop.hasTick('toggle-unchanged'));
  await page.keyboard.press('Control+Shift+H');
  await unchanged.waitFor({ state: 'detached' });
  await until(() => desktop.hasTick('toggle-unchanged'), false);
  await desktop.chooseInMenu('toggle-unchanged');
  await until(() => desktop.hasTick('toggle-unchanged'));
  await page.getByRole('button', { name: 'Home', exact: true }).click();
  await until(() => desktop.hasTick('toggle-unchanged'), false);

  await desktop.chooseInMenu('density-compact');
  await until(() => desktop.hasTick('density-compact'));
  await until(() => desktop.hasTick('density-normal'), false);
  await page.locator(':root[data-density="compact"]').waitFor({ state: 'attached' });
});
