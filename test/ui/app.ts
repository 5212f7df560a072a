/**
 * The application in one of its hosts, for a test. Whatever a page says to the console, and every request that goes to
 * anybody but the host, fails the test.
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { ElementHandle, JSHandle, Page } from 'playwright';
import { scratchFolder } from '../support/scratch.ts';
import { until } from '../support/until.ts';
import type { AppHost, HostOptions } from './app-host.ts';
import { electronPath } from './host.ts';

export { desktopOnly, notHere, servedOnly } from './host.ts';

export interface OpenOptions extends Omit<HostOptions, 'watch'> {
  /** What the page may say, such as of a connection that the test cuts. */
  readonly mayLog?: RegExp;
  /** Called with the page as early as the host can. */
  readonly onPage?: (page: Page) => void;
}

export type OpenedApp = Omit<AppHost, 'close'>;

// Now, and not within a test: what a host does after all tests would belong to that one alone.
const startHost: (options: HostOptions) => Promise<AppHost> =
  electronPath === null
    ? (await import('./served-host.ts')).startServed
    : (await import('./electron-host.ts')).startElectron(electronPath);

/** In which every screen is looked at. */
export const looks = [
  { name: 'light', colorScheme: 'light' },
  { name: 'dark', colorScheme: 'dark' },
  { name: 'forced colours', forcedColors: 'active' },
  { name: 'narrow', colorScheme: 'light', viewport: { width: 320, height: 640 } },
] as const;

export async function openApp(t: TestContext, options: OpenOptions = {}): Promise<OpenedApp> {
  const { mayLog, onPage, ...wanted } = options;
  const said: string[] = [];
  const asked: string[] = [];
  const app = await startHost({
    ...wanted,
    watch: {
      onConsole: (message) => said.push(`${message.type()}: ${message.text()}`),
      onError: (error) => said.push(`error: ${error.stack ?? error.message}`),
      onRequest: (request) => asked.push(request.url()),
      onPage: (page) => onPage?.(page),
    },
  });
  t.after(async () => {
    await app.close();
    const words = said.filter((one) => !mayLog?.test(one));
    assert.deepEqual(words, [], 'the page is silent');
    const foreign = asked.filter((url) => !url.startsWith(app.address) && !url.startsWith('data:'));
    assert.deepEqual(foreign, [], 'the page asks nobody but its host');
  });
  return app;
}

/** What a file of the application's state holds now. */
export async function stateOf(stateFolder: string, name: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(stateFolder, `${name}.json`), 'utf8').catch(() => '{}'));
}

export interface DroppedFile {
  readonly name: string;
  readonly text: string;
}

/** What a drop of these files brings, for an event of a test: real files, since a desktop asks where they lie. */
export async function dropOf(
  t: TestContext,
  page: Page,
  files: readonly DroppedFile[],
): Promise<JSHandle<unknown>> {
  const folder = await scratchFolder(t);
  for (const { name, text } of files) await writeFile(join(folder, name), text);
  const input = (await page.evaluateHandle(`(() => {
    const input = document.createElement('input');
    Object.assign(input, { type: 'file', multiple: true, hidden: true });
    return document.body.appendChild(input);
  })()`)) as ElementHandle;
  await input.setInputFiles(files.map(({ name }) => join(folder, name)));
  return page.evaluateHandle(
    `(() => {
      const input = document.body.lastElementChild;
      const dropped = new DataTransfer();
      for (const file of input.files) dropped.items.add(file);
      input.remove();
      return dropped;
    })()`,
  );
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** In the page itself: a page of its own, in which axe would put its results together, is nothing that Electron opens. */
const axeOf = (page: Page): AxeBuilder => new AxeBuilder({ page }).setLegacyMode();

/** Held to every rule of axe for WCAG 2.2 AA and good practice. */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  await assertWithout(page, axeOf(page).withTags(tags), `${what} is accessible`);
}

/** Held to the rules about colours: for another look of what was held to all of them already. */
export async function assertReadable(page: Page, what: string): Promise<void> {
  const rules = ['color-contrast', 'link-in-text-block'];
  await assertWithout(page, axeOf(page).withRules(rules), `${what} can be read`);
}

/** What is on its way is half seen, and its colours are no colours of ours. */
const standsStill = `document.getAnimations().every(({ playState, effect }) =>
  playState !== 'running' || effect.getComputedTiming().endTime === Infinity)`;

async function assertWithout(page: Page, axe: AxeBuilder, what: string): Promise<void> {
  // Not waitForFunction: asked a second time it evaluates a string in the page, which its policy forbids.
  await until(() => page.evaluate<boolean>(standsStill));
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
  const { violations } = await axeOf(page).include(target).withRules('target-size').analyze();
  return violations.length === 0;
}
