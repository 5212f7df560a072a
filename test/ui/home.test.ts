/** Home: the first thing that anyone sees, with nothing and with something on it. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { samplesFolder } from '../../server/built-files.ts';
import { until } from '../support/until.ts';
import { assertAccessible, looks, notHere, openApp, stateOf } from './app.ts';

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

test('Home offers to go on with a review that was begun, until it is put away', {
  skip: notHere,
}, async (t) => {
  const opens = [sample('digits-1.0.mar'), sample('digits-1.1.mar')];
  const { page, stateFolder } = await openApp(t, { opens });
  const changes = page.getByRole('treegrid', { name: 'Changes' });
  await changes.getByRole('row', { name: /handler\.py/ }).click();
  await page.getByRole('checkbox', { name: 'Viewed', exact: true }).check();
  await page.getByRole('button', { name: 'Home', exact: true }).click();
  const card = page.getByRole('region', { name: 'Unfinished' });
  const go = card.getByRole('button', { name: /digits-1\.0\.mar ⇄ digits-1\.1\.mar: 1 of \d+ viewed/ });
  await go.waitFor();
  await assertAccessible(page, 'Home with an unfinished review');

  await until(async () => JSON.stringify(await stateOf(stateFolder, 'viewed')), /handler\.py/);
  await page.reload();
  await go.click();
  await changes.getByRole('row', { name: /handler\.py/ }).waitFor();
  await page.getByRole('button', { name: 'Home', exact: true }).click();
  await card.getByRole('button', { name: /^Put away/ }).click();
  await card.waitFor({ state: 'detached' });
});

const longName = `${'a-folder-with-a-long-name/'.repeat(4)}x`;

for (const width of [700, 320]) {
  test(`Home with recents and a store fits a window of ${width} pixels`, { skip: notHere }, async (t) => {
    const { page, folder, stateFolder } = await openApp(t, { viewport: { width, height: 800 } });
    const store = join(folder, longName);
    await mkdir(store, { recursive: true });
    for (const name of ['digits-1.0.mar', 'digits-1.1.mar']) await copyFile(sample(name), join(store, name));
    const items = ['digits-1.0.mar', 'gone.mar'].map((name) => ({
      ...{
        path: join(store, name),
        model: 'digits',
        version: '1.0',
        size: 321_000,
        opened: 1_700_000_000_000,
      },
      ...{ verdict: 'No errors, 1 warning', isPinned: false },
    }));
    await mkdir(stateFolder, { recursive: true });
    await writeFile(join(stateFolder, 'recents.json'), JSON.stringify({ items }));
    await writeFile(join(stateFolder, 'store.json'), JSON.stringify({ path: store }));
    await page.reload();
    await page.getByRole('button', { name: 'Find…' }).waitFor();
    await page.getByRole('checkbox', { name: 'Choose digits-1.1.mar for comparing' }).waitFor();
    const wide = `[...document.querySelectorAll('main, .scroll')].map((one) => one.scrollWidth - one.clientWidth)`;
    const [main = 1, ...tables] = await page.evaluate<number[]>(wide);
    assert.ok(main <= 0, `Home is ${main} pixels too wide`);
    assert.equal(tables.length, 2);
    // On a phone a table may be moved sideways.
    if (width === 700) assert.deepEqual(tables, [0, 0]);
  });
}
