/**
 * The application as people have it: the loopback host, the real engine in its process, the built interface in a real
 * browser. For tests, benches and pictures.
 */
import { join } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright';
import { installedBrowser, noneInstalled } from '../../build/find-browser.ts';
import { rendererFolder, samplesFolder } from '../../server/built-files.ts';
import { Host } from '../../server/host.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { slowDown } from './slow-pages.ts';
import { waitMs } from './until.ts';

export interface ServeOptions
  extends Pick<
    BrowserContextOptions,
    'viewport' | 'colorScheme' | 'forcedColors' | 'reducedMotion' | 'deviceScaleFactor'
  > {
  /** Archives that the address opens. */
  readonly opens?: readonly string[];
  /** Folders that the application may reach, beside a scratch folder of its own. */
  readonly roots?: readonly string[];
  /** Run in the page before anything of it. */
  readonly script?: string;
  /** Called with the page before it is loaded. */
  readonly onPage?: (page: Page) => void;
}

export interface ServedApp {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly host: Host;
  /** Granted, empty, and gone when it is closed. */
  readonly folder: string;
  readonly stateFolder: string;
  /** As the command line gives archives to a window; what it showed is gone. */
  openArchives(paths: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

const executablePath = process.env.CHROMIUM ?? installedBrowser();

/** Why nothing of the interface can run here; false where it can. */
export const noBrowser = executablePath === undefined ? noneInstalled : false;

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath as string,
    args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
}

export async function serveApp(browser: Browser, options: ServeOptions = {}): Promise<ServedApp> {
  const { opens = [], roots = [], script, onPage, ...look } = options;
  const folder = await makeScratch();
  const stateFolder = join(folder, '.state');
  const host = await Host.start({
    grants: [folder, ...roots],
    port: 0,
    rendererFolder,
    engine: { stateFolder, samplesFolder: samplesFolder() },
  });
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    ...look,
  });
  const close = async () => {
    // The page first: it would tell of the connection that it lost.
    await context.close();
    await host.close();
    await removeScratch(folder);
  };
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(waitMs);
    await slowDown(page);
    onPage?.(page);
    if (script !== undefined) await page.addInitScript(script);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(host.urlOpening(opens));
    await page.locator('main h1').first().waitFor({ state: 'attached' });
    const openArchives = async (paths: readonly string[]) => {
      // What follows the "#" alone would not load the page again.
      await page.goto('about:blank');
      await page.goto(host.urlOpening(paths));
    };
    return { page, context, host, folder, stateFolder, openArchives, close };
  } catch (error) {
    await close();
    throw error;
  }
}
