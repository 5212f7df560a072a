/**
 * The host of the specs that is Electron: the built application, with a profile of its own. Nobody sits at its
 * dialogs, so those are answered in their place; all else is as people have it.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { makeScratch, removeScratch } from '../support/scratch.ts';
import { slowDown } from '../support/slow-pages.ts';
import { until, waitMs } from '../support/until.ts';
import type { AppHost, DesktopHost, HostOptions } from './app-host.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The stand-in's browser knows no `app:`, and names what it has in its place (test/support/electron-stand-in/). */
const address = process.env.MAR_STUDIO_STAND_IN_ADDRESS ?? 'app://mar-studio/';

export const startElectron = (executablePath: string) => (options: HostOptions) =>
  start(executablePath, options);

async function start(executablePath: string, options: HostOptions): Promise<AppHost> {
  const { opens = [], roots = [], watch, script, ...look } = options;
  const [folder, profile] = await Promise.all([makeScratch(), makeScratch()]);
  await grantAtStart(profile, [folder, ...roots]);
  const electron = await _electron.launch({
    executablePath,
    args: [root, `--user-data-dir=${profile}`, ...opens],
    timeout: waitMs,
  });
  const close = async () => {
    await quit(electron);
    await Promise.all([removeScratch(folder), removeScratch(profile)]);
  };
  try {
    const context = electron.context();
    context.on('console', (message) => watch.onConsole(message));
    context.on('weberror', (error) => watch.onError(error.error()));
    context.on('request', (request) => watch.onRequest(request));
    if (script !== undefined) await context.addInitScript(script);
    const page = await electron.firstWindow();
    watch.onPage(page);
    page.setDefaultTimeout(waitMs);
    await slowDown(page);
    const { viewport = { width: 1280, height: 800 }, colorScheme, forcedColors, reducedMotion } = look;
    if (viewport !== null) await page.setViewportSize(viewport);
    await page.emulateMedia({
      colorScheme: colorScheme ?? 'light',
      forcedColors: forcedColors ?? 'none',
      reducedMotion: reducedMotion ?? 'no-preference',
    });
    await isShown(page);
    await keepDrags(electron);
    return hostOf(electron, page, { folder, profile, close });
  } catch (error) {
    await close();
    throw error;
  }
}

interface Held {
  readonly folder: string;
  readonly profile: string;
  readonly close: () => Promise<void>;
}

function hostOf(electron: ElectronApplication, page: Page, { folder, profile, close }: Held): AppHost {
  return {
    page,
    folder,
    stateFolder: join(profile, 'state'),
    address,
    async openArchives(paths) {
      await electron.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('home')?.click());
      // A window that has something open would keep it, and the archives would get one of their own.
      await until(() => titleOf(electron), 'MAR Studio');
      // A reload comes back to where it was, which is Home now.
      await page.reload();
      await isShown(page);
      await electron.evaluate(
        ({ app }, paths) => app.emit('second-instance', {}, [], '', { paths }),
        [...paths],
      );
    },
    async openWindow() {
      const opened = electron.waitForEvent('window');
      await electron.evaluate(({ Menu }) =>
        Menu.getApplicationMenu()?.getMenuItemById('new-window')?.click(),
      );
      const other = await opened;
      other.setDefaultTimeout(waitMs);
      await slowDown(other);
      await isShown(other);
      return other;
    },
    async pick(paths, ask) {
      await electron.evaluate(
        ({ dialog }, filePaths) => {
          dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths });
        },
        [...paths],
      );
      await ask();
    },
    async pickSave(path, ask) {
      await electron.evaluate(({ dialog }, filePath) => {
        dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
      }, path);
      await ask();
    },
    readClipboard: () => electron.evaluate(({ clipboard }) => clipboard.readText()),
    enginePid: () =>
      electron.evaluate(
        ({ app }) => app.getAppMetrics().find(({ name }) => name === 'MAR Studio Engine')?.pid ?? 0,
      ),
    desktop: desktopOf(electron),
    close,
  };
}

function desktopOf(electron: ElectronApplication): DesktopHost {
  return {
    draggedOut: () =>
      electron.evaluate(() => (globalThis as { draggedOut?: readonly string[] }).draggedOut ?? []),
    async chooseInMenu(id) {
      // A menu is made anew for each screen.
      const isThere = () =>
        electron.evaluate(
          ({ Menu }, id) => Menu.getApplicationMenu()?.getMenuItemById(id)?.enabled ?? false,
          id,
        );
      await until(isThere);
      await electron.evaluate(({ Menu }, id) => Menu.getApplicationMenu()?.getMenuItemById(id)?.click(), id);
    },
    hasTick: (id) =>
      electron.evaluate(
        ({ Menu }, id) => Menu.getApplicationMenu()?.getMenuItemById(id)?.checked ?? false,
        id,
      ),
    isEnabled: (id) =>
      electron.evaluate(
        ({ Menu }, id) => Menu.getApplicationMenu()?.getMenuItemById(id)?.enabled ?? false,
        id,
      ),
  };
}

/** A drag of the system's own takes the pointer until somebody lets go of it. */
async function keepDrags(electron: ElectronApplication): Promise<void> {
  await electron.evaluate(({ BrowserWindow }) => {
    for (const { webContents } of BrowserWindow.getAllWindows()) {
      webContents.startDrag = ({ files }) => Object.assign(globalThis, { draggedOut: files });
    }
  });
}

/** As it keeps from one start to the next what was granted: nobody has to choose the folder in a dialog first. */
async function grantAtStart(profile: string, kept: readonly string[]): Promise<void> {
  await mkdir(profile, { recursive: true });
  await writeFile(join(profile, 'windows.json'), JSON.stringify({ window: null, theme: 'system', kept }));
}

async function isShown(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor({ state: 'attached' });
}

function titleOf(electron: ElectronApplication): Promise<string | undefined> {
  return electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle());
}

/** Without being asked what shall become of fields and jobs: nobody would answer. */
async function quit(electron: ElectronApplication): Promise<void> {
  try {
    await electron.evaluate(({ BrowserWindow }) => {
      for (const window of BrowserWindow.getAllWindows()) window.destroy();
    });
  } finally {
    await electron.close();
  }
}
