/** Entries on their way out of a window: a folder of ours, what may be dragged from it, and what is left of it. */
import assert from 'node:assert/strict';
import fs, { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { samplesFolder } from '../../server/built-files.ts';
import { scratchFolder } from '../support/scratch.ts';
import { electron, end, lastPage, type Page, start, until } from './stand-in/start.ts';

const sample = (name: string) => join(samplesFolder() ?? '', name);

/** As the interface does it: extracts into a folder that the shell named. */
async function extract(page: Page, path: string, into: string, only: readonly string[]): Promise<string> {
  const input = { path, input: { into, only } };
  type Started = { readonly id: number; readonly problem: unknown };
  const job = (await page.call('startJob', { verb: 'extract', input })) as Started;
  if (job.problem !== null) return 'refused';
  const isOver = (heard: (typeof page.heard)[number]) =>
    'event' in heard &&
    heard.event.is === 'job' &&
    heard.event.job.id === job.id &&
    !['waiting', 'running'].includes(heard.event.job.status);
  await until(() => page.heard.some(isOver));
  const over = page.heard.findLast(isOver);
  return over && 'event' in over && over.event.is === 'job' ? over.event.job.status : '';
}

test('entries are extracted into a folder for this person alone, dragged from there, and gone at the end', async (t) => {
  const path = sample('digits-1.0.mar');
  const { folder } = await start(t, { arguments: [path] });
  const page = await lastPage();
  await page.hearsEvent('open');
  const into = (await page.abilities.newDragFolder?.()) ?? '';
  const dragged = join(folder, 'user', 'dragged');
  assert.equal(into, join(dragged, '1'));
  assert.equal(await page.abilities.newDragFolder?.(), join(dragged, '2'));
  if (process.platform !== 'win32') assert.equal((await stat(dragged)).mode & 0o777, 0o700);

  assert.equal(await extract(page, path, into, ['/handler.py']), 'done');
  const file = join(into, 'handler.py');
  assert.match(await readFile(file, 'utf8'), /class DigitsHandler/);
  page.abilities.startDrag?.([file]);
  await until(() => page.window.webContents.dragged.length === 1);
  const icon = { path: join(folder, 'dist', 'electron', 'file.png') };
  assert.deepEqual(page.window.webContents.dragged, [{ file, files: [file], icon }]);
  await end();
  assert.ok(!existsSync(dragged));
  assert.ok(electron.app.calls.includes('exit'));
});

test('a name that leads out of the archive leaves nothing, there or elsewhere', async (t) => {
  const path = sample('hostile.mar');
  const { folder } = await start(t, { arguments: [path] });
  const page = await lastPage();
  await page.hearsEvent('open');
  const into = (await page.abilities.newDragFolder?.()) ?? '';
  assert.equal(await extract(page, path, into, ['*']), 'failed');
  assert.ok(!existsSync(into));
  assert.ok(!existsSync(join(folder, 'user', 'escaped')));
});

test('nothing beside the folder can be written or dragged, and it is offered to nobody', async (t) => {
  const path = sample('digits-1.0.mar');
  const { folder } = await start(t, { arguments: [path] });
  const page = await lastPage();
  await page.hearsEvent('open');
  const user = join(folder, 'user');
  await writeFile(join(user, 'secret'), 'x');
  assert.equal(await extract(page, path, join(user, 'elsewhere'), ['/handler.py']), 'refused');
  assert.equal(
    await extract(page, path, join(user, 'dragged', '..', 'elsewhere'), ['/handler.py']),
    'refused',
  );
  const drag = (...paths: string[]) => page.window.webContents.invoke('mar-studio:startDrag', paths);
  for (const other of [join(user, 'secret'), join(user, 'dragged'), `${user}/dragged/../secret`, 'dragged/1'])
    await assert.rejects(drag(other), /not chosen by anyone/, other);
  const about = (await page.call('about', {})) as {
    readonly grants: readonly { path: string }[];
    home: unknown;
  };
  assert.ok(!about.grants.some((grant) => grant.path.includes('dragged')));
  assert.equal(about.home, null);
});

test('what a run that was killed left there is gone after the next start', async (t) => {
  const folder = await scratchFolder(t);
  const { folder: application } = await start(t);
  await end();
  const left = join(application, 'user', 'dragged', '7', 'old.txt');
  await mkdir(join(left, '..'), { recursive: true });
  await writeFile(left, folder);
  await start(t, { folder: application });
  assert.ok(!existsSync(left));
});

test('what somebody still has open keeps the application neither from ending nor from starting again', async (t) => {
  const path = sample('digits-1.0.mar');
  const { folder } = await start(t, { arguments: [path] });
  const page = await lastPage();
  await page.hearsEvent('open');
  const into = (await page.abilities.newDragFolder?.()) ?? '';
  assert.equal(await extract(page, path, into, ['/handler.py']), 'done');
  // As Windows answers.
  const held = t.mock.method(fs, 'rmSync', () => {
    throw Object.assign(new Error('EBUSY: resource busy or locked'), { code: 'EBUSY' });
  });
  syncBuiltinESMExports();
  t.after(() => {
    held.mock.restore();
    syncBuiltinESMExports();
  });
  await end();
  assert.ok(electron.app.calls.includes('exit'));
  await start(t, { folder, arguments: [path] });
  const next = (await (await lastPage()).abilities.newDragFolder?.()) ?? '';
  assert.ok(held.mock.callCount() >= 2);
  assert.ok(existsSync(into) && next !== '' && !existsSync(next));
});
