/** Settings: keys given anew, and all of it carried in a file. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import type { Page } from 'playwright';
import { until } from '../support/until.ts';
import { assertAccessible, notHere, openApp, stateOf } from './app.ts';
import { goTo } from './screens.ts';

const recorder = (page: Page, command: string) =>
  page.getByRole('button', { name: `Press the new keys of ${command}` });
const change = (page: Page, command: string) =>
  page.getByRole('button', { name: `Change the keys of ${command}`, exact: true });
const rowOf = (page: Page, command: string) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: command, exact: true }) });

test('a command is given other keys, which hold at once, are shown everywhere, and are there after the next start', {
  skip: notHere,
}, async (t) => {
  const { page, stateFolder } = await openApp(t);
  await goTo(page, 'Settings');
  await change(page, 'Jobs').click();
  await recorder(page, 'Jobs').waitFor();
  await assertAccessible(page, 'the settings while keys are pressed');
  await page.keyboard.press('a');
  await page
    .getByRole('alert')
    .getByText(/together with Ctrl or Alt/)
    .waitFor();
  await page.keyboard.press('Control+C');
  await page
    .getByRole('alert')
    .getByText(/belongs to the system/)
    .waitFor();
  await page.keyboard.press('Control+Alt+J');
  await rowOf(page, 'Jobs').getByText('Ctrl+Alt+J', { exact: true }).waitFor();
  // Whoever works by keyboard is where they were.
  await page.locator('button:focus[aria-label="Change the keys of Jobs"]').waitFor();

  const jobs = page.getByRole('region', { name: 'Jobs' });
  await page.keyboard.press('Control+J');
  await page.keyboard.press('Control+Alt+J');
  await jobs.waitFor();
  await page.keyboard.press('Control+Alt+J');
  await jobs.waitFor({ state: 'detached' });
  await page.keyboard.press('F1');
  await page.getByRole('dialog').getByRole('row', { name: 'Ctrl+Alt+J Jobs' }).waitFor();
  await page.keyboard.press('Escape');

  await until(async () => JSON.stringify(await stateOf(stateFolder, 'keys')), /Alt\+J/);
  await page.reload();
  await goTo(page, 'Settings');
  await rowOf(page, 'Jobs').getByText('Ctrl+Alt+J', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Put back the keys of Jobs' }).click();
  await rowOf(page, 'Jobs').getByText('Ctrl+J', { exact: true }).waitFor();
});

test('keys of another command are taken from it only when that is wanted', { skip: notHere }, async (t) => {
  const { page } = await openApp(t);
  await goTo(page, 'Settings');
  await change(page, 'Verify').press('Enter');
  await recorder(page, 'Verify').waitFor();
  await page.keyboard.press('Control+D');
  await page.getByRole('alert').getByText('belongs to Compare').waitFor();
  await page.getByRole('button', { name: 'Leave them' }).click();
  await rowOf(page, 'Verify').getByText('F9', { exact: true }).waitFor();

  await change(page, 'Verify').press('Enter');
  await recorder(page, 'Verify').waitFor();
  await page.keyboard.press('Control+D');
  await page.getByRole('button', { name: 'Take them from it' }).press('Enter');
  await rowOf(page, 'Verify').getByText('Ctrl+D', { exact: true }).waitFor();
  await rowOf(page, 'Compare').getByText('none', { exact: true }).waitFor();
  // Compare can't have them back while Verify holds them.
  await page.getByRole('button', { name: 'Put back the keys of Compare' }).click();
  await page.getByRole('alert').getByText('belong to Verify now').waitFor();

  await change(page, 'Verify').press('Enter');
  await recorder(page, 'Verify').waitFor();
  await page.keyboard.press('Backspace');
  await rowOf(page, 'Verify').getByText('none', { exact: true }).waitFor();
  await change(page, 'Verify').press('Enter');
  await recorder(page, 'Verify').waitFor();
  await page.keyboard.press('Escape');
  await recorder(page, 'Verify').waitFor({ state: 'detached' });
  await rowOf(page, 'Verify').getByText('none', { exact: true }).waitFor();

  await page.getByRole('button', { name: 'Put all keys back…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Put all keys back' }).click();
  await rowOf(page, 'Verify').getByText('F9', { exact: true }).waitFor();
  await rowOf(page, 'Compare').getByText('Ctrl+D', { exact: true }).waitFor();
});

test('settings are saved to a file, and taken from one after its changes and flaws were shown', {
  skip: notHere,
}, async (t) => {
  const { page, folder, pick, pickSave } = await openApp(t);
  const path = join(folder, 'mar-studio-settings.json');
  await goTo(page, 'Settings');
  await page.getByRole('combobox', { name: 'Theme' }).selectOption('dark');
  await pickSave(path, () => page.getByRole('button', { name: 'Save to a file…' }).click());
  await page.getByText(/^Saved as .*mar-studio-settings\.json/).waitFor();
  const file = JSON.parse(await readFile(path, 'utf8'));
  assert.equal(file.settings.theme, 'dark');

  const given = {
    ...file,
    settings: { ...file.settings, theme: 'light', fontSize: 99, entryColumns: [{ id: 'offset', rem: 8 }] },
    keys: { verify: 'Mod+Alt+V', find: 'Mod+D', jobs: 'Ctrl+V' },
  };
  await writeFile(path, JSON.stringify(given));
  await pick([path], () => page.getByRole('button', { name: 'Take from a file…' }).click());
  const offer = page.getByRole('dialog', { name: 'Take these settings?' });
  await offer.getByText('2 settings and the keys of 1 command would change').waitFor();
  await offer.getByText('Theme, Columns of the inspector', { exact: true }).waitFor();
  await offer.getByText(/^settings\.fontSize: /).waitFor();
  await offer.getByText('keys.find: Ctrl+D belongs to compare').waitFor();
  await offer.getByText('keys.jobs: Ctrl+V belongs to the system or the browser').waitFor();
  await assertAccessible(page, 'the settings of a file');
  await page.locator(':root[data-theme="dark"]').waitFor({ state: 'attached' });
  await offer.getByRole('button', { name: 'Take them' }).click();
  await page.locator(':root[data-theme="light"]').waitFor({ state: 'attached' });
  await rowOf(page, 'Verify').getByText('Ctrl+Alt+V', { exact: true }).waitFor();

  await writeFile(path, 'no settings');
  await pick([path], () => page.getByRole('button', { name: 'Take from a file…' }).click());
  await page.getByRole('alert').getByText('SETTINGS_INVALID').waitFor();
});
