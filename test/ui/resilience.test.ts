/** What may happen to the engine, the connection and the files behind the screen: told, and survived. */
import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { samplesFolder } from '../../server/built-files.ts';
import {
  assertAccessible,
  type DroppedFile,
  dropOf,
  notHere,
  type OpenedApp,
  openApp,
  servedOnly,
} from './app.ts';
import { writeLongArchive } from './long-archive.ts';

const sample = (name: string) => join(samplesFolder() ?? '', name);

function largeArchive(folder: string): string {
  const path = join(folder, 'large.mar');
  writeLongArchive(path);
  return path;
}

async function openBy({ page, pick }: OpenedApp, path: string): Promise<void> {
  await page.getByRole('button', { name: 'Home', exact: true }).click();
  await pick([path], () => page.getByRole('button', { name: 'Open archive…' }).click());
}

test('the engine dies: the window says so, keeps what it shows, and goes on with a new one', {
  skip: notHere,
}, async (t) => {
  const { page, enginePid } = await openApp(t, { opens: [sample('digits-1.0.mar')] });
  await page.getByRole('row', { name: /handler\.py/ }).click();
  await page.getByText('class DigitsHandler').first().waitFor();
  const before = await enginePid();
  process.kill(before, 'SIGKILL');
  await page
    .getByRole('alert')
    .getByText(/The engine ended .* started again/)
    .waitFor();
  await page.getByRole('row', { name: /handler\.py/ }).waitFor();
  await assertAccessible(page, 'the inspector after the engine was started again');
  await page.getByRole('button', { name: 'Put away' }).click();
  await page.getByRole('row', { name: /model-config\.yaml/ }).click();
  await page.getByText('maxBatchDelay').first().waitFor();
  assert.notEqual(await enginePid(), before);
});

test('the page is loaded again in the middle of a job: the job goes on, and is there', {
  skip: notHere,
}, async (t) => {
  const app = await openApp(t);
  const { page, folder } = app;
  const path = largeArchive(folder);
  await openBy(app, path);
  await page.getByRole('main').getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByRole('progressbar').first().waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Home', exact: true }).waitFor();
  await page.locator('footer').getByRole('button').click();
  const jobs = page.getByRole('region', { name: 'Jobs' });
  await jobs.getByText('large.mar').waitFor();
  await jobs.getByRole('progressbar').waitFor();
  // It has shown that it goes on; all of it would take long.
  await jobs.getByRole('button', { name: 'Stop' }).click();
  await jobs.getByText(/^Cancelled after/).waitFor();
  await assertAccessible(page, 'the jobs');
});

test('a running job is stopped: acknowledged at once, and nothing of it goes on', {
  skip: notHere,
}, async (t) => {
  const app = await openApp(t);
  const { page, folder } = app;
  const path = largeArchive(folder);
  await openBy(app, path);
  await page.getByRole('main').getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByRole('progressbar').first().waitFor();
  await page.locator('footer').getByRole('button').click();
  const jobs = page.getByRole('region', { name: 'Jobs' });
  await jobs.getByRole('button', { name: 'Stop' }).click();
  await jobs.getByText(/^Cancelled after/).waitFor();
});

test('the connection is lost and comes back', {
  skip: servedOnly('a desktop window has a port to its engine, and no link that can be cut'),
}, async (t) => {
  const { page, openArchives } = await openApp(t);
  let lose = () => {};
  await page.routeWebSocket(/socket/, (socket) => {
    socket.connectToServer();
    lose = () => void socket.close({ code: 1001 });
  });
  await openArchives([sample('digits-1.0.mar')]);
  await page.getByRole('row', { name: /handler\.py/ }).waitFor();
  lose();
  await page.getByText('The connection to MAR Studio was lost').waitFor();
  await page.getByText('The connection to MAR Studio was lost').waitFor({ state: 'detached' });
  await page.getByRole('row', { name: /model-config\.yaml/ }).click();
  await page.getByText('maxBatchDelay').first().waitFor();
});

test('an address of an earlier start is refused in words', {
  skip: servedOnly('an address with a token is how a browser finds it'),
}, async (t) => {
  const { page, address } = await openApp(t, { mayLog: /WebSocket|401|4401/ });
  await page.goto('about:blank');
  await page.goto(`${address}#token=${'x'.repeat(43)}`);
  await page.getByRole('heading', { name: 'This address is no longer valid' }).waitFor();
  await assertAccessible(page, 'the refusal');
});

test('an archive changes under the inspector: it says so, and reloads when asked to', {
  skip: notHere,
}, async (t) => {
  const app = await openApp(t);
  const { page, folder } = app;
  const path = join(folder, 'changing.mar');
  await copyFile(sample('digits-1.0.mar'), path);
  await openBy(app, path);
  await page.getByRole('row', { name: /handler\.py/ }).waitFor();
  await copyFile(sample('digits-1.1.mar'), path);
  await page.evaluate("window.dispatchEvent(new Event('focus'))");
  await page
    .getByText(/changed on disk/)
    .first()
    .waitFor();
  await assertAccessible(page, 'the inspector of what changed');
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.getByText('1.1', { exact: true }).first().waitFor();
});

async function dropped(t: TestContext, files: readonly DroppedFile[]) {
  const opened = await openApp(t);
  const { page } = opened;
  const dataTransfer = await dropOf(t, page, files);
  const zone = page.locator('[aria-label="Open or drop"]');
  await zone.dispatchEvent('dragover', { dataTransfer });
  await zone.dispatchEvent('drop', { dataTransfer });
  return opened;
}

test('whatever is dropped on Home has a designed answer', { skip: notHere }, async (t) => {
  const cases: readonly [string, readonly DroppedFile[], RegExp][] = [
    ['an empty file', [{ name: 'empty.mar', text: '' }], /0 bytes/],
    ['a text', [{ name: 'notes.txt', text: 'hello' }], /New archive|Pack/],
    [
      'three archives',
      ['a.mar', 'b.mar', 'c.mar'].map((name) => ({ name, text: 'PK\u0003\u0004 and more of it' })),
      /Two archives can be compared/,
    ],
    [
      'two weights',
      ['old', 'new'].map((name) => ({ name: `${name}.safetensors`, text: '\u0002\0\0\0\0\0\0\0{}' })),
      /Same contents, proven by SHA-256/,
    ],
    ['a name with markup', [{ name: '<img src=x onerror=alert(1)>.mar', text: '' }], /0 bytes/],
    [
      'a thousand files and more',
      Array.from({ length: 1001 }, (_, at) => ({ name: `${at}.txt`, text: '' })),
      /too many/,
    ],
  ];
  for (const [what, files, answer] of cases) {
    await t.test(what, async (t) => {
      const { page } = await dropped(t, files);
      await page.locator('main').getByText(answer).first().waitFor();
    });
  }
});
