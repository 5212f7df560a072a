/** The checklist of UX.md section 4, as far as it holds for every screen alike. Journeys are in the specs of the screens. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page } from 'playwright';
import { assertAccessible, assertReadable, notHere, type OpenOptions, openApp } from './app.ts';
import { atRest, forEachScreen } from './screens.ts';

interface Check {
  readonly name: string;
  /** Rejects, with what is wrong. */
  readonly holds: (page: Page, screen: string) => Promise<void>;
}

/** One way through all screens for several checks, since most of the time goes into getting there. */
async function onEveryScreen(
  t: TestContext,
  options: OpenOptions,
  checks: readonly Check[],
  prepare: (page: Page) => Promise<void> = async () => {},
): Promise<void> {
  const app = await openApp(t, options);
  const { page } = app;
  await prepare(page);
  const wrong = new Map(checks.map(({ name }) => [name, [] as string[]]));
  await forEachScreen(app, async (screen) => {
    for (const { name, holds } of checks) {
      await holds(page, screen).catch((error: Error) => wrong.get(name)?.push(error.message));
    }
  });
  for (const [name, words] of wrong) await t.test(name, () => assert.equal(words.join('\n\n'), ''));
}

const inLook = (name: string, media: Parameters<Page['emulateMedia']>[0], holds: Check['holds']): Check => ({
  name,
  async holds(page, screen) {
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', ...media });
    await atRest(page);
    await holds(page, screen);
  },
});

/** Enabled controls that are smaller than a fingertip; a label counts with its box, a link in a sentence does not. */
const smallTargets = `(() => {
  const controls = 'button, input, select, textarea, summary, a[href], [role=button], [role=tab], [role=menuitem], [role=option], [role=separator][tabindex]';
  const isSmall = (element) => {
    if (element.matches(':disabled, [aria-disabled=true], input[type=hidden], .skip')) return false;
    if (!element.checkVisibility({ visibilityProperty: true })) return false;
    if (element.matches('a') && element.closest('p, li, dd, td') && getComputedStyle(element).display === 'inline') return false;
    const boxes = [element, ...(element.labels ?? [])].map((one) => one.getBoundingClientRect());
    // Of a box to tick, the free space around it counts too (WCAG 2.5.8, spacing).
    const margin = element.matches('[type=checkbox], [type=radio]') ? 2 * parseFloat(getComputedStyle(element).marginLeft) : 0;
    const [width, height] = [Math.max(...boxes.map((box) => box.width)), Math.max(...boxes.map((box) => box.height))];
    if (boxes[0].width <= 1) return false;
    return width + margin < 23.5 || height + margin < 23.5;
  };
  return [...document.querySelectorAll(controls)].filter(isSmall).map((element) => {
    const { width, height } = element.getBoundingClientRect();
    return width.toFixed(0) + ' x ' + height.toFixed(0) + '  ' + element.outerHTML.slice(0, 140);
  });
})()`;

async function assertOneHeading(page: Page, screen: string): Promise<void> {
  const { lang, headings, title } = await page.evaluate<{
    lang: string;
    headings: string[];
    title: string;
  }>(`({
    lang: document.documentElement.lang,
    headings: [...document.querySelectorAll('h1')].map((one) => one.textContent.trim()),
    title: document.title,
  })`);
  const object = { Inspect: /digits-1\.0\.mar/, Compare: /digits.*digits/, Verify: /hostile\.mar/ }[screen];
  assert.equal(lang, 'en', `${screen}: its language`);
  assert.ok(headings.length === 1 && headings[0] !== '', `${screen}: h1 ${JSON.stringify(headings)}`);
  assert.match(title, object ?? /./, `${screen}: its title`);
}

async function assertLargeTargets(page: Page, screen: string): Promise<void> {
  assert.deepEqual(await page.evaluate<string[]>(smallTargets), [], screen);
}

test(
  'every screen is accessible, names its object once, and has no target below 24 pixels',
  {
    skip: notHere,
  },
  (t) =>
    onEveryScreen(t, {}, [
      inLook('light', {}, assertAccessible),
      { name: 'its object', holds: assertOneHeading },
      { name: 'targets', holds: assertLargeTargets },
      inLook('forced colours', { forcedColors: 'active' }, assertAccessible),
      // The same elements in other colours are held to the rules about colours: every rule in every look takes minutes.
      inLook('dark', { colorScheme: 'dark' }, assertReadable),
    ]),
);

test('every screen can be read in green and red', { skip: notHere }, (t) =>
  onEveryScreen(
    t,
    {},
    [inLook('light', {}, assertReadable), inLook('dark', { colorScheme: 'dark' }, assertReadable)],
    async (page) => {
      await page.keyboard.press('Control+K');
      await page.getByRole('combobox').fill('>green');
      await page.keyboard.press('Enter');
      await page.locator(':root[data-palette="green-red"]').waitFor({ state: 'attached' });
    },
  ),
);

/** What scrolls in two directions, or makes the window do so, and is neither a table nor code. */
const twoWays = `(() => {
  const scrolls = (element, size, client, overflow) =>
    element[size] > element[client] + 1 && /auto|scroll/.test(getComputedStyle(element)[overflow]);
  const data = 'table, pre, code, textarea, [role=treegrid], [role=table], [role=tree], .cm-editor';
  const isData = (element) => element.matches(data) || element.closest(data) || element.querySelector(data);
  const wide = [...document.querySelectorAll('*')].filter((element) =>
    element.checkVisibility() && !isData(element) &&
    scrolls(element, 'scrollWidth', 'clientWidth', 'overflowX') && scrolls(element, 'scrollHeight', 'clientHeight', 'overflowY'));
  const main = document.querySelector('main');
  if (document.documentElement.scrollWidth > innerWidth) wide.push(document.documentElement);
  if (main.scrollWidth > main.clientWidth + 1) wide.push(main);
  return wide.map((element) => element.scrollWidth + ' in ' + element.clientWidth + '  ' + element.outerHTML.slice(0, 120));
})()`;

const smallest = { width: 320, height: 256 };

const inSize = (name: string, size: { width: number; height: number }): Check => ({
  name,
  async holds(page, screen) {
    await page.setViewportSize(size);
    await atRest(page);
    const found = await page.evaluate<string[]>(twoWays);
    // The next screen is reached in the smallest window, too.
    await page.setViewportSize(smallest);
    assert.deepEqual(found, [], screen);
  },
});

async function assertStill(page: Page, screen: string): Promise<void> {
  const moving = await page.evaluate<string[]>(`[...document.querySelectorAll('*')].filter((element) => {
    const { transitionDuration, animationName, animationDuration } = getComputedStyle(element);
    const takesTime = (durations) => durations.split(',').some((one) => parseFloat(one) > 0);
    return takesTime(transitionDuration) || (animationName !== 'none' && takesTime(animationDuration));
  }).map((element) => element.outerHTML.slice(0, 120))`);
  assert.deepEqual(moving, [], screen);
}

test(
  'in small windows nothing but tables and code scrolls in two directions; where motion is to be reduced, nothing moves',
  {
    skip: notHere,
  },
  (t) =>
    onEveryScreen(t, { viewport: smallest, reducedMotion: 'reduce' }, [
      inSize('zoom 400 %', smallest),
      inSize('320 pixels wide', { width: 320, height: 640 }),
      inSize('zoom 200 %', { width: 640, height: 400 }),
      { name: 'nothing moves', holds: assertStill },
    ]),
);
