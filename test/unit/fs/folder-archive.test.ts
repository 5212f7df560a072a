import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, chmod, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Archive, ArchiveEntry } from '../../../core/archive.ts';
import { openFolder } from '../../../core/fs/folder-archive.ts';
import { pack } from '../../../core/pack.ts';
import { onPath } from '../../support/commands.ts';
import { randomOf } from '../../support/random.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { buildTree } from '../../support/tree.ts';

const codesOf = ({ findings }: Archive) => findings.map(({ code }) => code);
const namesOf = (items: readonly { readonly name: string }[]) => items.map(({ name }) => name);

async function contentOf(archive: Archive, entry: ArchiveEntry | null | undefined): Promise<string> {
  assert.ok(entry);
  const chunks: Buffer[] = [];
  for await (const chunk of archive.read(entry)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

async function openTree(t: TestContext, files: Readonly<Record<string, string>>): Promise<[Archive, string]> {
  const folder = join(await scratchFolder(t), 'model');
  await buildTree(folder, files);
  return [await openFolder(folder), folder];
}

const find = (archive: Archive, name: string) => archive.entries.find((entry) => entry.name === name);

test('every file of any tree is listed once, in the order of names, and reads back', async (t) => {
  const { pick, text } = randomOf(5);
  for (let sample = 0; sample < 10; sample++) {
    const files: Record<string, string> = {};
    for (let count = pick(30); count >= 0; count--) {
      files[`${text('ABab', 2)}.d/${text('xyé', 1 + pick(3))}.txt`] = text('content ', pick(3000));
    }
    const [archive] = await openTree(t, { ...files, 'top.txt': 'top' });
    const names = namesOf(archive.entries);
    assert.deepEqual(new Set(names), new Set([...Object.keys(files), 'top.txt']));
    assert.deepEqual(
      names,
      [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    assert.deepEqual(namesOf(archive.served.files), names);
    for (const entry of archive.entries) {
      const content = await contentOf(archive, entry);
      assert.equal(content, files[entry.name] ?? 'top');
      assert.equal(Buffer.byteLength(content), entry.size);
    }
    assert.equal(
      archive.size,
      archive.entries.reduce((sum, { size }) => sum + size, 0),
    );
  }
});

test('what pack writes as a folder opens without a word and is listed as pack tells it', async (t) => {
  const folder = await scratchFolder(t);
  await buildTree(folder, {
    'handler.py': 'def handle(data, context):\n    return data\n',
    'extra/a/b.txt': 'b',
  });
  const packed = await pack({
    modelName: 'net',
    version: '1.0',
    handler: join(folder, 'handler.py'),
    extraFiles: [join(folder, 'extra')],
    exportPath: folder,
    archiveFormat: 'no-archive',
  });
  const archive = await openFolder(packed.output);
  assert.deepEqual(archive.findings, []);
  assert.equal(archive.kind, 'directory');
  const shown = (one: { readonly size: number; readonly mode: string }, name: string) => [
    name,
    one.size,
    one.mode,
  ];
  assert.deepEqual(
    archive.entries.map((entry) => shown({ ...entry, mode: `0${entry.mode.toString(8)}` }, entry.name)),
    packed.entries.map((entry) => shown(entry, entry.path)).sort(),
  );
});

test('the one folder inside a folder is what TorchServe takes for the model', async (t) => {
  const [archive] = await openTree(t, { 'noop/MAR-INF/MANIFEST.json': '{}', 'noop/service.py': '' });
  assert.deepEqual(
    archive.findings.map(({ code, severity }) => [code, severity]),
    [['TS_FOLDER_ROOT', 'info']],
  );
  assert.deepEqual(namesOf(archive.served.files), ['MAR-INF/MANIFEST.json', 'service.py']);
  assert.deepEqual(namesOf(archive.entries), ['noop/MAR-INF/MANIFEST.json', 'noop/service.py']);
  const [besides] = await openTree(t, { 'noop/service.py': '', '.hidden': '' });
  assert.deepEqual(codesOf(besides), [], 'a hidden file counts: Java sees it too');
});

test('folders are listed where they are empty, and a folder without a file is told', async (t) => {
  const [archive] = await openTree(t, { 'a/empty/': '', 'b/full/file': 'x' });
  assert.deepEqual(namesOf(archive.entries), ['a/empty/', 'b/full/file']);
  assert.deepEqual(codesOf(archive), []);
  const [nothing] = await openTree(t, { 'a/': '', 'b/': '' });
  assert.deepEqual(codesOf(nothing), ['MAR_EMPTY']);
  assert.deepEqual(nothing.served.files, []);
});

test('links are shown and judged by where they lead, and TorchServe follows them', async (t) => {
  const scratch = await scratchFolder(t);
  const folder = join(scratch, 'model');
  await buildTree(scratch, {
    'secret.txt': 'outside',
    'model/data/weights.pt': 'weights',
    'model/handler.py': 'x',
  });
  const links = {
    'to-file': 'data/weights.pt',
    'to-folder': 'data',
    'to-outside': '../secret.txt',
    'to-nothing': 'gone',
    'to-itself': 'to-itself',
    'data/up': '..',
  };
  for (const [name, target] of Object.entries(links)) await symlink(target, join(folder, name));
  const archive = await openFolder(folder);
  assert.deepEqual(archive.findings.map(({ code, severity, path }) => `${severity} ${code} ${path}`).sort(), [
    'error LINK_FORBIDDEN to-itself',
    'error LINK_FORBIDDEN to-nothing',
    'error LINK_FORBIDDEN to-outside',
    'warning FOLDER_LINK data/up',
    'warning FOLDER_LINK to-file',
    'warning FOLDER_LINK to-folder',
  ]);
  for (const [name, target] of Object.entries(links)) {
    const entry = find(archive, name);
    assert.deepEqual([entry?.type, entry?.size, entry?.linkTarget], ['link', 0, target]);
    await assert.rejects(contentOf(archive, entry), { code: 'ENTRY_TYPE' });
  }
  const served = new Map(archive.served.files.map((file) => [file.name, file]));
  assert.deepEqual([...served.keys()].sort(), [
    'data/weights.pt',
    'handler.py',
    'to-file',
    'to-folder/weights.pt',
    'to-outside',
  ]);
  assert.equal(served.get('to-file')?.entry, find(archive, 'data/weights.pt'));
  assert.equal(served.get('to-folder/weights.pt')?.entry, find(archive, 'data/weights.pt'));
  assert.deepEqual(served.get('to-outside'), { name: 'to-outside', size: 7, entry: null });
});

test('links that multiply folders are refused before they fill the memory', async (t) => {
  const folder = join(await scratchFolder(t), 'model');
  await buildTree(folder, Object.fromEntries(Array.from({ length: 460 }, (_, at) => [`data/${at}`, ''])));
  for (let at = 0; at < 460; at++) await symlink('data', join(folder, `link-${at}`));
  await assert.rejects(openFolder(folder), { code: 'LIMIT_ENTRIES' });
});

test('pipes and sockets are shown and never opened', { timeout: 10_000 }, async (t) => {
  if (!onPath('mkfifo')) return t.skip('no mkfifo on PATH');
  const [, folder] = await openTree(t, { 'handler.py': 'x' });
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const server = createServer().listen(join(folder, 'socket'));
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const archive = await openFolder(folder);
  assert.deepEqual(codesOf(archive), ['FOLDER_TYPE', 'FOLDER_TYPE']);
  for (const [name, type] of [
    ['pipe', 'fifo'],
    ['socket', 'socket'],
  ] as const) {
    assert.equal(find(archive, name)?.type, type);
    await assert.rejects(contentOf(archive, find(archive, name)), { code: 'ENTRY_TYPE' });
  }
  assert.deepEqual(namesOf(archive.served.files), ['handler.py']);

  await rm(join(folder, 'handler.py'));
  execFileSync('mkfifo', [join(folder, 'handler.py')]);
  await assert.rejects(contentOf(archive, find(archive, 'handler.py')), { code: 'INPUT_CHANGED' });
});

test('a folder that may not be entered is told, and the rest is listed', async (t) => {
  if (process.platform === 'win32') return t.skip('Windows has other permissions');
  const scratch = await scratchFolder(t);
  await chmod(scratch, 0o755);
  const folder = join(scratch, 'model');
  await buildTree(folder, { 'handler.py': 'x', 'locked/weights.pt': 'x', 'unread.txt': 'x' });
  await chmod(join(folder, 'locked'), 0);
  await chmod(join(folder, 'unread.txt'), 0);
  // Nothing is locked for root, so root becomes nobody for a moment.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    const archive = await openFolder(folder);
    assert.deepEqual(codesOf(archive), ['FOLDER_UNREADABLE']);
    assert.match(archive.findings[0]?.message ?? '', /^locked\/ .*EACCES/);
    assert.deepEqual(namesOf(archive.entries), ['handler.py', 'locked/', 'unread.txt']);
    assert.equal(await contentOf(archive, find(archive, 'handler.py')), 'x');
    await assert.rejects(contentOf(archive, find(archive, 'unread.txt')), { code: 'INPUT_UNREADABLE' });
    await assert.rejects(openFolder(join(folder, 'locked')), { code: 'INPUT_UNREADABLE' });
  } finally {
    if (isRoot) process.seteuid?.(0);
    await chmod(join(folder, 'locked'), 0o755);
  }
});

test('a file that changes, goes or is replaced while the folder is open is a problem', async (t) => {
  const changes: Readonly<Record<string, (path: string) => Promise<void>>> = {
    grows: (path) => appendFile(path, 'more'),
    'is touched': (path) => utimes(path, 1, 1),
    'is gone': (path) => rm(path),
    'is replaced': async (path) => {
      await writeFile(`${path}.new`, 'first');
      await rename(`${path}.new`, path);
    },
    'becomes a folder': async (path) => {
      await rm(path);
      await mkdir(path);
    },
    'becomes a link': async (path) => {
      await rename(path, `${path}.old`);
      await symlink(`${path}.old`, path);
    },
  };
  for (const [how, change] of Object.entries(changes)) {
    const [archive, folder] = await openTree(t, { file: 'first', other: 'x' });
    const entry = find(archive, 'file');
    assert.equal(await contentOf(archive, entry), 'first');
    await change(join(folder, 'file'));
    await assert.rejects(contentOf(archive, entry), { code: 'INPUT_CHANGED' }, `a file that ${how}`);
    await assert.rejects(archive.openInPlace(entry as ArchiveEntry), { code: 'INPUT_CHANGED' });
    assert.equal(await contentOf(archive, find(archive, 'other')), 'x');
  }
});

test('a file is read in place, within its bounds, and held to what it was', async (t) => {
  const [archive, folder] = await openTree(t, { file: '0123456789' });
  const place = await archive.openInPlace(find(archive, 'file') as ArchiveEntry);
  assert.ok(place);
  t.after(() => place.close());
  assert.equal((await place.read(3, 4)).toString(), '3456');
  assert.equal((await place.read(8, 100)).toString(), '89');
  assert.equal((await place.read(20, 1)).length, 0);
  await appendFile(join(folder, 'file'), 'more');
  await assert.rejects(place.read(0, 1), { code: 'INPUT_CHANGED' });
});

test('names are judged as in any archive, and one that is no text is told and can not be read', async (t) => {
  if (process.platform !== 'linux') return t.skip('only Linux keeps such names');
  const [, folder] = await openTree(t, { 'back\\slash': 'x', 'Case.txt': 'x', 'case.txt': 'x' });
  await writeFile(Buffer.concat([Buffer.from(`${folder}/no-text-`), Buffer.from([0xff])]), 'x');
  const archive = await openFolder(folder);
  assert.deepEqual(codesOf(archive).sort(), ['NAME_COLLISION_CASE', 'NAME_ENCODING', 'PATH_BACKSLASH']);
  await assert.rejects(contentOf(archive, archive.entries.at(-1)), { code: 'NAME_ENCODING' });
});

test('a cancelled listing stops, and what is no folder is not opened', async (t) => {
  const [, folder] = await openTree(t, { file: 'x' });
  await assert.rejects(openFolder(folder, { signal: AbortSignal.abort() }), { code: 'CANCELLED' });
  await assert.rejects(openFolder(join(folder, 'none')), { code: 'INPUT_MISSING' });
  await assert.rejects(openFolder(join(folder, 'file')), { code: 'INPUT_MISSING' });
});
