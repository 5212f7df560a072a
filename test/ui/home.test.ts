/** Home: the first thing that anyone sees, with nothing and with something on it. */
import assert from 'node:assert/strict';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { samplesFolder } from '../../server/built-files.ts';
import { assertAccessible, looks, notHere, openApp } from './app.ts';

const sample = (name: string) => join(samplesFolder() ?? '', name);

test('empty Home is accessible in every look', { skip: notHere }, async (t) => {
  for (const { name, ...look } of looks) {
    await t.test(name, async (t) => {
      const { page } = await openApp(t, look);
      await page.getByRole('button', { name: 'Look into digits 1.0' }).waitFor();
      await assertAccessible(page, 'Home');
      const width = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      assert.ok(width <= 0, `it is ${width} pixels too wide`);
    });
  }
});

test('Home keeps what was opened, and the model store compares a version with the one before', {
  skip: notHere,
}, async (t) => {
  const app = await openApp(t);
  const { page, folder } = app;
  for (const name of ['digits-1.0.mar', 'digits-1.1.mar']) await copyFile(sample(name), join(folder, name));
  await writeFile(join(folder, 'broken.mar'), 'no archive');

  await app.pick([folder], () => page.getByRole('button', { name: 'Choose a folder…' }).click());
  const store = page.getByRole('region', { name: 'Model store' });
  await store.getByText('Without a model name').waitFor();
  await store.getByText("Can't be opened: ZIP_NOT_ZIP").waitFor();
  await assertAccessible(page, 'Home with a store');

  await store.getByRole('button', { name: /Compare with previous: digits-1\.1\.mar/ }).click();
  await page.getByRole('button', { name: 'Home' }).click();
  await page.getByRole('region', { name: 'Model store' }).waitFor();
});

test('the palette finds a command by a few letters, and the keyboard alone works it', {
  skip: notHere,
}, async (t) => {
  const { page } = await openApp(t);
  await page.keyboard.press('Control+K');
  const box = page.getByRole('combobox', { name: /Go to an entry/ });
  await box.waitFor();
  await assertAccessible(page, 'the palette');
  await box.fill('>theme');
  await box.fill('>dark');
  await page.keyboard.press('Enter');
  await page.locator(':root[data-theme="dark"]').waitFor({ state: 'attached' });
  await page.keyboard.press('F1');
  await page.getByRole('dialog', { name: 'Keyboard map' }).waitFor();
  await assertAccessible(page, 'the keyboard map');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Keyboard map' }).waitFor({ state: 'detached' });
});
