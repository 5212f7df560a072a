/** The link to the engine is lost at a bad moment: nothing that was kept is written over, and nothing waits for ever. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import type { Page, WebSocketRoute } from 'playwright';
import { samplesFolder } from '../../server/built-files.ts';
import { until } from '../support/until.ts';
import { dropOf, notHere, openApp, servedOnly, stateOf } from './app.ts';
import { goTo } from './screens.ts';

const [digits, nextDigits] = ['digits-1.0.mar', 'digits-1.1.mar'].map((name) =>
  join(samplesFolder() ?? '', name),
) as [string, string];

const noLinkToLose = servedOnly('a desktop window has a port to its engine, and no link that can be cut');

interface Between {
  /** What goes on in place of a message; null where it is lost. */
  readonly toEngine?: (text: string) => string | null | Promise<string>;
  /** A promise where it takes its time. */
  readonly fromEngine?: (text: string) => string | null | Promise<string>;
}

/** Stands between the page and its host; what it gives back cuts the link that there is. */
async function between(page: Page, { toEngine = same, fromEngine = same }: Between): Promise<() => void> {
  let cut = () => {};
  await page.routeWebSocket(/\/socket$/, (socket: WebSocketRoute) => {
    const server = socket.connectToServer();
    cut = () => void Promise.all([server.close(), socket.close()]);
    const pass = (to: WebSocketRoute, text: string | null | Promise<string>) => {
      if (text instanceof Promise) void text.then((late) => to.send(late));
      else if (text !== null) to.send(text);
    };
    socket.onMessage((text) => pass(server, toEngine(String(text))));
    server.onMessage((text) => pass(socket, fromEngine(String(text))));
  });
  return () => cut();
}

/** What stands in for the socket says so when the page writes to it while it closes. */
const mayLog = /WebSocket is already in CLOSING or CLOSED/;

const same = (text: string) => text;

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
  await until(() => lost, 1);
  await page.keyboard.press('Control+K');
  await page.getByRole('combobox', { name: /Go to an entry/ }).fill('>compact');
  await page.keyboard.press('Enter');
  await until(async () => (await stateOf(stateFolder, 'settings')).density, 'compact');
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
  await until(async () => (await stateOf(stateFolder, 'settings')).density, 'compact');
  await choose(other, 'dark');
  await until(async () => (await stateOf(stateFolder, 'settings')).theme, 'dark');
  assert.equal((await stateOf(stateFolder, 'settings')).density, 'compact');
});

test('what two windows mark at the same moment is kept of both', {
  skip: noLinkToLose,
  timeout: 90_000,
}, async (t) => {
  let isHeld = false;
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  // Of the second window: it has read the marks, and what it writes is late.
  const toEngine = (text: string) => {
    if (isHeld || !text.includes('"writeState"') || !text.includes('"viewed"')) return text;
    isHeld = true;
    return held.then(() => text);
  };
  const { page: other, openArchives, openWindow, stateFolder } = await openApp(t);
  await between(other, { toEngine });
  await openArchives([digits, nextDigits]);
  await until(async () => JSON.stringify(await stateOf(stateFolder, 'recents')), /digits-1\.1\.mar/);
  const page = await openWindow();
  for (const name of ['digits-1.0.mar', 'digits-1.1.mar'])
    await page.getByRole('checkbox', { name: `Choose ${name} for comparing` }).check();
  await page.getByRole('button', { name: 'Compare the two chosen' }).click();
  const boxOf = async (window: Page, name: string) => {
    await window.getByRole('treegrid', { name: 'Changes' }).getByRole('row', { name }).click();
    const detail = window.getByRole('region', { name, exact: true });
    return detail.getByRole('checkbox', { name: 'Viewed', exact: true });
  };
  const box = await boxOf(page, 'handler.py');
  await (await boxOf(other, 'model-config.yaml')).check();
  await until(() => isHeld);
  await box.check();
  const marked = async () => {
    const { pairs = [] } = (await stateOf(stateFolder, 'viewed')) as { pairs?: readonly { marks: object }[] };
    return pairs.flatMap(({ marks }) => Object.keys(marks)).sort();
  };
  await until(marked, ['handler.py']);
  go();
  await until(marked, ['handler.py', 'model-config.yaml']);
  // One takes its mark back, and the other one's stays.
  await box.uncheck();
  await until(async () => JSON.stringify(await stateOf(stateFolder, 'viewed')), /"viewed":null/);
  await page.reload();
  await page.getByRole('button', { name: 'Home', exact: true }).click();
  await page.getByRole('button', { name: /Go on with the review of .*: 1 of/ }).click();
  // First the one that proves that the marks are there.
  const stays = await boxOf(page, 'model-config.yaml');
  await until(() => stays.isChecked());
  const gone = await boxOf(page, 'handler.py');
  await until(() => gone.isChecked(), false);
});

test('what is typed while dropped files are looked at is kept', {
  skip: noLinkToLose,
  timeout: 90_000,
}, async (t) => {
  let asked = -1;
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const toEngine = (text: string) => {
    const { id, call } = JSON.parse(text);
    if (call === 'identify' && asked === -1) asked = id;
    return text;
  };
  const fromEngine = (text: string) =>
    asked !== -1 && JSON.parse(text).id === asked ? answered.then(() => text) : text;
  const { page } = await openApp(t);
  await between(page, { toEngine, fromEngine });
  await page.reload();
  await goTo(page, 'Pack');
  await page.getByRole('heading', { name: 'New archive', level: 1 }).waitFor();
  const dropped = await dropOf(t, page, [{ name: 'net.pt', text: 'x' }]);
  await page.locator('header h1').dispatchEvent('drop', { dataTransfer: dropped });
  await until(() => asked !== -1);
  const [name, version] = [page.getByLabel('Model name'), page.getByLabel('Version')];
  await name.fill('typed');
  await version.fill('7.5');
  answer();
  await until(() => page.getByLabel('Weights', { exact: true }).inputValue(), /net\.pt$/);
  assert.equal(await name.inputValue(), 'typed');
  assert.equal(await version.inputValue(), '7.5');
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
