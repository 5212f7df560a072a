/** How paths come to be granted: by what a person chose in a dialog or dropped, and by nothing that a page says. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { DroppedFile } from './stand-in/pages.ts';
import { electron, lastPage, type Page, start, until, windows } from './stand-in/start.ts';

const pick = { title: 'Open archive', multiple: true, folders: false, startAt: null };

async function isGranted(page: Page, path: string): Promise<boolean> {
  const answer = (await page.call('inspect', { path })) as { readonly problem?: { readonly code: string } };
  return answer.problem?.code !== 'PATH_NOT_GRANTED';
}

test('chosen files come back as paths, and may be named from then on', async (t) => {
  const { folder } = await start(t);
  const page = await lastPage();
  const path = join(folder, 'a.mar');
  await writeFile(path, 'x');
  assert.equal(await isGranted(page, path), false);
  electron.dialog.answers.push({ canceled: false, filePaths: [path] });
  assert.deepEqual([...(await page.abilities.pickFiles({ ...pick, startAt: folder }))], [path]);
  assert.equal(await isGranted(page, path), true);
  const [shown] = electron.dialog.shown;
  assert.equal(shown?.kind, 'open');
  assert.equal(shown?.options.defaultPath, folder);
  assert.deepEqual(shown?.options.properties, [
    'openFile',
    'dontAddToRecent',
    'showHiddenFiles',
    'multiSelections',
  ]);
});

test('a cancelled dialog grants nothing', async (t) => {
  await start(t);
  const page = await lastPage();
  electron.dialog.answers.push({ canceled: true, filePaths: ['/etc'] }, { canceled: true, filePath: '/etc' });
  assert.deepEqual([...(await page.abilities.pickFiles({ ...pick, folders: true }))], []);
  assert.equal(await page.abilities.pickSavePath({ title: 'Save', suggested: 'report.html' }), null);
  assert.equal(await isGranted(page, '/etc/hostname'), false);
});

test('a place to save to is granted although nothing is there yet', async (t) => {
  const { folder } = await start(t);
  const page = await lastPage();
  const path = join(folder, 'report.html');
  electron.dialog.answers.push({ canceled: false, filePath: path });
  assert.equal(await page.abilities.pickSavePath({ title: 'Save report', suggested: 'report.html' }), path);
  assert.equal(await isGranted(page, path), true);
  assert.equal(electron.dialog.shown[0]?.options.defaultPath, 'report.html');
});

test('dropped files are granted by the path that the system knows; a file made by the page has none', async (t) => {
  const { folder } = await start(t);
  const page = await lastPage();
  const path = join(folder, 'dropped.mar');
  await writeFile(path, 'x');
  const files = [new DroppedFile(path), { path: '/etc/passwd', name: 'passwd' }] as unknown as File[];
  assert.deepEqual([...((await page.abilities.pathsOfDrop?.(files)) ?? [])], [path]);
  assert.equal(await isGranted(page, path), true);
  assert.equal(await isGranted(page, '/etc/passwd'), false);
});

test('only what was chosen, or lies in what was, is shown in its folder', async (t) => {
  const { folder } = await start(t);
  const page = await lastPage();
  electron.dialog.answers.push({ canceled: false, filePaths: [folder] });
  await page.abilities.pickFiles({ ...pick, folders: true });
  await page.abilities.showInFolder?.(join(folder, 'sub', 'model.mar'));
  for (const path of ['/etc/passwd', `${folder}/../x`, `${folder}-beside/x`, 'relative'])
    await assert.rejects(async () => await page.abilities.showInFolder?.(path), /not chosen by anyone/, path);
  assert.deepEqual(electron.shell.shown, [join(folder, 'sub', 'model.mar')]);
});

test('files that were extracted to a chosen folder can be dragged out, others can not', async (t) => {
  const { folder } = await start(t);
  const page = await lastPage();
  const path = join(folder, 'weights.pt');
  await writeFile(path, 'x');
  electron.dialog.answers.push({ canceled: false, filePaths: [folder] });
  await page.abilities.pickFiles({ ...pick, folders: true });
  page.abilities.startDrag?.([path]);
  const { dragged } = page.window.webContents;
  await until(() => dragged.length === 1);
  const icon = { path: join(folder, 'dist', 'electron', 'file.png') };
  assert.deepEqual(dragged, [{ file: path, files: [path], icon }]);
  const drag = (paths: readonly string[]) => page.window.webContents.invoke('mar-studio:startDrag', paths);
  await assert.rejects(drag(['/etc/passwd']), /not chosen by anyone/);
  await assert.rejects(drag([]), /not chosen by anyone/);
  await assert.rejects(drag([join(folder, 'gone')]), /ENOENT/);
});

test('recents are kept by the system and by our menu, and none of them is a path that nobody chose', async (t) => {
  const { folder } = await start(t, { arguments: ['new.mar', 'old.mar'] });
  const page = await lastPage();
  await page.hearsEvent('open');
  const paths = [join(folder, 'new.mar'), join(folder, 'old.mar')];
  page.abilities.setRecents?.([...paths, '/etc/passwd']);
  await until(() => electron.app.recents.length > 0);
  assert.deepEqual(electron.app.recents, paths);
  const recent = electron.Menu.current
    .find(({ label }) => label === '&File')
    ?.submenu?.find(({ label }) => label?.replace('&', '') === 'Open Recent');
  assert.deepEqual(
    recent?.submenu?.map(({ label }) => label?.replace('&', '')),
    paths,
  );
  page.abilities.setDocument({ title: 'new', path: paths[0] as string, isEdited: false });
  await until(() => page.window.title === 'new');
  recent?.submenu?.[1]?.click?.();
  await until(() => windows.length === 2);
  assert.deepEqual((await (await lastPage()).hearsEvent('open')).paths, [paths[1]]);
  page.abilities.setRecents?.([]);
  await until(() => electron.app.recents.length === 0);
});

test('text is copied by the system, since a page has no permission to', async (t) => {
  await start(t);
  const page = await lastPage();
  await page.abilities.copyText('mar-studio verify "a b.mar"');
  assert.equal(electron.clipboard.text, 'mar-studio verify "a b.mar"');
});
