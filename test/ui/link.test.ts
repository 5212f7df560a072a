/** The link to the engine is lost at a bad moment: nothing that was kept is written over, and nothing waits for ever. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import type { Page, WebSocketRoute } from 'playwright';
import { samplesFolder } from '../../server/built-files.ts';
import { notHere, openApp, servedOnly } from './app.ts';

const digits = join(samplesFolder() ?? '', 'digits-1.0.mar');

const noLinkToLose = servedOnly('a desktop window has a port to its engine, and no link that can be cut');

interface Between {
  /** What goes on in place of a message; null where it is lost. */
  readonly toEngine?: (text: string) => string | null;
  readonly fromEngine?: (text: string) => string | null;
}

/** Stands between the page and its host; what it gives back cuts the link that there is. */
async function between(page: Page, { toEngine = same, fromEngine = same }: Between): Promise<() => void> {
  let cut = () => {};
  await page.routeWebSocket(/\/socket$/, (socket: WebSocketRoute) => {
    const server = socket.connectToServer();
    cut = () => void Promise.all([server.close(), socket.close()]);
    const pass = (to: WebSocketRoute, text: string | null) => text !== null && to.send(text);
    socket.onMessage((text) => pass(server, toEngine(String(text))));
    server.onMessage((text) => pass(socket, fromEngine(String(text))));
  });
  return () => cut();
}

/** What stands in for the socket says so when the page writes to it while it closes. */
const mayLog = /WebSocket is already in CLOSING or CLOSED/;

const same = (text: string) => text;

async function stateOf(stateFolder: string, name: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(stateFolder, `${name}.json`), 'utf8').catch(() => '{}'));
}

async function until(is: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await is()); tries++) {
    assert.ok(tries < 400, 'it has not come to that');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('settings whose first read is lost are read again, and a change keeps the rest of them', {
  skip: noLinkToLose,
  timeout: 90_000,
}, async (t) => {
  let isArmed = false;
  let lost = 0;
  const toEngine = (text: string) => {
    if (!isArmed || !text.includes('"readState"') || lost > 0) return text;
    lost++;
    cut();
    return null;
  };
  const { page, stateFolder } = await openApp(t, { mayLog });
  const cut = await between(page, { toEngine });
  await mkdir(stateFolder, { recursive: true });
  const kept = { theme: 'dark', reviewer: 'Ada' };
  await writeFile(join(stateFolder, 'settings.json'), JSON.stringify(kept));
  isArmed = true;
  await page.reload();
  await page.locator(':root[data-theme="dark"]').waitFor({ state: 'attached' });
  assert.equal(lost, 1);
  await page.keyboard.press('Control+K');
  await page.getByRole('combobox', { name: /Go to an entry/ }).fill('>compact');
  await page.keyboard.press('Enter');
  await until(async () => (await stateOf(stateFolder, 'settings')).density === 'compact');
  const { theme, reviewer } = await stateOf(stateFolder, 'settings');
  assert.deepEqual({ theme, reviewer }, kept);
});

test('what two windows change is kept of both', { skip: notHere, timeout: 90_000 }, async (t) => {
  const app = await openApp(t);
  const { page, stateFolder } = app;
  const choose = async (window: Page, words: string) => {
    await window.keyboard.press('Control+K');
    await window.getByRole('combobox', { name: /Go to an entry/ }).fill(`>${words}`);
    await window.keyboard.press('Enter');
  };
  await page.locator(':root[data-density="normal"]').waitFor({ state: 'attached' });
  const other = await app.openWindow();
  await choose(page, 'compact');
  await until(async () => (await stateOf(stateFolder, 'settings')).density === 'compact');
  await choose(other, 'dark');
  await until(async () => (await stateOf(stateFolder, 'settings')).theme === 'dark');
  assert.equal((await stateOf(stateFolder, 'settings')).density, 'compact');
});

test('a job of an engine that died behind a lost link is told to have failed', {
  skip: noLinkToLose,
  timeout: 90_000,
}, async (t) => {
  const ids = { start: -1, list: -1 };
  let isLost = false;
  const toEngine = (text: string) => {
    const { id, call, input } = JSON.parse(text);
    if (call === 'startJob' && input.verb === 'verify') ids.start = id;
    if (call === 'listJobs' && isLost) ids.list = id;
    return text;
  };
  const fromEngine = (text: string) => {
    const { id, event } = JSON.parse(text);
    // The page hears that the job was started, and nothing more of it.
    if (event?.is === 'job' || (isLost && id === undefined)) return null;
    if (isLost && id === ids.list) return JSON.stringify({ id, output: [] });
    if (id === ids.start && !isLost) {
      isLost = true;
      setTimeout(() => cut(), 0);
    }
    return text;
  };
  const { page, openArchives } = await openApp(t);
  const cut = await between(page, { toEngine, fromEngine });
  await openArchives([digits]);
  await page.getByRole('main').getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByRole('main').getByText('ENGINE_ENDED').waitFor();
});
