/** The checklist of UX.md section 4, as far as it holds for every screen alike. Journeys are in the specs of the screens. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertAccessible, assertReadable, notHere, openApp } from './app.ts';
import { forEachScreen } from './screens.ts';

/** The same elements in other colours are held to the rules about colours: every rule in every look takes minutes. */
const looks = [
  { name: 'light', look: { colorScheme: 'light' }, holds: assertAccessible },
  { name: 'forced colours', look: { forcedColors: 'active' }, holds: assertAccessible },
  { name: 'dark', look: { colorScheme: 'dark' }, holds: assertReadable },
  { name: 'green and red, light', look: { colorScheme: 'light' }, holds: assertReadable, command: '>green' },
  { name: 'green and red, dark', look: { colorScheme: 'dark' }, holds: assertReadable, command: '>green' },
] as const;

for (const { name, look, holds, ...more } of looks) {
  test(`every screen is accessible: ${name}`, { skip: notHere }, async (t) => {
    const app = await openApp(t, look);
    const { page } = app;
    if ('command' in more) {
      await page.keyboard.press('Control+K');
      await page.getByRole('combobox').fill(more.command);
      await page.keyboard.press('Enter');
      await page.locator(':root[data-palette="green-red"]').waitFor({ state: 'attached' });
    }
    const wrong: string[] = [];
    await forEachScreen(app, async (screen) => {
      await holds(page, screen).catch((error: Error) => wrong.push(error.message));
    });
    assert.equal(wrong.join('\n\n'), '');
  });
}

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

test('every screen names its object once, and has no target below 24 pixels', {
  skip: notHere,
}, async (t) => {
  const app = await openApp(t);
  const { page } = app;
  const wrong: string[] = [];
  await forEachScreen(app, async (screen) => {
    const { lang, headings, title } = await page.evaluate<{
      lang: string;
      headings: string[];
      title: string;
    }>(`({
      lang: document.documentElement.lang,
      headings: [...document.querySelectorAll('h1')].map((one) => one.textContent.trim()),
      title: document.title,
    })`);
    if (lang !== 'en') wrong.push(`${screen}: lang is "${lang}"`);
    if (headings.length !== 1 || headings[0] === '') wrong.push(`${screen}: h1 ${JSON.stringify(headings)}`);
    if (screen === 'Inspect' && !title.includes('digits-1.0.mar')) wrong.push(`${screen}: title "${title}"`);
    if (screen === 'Compare' && !/digits.*digits/.test(title)) wrong.push(`${screen}: title "${title}"`);
    if (screen === 'Verify' && !title.includes('hostile.mar')) wrong.push(`${screen}: title "${title}"`);
    for (const target of await page.evaluate<string[]>(smallTargets)) wrong.push(`${screen}: ${target}`);
  });
  assert.deepEqual(wrong, []);
});

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

const sizes = [
  { name: '320 pixels wide', viewport: { width: 320, height: 640 } },
  { name: 'zoom 200 %', viewport: { width: 640, height: 400 } },
  { name: 'zoom 400 %', viewport: { width: 320, height: 256 } },
] as const;

for (const { name, viewport } of sizes) {
  test(`nothing but tables and code scrolls in two directions: ${name}`, { skip: notHere }, async (t) => {
    const app = await openApp(t, { viewport });
    const { page } = app;
    const wrong: string[] = [];
    await forEachScreen(app, async (screen) => {
      for (const one of await page.evaluate<string[]>(twoWays)) wrong.push(`${screen}: ${one}`);
    });
    assert.deepEqual(wrong, []);
  });
}

test('where motion is to be reduced, nothing moves', { skip: notHere }, async (t) => {
  const app = await openApp(t, { reducedMotion: 'reduce' });
  const { page } = app;
  const wrong: string[] = [];
  const moving = `[...document.querySelectorAll('*')].filter((element) => {
    const { transitionDuration, animationName, animationDuration } = getComputedStyle(element);
    const takesTime = (durations) => durations.split(',').some((one) => parseFloat(one) > 0);
    return takesTime(transitionDuration) || (animationName !== 'none' && takesTime(animationDuration));
  }).map((element) => element.outerHTML.slice(0, 120))`;
  await forEachScreen(app, async (screen) => {
    for (const one of await page.evaluate<string[]>(moving)) wrong.push(`${screen}: ${one}`);
  });
  assert.deepEqual(wrong, []);
});
