import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gatherExtraFiles, parseExtraFiles } from '../../../core/mar/extra-files.ts';
import { scratchFolder } from '../../support/scratch.ts';

async function folderWith(t: TestContext, names: readonly string[]): Promise<string> {
  const folder = await scratchFolder(t);
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), name);
  }
  return folder;
}

async function gather(folder: string, items: string | readonly string[], signal?: AbortSignal) {
  const { candidates, findings } = await gatherExtraFiles(parseExtraFiles(items), folder, signal);
  return { names: candidates.map(({ name }) => name), codes: findings.map(({ code }) => code), findings };
}

test('a string is a comma list, an array has one item each', () => {
  const item = (source: string, destination: string | null = null) => ({ source, destination });
  assert.deepEqual(parseExtraFiles(' a , b,,c=> d/ ,'), [item('a'), item('b'), item('c', 'd/')]);
  assert.deepEqual(parseExtraFiles(['a,b', '', 'c => x/y']), [item('a,b'), item('c', 'x/y')]);
  assert.deepEqual(parseExtraFiles('a=>b=>c'), [item('a=>b', 'c')]);
});

test('a place must be a good name inside the archive', () => {
  const table = {
    '../x': 'PATH_TRAVERSAL',
    '/x': 'PATH_ABSOLUTE',
    '/': 'PATH_ABSOLUTE',
    'C:/x': 'PATH_ABSOLUTE',
    'a//b': 'PATH_NOT_NORMAL',
    'a//': 'PATH_NOT_NORMAL',
    './x': 'PATH_NOT_NORMAL',
    'a\\b': 'PATH_BACKSLASH',
    'a\u0001b': 'NAME_CONTROL_CHAR',
    '': 'EXTRA_FILE_RULE',
  };
  for (const [place, code] of Object.entries(table)) {
    assert.throws(() => parseExtraFiles([`x=>${place}`]), { code }, place);
  }
  assert.throws(() => parseExtraFiles('=>x'), { code: 'EXTRA_FILE_RULE' });
});

test('a folder lands in the root without hidden and cache folders, and its files are never left out', async (t) => {
  const kept = ['.env', 'a.pyc', 'sub/.keep', 'sub/x/y', 'z'];
  const left = ['.git/c', '__pycache__/p', '__MACOSX/m', 'sub/.hidden/h', 'sub/__pycache__/q'];
  const folder = await folderWith(
    t,
    [...kept, ...left].map((name) => `src/${name}`),
  );
  const { names, findings } = await gather(folder, 'src/');
  assert.deepEqual(names, kept);
  assert.deepEqual(
    findings.map(({ code, severity, path }) => [code, severity, path]),
    [
      ['FOLDER_LEFT_OUT', 'info', '.git'],
      ['FOLDER_LEFT_OUT', 'info', 'sub/.hidden'],
    ],
  );
  const [again] = /'(.*)'/.exec(findings[0]?.hint ?? '')?.slice(1) ?? [];
  assert.deepEqual((await gather(folder, again ?? '')).names, ['.git/c'], 'the hint does what it says');
});

test('a folder that is given a place arrives there whole', async (t) => {
  const names = ['.git/c', '__pycache__/p', 'sub/.hidden/h', 'z'];
  const folder = await folderWith(
    t,
    names.map((name) => `src/${name}`),
  );
  for (const item of ['src=>deep/place', 'src/=>deep/place/']) {
    assert.deepEqual(
      (await gather(folder, item)).names,
      names.map((name) => `deep/place/${name}`),
    );
  }
  assert.deepEqual((await gather(folder, 'src/s*=>deep/')).names, ['deep/sub/.hidden/h']);
});

test('a file gets exactly its place, or keeps its name in a folder', async (t) => {
  const folder = await folderWith(t, ['a.txt', 'b.txt']);
  assert.deepEqual((await gather(folder, 'a.txt=>x/y.json')).names, ['x/y.json']);
  assert.deepEqual((await gather(folder, 'a.txt=>x/')).names, ['x/a.txt']);
  assert.deepEqual((await gather(folder, '*.txt=>x/')).names, ['x/a.txt', 'x/b.txt']);
  await assert.rejects(gather(folder, '*.txt=>x'), { code: 'EXTRA_FILE_RULE' });
});

test('a name with a comma or pattern characters is found when it is there', async (t) => {
  const folder = await folderWith(t, ['a,b.txt', 'f[1].txt', 'f1.txt', 'what?.txt']);
  assert.deepEqual((await gather(folder, ['a,b.txt'])).names, ['a,b.txt']);
  assert.deepEqual((await gather(folder, 'f[1].txt')).names, ['f[1].txt']);
  assert.deepEqual((await gather(folder, 'what?.txt=>x')).names, ['x']);
});

test('a pattern without a match is a warning, a missing file a problem', async (t) => {
  const folder = await folderWith(t, ['a.txt']);
  assert.deepEqual(await gather(folder, '*.x,a.txt').then(({ names, codes }) => ({ names, codes })), {
    names: ['a.txt'],
    codes: ['EXTRA_FILE_NO_MATCH'],
  });
  await assert.rejects(gather(folder, 'b.txt'), { code: 'INPUT_MISSING', path: 'b.txt' });
  await assert.rejects(gather(folder, 'a.txt/b'), { code: 'INPUT_MISSING' });
  for (const items of ['no,comma.txt', ['no,comma.txt'], 'a.txt,none.txt']) {
    await assert.rejects(gather(folder, items), { code: 'INPUT_MISSING', hint: /comma/ });
  }
});

test('a folder is put into the root by "." as a place, hidden folders and all', async (t) => {
  const folder = await folderWith(t, ['src/.hidden/a', 'src/b', 'c']);
  for (const place of ['.', './']) {
    assert.deepEqual((await gather(folder, `src=>${place}`)).names, ['.hidden/a', 'b']);
    assert.deepEqual((await gather(folder, `c=>${place}`)).names, ['c']);
    assert.deepEqual((await gather(folder, `sr*=>${place}`)).names, ['src/.hidden/a', 'src/b']);
  }
});

test('a hint shows what to write, with the names that were given', async (t) => {
  const folder = await folderWith(t, ['cat', 'src/a', 'out']);
  await assert.rejects(gather(folder, 'c*=>q'), { code: 'EXTRA_FILE_RULE', hint: /'c\*=>q\/'/ });
  await symlink('../out', join(folder, 'src/link.txt'));
  await assert.rejects(gather(folder, 'src'), { code: 'CREATE_LINK', hint: /=>link\.txt'/ });
});

test('a name that is no UTF-8 is what is wrong with a file that a pattern matches', {
  skip: process.platform !== 'linux' && 'only Linux has such names',
}, async (t) => {
  const folder = await folderWith(t, ['a']);
  await writeFile(Buffer.concat([Buffer.from(`${folder}/b`), Buffer.from([0xff]), Buffer.from('.txt')]), '');
  await assert.rejects(gather(folder, 'b*'), { code: 'NAME_ENCODING' });
});

test('links inside their folder are followed, one that leaves it is refused unless it is named', async (t) => {
  const folder = await folderWith(t, ['src/sub/a', 'src-other/b', 'src/c']);
  await symlink('sub', join(folder, 'src/link'));
  await symlink('../c', join(folder, 'src/sub/up'));
  assert.deepEqual((await gather(folder, 'src')).names, ['c', 'link/a', 'link/up', 'sub/a', 'sub/up']);

  await symlink('../src-other/b', join(folder, 'src/out'));
  await assert.rejects(gather(folder, 'src'), { code: 'CREATE_LINK', path: 'src/out' });
  await assert.rejects(gather(folder, 'src=>x/'), { code: 'CREATE_LINK' });
  await assert.rejects(gather(folder, 'src/o*'), { code: 'CREATE_LINK' });
  assert.deepEqual((await gather(folder, 'src/out')).names, ['out']);
});

test('a link to a parent, or to a sibling whose name begins alike, leaves its folder; a name may begin with dots', async (t) => {
  const folder = await folderWith(t, ['src/a', 'src-other/b', 'src/..x/c']);
  for (const target of ['../src-other', '..', '../..', '/']) {
    await rm(join(folder, 'src/link'), { force: true });
    await symlink(target, join(folder, 'src/link'));
    await assert.rejects(gather(folder, 'src'), { code: 'CREATE_LINK' }, target);
  }
  await rm(join(folder, 'src/link'));
  await symlink('../src/..x', join(folder, 'src/link'));
  assert.deepEqual((await gather(folder, 'src=>d')).names, ['d/..x/c', 'd/a', 'd/link/c']);
});

test('links that go round in circles come to an end', async (t) => {
  const folder = await folderWith(t, ['src/sub/a']);
  await symlink('..', join(folder, 'src/sub/up'));
  await assert.rejects(gather(folder, 'src'), { code: 'CREATE_TYPE', path: 'src/sub/up' });

  const other = await folderWith(t, ['src/a']);
  await symlink('self', join(other, 'src/self'));
  await assert.rejects(gather(other, 'src'), { code: 'CREATE_TYPE', path: 'src/self' });
});

test('a broken link, a pipe, a socket and a device are no files', async (t) => {
  const folder = await folderWith(t, ['link/a', 'pipe/a', 'socket/a']);
  await symlink('gone', join(folder, 'link/broken'));
  await assert.rejects(gather(folder, 'link'), { code: 'INPUT_MISSING', path: 'link/broken' });
  await assert.rejects(gather(folder, 'link/broken'), { code: 'INPUT_MISSING' });
  if (process.platform === 'win32') return;
  execFileSync('mkfifo', [join(folder, 'pipe/p')]);
  await assert.rejects(gather(folder, 'pipe'), { code: 'CREATE_TYPE', message: /named pipe/ });
  await assert.rejects(gather(folder, 'pipe/p'), { code: 'CREATE_TYPE' });
  await assert.rejects(gather(folder, '/dev/null=>x'), { code: 'CREATE_TYPE', message: /device/ });
  const server = createServer().listen(join(folder, 'socket/s'));
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  await assert.rejects(gather(folder, 'socket'), { code: 'CREATE_TYPE', message: /socket/ });
});

test('a cancelled run stops looking', async (t) => {
  const folder = await folderWith(t, ['src/a']);
  await assert.rejects(gather(folder, 'src', AbortSignal.abort()), { code: 'CANCELLED' });
});
