/**
 * The application in a browser, for a test. Whatever the page says to the console, and every request that leaves this
 * computer's host, fails the test.
 */
import assert from 'node:assert/strict';
import { after, type TestContext } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright';
import { launchBrowser, type ServedApp, type ServeOptions, serveApp } from '../support/served-app.ts';

export { noBrowser } from '../support/served-app.ts';

export interface OpenOptions extends ServeOptions {
  /** What the page may say, such as of a connection that the test cuts. */
  readonly mayLog?: RegExp;
}

export type OpenedApp = Omit<ServedApp, 'close'>;

/** In which every screen is looked at. */
export const looks = [
  { name: 'light', colorScheme: 'light' },
  { name: 'dark', colorScheme: 'dark' },
  { name: 'forced colours', forcedColors: 'active' },
  { name: 'narrow', colorScheme: 'light', viewport: { width: 320, height: 640 } },
] as const;

let launched: Promise<Browser> | undefined;

after(async () => (await launched)?.close());

/** All tests of a file share one browser. */
export async function openApp(t: TestContext, options: OpenOptions = {}): Promise<OpenedApp> {
  const { mayLog, onPage, ...served } = options;
  const said: string[] = [];
  const asked: string[] = [];
  launched ??= launchBrowser();
  const app = await serveApp(await launched, {
    ...served,
    onPage(page) {
      onPage?.(page);
      page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => said.push(`error: ${error.stack ?? error.message}`));
      page.on('request', (request) => asked.push(request.url()));
    },
  });
  t.after(async () => {
    await app.close();
    const words = said.filter((one) => !mayLog?.test(one));
    assert.deepEqual(words, [], 'the page is silent');
    const ours = `http://127.0.0.1:${app.host.port}/`;
    const foreign = asked.filter((url) => !url.startsWith(ours) && !url.startsWith('data:'));
    assert.deepEqual(foreign, [], 'the page asks nobody but its host');
  });
  return app;
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Held to every rule of axe for WCAG 2.2 AA and good practice. */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  await assertWithout(page, new AxeBuilder({ page }).withTags(tags), `${what} is accessible`);
}

/** Held to the rules about colours: for another look of what was held to all of them already. */
export async function assertReadable(page: Page, what: string): Promise<void> {
  const rules = ['color-contrast', 'link-in-text-block'];
  await assertWithout(page, new AxeBuilder({ page }).withRules(rules), `${what} can be read`);
}

async function assertWithout(page: Page, axe: AxeBuilder, what: string): Promise<void> {
  const { violations } = await axe.analyze();
  const words: string[] = [];
  for (const { id, help, nodes } of violations) {
    for (const { target, html } of nodes) {
      if (id === 'target-size' && (await isLargeInSight(page, target.join(' ')))) continue;
      words.push(`${id}: ${help}  ${target}  ${html.slice(0, 200)}`);
    }
  }
  assert.deepEqual(words, [], what);
}

/** What a bar that stays in place covers by half is as large as ever once it is scrolled into sight. */
async function isLargeInSight(page: Page, target: string): Promise<boolean> {
  await page.locator(target).first().evaluate('(element) => element.scrollIntoView({ block: "center" })');
  const { violations } = await new AxeBuilder({ page }).include(target).withRules('target-size').analyze();
  return violations.length === 0;
}
