import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { marStudio } from './command-line.ts';
import { assertMisuse, documentOf, packedModel } from './packed-model.ts';

test('--json is the document of pack', async (t) => {
  const { archive, cwd } = await packedModel(t);
  const args = ['repack', archive, '--export-path', 'new', '--set', 'model.modelVersion=1.1', '--json'];
  const document = documentOf(await marStudio(args, { cwd }));
  const keys = ['schema', 'output', 'size', 'sha256', 'manifest', 'entries', 'findings', 'seconds'];
  assert.deepEqual(Object.keys(document), keys);
  assert.equal(document.schema, 'mar-studio.pack/1');
  assert.equal(document.output, join(cwd, 'new', 'digits.mar'));
  assert.equal(document.manifest.model.modelVersion, '1.1');
  const verified = documentOf(await marStudio(['verify', document.output, '--json']));
  assert.equal(verified.sha256, document.sha256);
});

test('every change is taken, each as often as it is given', async (t) => {
  const { archive, cwd } = await packedModel(t);
  await writeFile(join(cwd, 'new.py'), 'def handle(data, context):\n    return data\n');
  const changes = [
    ...['--set', 'model.modelVersion=2.0', '--set', 'note=a=b'],
    ...['--replace', 'handler.py=new.py', '--add', 'new.py=>lib/one.py', '--add', 'new.py=>lib/two.py'],
    ...['--remove', 'index_to_name.json', '--remove', 'requirements.txt', '--set', 'model.requirementsFile='],
    ...['--archive-format', 'no-archive', '--export-path', 'new'],
  ];
  const run = await marStudio(['repack', archive, ...changes], { cwd });
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stdout, /Packed digits 2\.0/);
  const at = (name: string) => join(cwd, 'new', 'digits', name);
  assert.equal(await readFile(at('handler.py'), 'utf8'), await readFile(join(cwd, 'new.py'), 'utf8'));
  assert.deepEqual((await readdir(at('lib'))).sort(), ['one.py', 'two.py']);
  assert.equal((await readdir(at('.'))).includes('index_to_name.json'), false);
  const manifest = JSON.parse(await readFile(at('MAR-INF/MANIFEST.json'), 'utf8'));
  assert.equal(manifest.note, 'a=b');
  assert.equal(manifest.model.modelVersion, '2.0');
});

test('the old archive is never written over, by force neither', async (t) => {
  const { archive, cwd } = await packedModel(t);
  const before = await readFile(archive);
  for (const force of [[], ['--force']]) {
    const run = await marStudio(['repack', archive, '--export-path', 'store', ...force], { cwd });
    assert.equal(run.code, 2);
    assert.match(run.stderr, /^error OUTPUT_IS_INPUT/);
  }
  assert.deepEqual(await readFile(archive), before);
});

test('misuse is told', async (t) => {
  const { archive, cwd } = await packedModel(t);
  const repack = ['repack', archive, '--export-path', 'new'];
  await assertMisuse(
    {
      'no archive': { args: ['repack'], says: /needs an archive/ },
      'a field without a text': { args: [...repack, '--set', 'model.modelVersion'], says: /FIELD=TEXT/ },
      'a text without a field': { args: [...repack, '--set', '=1.1'], says: /FIELD=TEXT/ },
      'an entry without a file': { args: [...repack, '--replace', 'handler.py='], says: /ENTRY=FILE/ },
      'a file without an entry': { args: [...repack, '--add', 'new.py=x'], says: /FILE=>ENTRY/ },
      'a field set twice': { args: [...repack, '--set', 'a=1', '--set', 'a=2'], says: /twice/ },
      'a level out of bounds': { args: [...repack, '--level', '0'], says: /--level/ },
      'an export path that is standard output': {
        args: ['repack', archive, '--export-path', '-'],
        says: /never to standard output.*\n.*pack --output -/,
      },
      'an unknown view': { args: [...repack, '--view', 'mine'], says: /directory or torchserve/ },
    },
    cwd,
  );
  assert.deepEqual(await readdir(cwd), ['store']);
});
