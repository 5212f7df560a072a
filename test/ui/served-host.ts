/** The host of the specs that is `serve`: an address of this computer, in a browser that all tests of a file share. */
import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { after } from 'node:test';
import type { Browser, Locator, Page } from 'playwright';
import { launchBrowser, serveApp } from '../support/served-app.ts';
import { slowDown } from '../support/slow-pages.ts';
import { waitMs } from '../support/until.ts';
import type { AppHost, HostOptions } from './app-host.ts';

let launched: Promise<Browser> | undefined;

after(async () => (await launched)?.close());

export async function startServed({ watch, ...options }: HostOptions): Promise<AppHost> {
  launched ??= launchBrowser();
  const { page, context, host, folder, stateFolder, openArchives, close } = await serveApp(await launched, {
    ...options,
    onPage(page) {
      watch.onPage(page);
      page.on('console', (message) => watch.onConsole(message));
      page.on('pageerror', (error) => watch.onError(error));
      page.on('request', (request) => watch.onRequest(request));
    },
  });
  const roots = [folder, ...(options.roots ?? [])];
  return {
    page,
    folder,
    stateFolder,
    address: `http://127.0.0.1:${host.port}/`,
    openArchives,
    async openWindow() {
      const other = await context.newPage();
      other.setDefaultTimeout(waitMs);
      await slowDown(other);
      await other.goto(host.urlOpening([]));
      await other.locator('main h1').first().waitFor({ state: 'attached' });
      return other;
    },
    async pick(paths, ask) {
      await ask();
      await pickInPage(page, roots, paths);
    },
    async pickSave(path, ask) {
      await ask();
      await saveInPage(page, roots, path);
    },
    readClipboard: () => page.evaluate<string>('navigator.clipboard.readText()'),
    enginePid: async () => host.engine.pid ?? 0,
    desktop: null,
    close,
  };
}

async function pickInPage(page: Page, roots: readonly string[], paths: readonly string[]): Promise<void> {
  const [first = ''] = paths;
  const isFolder = (await stat(first)).isDirectory();
  const dialog = page.getByRole('dialog').last();
  await goTo(dialog, roots, isFolder ? first : dirname(first));
  if (isFolder) {
    await dialog.getByRole('button', { name: 'Choose this folder' }).click();
    return;
  }
  const isOfMany = (await item(dialog, basename(first)).getAttribute('aria-pressed')) !== null;
  for (const path of paths) await item(dialog, basename(path)).click();
  if (isOfMany) await dialog.getByRole('button', { name: `Open ${paths.length}` }).click();
}

async function saveInPage(page: Page, roots: readonly string[], path: string): Promise<void> {
  const dialog = page.getByRole('dialog').last();
  await goTo(dialog, roots, dirname(path));
  await dialog.getByRole('textbox', { name: 'Name' }).focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type(basename(path));
  await dialog.getByRole('button', { name: 'Save here' }).focus();
  await page.keyboard.press('Enter');
}

/** A picker begins where something was picked last. */
async function goTo(dialog: Locator, roots: readonly string[], folder: string): Promise<void> {
  const shown = dialog.locator('.path');
  await shown.getByText(sep).waitFor();
  if ((await shown.textContent()) === folder) return;
  const root = roots.find((one) => folder === one || folder.startsWith(one + sep));
  if (root === undefined) throw new Error(`${folder} is in no folder that is served`);
  await dialog.getByRole('combobox').selectOption(root);
  await shown.getByText(root, { exact: true }).waitFor();
  let below = root;
  for (const name of relative(root, folder).split(sep)) {
    if (name === '') continue;
    below = join(below, name);
    await item(dialog, name).click();
    await shown.getByText(below, { exact: true }).waitFor();
  }
}

const item = (dialog: Locator, name: string): Locator =>
  dialog
    .getByRole('listitem')
    .getByRole('button')
    .filter({ has: dialog.page().getByText(name, { exact: true }) });
