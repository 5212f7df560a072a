/** Commands and ways through the screens: what can be done now, and what each screen showed last. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import type { Page } from 'playwright';
import { samplesFolder } from '../../server/built-files.ts';
import { desktopOnly, notHere, openApp } from './app.ts';
import { goTo } from './screens.ts';

const sample = (name: string) => join(samplesFolder() ?? '', name);
const changes = (page: Page) => page.getByRole('treegrid', { name: 'Changes' });

test('the rail leads back to what a screen showed last, and once more to its beginning', {
  skip: notHere,
}, async (t) => {
  const { page } = await openApp(t, { opens: [sample('digits-1.0.mar'), sample('digits-1.1.mar')] });
  await changes(page).waitFor();
  await goTo(page, 'Home');
  await page.getByRole('button', { name: 'Open archive…' }).waitFor();
  await goTo(page, 'Compare');
  await changes(page).waitFor();
  await goTo(page, 'Compare');
  await page.getByRole('heading', { level: 1, name: 'Compare two archives' }).waitFor();
});

test('the examples are still there once something was opened', { skip: notHere }, async (t) => {
  const { page } = await openApp(t, { opens: [sample('digits-1.0.mar')] });
  await page.getByRole('row', { name: 'handler.py' }).first().waitFor();
  await goTo(page, 'Home');
  const hostile = page.getByRole('button', { name: 'Verify a hostile one' });
  await page.getByText('Try it with an example').click();
  await hostile.click();
  await page.getByRole('heading', { level: 1, name: 'Verify hostile.mar' }).waitFor();
});

test('the palette puts last what does nothing here, and stays open over it', { skip: notHere }, async (t) => {
  const { page } = await openApp(t);
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  const verify = palette.getByRole('option', { name: /^Verify/ });
  await page.keyboard.press('Control+K');
  await page.keyboard.type('verify');
  assert.equal(await verify.getAttribute('aria-disabled'), 'true');
  await page.keyboard.press('Enter');
  await page.getByText('Verify does nothing on this screen').waitFor({ state: 'attached' });
  await palette.waitFor();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Look into digits 1.0' }).click();
  await page.getByRole('row', { name: 'handler.py' }).first().waitFor();
  await page.keyboard.press('Control+K');
  await page.keyboard.type('>verify');
  assert.equal(await verify.getAttribute('aria-disabled'), 'false');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Verify digits-1.0.mar' }).waitFor();
});

test('the menu is grey where nothing can be done', {
  skip: desktopOnly('a browser has a menu bar of its own'),
}, async (t) => {
  const { page, desktop, openArchives } = await openApp(t);
  const comesTo = async (id: string, isEnabled: boolean) => {
    for (let tries = 0; (await desktop?.isEnabled(id)) !== isEnabled; tries++) {
      assert.ok(tries < 400, `${id} is ${isEnabled ? 'still' : 'not'} grey`);
      await page.waitForTimeout(50);
    }
  };
  for (const id of ['verify', 'extract-selected', 'export', 'prove', 'back']) await comesTo(id, false);
  await comesTo('open-archive', true);
  await openArchives([sample('digits-1.0.mar')]);
  for (const id of ['verify', 'extract-all']) await comesTo(id, true);
  await comesTo('prove', false);
  await openArchives([sample('digits-1.0.mar'), sample('digits-1.1.mar')]);
  for (const id of ['prove', 'export', 'mark-shown-viewed']) await comesTo(id, true);
  await comesTo('extract-all', false);
});
