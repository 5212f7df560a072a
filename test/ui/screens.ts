/** Every screen and what may lie over it, each reached as a person reaches it, for specs that hold for all of them. */
import { join } from 'node:path';
import type { Page } from 'playwright';
import { samplesFolder } from '../../server/built-files.ts';
import type { AppHost } from './app-host.ts';
import { hasPickerOfItsOwn } from './host.ts';

/** Enough of an application to go through its screens. */
export type ShownApp = Pick<AppHost, 'page' | 'openArchives'>;

export interface Screen {
  readonly name: string;
  readonly open: (page: Page, app: ShownApp) => Promise<void>;
  readonly close?: (page: Page) => Promise<void>;
}

export const goTo = (page: Page, label: string): Promise<void> =>
  page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: label, exact: true }).click();

const byRail =
  (label: string): Screen['open'] =>
  async (page) => {
    await goTo(page, label);
    // Its code may still be on its way.
    await page.locator('nav [aria-current="page"]').filter({ hasText: label }).waitFor();
    await page.locator('main h1').first().waitFor({ state: 'attached' });
  };

/** As the command line gives archives to a window. */
const opening =
  (names: readonly string[], shown: (page: Page) => Promise<void>): Screen['open'] =>
  async (page, app) => {
    await app.openArchives(names.map((name) => join(samplesFolder() ?? '', name)));
    await shown(page);
  };

const over = (keys: string, name: RegExp): Omit<Screen, 'name'> => ({
  async open(page) {
    await page.keyboard.press(keys);
    await page.getByRole('dialog', { name }).first().waitFor();
  },
  async close(page) {
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').first().waitFor({ state: 'detached' });
  },
});

async function showsHandler(page: Page): Promise<void> {
  await page.getByRole('row', { name: /handler\.py/ }).click();
  await page
    .getByText(/class DigitsHandler|import logging/)
    .first()
    .waitFor();
}

async function showsTensors(page: Page): Promise<void> {
  await page.getByRole('row', { name: /digits\.pt/ }).click();
  await page.getByRole('tab', { name: 'Tensors' }).click();
  await page.getByRole('treegrid', { name: /Tensors of/ }).waitFor();
  await page.getByRole('searchbox', { name: 'Filter tensors' }).press('ArrowDown');
  await page.keyboard.press('Enter');
  await page
    .getByRole('region', { name: 'What loading it would call' })
    .getByText(/No disallowed globals found|Findings:/)
    .waitFor();
}

/** In this order: what a screen shows is what the one before it left. */
const screens: readonly Screen[] = [
  { name: 'Home', open: (page) => page.getByRole('button', { name: 'Look into digits 1.0' }).waitFor() },
  { name: 'Pack', open: byRail('Pack') },
  { name: 'Inspect, empty', open: byRail('Inspect') },
  { name: 'Compare, empty', open: byRail('Compare') },
  { name: 'Verify, empty', open: byRail('Verify') },
  { name: 'New version, empty', open: byRail('New version') },
  { name: 'Settings', open: byRail('Settings') },
  { name: 'Inspect', open: opening(['digits-1.0.mar'], showsHandler) },
  { name: 'the palette', ...over('Control+K', /Command palette/) },
  { name: 'the keyboard map', ...over('F1', /Keyboard map/) },
  ...(hasPickerOfItsOwn ? [{ name: 'the file picker', ...over('Control+O', /Open an archive/) }] : []),
  { name: 'Tensors', open: opening(['digits-1.0.mar'], showsTensors) },
  { name: 'New version', open: byRail('New version') },
  { name: 'Compare', open: opening(['digits-1.0.mar', 'digits-1.1.mar'], showsHandler) },
  {
    name: 'Verify',
    open: opening(['hostile.mar'], async (page) => {
      await page.getByRole('row').nth(2).waitFor();
      await goTo(page, 'Verify');
      await page.getByRole('button', { name: 'Verify again' }).waitFor();
    }),
  },
  {
    name: 'the jobs',
    async open(page) {
      await page.keyboard.press('Control+J');
      await page.getByRole('region', { name: 'Jobs' }).waitFor();
    },
    async close(page) {
      await page.keyboard.press('Control+J');
      await page.getByRole('region', { name: 'Jobs' }).waitFor({ state: 'detached' });
    },
  },
];

/** Calls with each screen while it is shown and at rest. */
export async function forEachScreen(
  app: ShownApp,
  look: (name: string) => Promise<void>,
  wanted: readonly string[] = screens.map(({ name }) => name),
): Promise<void> {
  const { page } = app;
  for (const { name, open, close } of screens) {
    await open(page, app);
    if (wanted.includes(name)) {
      await atRest(page);
      await look(name);
    }
    await close?.(page);
  }
}

/** Nothing has changed in the page for some frames, and nothing moves. */
export async function atRest(page: Page): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    let frames = 0;
    const observer = new MutationObserver(() => (frames = 0));
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const frame = () => {
      if (document.getAnimations().some(({ playState }) => playState === 'running')) frames = 0;
      if (frames++ < 15) return requestAnimationFrame(frame);
      observer.disconnect();
      resolve();
    };
    frame();
  })`);
}
