/** The hex view: bytes and texts found in all of an entry, a cursor with numbers, and the parts of a ZIP; and the palette's ways to a place. */
import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'node:test';
import type { Page } from 'playwright';
import { samplesFolder } from '../../server/built-files.ts';
import { until } from '../support/until.ts';
import { assertAccessible, notHere, openApp } from './app.ts';
import { atRest } from './screens.ts';

const digits = join(samplesFolder() ?? '', 'digits-1.0.mar');
/** Of which the sample is made. */
const example = resolve(import.meta.dirname, '../../examples/digits');
const row = (page: Page, name: string) => page.getByRole('row', { name }).first();
const palette = (page: Page) => page.getByRole('dialog', { name: 'Command palette' }).getByRole('combobox');
const bytesOf = (page: Page) => page.getByRole('table', { name: /Bytes of/ });
const atCursor = (page: Page) => page.getByRole('region', { name: 'Value at the cursor' });
const cursorComesTo = (page: Page, offset: string) =>
  atCursor(page).getByText(offset, { exact: true }).waitFor();

async function openHex(page: Page, name: string): Promise<void> {
  await row(page, name).click();
  await page.getByRole('tab', { name: 'Hex' }).click();
  // Until its bytes are there, the cursor has nowhere to go.
  await atCursor(page).locator('.mono').nth(1).waitFor();
}

async function openPalette(page: Page, typed: string): Promise<void> {
  await page.keyboard.press('Control+K');
  await palette(page).fill(typed);
}

test('the text of the bytes is in sight as wide as the window is by default, and when it is narrow', {
  skip: notHere,
}, async (t) => {
  for (const width of [1280, 700, 320]) {
    await t.test(`${width} px`, async (t) => {
      const { page } = await openApp(t, { opens: [digits], viewport: { width, height: 800 } });
      await openHex(page, 'handler.py');
      await atRest(page);
      const outside = await bytesOf(page).evaluate<number, { scrollWidth: number; clientWidth: number }>(
        (table) => table.scrollWidth - table.clientWidth,
      );
      assert.ok(outside <= 0, `${outside} pixels are out of sight`);
    });
  }
});

test('bytes and texts are found one after the other, in both directions, and told', {
  skip: notHere,
}, async (t) => {
  const { page } = await openApp(t, { opens: [digits] });
  await openHex(page, 'digits.pt');
  await page.keyboard.press('Control+F');
  await page.keyboard.type('50 4b 03 0');
  await page.getByText('Each byte has two digits').waitFor();
  await assertAccessible(page, 'half a byte');
  await page.keyboard.type('4');
  await page.keyboard.press('Enter');
  const find = page.getByRole('search', { name: 'Find in the bytes' });
  await find
    .getByRole('status')
    .getByText(/^1 of \d+, at 0x0$/)
    .waitFor();
  await page.keyboard.press('F3');
  const second = find.getByRole('status').getByText(/^2 of \d+, at 0x[1-9a-f]/);
  await second.waitFor();
  const told = (await second.textContent()) ?? '';
  await cursorComesTo(page, /0x[0-9a-f]+/.exec(told)?.[0] ?? '');
  await assertAccessible(page, 'found bytes');
  await page.keyboard.press('Shift+F3');
  await page.keyboard.press('Shift+F3');
  const all = Number(/of (\d+)/.exec(told)?.[1]);
  await find.getByText(`${all} of ${all}`).waitFor();
  await page.getByLabel('Find as').selectOption('text');
  await page.getByLabel('Find bytes').fill('no such text in it');
  await page.keyboard.press('Enter');
  await find.getByText('Not found').waitFor();
});

test('the cursor moves by keys and by a press, and its bytes are numbers in both orders', {
  skip: notHere,
}, async (t) => {
  const { page } = await openApp(t, { opens: [digits] });
  await openHex(page, 'digits.pt');
  await bytesOf(page).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await cursorComesTo(page, '0x2');
  const values = atCursor(page);
  await values.getByRole('row', { name: /^16 1027 1027/ }).waitFor();
  await values.getByRole('button', { name: 'Big-endian' }).click();
  await values.getByRole('row', { name: /^16 772 772/ }).waitFor();
  await bytesOf(page).focus();
  await page.keyboard.press('End');
  const { size } = await stat(join(example, 'digits.pt'));
  await cursorComesTo(page, `0x${(size - 1).toString(16)}`);
  // There is nothing behind the last byte: from there, one step back is the one before it.
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await cursorComesTo(page, `0x${(size - 2).toString(16)}`);
  await page.keyboard.press('Home');
  await cursorComesTo(page, '0x0');
  await atRest(page);
  const cell = bytesOf(page).getByRole('row').first().getByRole('cell').last();
  const box = await cell.boundingBox();
  assert.ok(box);
  await page.mouse.click(box.x + (box.width / 8) * 3.5, box.y + 10);
  await cursorComesTo(page, '0x3');
  await page.mouse.click(box.x + 2, box.y + 10);
  await cursorComesTo(page, '0x0');
});

test('the bytes of an archive tell the parts of its ZIP', { skip: notHere }, async (t) => {
  const { page } = await openApp(t, { opens: [digits] });
  await row(page, 'handler.py').waitFor();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Bytes of the archive' }).click();
  const values = atCursor(page);
  await values.getByText(/^local header of /).waitFor();
  await assertAccessible(page, 'the parts of a ZIP');
  await bytesOf(page).focus();
  await page.keyboard.press('End');
  await values.getByText('end of the directory').waitFor();
  const directory = (await readFile(digits)).lastIndexOf('PK\x01\x02', undefined, 'latin1');
  await openPalette(page, `:${directory}`);
  await page.keyboard.press('Enter');
  await values.getByText('directory record').waitFor();
});

test('the palette goes to functions of the code that is shown and of the handler, and to a line', {
  skip: notHere,
}, async (t) => {
  const { page } = await openApp(t, { opens: [digits] });
  await row(page, 'model.py').click();
  await page.getByRole('textbox', { name: 'model.py' }).waitFor();
  await openPalette(page, '@');
  await page
    .getByRole('option', { name: /model\.py:/ })
    .first()
    .waitFor();
  await page
    .getByRole('option', { name: /class · handler\.py:/ })
    .first()
    .waitFor();
  await assertAccessible(page, 'functions in the palette');
  await palette(page).fill('@handler.init');
  await page.getByRole('option', { name: /initialize/, selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'handler.py' }).waitFor();
  const lineOf = () =>
    page.evaluate<string>(`(() => {
      const anchor = document.activeElement.shadowRoot?.getSelection().anchorNode;
      return (anchor?.nodeType === 3 ? anchor.parentElement : anchor)?.closest('.cm-line')?.textContent ?? '';
    })()`);
  await until(lineOf, /def initialize/);
  await openPalette(page, ':1');
  await page.getByRole('option', { name: 'Go to line 1' }).waitFor();
  await page.keyboard.press('Enter');
  const [firstLine = ''] = (await readFile(join(example, 'handler.py'), 'utf8')).split('\n');
  await until(lineOf, firstLine);
});

test('the help of the palette lists what can be typed, and goes on with it', {
  skip: notHere,
}, async (t) => {
  const { page } = await openApp(t, { opens: [digits] });
  await row(page, 'handler.py').click();
  await openPalette(page, '?');
  for (const sign of ['>', '@', ':', '?'])
    await page.getByRole('dialog').getByRole('option').filter({ hasText: sign }).first().waitFor();
  await page.getByRole('option', { name: /Functions and classes/ }).click();
  await until(() => palette(page).inputValue(), '@');
  await page.keyboard.press('Escape');
  await page.keyboard.press('F1');
  await page
    .getByRole('table', { name: 'In the command palette' })
    .getByText('Functions and classes')
    .waitFor();
  await assertAccessible(page, 'the keyboard map');
});
