import assert from 'node:assert/strict';
import { appendFile, mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { scratchFolder } from '../support/scratch.ts';
import { marStudio, root } from './command-line.ts';
import { assertMisuse, documentOf, packedModel } from './packed-model.ts';

test('--json is one document of the shape that the contract names', async (t) => {
  const { archive, cwd } = await packedModel(t);
  const document = documentOf(await marStudio(['extract', archive, '--into', 'out', '--json'], { cwd }));
  assert.deepEqual(Object.keys(document), ['schema', 'into', 'entries', 'bytes', 'seconds', 'unmatched']);
  assert.equal(document.schema, 'mar-studio.extract/1');
  assert.equal(document.entries, 7);
  assert.deepEqual(
    await readFile(join(cwd, 'out', 'handler.py')),
    await readFile(join(root, 'examples', 'digits', 'handler.py')),
  );
});

test('--only may be repeated; a pattern that fits nothing ends with 1, said, and writes nothing', async (t) => {
  const { archive, cwd } = await packedModel(t);
  const some = ['extract', archive, '--into', 'some', '--only', '*.py', '--only', 'MAR-INF'];
  assert.equal((await marStudio(some, { cwd })).code, 0);
  assert.deepEqual((await readdir(join(cwd, 'some'))).sort(), ['MAR-INF', 'handler.py', 'model.py']);

  const none = ['extract', archive, '--into', 'none', '--only', '*.onnx'];
  const run = await marStudio(none, { cwd });
  assert.equal(run.code, 1);
  assert.equal(run.stdout, '');
  assert.match(run.stderr, /fits "\*\.onnx"; nothing was extracted/);
  const told = await marStudio([...none, '--json'], { cwd });
  assert.equal(told.code, 1);
  const document = JSON.parse(told.stdout);
  assert.deepEqual([document.entries, document.bytes, document.unmatched], [0, 0, ['*.onnx']]);
  assert.deepEqual((await readdir(cwd)).sort(), ['some', 'store']);
});

test('what is wrong with an archive is told before anything is written', async (t) => {
  const { archive, cwd } = await packedModel(t);
  await appendFile(archive, 'more');
  const run = await marStudio(['extract', archive, '--into', 'out'], { cwd });
  assert.equal(run.code, 2);
  assert.match(run.stderr, /^error ZIP_TRAILING_DATA: .*\nhint: .*repack.*\n$/);
  assert.deepEqual(await readdir(cwd), ['store']);
});

test('a folder that holds something is left alone without --force, and a file always', async (t) => {
  const { archive, cwd } = await packedModel(t);
  await mkdir(join(cwd, 'out'));
  await writeFile(join(cwd, 'out', 'mine.txt'), 'mine');
  const into = ['extract', archive, '--into'];
  assert.match(
    (await marStudio([...into, 'out'], { cwd })).stderr,
    /^error OUTPUT_EXISTS: .*\nhint: .*--force/,
  );
  assert.equal((await marStudio([...into, 'out', '--force'], { cwd })).code, 0);
  assert.ok((await readdir(join(cwd, 'out'))).includes('mine.txt'));
  for (const path of [archive, join('out', 'mine.txt')]) {
    const run = await marStudio([...into, path, '--force'], { cwd });
    assert.equal(run.code, 2);
    assert.match(run.stderr, /^error OUTPUT_TYPE/);
  }
  assert.equal(await readFile(join(cwd, 'out', 'mine.txt'), 'utf8'), 'mine');
});

test('the folder that one stands in can be extracted into', async (t) => {
  const { archive } = await packedModel(t);
  const cwd = await scratchFolder(t);
  assert.equal((await marStudio(['extract', archive, '--into', '.'], { cwd })).code, 0);
  assert.ok((await readdir(cwd)).includes('handler.py'));
});

test('Ctrl-C in the middle ends with 130 and leaves nothing', {
  skip: process.platform === 'win32' && 'Windows has no signals to send to one process',
}, async (t) => {
  const cwd = await scratchFolder(t);
  const handle = await open(join(cwd, 'weights.pt'), 'w');
  await handle.truncate(1.5 * 1024 ** 3);
  await handle.close();
  const model = [
    '--model-name',
    'm',
    '-v',
    '1',
    '--handler',
    'base_handler',
    '--serialized-file',
    'weights.pt',
  ];
  documentOf(await marStudio(['pack', ...model, '--level', '1', '--json'], { cwd }));
  let sent = false;
  const run = await marStudio(['extract', 'm.mar', '--into', 'out', '--progress', 'json'], {
    cwd,
    onStderr: (said, child) => {
      if (sent || !/"doneBytes":\d{7,}/.test(said)) return;
      sent = true;
      child.kill('SIGINT');
    },
  });
  assert.ok(sent);
  assert.equal(run.code, 130);
  assert.match(run.stderr, /^error CANCELLED/m);
  assert.deepEqual((await readdir(cwd)).sort(), ['m.mar', 'weights.pt']);
});

test('misuse is told', async (t) => {
  const { archive, cwd } = await packedModel(t);
  await assertMisuse(
    {
      'no archive': { args: ['extract', '--into', 'out'], says: /needs an archive/ },
      'no place': { args: ['extract', archive], says: /--into/ },
      'an empty place': { args: ['extract', archive, '--into='], says: /--into/ },
      'two archives': { args: ['extract', archive, 'b.mar', '--into', 'out'], says: /one archive/ },
    },
    cwd,
  );
});
