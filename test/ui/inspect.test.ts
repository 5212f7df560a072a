/** The inspector: an archive looked into, by mouse and by keyboard, in all its states. */
import assert from 'node:assert/strict';
import { copyFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import type { Page } from 'playwright';
import { samplesFolder } from '../../server/built-files.ts';
import { until } from '../support/until.ts';
import { assertAccessible, dropOf, looks, notHere, openApp } from './app.ts';

const sample = (name: string) => join(samplesFolder() ?? '', name);
const digits = sample('digits-1.0.mar');
const row = (page: Page, name: string) => page.getByRole('row', { name }).first();

test('the inspector is accessible in every look', { skip: notHere }, async (t) => {
  for (const { name, ...look } of looks) {
    await t.test(name, async (t) => {
      const { page } = await openApp(t, { ...look, opens: [digits] });
      await row(page, 'handler.py').click();
      await page.getByRole('textbox', { name: 'handler.py' }).waitFor();
      await assertAccessible(page, 'code');
      await row(page, 'index_to_name.json').click();
      await page.getByRole('table', { name: 'Labels' }).waitFor();
      await assertAccessible(page, 'labels');
      await page.getByRole('tab', { name: 'Hex' }).click();
      await page.getByRole('table', { name: /Bytes of/ }).waitFor();
      await assertAccessible(page, 'bytes');
      const width = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      assert.ok(width <= 0, `it is ${width} pixels too wide`);
    });
  }
});

test('by keyboard alone: from the filter into the tree, to an entry and back', {
  skip: notHere,
}, async (t) => {
  const { page } = await openApp(t, { opens: [digits] });
  await row(page, 'handler.py').waitFor();
  await page.keyboard.press('Control+Shift+F');
  await page.locator('[type=search]:focus').waitFor();
  await page.keyboard.type('HAND *.py');
  await page.getByText('1 of 7').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.getByRole('textbox', { name: 'handler.py' }).waitFor();
  await page.getByText('1 selected').waitFor();
  await page.keyboard.press('Control+Shift+F');
  await page.locator('[type=search]:focus').waitFor();
  await page.keyboard.press('Escape');
  await row(page, 'requirements.txt').waitFor();
});

test('the manifest leads to its entries, and an archive inside opens in place', {
  skip: notHere,
}, async (t) => {
  const { page } = await openApp(t, { opens: [digits] });
  const card = page.getByRole('region', { name: 'Manifest' });
  await card.getByRole('button', { name: 'requirements.txt' }).click();
  await page.getByRole('table', { name: 'Requirements' }).waitFor();
  await card.getByRole('button', { name: 'digits.pt' }).click();
  await page.getByRole('button', { name: 'Look into it' }).click();
  await page.getByRole('heading', { level: 1, name: 'digits.pt' }).waitFor();
  await row(page, 'data.pkl').waitFor();
  await page.getByRole('button', { name: 'digits-1.0.mar' }).click();
  await page.getByRole('heading', { level: 1, name: 'digits-1.0.mar' }).waitFor();
  await until(() => row(page, 'digits.pt').getAttribute('aria-selected'), 'true');
});

test('a search finds names and lines, and goes to the line', { skip: notHere }, async (t) => {
  const { page } = await openApp(t, { opens: [digits] });
  await page.getByRole('button', { name: 'Search…' }).click();
  const search = page.getByRole('region', { name: 'Search names and contents' });
  await search.locator('[type=search]:focus').waitFor();
  await page.keyboard.type('basehandler');
  await page.keyboard.press('Enter');
  await search.getByRole('button', { name: /import BaseHandler/ }).click();
  await page.getByRole('textbox', { name: 'handler.py' }).waitFor();
  await assertAccessible(page, 'the search');
});

test('entries are extracted into a folder, and what is there is not replaced unasked', {
  skip: notHere,
}, async (t) => {
  const { page, folder } = await openApp(t, { opens: [digits] });
  const extract = async () => {
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Extract all…' }).click();
    await page.getByLabel('Folder', { exact: true }).fill(join(folder, 'out'));
    await assertAccessible(page, 'the dialog');
    await page.getByRole('dialog').getByRole('button', { name: 'Extract' }).click();
  };
  await extract();
  await page.getByText(/7 entries, .* extracted/).waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await extract();
  await page.getByRole('dialog').getByRole('alert').waitFor();
  await page.keyboard.press('Escape');
});

test('an archive that changes on disk is told of when the window comes back', {
  skip: notHere,
}, async (t) => {
  const { page, folder, pick } = await openApp(t);
  const path = join(folder, 'a.mar');
  await copyFile(digits, path);
  await pick([path], () => page.getByRole('button', { name: 'Open archive…' }).click());
  await row(page, 'handler.py').waitFor();
  await copyFile(sample('digits-1.1.mar'), path);
  await page.evaluate("window.dispatchEvent(new Event('focus'))");
  await page.getByText('This archive changed on disk.').waitFor();
  await assertAccessible(page, 'a stale archive');
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.getByRole('region', { name: 'Manifest' }).getByText('1.1').waitFor();
});

test('what is no archive is named by its first bytes; one cut off shows what was seen', {
  skip: notHere,
}, async (t) => {
  const { page, folder, openArchives } = await openApp(t);
  await writeFile(join(folder, 'text.mar'), 'hello');
  await openArchives([join(folder, 'text.mar')]);
  await page.getByText('68 65 6c 6c 6f: text').waitFor();
  await page.getByRole('button', { name: 'Show its bytes' }).click();
  await page.getByRole('table', { name: 'Bytes of text.mar' }).waitFor();
  await assertAccessible(page, 'no archive');
  await copyFile(digits, join(folder, 'cut.mar'));
  await truncate(join(folder, 'cut.mar'), 100_000);
  await openArchives([join(folder, 'cut.mar')]);
  const banner = page.getByRole('alert').filter({ hasText: 'is cut off' });
  await banner
    .getByText('The index at the end is missing; 2 of an unknown number of entries found by scanning.')
    .waitFor();
  await row(page, 'MANIFEST.json').waitFor();
  // All that is said of it says the same: there may be more, and the manifest is there.
  const facts = page.getByRole('complementary', { name: 'Facts' });
  await facts.getByText('MAR-INF/MANIFEST.json is among the entries found').waitFor();
  await facts.getByText('ZIP_TRUNCATED').waitFor();
  await page.getByText('2 entries found, of an unknown number').waitFor();
  await row(page, 'digits.pt').getByText('not known').waitFor();
  await assertAccessible(page, 'an archive that is cut off');
});

test('what is dropped on the inspector takes its place, or is told why it can not', {
  skip: notHere,
}, async (t) => {
  const { page } = await openApp(t, { opens: [digits] });
  await row(page, 'handler.py').waitFor();
  const dataTransfer = await dropOf(t, page, [{ name: 'empty.mar', text: '' }]);
  await page.dispatchEvent('main', 'drop', { dataTransfer });
  await page.getByRole('alert').filter({ hasText: 'empty.mar' }).waitFor();
  await page.getByRole('button', { name: 'Put away' }).click();
  await page.getByRole('alert').waitFor({ state: 'detached' });
  await row(page, 'handler.py').waitFor();
});
