/** Making archives: a new one from files, a new version of an old one, with the mouse and with the keyboard alone. */
import assert from 'node:assert/strict';
import { copyFile, open, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'node:test';
import type { Page } from 'playwright';
import { samplesFolder } from '../../server/built-files.ts';
import { until } from '../support/until.ts';
import { assertAccessible, dropOf, notHere, openApp } from './app.ts';

const example = resolve(import.meta.dirname, '../../examples/digits');

async function copyExample(folder: string): Promise<void> {
  for (const name of ['digits.pt', 'handler.py', 'model.py', 'index_to_name.json', 'model-config.yaml']) {
    await copyFile(join(example, name), join(folder, name));
  }
}

const goTo = (page: Page, screen: string) =>
  page
    .getByRole('navigation', { name: 'Screens' })
    .getByRole('button', { name: screen, exact: true })
    .click();

const start = (page: Page) => page.getByRole('button', { name: 'Pack', exact: true }).last();

async function fillExample(page: Page, folder: string): Promise<void> {
  await page.getByLabel('Model name').fill('digits');
  await page.getByLabel('Weights', { exact: true }).fill(join(folder, 'digits.pt'));
  await page.getByLabel('Model file', { exact: true }).fill(join(folder, 'model.py'));
  await page.getByLabel('Handler file').first().fill(join(folder, 'handler.py'));
  await page.getByLabel('Config file', { exact: true }).fill(join(folder, 'model-config.yaml'));
}

test('a model is packed and opened', { skip: notHere }, async (t) => {
  const { page, folder, readClipboard } = await openApp(t);
  await copyExample(folder);
  await goTo(page, 'Pack');
  await page.getByRole('heading', { name: 'New archive', level: 1 }).waitFor();
  await assertAccessible(page, 'the empty pack screen');

  await start(page).click();
  const summary = page.getByRole('alert').filter({ hasText: '2 fields need you' });
  await summary.waitFor();
  await page.locator('#field-modelName:focus').waitFor();
  await assertAccessible(page, 'the pack screen with errors');
  await summary.getByRole('link', { name: 'Handler file' }).click();
  await page.locator('#field-handlerFile:focus').waitFor();

  await fillExample(page, folder);
  const plan = page.getByRole('region', { name: 'Plan' });
  await plan.getByRole('row', { name: /digits\.pt .*weights/ }).waitFor();
  await page.getByText('What TorchServe makes of it').waitFor();
  await assertAccessible(page, 'the pack screen with a plan');

  await start(page).click();
  await page.getByRole('heading', { name: 'Packed digits 1.0' }).waitFor();
  await assertAccessible(page, 'the result');
  await page.getByRole('region', { name: 'Result' }).getByRole('button', { name: 'Copy as command' }).click();
  await until(readClipboard, /^mar-studio pack --model-name digits --version 1\.0 --handler /);
  assert.deepEqual(await readdir(folder).then((names) => names.filter((name) => /mar$/.test(name))), [
    'digits.mar',
  ]);

  await page.getByRole('button', { name: 'Inspect' }).last().click();
  await page.getByRole('heading', { name: /Packed/ }).waitFor({ state: 'detached' });
  await page.keyboard.press('Alt+ArrowLeft');
  await page.getByRole('heading', { name: 'Pack digits 1.0', level: 1 }).waitFor();
  await until(() => page.getByLabel('Weights', { exact: true }).inputValue(), join(folder, 'digits.pt'));
});

test('dropped files find their fields, and undo takes them back', { skip: notHere }, async (t) => {
  const { page } = await openApp(t);
  await goTo(page, 'Pack');
  await page.getByRole('heading', { name: 'New archive', level: 1 }).waitFor();
  const names = ['net.pt', 'my_handler.py', 'labels.json'];
  const dataTransfer = await dropOf(
    t,
    page,
    names.map((name) => ({ name, text: 'x' })),
  );
  await page.locator('#section-model').dispatchEvent('dragover', { dataTransfer });
  await page.locator('header h1').dispatchEvent('drop', { dataTransfer });
  await page.getByText('Guessed from the names: net.pt as weights').first().waitFor();
  await until(() => page.getByLabel('Model name').inputValue(), 'net');
  await until(() => page.getByLabel('Handler file').first().inputValue(), /my_handler\.py$/);
  await assertAccessible(page, 'the pack screen with guesses');
  await page.getByRole('button', { name: 'Undo' }).click();
  await until(() => page.getByLabel('Model name').inputValue(), '');
});

test('a pack that is cancelled leaves no file and keeps the fields; leaving them asks', {
  skip: notHere,
}, async (t) => {
  const { page, folder } = await openApp(t);
  await copyExample(folder);
  // Sparse on disk, and long enough to be cancelled on any machine.
  const weights = await open(join(folder, 'digits.pt'), 'w');
  await weights.truncate(6 * 1024 ** 3);
  await weights.close();
  await goTo(page, 'Pack');
  await fillExample(page, folder);
  await page
    .getByRole('region', { name: 'Plan' })
    .getByRole('row', { name: /digits\.pt/ })
    .waitFor();
  await start(page).click();
  await page.getByRole('progressbar', { name: 'Packing digits' }).waitFor();
  await page.getByText('Cancel leaves no file.').waitFor();
  await assertAccessible(page, 'the pack screen while it packs');
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.getByText('Cancelled. No file was left behind').waitFor();
  const left = (await readdir(folder)).filter((name) => name.includes('mar') && name !== '.state');
  assert.deepEqual(left, []);
  await until(() => page.getByLabel('Model name').inputValue(), 'digits');

  await goTo(page, 'Home');
  const dialog = page.getByRole('dialog', { name: 'Leave what you entered?' });
  await dialog.waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'Pack digits 1.0', level: 1 }).waitFor();
  await goTo(page, 'Home');
  await dialog.getByRole('button', { name: 'Leave', exact: true }).click();
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor({ state: 'attached' });
});

test('a model is packed by keyboard alone', { skip: notHere }, async (t) => {
  const { page, folder } = await openApp(t);
  await copyExample(folder);
  const { keyboard } = page;
  const tabTo = async (id: string) => {
    for (let pressed = 0; pressed < 80; pressed++) {
      if ((await page.evaluate('document.activeElement.id')) === id) return;
      await keyboard.press('Tab');
    }
    assert.fail(`no Tab leads to ${id}`);
  };
  await keyboard.press('Control+N');
  await page.getByRole('heading', { name: 'New archive', level: 1 }).waitFor();
  for (const [field, text] of [
    ['modelName', 'digits'],
    ['serializedFile', join(folder, 'digits.pt')],
    ['modelFile', join(folder, 'model.py')],
    ['handlerFile', join(folder, 'handler.py')],
  ] as const) {
    await tabTo(`field-${field}`);
    await keyboard.type(text);
  }
  await page
    .getByRole('region', { name: 'Plan' })
    .getByRole('row', { name: /digits\.pt/ })
    .waitFor();
  // Enter in a field does what its form is for.
  await keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Packed digits 1.0' }).waitFor();
  await until(() => page.evaluate<string>('document.activeElement.textContent'), /Packed digits 1\.0/);
  assert.ok((await readdir(folder)).includes('digits.mar'));
});

test('a recipe is saved by the keyboard and opened again', { skip: notHere }, async (t) => {
  const { page, folder, pick, pickSave } = await openApp(t);
  await copyExample(folder);
  await goTo(page, 'Pack');
  await fillExample(page, folder);
  const recipe = join(folder, 'digits-recipe.yaml');
  await pickSave(recipe, () => page.keyboard.press('Control+S'));
  await page.getByText('Saved as').waitFor();
  await goTo(page, 'Home');
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor({ state: 'attached' });
  await goTo(page, 'Pack');
  await pick([recipe], () => page.getByRole('button', { name: 'Open recipe…' }).click());
  await page.getByText('Filled from digits-recipe.yaml.').waitFor();
  await until(() => page.getByLabel('Weights', { exact: true }).inputValue(), join(folder, 'digits.pt'));
});

test('a new version of an archive gets other weights, and all else as it was', {
  skip: notHere,
}, async (t) => {
  const { page, folder, pick } = await openApp(t);
  await copyFile(join(samplesFolder() ?? '', 'digits-1.0.mar'), join(folder, 'old.mar'));
  await copyFile(join(example, 'digits.pt'), join(folder, 'retrained.pt'));
  await goTo(page, 'New version');
  await pick([join(folder, 'old.mar')], () =>
    page.getByRole('button', { name: 'Choose an archive…' }).click(),
  );
  await page.getByRole('heading', { name: 'New from digits 1.0', level: 1 }).waitFor();
  await assertAccessible(page, 'the screen for a new version');
  await page.getByRole('row', { name: /digits\.pt/ }).click();
  await pick([join(folder, 'retrained.pt')], () =>
    page.getByRole('button', { name: 'Replace file…' }).click(),
  );
  await page.getByText('The content changes, and the version does not').waitFor();
  const plan = page.getByRole('region', { name: 'Plan' });
  await plan.getByText(/^±1 replaced, =\d+ copied as it lies$/).waitFor();
  await page.getByRole('button', { name: 'Make it 1.1' }).click();
  await plan.getByText(/^±1 made anew, ±1 replaced, =\d+ copied as it lies$/).waitFor();
  await plan.getByText('"modelVersion": "1.1"').waitFor();
  await plan.getByText(join(folder, 'digits-1.1.mar')).waitFor();
  await assertAccessible(page, 'the plan of a new version');
  await page.getByLabel('File name').fill('../escape');
  await page.getByLabel('File name').blur();
  await page.getByText(/Start with a letter or a digit/).waitFor();
  await page.getByLabel('File name').fill('digits-1.1');
  await page.getByRole('button', { name: 'Write new archive' }).click();
  await page.getByRole('heading', { name: 'Wrote digits 1.1' }).waitFor();
  await assertAccessible(page, 'the new version');
  assert.deepEqual((await readdir(folder)).filter((name) => name.endsWith('.mar')).sort(), [
    'digits-1.1.mar',
    'old.mar',
  ]);
});

test('settings hold at once, are found by a word, and are put back', { skip: notHere }, async (t) => {
  const { page } = await openApp(t);
  await goTo(page, 'Settings');
  await page.getByText('This app never connects to the network.').waitFor();
  await assertAccessible(page, 'the settings');
  await page.getByRole('searchbox').fill('theme');
  await page.getByLabel('Theme', { exact: true }).selectOption('Dark');
  await page.locator(':root[data-theme="dark"]').waitFor({ state: 'attached' });
  await assertAccessible(page, 'the settings in the dark');
  await page.getByRole('button', { name: 'Put back: Theme' }).click();
  await page.locator(':root[data-theme="light"]').waitFor({ state: 'attached' });
  await page.getByRole('searchbox').fill('nothing is called so');
  await page.getByText('No setting matches.').waitFor();
});

test('a clash of names is told at the name, and the plan is compared with an older archive', {
  skip: notHere,
}, async (t) => {
  const { page, folder, pick } = await openApp(t);
  await copyExample(folder);
  await copyFile(join(samplesFolder() ?? '', 'digits-1.0.mar'), join(folder, 'old.mar'));
  await goTo(page, 'Pack');
  await fillExample(page, folder);
  await page.getByRole('button', { name: 'Add a path or pattern' }).click();
  await page.locator('input[id^="field-extra"]:focus').waitFor();
  await page.keyboard.type(join(folder, 'index_to_name.json'));
  const name = page.getByLabel('Name in the archive');
  await name.fill('model.py');
  await page.getByText('Two sources would both become model.py').waitFor();
  await until(() => name.getAttribute('aria-invalid'), 'true');
  await assertAccessible(page, 'a clash of names');
  await name.fill('labels.json');
  await page.getByRole('row', { name: /labels\.json .*extra/ }).waitFor();
  await pick([join(folder, 'old.mar')], () =>
    page.getByRole('button', { name: 'Compare plan with…' }).click(),
  );
  await page.getByText('Against old.mar').waitFor();
  await page
    .getByText(/→ labels\.json|\blabels\.json/)
    .first()
    .waitFor();
  await assertAccessible(page, 'a plan that is compared');
});

test('what is dropped where nothing waits for it is opened, or told why not', {
  skip: notHere,
}, async (t) => {
  const { page } = await openApp(t);
  await goTo(page, 'Settings');
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  const dataTransfer = await dropOf(t, page, [{ name: 'empty.bin', text: '' }]);
  await page.locator('main h1').dispatchEvent('drop', { dataTransfer });
  await page.getByRole('alert').filter({ hasText: 'empty.bin' }).waitFor();
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
});

const looks = [
  { name: 'dark', colorScheme: 'dark' },
  { name: 'forced colours', forcedColors: 'active' },
  { name: 'narrow', viewport: { width: 320, height: 640 } },
  { name: 'at 200 % zoom', viewport: { width: 640, height: 400 } },
] as const;

test('the wizards and the settings keep to every look', { skip: notHere }, async (t) => {
  for (const { name, ...look } of looks) {
    await t.test(name, async (t) => {
      const { page, folder } = await openApp(t, look);
      await copyExample(folder);
      const assertFits = async (what: string) => {
        const tooWide =
          "(() => { const main = document.getElementById('main'); return main.scrollWidth - main.clientWidth; })()";
        assert.equal(await page.evaluate<number>(tooWide), 0, `${what} is no wider than the window`);
        await assertAccessible(page, what);
      };
      await goTo(page, 'Settings');
      await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
      await assertFits('the settings');
      await goTo(page, 'New version');
      await page.getByRole('button', { name: 'Choose an archive…' }).waitFor();
      await assertFits('the empty screen for a new version');
      await goTo(page, 'Pack');
      await fillExample(page, folder);
      await page.getByRole('row', { name: /digits\.pt/ }).waitFor();
      await assertFits('the pack screen');
    });
  }
});

test('a recipe that can not be read is a problem, with its code and what to do', {
  skip: notHere,
}, async (t) => {
  const { page, folder, pick } = await openApp(t);
  const recipe = join(folder, 'broken.yaml');
  await writeFile(recipe, 'model: [1,\n');
  await goTo(page, 'Pack');
  await pick([recipe], () => page.getByRole('button', { name: 'Open recipe…' }).click());
  const problem = page.getByRole('alert').filter({ hasText: 'RECIPE_INVALID' });
  await problem.getByText('Mend that line').waitFor();
  await assertAccessible(page, 'a recipe that can not be read');
  await problem.getByRole('button', { name: 'Put away' }).click();
  await problem.waitFor({ state: 'detached' });
});
