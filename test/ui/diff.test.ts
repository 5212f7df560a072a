/** The comparison: from two releases to a report, by mouse and by keyboard alone; its states; every kind of change. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright';
import { samplesFolder } from '../../server/built-files.ts';
import { assertAccessible, noBrowser, openApp } from './app.ts';

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
  skip: noBrowser,
}, async (t) => {
  const { page, folder } = await openApp(t, { opens: digits });
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
  assert.ok(await viewed.isChecked(), 'the mark outlives the proof');

  await page.getByRole('button', { name: 'Export…' }).click();
  await page.getByRole('button', { name: 'HTML…' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('report.html');
  await page.getByRole('button', { name: 'Save here' }).click();
  await page
    .getByRole('dialog', { name: 'Export the comparison' })
    .getByText(/Saved as/)
    .waitFor();
  assert.match(await readFile(join(folder, 'report.html'), 'utf8'), /digits 1\.0 → digits 1\.1/);
  await page.getByRole('button', { name: 'Close' }).click();

  // Marks and notes are there again in the next window.
  await page.reload();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  for (const name of ['digits-1.0.mar', 'digits-1.1.mar'])
    await page
      .getByRole('region', { name: name.includes('1.0') ? 'Before' : 'After' })
      .getByRole('button', { name: new RegExp(name) })
      .click();
  await rowOf(page, /handler\.py/).click();
  await detail.getByRole('textbox', { name: 'Note on handler.py' }).waitFor();
  assert.equal(await detail.getByRole('textbox').inputValue(), 'ask Ada about this');
  assert.ok(await viewed.isChecked());
});

test('the same by keyboard alone', { skip: noBrowser }, async (t) => {
  const { page, folder } = await openApp(t, { opens: digits });
  await changes(page).waitFor();
  const { keyboard } = page;
  await keyboard.press('F8');
  await page.getByRole('region', { name: 'MAR-INF/MANIFEST.json' }).waitFor();
  await keyboard.press('F8');
  await page.getByRole('region', { name: 'handler.py', exact: true }).waitFor();
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
  assert.equal(await page.evaluate<string>('document.activeElement.type'), 'search');
  await keyboard.type('handler');
  await rowOf(page, /handler\.py/).waitFor();
  for (let tab = 0; tab < 6; tab++) {
    await keyboard.press('Tab');
    if ((await page.evaluate<string>('document.activeElement.getAttribute("role")')) === 'row') break;
  }
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
  await keyboard.press('Enter');
  const name = page.getByRole('textbox', { name: 'Name' });
  await name.waitFor();
  await name.focus();
  await keyboard.press('Control+A');
  await keyboard.type('report.md');
  await page.getByRole('button', { name: 'Save here' }).focus();
  await keyboard.press('Enter');
  await page.getByText(/Saved as/).waitFor();
  assert.match(await readFile(join(folder, 'report.md'), 'utf8'), /digits/);
  await keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

const looks = [
  { name: 'light', colorScheme: 'light' },
  { name: 'dark', colorScheme: 'dark' },
  { name: 'forced colours', forcedColors: 'active' },
  { name: 'narrow', colorScheme: 'light', viewport: { width: 320, height: 640 } },
] as const;

test('a comparison is accessible and fits in every look', { skip: noBrowser }, async (t) => {
  for (const { name, ...look } of looks) {
    await t.test(name, async (t) => {
      const { page } = await openApp(t, { ...look, opens: digits });
      await changes(page).waitFor();
      await assertAccessible(page, 'the overview');
      await assertFits(page);
      await rowOf(page, /handler\.py/).click();
      await page.getByRole('button', { name: 'Next change' }).click();
      await assertAccessible(page, 'a changed text');
      await assertFits(page);
    });
  }
});

test('every kind of change has a view that is accessible', { skip: noBrowser }, async (t) => {
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
});

test('the same file twice, a file that is none, and an archive that changed are told', {
  skip: noBrowser,
}, async (t) => {
  const { page, folder } = await openApp(t);
  for (const name of ['digits-1.0.mar', 'digits-1.1.mar']) await copyFile(sample(name), join(folder, name));
  await copyFile(sample('digits-1.0.mar'), join(folder, 'copy.mar'));
  await writeFile(join(folder, 'broken.mar'), (await readFile(sample('digits-1.0.mar'))).subarray(0, 400));

  const choose = async (side: 'Before' | 'After', name: string) => {
    await page.getByRole('region', { name: side }).getByRole('button', { name: 'Choose archive…' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: new RegExp(`^${name}`) })
      .click();
  };
  const again = async () => page.getByRole('button', { name: 'Compare', exact: true }).click();
  await again();
  await assertAccessible(page, 'two empty wells');
  await choose('Before', 'digits-1.0.mar');
  await choose('After', 'digits-1.0.mar');
  await page
    .getByRole('alert')
    .getByText(/Both sides are the same file/)
    .waitFor();

  await again();
  await choose('Before', 'digits-1.0.mar');
  await choose('After', 'copy.mar');
  await page.getByText(/^. ?Same contents by CRC-32 and size of \d+ entries/).waitFor();
  await page.getByText('No entry changed.').waitFor();
  await assertAccessible(page, 'two that are the same');

  await copyFile(sample('digits-1.1.mar'), join(folder, 'copy.mar'));
  await page.evaluate('window.dispatchEvent(new Event("focus"))');
  const stale = page.getByRole('alert').filter({ hasText: 'An archive changed on disk' });
  await stale.waitFor();
  await assertAccessible(page, 'a comparison of what has changed since');
  await stale.getByRole('button', { name: 'Compare again' }).click();
  await rowOf(page, /handler\.py/).waitFor();
  await page.getByRole('searchbox').fill('no such name');
  await page.getByText('No change matches.').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).first().click();
  await rowOf(page, /handler\.py/).waitFor();

  await again();
  await choose('Before', 'digits-1.0.mar');
  await choose('After', 'broken.mar');
  await page.getByText('It is the one after the change:').waitFor();
  await assertAccessible(page, 'one that could not be opened');
  await page.getByRole('button', { name: 'Inspect the one before the change' }).click();
  await page.getByRole('row', { name: /handler\.py/ }).waitFor();
});

test('names and texts with markup, invisible characters and a script stay text', {
  skip: noBrowser,
}, async (t) => {
  const { page, folder } = await openApp(t, { opens: [] });
  for (const side of ['old', 'new']) {
    await mkdir(join(folder, side));
    await writeFile(
      join(folder, side, '<img src=x onerror=alert(1)>.txt'),
      `<script>alert('${side}')</script>\n`,
    );
    await writeFile(join(folder, side, 'gnp\u202e.txt'), `\u200b${side}\n`);
  }
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  for (const [side, name] of [
    ['Before', 'old'],
    ['After', 'new'],
  ] as const) {
    await page.getByRole('region', { name: side }).getByRole('button', { name: 'Choose folder…' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: new RegExp(`Folder ?${name}`) })
      .click();
    await page.getByRole('button', { name: 'Choose this folder' }).click();
  }
  await rowOf(page, /onerror/).click();
  await page.locator('.rows').getByText('<script>').first().waitFor();
  await rowOf(page, /gnp/).click();
  await page.locator('.rows').getByText('\\u{200b}').first().waitFor();
  assert.equal(await page.locator('main img, main script').count(), 0);
});
