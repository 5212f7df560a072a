/** The comparison: from two releases to a report, by mouse and by keyboard alone; every look, every kind of change. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright';
import { samplesFolder } from '../../server/built-files.ts';
import { f32, safetensors } from '../support/make-safetensors.ts';
import { scratchFolder } from '../support/scratch.ts';
import { until } from '../support/until.ts';
import { assertAccessible, looks, notHere, openApp, stateOf } from './app.ts';

const sample = (name: string) => join(samplesFolder() ?? '', name);
const digits = [sample('digits-1.0.mar'), sample('digits-1.1.mar')];
const fixtures = fileURLToPath(new URL('../fixtures/diff', import.meta.url));
const sidesOf = (kind: string) => [join(fixtures, kind, 'before'), join(fixtures, kind, 'after')];

const changes = (page: Page) => page.getByRole('treegrid', { name: 'Changes' });
const rowOf = (page: Page, name: RegExp) => changes(page).getByRole('row', { name });

/** No wider than the window, whatever is shown. */
async function assertFits(page: Page): Promise<void> {
  const script = 'document.documentElement.scrollWidth - innerWidth';
  assert.ok((await page.evaluate<number>(script)) <= 0, 'it fits the window');
}

test('two releases are compared, reviewed and written as a report, by mouse', {
  skip: notHere,
}, async (t) => {
  const { page, folder, stateFolder, pickSave } = await openApp(t, { opens: digits });
  await page.getByRole('heading', { level: 1, name: /digits 1\.0.*digits 1\.1/ }).waitFor();
  await page.getByRole('button', { name: /^Handler/ }).click();
  const detail = page.getByRole('region', { name: 'handler.py', exact: true });
  await detail.getByRole('region', { name: 'Side by side: handler.py' }).waitFor();
  await assertAccessible(page, 'a changed text');

  const viewed = detail.getByRole('checkbox', { name: 'Viewed' });
  await viewed.check();
  await page
    .getByText(/^Viewed 1 of/)
    .first()
    .waitFor();
  await detail.getByRole('button', { name: 'Add note' }).click();
  await detail.getByRole('textbox', { name: 'Note on handler.py' }).fill('ask Ada about this');

  await page.getByRole('button', { name: /Prove by SHA-256/ }).click();
  await page.getByText(/equal contents are proven by SHA-256/).waitFor();
  // The mark outlives the proof.
  await until(() => viewed.isChecked());

  await page.getByRole('button', { name: 'Export…' }).click();
  await pickSave(join(folder, 'report.html'), () => page.getByRole('button', { name: 'HTML…' }).click());
  await page
    .getByRole('dialog', { name: 'Export the comparison' })
    .getByText(/Saved as/)
    .waitFor();
  assert.match(await readFile(join(folder, 'report.html'), 'utf8'), /digits 1\.0 → digits 1\.1/);
  await page.getByRole('button', { name: 'Close' }).click();

  // The page comes back to the comparison, with its marks and notes.
  await until(async () => JSON.stringify(await stateOf(stateFolder, 'viewed')), /ask Ada about this/);
  await page.reload();
  await rowOf(page, /handler\.py/).click();
  await detail.getByRole('textbox', { name: 'Note on handler.py' }).waitFor();
  await until(() => detail.getByRole('textbox').inputValue(), 'ask Ada about this');
  await until(() => viewed.isChecked());
});

test('a review that is gone on with counts marks and filters as before', { skip: notHere }, async (t) => {
  const { page } = await openApp(t, { opens: digits });
  await changes(page).waitFor();
  await page.getByRole('button', { name: 'Home', exact: true }).click();
  await page.getByRole('button', { name: 'digits-1.0.mar', exact: true }).waitFor();
  await page.keyboard.press('Alt+ArrowLeft');
  await rowOf(page, /requirements\.txt/)
    .getByRole('checkbox')
    .check();
  await page
    .getByText(/^Viewed 1 of/)
    .first()
    .waitFor();
  await page.getByRole('searchbox', { name: /^Filter names/ }).fill('handler');
  await rowOf(page, /requirements\.txt/).waitFor({ state: 'detached' });
  await rowOf(page, /handler\.py/).waitFor();
});

test('the same by keyboard alone', { skip: notHere }, async (t) => {
  const { page, folder, pickSave } = await openApp(t, { opens: digits });
  await changes(page).waitFor();
  const { keyboard } = page;
  await keyboard.press('F8');
  await page.getByRole('region', { name: 'MAR-INF/MANIFEST.json' }).waitFor();
  await keyboard.press('F8');
  await page.getByRole('region', { name: 'Side by side: handler.py' }).waitFor();
  await keyboard.press('F7');
  await page.getByText(/^1 of \d+ change/).waitFor();
  await keyboard.press('Control+\\');
  await keyboard.press('Control+\\');
  await page.getByRole('heading', { name: /^Change 1 of/ }).waitFor();
  await assertAccessible(page, 'the linear layout');
  await keyboard.press('Control+Enter');
  await page
    .getByText(/^Viewed 1 of/)
    .first()
    .waitFor();
  await keyboard.press('Shift+F8');

  // Through the panes into the tree, where Space marks and the arrows lead on.
  await page.getByRole('searchbox').waitFor();
  await keyboard.press('Control+Shift+F');
  await page.locator('[type=search]:focus').waitFor();
  await keyboard.type('handler');
  await rowOf(page, /MANIFEST\.json/).waitFor({ state: 'detached' });
  await rowOf(page, /handler\.py/).waitFor();
  const focusedRow = page.locator('[role=row]:focus');
  for (let tab = 0; tab < 6 && (await focusedRow.count()) === 0; tab++) await keyboard.press('Tab');
  await focusedRow.waitFor();
  await keyboard.press('ArrowDown');
  await keyboard.press('End');
  await keyboard.press('Space');
  await page
    .getByText(/^Viewed 0 of/)
    .first()
    .waitFor();

  await keyboard.press('Control+E');
  await page.getByRole('dialog', { name: 'Export the comparison' }).waitFor();
  await page.getByRole('button', { name: 'Markdown…' }).focus();
  await pickSave(join(folder, 'report.md'), () => keyboard.press('Enter'));
  await page.getByText(/Saved as/).waitFor();
  assert.match(await readFile(join(folder, 'report.md'), 'utf8'), /digits/);
  await keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('a comparison is accessible and fits in every look', { skip: notHere }, async (t) => {
  for (const { name, ...look } of looks) {
    await t.test(name, async (t) => {
      const { page } = await openApp(t, { ...look, opens: digits });
      await changes(page).waitFor();
      await assertAccessible(page, 'the overview');
      await assertFits(page);
      await rowOf(page, /handler\.py/).click();
      await page.getByRole('button', { name: 'Next change' }).click();
      await page.getByText(/^1 of \d+ change/).waitFor();
      await assertAccessible(page, 'a changed text');
      await assertFits(page);
    });
  }
});

test('every kind of change has a view that is accessible', { skip: notHere }, async (t) => {
  const kinds = [
    ['requirements', /requirements/, 'What changed, by package'],
    ['json', /\.json/, 'What changed, by key'],
    ['labels-shift', /index_to_name/, 'Labels that differ'],
    ['nested-zip', /modified/, 'Members that changed'],
  ] as const;
  for (const [kind, row, table] of kinds) {
    await t.test(kind, async (t) => {
      const { page } = await openApp(t, { opens: sidesOf(kind), roots: [fixtures] });
      await rowOf(page, row).last().click();
      await page.getByRole('table', { name: table }).waitFor();
      await assertAccessible(page, kind);
    });
  }
  await t.test('image', async (t) => {
    const { page } = await openApp(t, { opens: sidesOf('image'), roots: [fixtures] });
    await rowOf(page, /logo/).click();
    await page.getByRole('img', { name: /^After/ }).waitFor();
    await page.getByRole('button', { name: 'Difference' }).click();
    await page.getByRole('img', { name: /^Where .* differs/ }).waitFor();
    await assertAccessible(page, 'pictures');
  });
  await t.test('binary', async (t) => {
    const { page } = await openApp(t, { opens: sidesOf('binary'), roots: [fixtures] });
    await rowOf(page, /data\.bin/).click();
    await page.getByRole('region', { name: 'After: bytes' }).locator('mark').first().waitFor();
    await page.keyboard.press('F7');
    await page
      .getByText(/Difference 2 of/)
      .first()
      .waitFor();
    await assertAccessible(page, 'bytes');
  });
  await t.test('weights by themselves', async (t) => {
    const folder = await scratchFolder(t);
    const [before, after] = ['1', '2'].map((step) => join(folder, `${step}.safetensors`)) as [string, string];
    await writeFile(before, safetensors([f32('w', [2], (at) => at)], { step: '1' }));
    await writeFile(after, safetensors([f32('w', [2], (at) => at)], { step: '2' }));
    const { page } = await openApp(t, { opens: [before, after], roots: [folder] });
    await rowOf(page, /2\.safetensors/).click();
    await page.getByRole('button', { name: 'Bytes', exact: true }).click();
    for (const side of ['Before', 'After'])
      await page
        .getByRole('region', { name: `${side}: bytes` })
        .locator('mark')
        .first()
        .waitFor();
  });
});
