/** The columns of the inspector's entries: chosen, moved and resized by keyboard, menu and mouse, and kept. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import type { Page } from 'playwright';
import { openArchive } from '../../core/open.ts';
import { samplesFolder } from '../../server/built-files.ts';
import { until } from '../support/until.ts';
import { readAll } from '../support/zip-file.ts';
import { assertAccessible, notHere, openApp, stateOf } from './app.ts';
import { atRest } from './screens.ts';

const digits = join(samplesFolder() ?? '', 'digits-1.0.mar');
const row = (page: Page, name: string) => page.getByRole('row', { name }).first();
const header = (page: Page, name: string) => page.getByRole('columnheader', { name });
const heads = async (page: Page) =>
  (await page.getByRole('columnheader').allTextContents()).map((text) => text.trim());
const widthOf = async (page: Page, name: string) => (await header(page, name).boundingBox())?.width ?? 0;

async function choose(page: Page, ...columns: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'Columns', exact: true }).click();
  for (const name of columns) await page.getByRole('menuitemcheckbox', { name }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
}

test('columns are moved and resized by keyboard, and are the same after the next start', {
  skip: notHere,
}, async (t) => {
  const { page, openArchives, stateFolder } = await openApp(t, { opens: [digits] });
  await row(page, 'handler.py').click();
  await choose(page, 'Offset');
  await until(async () => (await heads(page)).at(-1), 'Offset');
  await page.keyboard.press('Escape');
  await row(page, 'handler.py').click();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowRight');
  await atRest(page);
  const wide = await widthOf(page, 'Role');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await until(() => widthOf(page, 'Role'), wide + 32);
  await page.keyboard.press('Control+ArrowRight');
  await until(async () => (await heads(page)).slice(0, 3), ['Name', 'Size', 'Role']);
  const after = await heads(page);
  // The focus goes with the column.
  await until(() => page.evaluate<string>('document.activeElement.textContent.trim()'), 'Role');
  const numbers = () =>
    page
      .getByRole('columnheader')
      .evaluateAll<string[], { getAttribute(name: string): string }>((all) =>
        all.map((one) => one.getAttribute('aria-colindex')),
      );
  await until(
    numbers,
    after.map((_, at) => String(at + 1)),
  );
  const third = row(page, 'handler.py').getByRole('gridcell').nth(2);
  await until(() => third.getAttribute('aria-colindex'), '3');
  await until(() => third.textContent(), /handler/);
  await assertAccessible(page, 'arranged columns');
  await until(
    async () => JSON.stringify((await stateOf(stateFolder, 'settings')).entryColumns),
    /"name".*"size".*"role"/,
  );
  await openArchives([digits]);
  await row(page, 'handler.py').waitFor();
  await until(() => heads(page), after);
  await until(() => widthOf(page, 'Role'), wide + 32);
});

test('the menu of a column does what its keys do, and hides it', { skip: notHere }, async (t) => {
  const { page } = await openApp(t, { opens: [digits] });
  await row(page, 'handler.py').waitFor();
  await atRest(page);
  const wide = await widthOf(page, 'Size');
  await header(page, 'Size').click({ button: 'right' });
  await page.getByRole('menu', { name: 'Column Size' }).waitFor();
  await assertAccessible(page, 'the menu of a column');
  await page.getByRole('menuitem', { name: 'Wider' }).click();
  await until(async () => (await widthOf(page, 'Size')) > wide);
  await header(page, 'Size').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Move left' }).click();
  await until(async () => (await heads(page))[1], 'Size');
  await header(page, 'Size').focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Hide' }).click();
  await header(page, 'Size').waitFor({ state: 'detached' });
  // The focus stays in the header.
  await page.locator('[role=columnheader]:focus').waitFor();
  await page.getByRole('button', { name: 'Columns', exact: true }).click();
  await page.getByRole('menuitem', { name: 'As usual' }).click();
  await header(page, 'Size').waitFor();
});

test('columns are dragged to another place and another width, without being sorted by it', {
  skip: notHere,
}, async (t) => {
  const { page } = await openApp(t, { opens: [digits] });
  await row(page, 'handler.py').waitFor();
  await atRest(page);
  const drag = async (from: { x: number; y: number }, to: { x: number; y: number }) => {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move((from.x + to.x) / 2, to.y);
    await page.mouse.move(to.x, to.y);
    await page.mouse.up();
    await atRest(page);
  };
  const box = async (name: string) => {
    const found = await header(page, name).boundingBox();
    assert.ok(found);
    return { ...found, middle: found.y + found.height / 2 };
  };
  const size = await box('Size');
  await drag({ x: size.x + size.width - 2, y: size.middle }, { x: size.x + size.width + 30, y: size.middle });
  await until(async () => Math.round(await widthOf(page, 'Size')), Math.round(size.width + 32));
  const [role, now] = [await box('Role'), await box('Size')];
  await drag({ x: now.x + 30, y: now.middle }, { x: role.x + 4, y: role.middle });
  await until(async () => (await heads(page)).slice(0, 3), ['Name', 'Size', 'Role']);
  assert.equal(await header(page, 'Size').getAttribute('aria-sort'), null);
  await header(page, 'Size').click();
  await until(() => header(page, 'Size').getAttribute('aria-sort'), 'descending');
});

test('offsets are those of the local headers, and SHA-256 is computed when it is asked for', {
  skip: notHere,
}, async (t) => {
  const { page, readClipboard } = await openApp(t, { opens: [digits] });
  await row(page, 'handler.py').click();
  await choose(page, 'Offset', 'SHA-256');
  const bytes = await readFile(digits);
  const manifest = row(page, 'MANIFEST.json');
  await manifest.getByText(/^0x[0-9a-f]+$/).waitFor();
  const offset = Number(await manifest.getByText(/^0x[0-9a-f]+$/).textContent());
  assert.equal(bytes.subarray(offset, offset + 4).toString('latin1'), 'PK\x03\x04');
  const group = page.getByRole('group', { name: 'SHA-256' });
  await group.getByText('SHA-256 of 0 of 7 files').waitFor();
  await assertAccessible(page, 'SHA-256 to be computed');
  await group.getByRole('button', { name: 'Compute for 1 selected' }).click();
  await group.getByText('SHA-256 of 1 of 7 files').waitFor();
  await until(() => row(page, 'handler.py').textContent(), /[0-9a-f]{64}/);
  assert.doesNotMatch((await manifest.textContent()) ?? '', /[0-9a-f]{64}/, 'the others are not guessed');
  await group.getByRole('button', { name: 'Compute for all' }).click();
  await group.getByText('SHA-256 of 7 of 7 files').waitFor();
  await until(() => manifest.textContent(), /[0-9a-f]{64}/);
  await row(page, 'handler.py').click();
  await row(page, 'handler.py').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Copy SHA-256' }).click();
  const archive = await openArchive(digits);
  t.after(() => archive.close());
  const content = await readAll(
    archive,
    archive.entries.findIndex(({ name }) => name === 'handler.py'),
  );
  await until(readClipboard, createHash('sha256').update(content).digest('hex'));
});
