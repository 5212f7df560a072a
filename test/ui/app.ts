/**
 * The application as people have it: the loopback host, the real engine in its process, the built interface in a real
 * browser. Whatever the page says to the console, and every request that leaves this computer's host, fails the test.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';
import { rendererFolder, samplesFolder } from '../../server/built-files.ts';
import { Host } from '../../server/host.ts';
import { makeScratch, removeScratch } from '../support/scratch.ts';

export interface OpenOptions
  extends Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'forcedColors' | 'reducedMotion'> {
  /** Archives that the address opens. */
  readonly opens?: readonly string[];
  /** Folders that the application may reach, beside a scratch folder of its own. */
  readonly roots?: readonly string[];
  /** What the page may say, such as of a connection that the test cuts. */
  readonly mayLog?: RegExp;
}

export interface OpenedApp {
  readonly page: Page;
  readonly host: Host;
  /** Granted, empty, and gone after the test. */
  readonly folder: string;
}

const browsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/microsoft-edge',
];
const executablePath = process.env.CHROMIUM ?? browsers.find((path) => existsSync(path));

/** For whatever should appear: machines are slow, and a test that hangs says nothing. */
const waitMs = 20_000;

/** Why no test of the interface can run here; false where they can. */
export const noBrowser = executablePath === undefined ? 'no Chromium, Chrome or Edge is installed' : false;

let launched: Promise<Browser> | undefined;

/** One for all tests of a file. */
function browser(): Promise<Browser> {
  launched ??= chromium.launch({
    executablePath: executablePath as string,
    args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
  return launched;
}

after(async () => (await launched)?.close());

export async function openApp(t: TestContext, options: OpenOptions = {}): Promise<OpenedApp> {
  const { opens = [], roots = [], mayLog, ...look } = options;
  const folder = await makeScratch();
  const host = await Host.start({
    grants: [folder, ...roots],
    port: 0,
    rendererFolder,
    engine: { stateFolder: join(folder, '.state'), samplesFolder: samplesFolder() },
  });
  const context = await (await browser()).newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    ...look,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(waitMs);
  const said: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`error: ${error.stack ?? error.message}`));
  page.on('request', (request) => asked.push(request.url()));
  t.after(async () => {
    // The page first: it would tell of the connection that it lost.
    await context.close();
    await host.close();
    await removeScratch(folder);
    const words = said.filter((one) => !mayLog?.test(one));
    assert.deepEqual(words, [], 'the page is silent');
    const ours = `http://127.0.0.1:${host.port}/`;
    const foreign = asked.filter((url) => !url.startsWith(ours) && !url.startsWith('data:'));
    assert.deepEqual(foreign, [], 'the page asks nobody but its host');
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(host.urlOpening(opens));
  await page.locator('main h1').first().waitFor({ state: 'attached' });
  return { page, host, folder };
}

/** Held to every rule of axe for WCAG 2.2 AA and good practice. */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  const words = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map(({ target, html }) => `    ${target}  ${html.slice(0, 200)}`).join('\n')}`,
  );
  assert.deepEqual(words, [], `${what} is accessible`);
}
