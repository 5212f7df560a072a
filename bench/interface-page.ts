/** What a person does at the screen, measured: each of these opens the application, does one thing, and closes it. */
import type { Browser, Page } from 'playwright';
import { type ServedApp, serveApp } from '../test/support/served-app.ts';
import { longTexts, longWork, manyEntries } from './interface-archives.ts';
import { pageClock } from './page-clock.ts';

/** Milliseconds, rows, bytes or events, by the name of what was measured. */
export type Measured = Readonly<Record<string, number>>;

export async function measureManyEntries(browser: Browser, count: number): Promise<Measured> {
  const path = await manyEntries(count);
  return withApp(browser, [], path, async ({ page, context, host }) => {
    // The address is opened a second time, when the engine and all scripts are warm: what is asked here is the page.
    await page.goto('about:blank');
    await page.goto(host.urlOpening([path]));
    const shown = await page.evaluate<{ first: number; complete: number; longest: number }>(`(async () => {
      const rows = await clock.until(() => document.querySelectorAll('[role=treegrid] [data-node]').length > 10);
      const answered = clock.answers.at(-1);
      const { at } = await clock.rest(rows);
      const longest = Math.max(0, ...clock.longTasks.filter((task) => task.startTime >= answered).map((task) => task.duration));
      return { first: rows - answered, complete: at - answered, longest };
    })()`);

    const openFolders = async (item: string) => {
      await page.getByRole('button', { name: 'View', exact: true }).click();
      return timed(page, rowCount, () => page.getByRole('menuitem', { name: item }).click());
    };
    const expand = await openFolders('Open all folders');

    const { gaps, mostRows } = await page.evaluate<{ gaps: number[]; mostRows: number }>('clock.scroll(240)');
    const sort = await timed(page, sorting, () => page.getByRole('columnheader', { name: 'Size' }).click());
    const collapse = await openFolders('Close all folders');

    const filter = page.getByRole('searchbox', { name: 'Filter entries' });
    await filter.focus();
    const keys: number[] = [];
    // Each key leaves fewer entries.
    for (const key of '7701') keys.push(await timed(page, rowCount, () => page.keyboard.press(key)));
    await filter.fill('');

    const session = await context.newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return {
      'first rows': shown.first,
      complete: shown.complete,
      'longest task': shown.longest,
      'expand all': expand,
      'collapse all': collapse,
      'scroll p50': quantile(gaps, 0.5),
      'scroll p95': quantile(gaps, 0.95),
      sort,
      // The slowest of them: the first letters leave the most rows.
      filter: Math.max(...keys),
      'rows in the document': mostRows,
      heap: usedSize,
    };
  });
}

export async function measureText(browser: Browser, lines: number, hunks: number): Promise<number> {
  const [before, after] = await longTexts(lines, hunks);
  return withApp(browser, [before, after], before, async ({ page }) => {
    const row = page.getByRole('row', { name: /model\.py/ });
    await row.waitFor();
    await page.evaluate('clock.rest(performance.now())');
    return timed(page, "document.querySelectorAll('.pane .row').length > 5", () => row.click());
  });
}

/** A verification is stopped after more than a second of progress. */
export async function measureJob(browser: Browser, bytes: number): Promise<Measured> {
  const path = await longWork(bytes);
  return withApp(browser, [path], path, async ({ page }) => {
    await page.getByRole('row', { name: /zeros\.bin/ }).waitFor();
    await page.keyboard.press('F9');
    await page.getByRole('progressbar').first().waitFor();
    await page.keyboard.press('Control+J');
    const jobs = page.getByRole('region', { name: 'Jobs' });
    const stop = jobs.getByRole('button', { name: 'Stop' });
    await stop.waitFor();
    await page.waitForTimeout(1200);
    const ended = "/(Cancelled|Done) after/.test(document.querySelector('[aria-label=Jobs]').textContent)";
    const cancel = await timed(page, ended, () => stop.click());
    await jobs.getByText('Cancelled after').waitFor();
    const told = await page.evaluate<readonly { at: number; status: string }[]>('clock.jobs');
    return { cancel, 'progress events a second': mostInASecond(told) };
  });
}

const rowCount = "document.querySelector('[role=treegrid]').getAttribute('aria-rowcount')";
const sorting = "document.querySelector('[role=columnheader][aria-sort]')?.textContent";

/** From the key or the click to the frame in which an expression of the page has another value. */
async function timed(page: Page, expression: string, act: () => Promise<void>): Promise<number> {
  await page.evaluate(`clock.expect(() => ${expression})`);
  await act();
  return page.evaluate<number>('clock.expected');
}

async function withApp<T>(
  browser: Browser,
  opens: readonly string[],
  root: string,
  measure: (app: ServedApp) => Promise<T>,
): Promise<T> {
  const roots = [root, ...opens.filter((path) => path !== root)];
  const app = await serveApp(browser, { opens, roots, script: pageClock });
  try {
    return await measure(app);
  } finally {
    await app.close();
  }
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

function mostInASecond(events: readonly { readonly at: number; readonly status: string }[]): number {
  const times = events.filter(({ status }) => status === 'running').map(({ at }) => at);
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
}
