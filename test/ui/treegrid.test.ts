/** The treegrid by keyboard and for screen readers, with far more rows than the document holds (UX.md section 4). */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page } from 'playwright';
import { manyEntries } from '../../bench/interface-archives.ts';
import { until } from '../support/until.ts';
import { notHere, openApp } from './app.ts';
import { atRest } from './screens.ts';

const count = 5000;

async function openGrid(t: TestContext): Promise<Page> {
  const path = await manyEntries(count);
  const { page } = await openApp(t, { opens: [path], roots: [path] });
  await page.getByRole('row', { name: /handler\.py/ }).click();
  await atRest(page);
  return page;
}

/** The row that has the focus, and whether all of it can be seen below the header. */
async function focused(page: Page) {
  await atRest(page);
  return page.evaluate<{ name: string; index: number; tag: string; isSeen: boolean; stops: number }>(`(() => {
    const row = document.activeElement.closest('[role=row]');
    const [head, body] = document.querySelectorAll('[role=treegrid] [role=rowgroup]');
    const box = document.activeElement.getBoundingClientRect();
    const view = body.getBoundingClientRect();
    return {
      name: row?.querySelector('[role=gridcell] .text')?.textContent ?? '',
      index: Number(row?.getAttribute('aria-rowindex') ?? -1),
      tag: document.activeElement.getAttribute('role') ?? document.activeElement.tagName,
      isSeen: box.top >= view.top - 1 && box.bottom <= view.bottom + 1 && box.top >= head.getBoundingClientRect().bottom - 1,
      stops: document.querySelectorAll('[role=treegrid] [tabindex="0"]').length,
    };
  })()`);
}

async function press(page: Page, ...keys: readonly string[]) {
  for (const key of keys) await page.keyboard.press(key);
  const now = await focused(page);
  assert.equal(now.tag, 'row', `after ${keys.join(' ')} a row has the focus`);
  assert.ok(now.isSeen, `after ${keys.join(' ')} ${now.name} is in sight`);
  assert.equal(now.stops, 1, `after ${keys.join(' ')} there is one tab stop`);
  return now;
}

const rowCount = (page: Page) =>
  page
    .getByRole('treegrid')
    .evaluate<number, HTMLElementLike>((grid) => Number(grid.getAttribute('aria-rowcount')));

interface HTMLElementLike {
  getAttribute(name: string): string | null;
}

test('roles and numbers are those that screen readers go by', { skip: notHere }, async (t) => {
  const page = await openGrid(t);
  const wrong = await page.evaluate<string[]>(`(() => {
    const wrong = [];
    const grid = document.querySelector('[role=treegrid]');
    const rows = [...grid.querySelectorAll('[role=row]')];
    if (!grid.getAttribute('aria-label')) wrong.push('the grid has no name');
    for (const row of rows) {
      if (row.parentElement.getAttribute('role') !== 'rowgroup' || !row.getAttribute('aria-rowindex')) wrong.push('row ' + row.outerHTML.slice(0, 80));
      if (row.querySelector('[role=columnheader]')) continue;
      const { level, posinset, setsize } = Object.fromEntries(['level', 'posinset', 'setsize'].map((name) => [name, Number(row.getAttribute('aria-' + name))]));
      if (!(level >= 1 && posinset >= 1 && setsize >= posinset)) wrong.push('numbers of ' + row.textContent.trim());
      const isFolder = row.querySelector('[data-twisty]') !== null;
      if (isFolder !== row.hasAttribute('aria-expanded')) wrong.push('aria-expanded of ' + row.textContent.trim());
      if ([...row.children].some((cell) => cell.getAttribute('role') !== 'gridcell')) wrong.push('cells of ' + row.textContent.trim());
    }
    return wrong;
  })()`);
  assert.deepEqual(wrong, []);
});

test('keys move the focus as the pattern for treegrids says', { skip: notHere }, async (t) => {
  const page = await openGrid(t);
  const rows = await rowCount(page);
  const last = await press(page, 'End');
  assert.equal(last.index, rows);
  assert.equal((await press(page, 'Home')).index, 2);
  // By its letters, from wherever the focus is.
  // All at once, as from quick fingers, however slow the page: letters that come late begin another name.
  await Promise.all(['s', 'h', 'e'].map((letter) => page.keyboard.press(letter)));
  assert.equal((await press(page)).name, 'shelf-000');
  assert.equal((await press(page, 'ArrowLeft')).name, 'shelf-000', 'left closes what is open');
  assert.equal(await rowCount(page), rows - 10);
  const shelf = await press(page, 'ArrowRight');
  assert.equal(shelf.name, 'shelf-000', 'the first press opens');
  assert.equal(await rowCount(page), rows);
  assert.equal((await press(page, 'ArrowRight')).name, 'box-0', 'the second goes to the first child');
  await press(page, 'ArrowRight', 'ArrowRight', 'PageDown', 'PageDown');
  const deep = await press(page, 'PageDown');
  assert.ok(deep.index > shelf.index + 20, 'pages are many rows');
  assert.equal((await press(page, 'ArrowLeft')).name, 'box-0', 'left goes to the folder');
  assert.equal((await press(page, 'ArrowLeft')).name, 'box-0', 'and closes it');
  assert.equal((await press(page, 'ArrowLeft')).name, 'shelf-000');
  await page.keyboard.press('Control+ArrowRight');
  assert.equal((await focused(page)).tag, 'gridcell', 'cells come with Ctrl and arrows');
});

test('the focus survives what takes its row away', { skip: notHere }, async (t) => {
  const page = await openGrid(t);
  await page.getByRole('button', { name: 'View', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Open all folders' }).click();
  await page.getByRole('row', { name: /handler\.py/ }).click();
  const before = await press(page, 'ArrowDown', 'ArrowUp');
  assert.equal(before.name, 'handler.py');

  const scroll = (top: number) =>
    page.evaluate(`[...document.querySelectorAll('[role=rowgroup]')].at(-1).scrollTop = ${top}`);
  await scroll(60_000);
  assert.equal((await focused(page)).name, 'handler.py', 'scrolled away it is still in the document');
  const next = await press(page, 'ArrowDown');
  assert.equal(next.index, before.index + 1, 'and the next key goes on from it');
  await press(page, 'ArrowUp');

  await page.getByRole('columnheader', { name: 'Size' }).click();
  await page.getByRole('row', { name: /handler\.py/ }).focus();
  assert.equal((await press(page, 'ArrowUp', 'ArrowDown')).name, 'handler.py', 'sorted it is the same row');

  const filter = page.getByRole('searchbox', { name: 'Filter entries' });
  await filter.fill('handler');
  await page.getByText(/^1 of [\d,]+$/).waitFor();
  await page.keyboard.press('Tab');
  await filter.focus();
  await page.keyboard.press('ArrowDown');
  assert.equal((await focused(page)).name, 'handler.py', 'filtered it is there');
  await filter.fill('label-42');
  await page.getByRole('row', { name: /handler\.py/ }).waitFor({ state: 'detached' });
  assert.equal((await focused(page)).stops, 1, 'what is filtered away leaves one tab stop');
});

test('F6 goes from pane to pane and back, and Escape gives the focus back', {
  skip: notHere,
}, async (t) => {
  const page = await openGrid(t);
  const pane = async () => {
    await atRest(page);
    return page.evaluate<number>(
      `[...document.querySelectorAll('[data-pane]')].filter((pane) => !pane.querySelector('[data-pane]')).findIndex((pane) => pane.contains(document.activeElement))`,
    );
  };
  const seen: number[] = [];
  for (let step = 0; step < 12; step++) {
    await page.keyboard.press('F6');
    seen.push(await pane());
  }
  const cycle = new Set(seen);
  assert.ok(!cycle.has(-1) && cycle.size >= 3, `F6 goes through the panes: ${seen.join(' ')}`);
  assert.deepEqual(seen.slice(0, cycle.size), seen.slice(cycle.size, 2 * cycle.size), 'and begins again');
  await page.keyboard.press('F6');
  const here = await pane();
  await page.keyboard.press('F6');
  await page.keyboard.press('Shift+F6');
  assert.equal(await pane(), here);

  await page.getByRole('row', { name: /handler\.py/ }).click();
  for (const keys of ['Control+K', 'F1', 'Control+O']) {
    await page.keyboard.press(keys);
    await page.getByRole('dialog').first().waitFor();
    // It takes the focus along.
    await until(() =>
      page.evaluate<boolean>("document.activeElement.closest('dialog, [role=dialog]') !== null"),
    );
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').first().waitFor({ state: 'detached' });
    assert.equal((await focused(page)).name, 'handler.py', `${keys}, Escape: the focus is where it was`);
  }
});
