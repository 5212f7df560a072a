import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { fromBuffer, type ZipFile } from 'yauzl';
import { fileFacts, scratchFolder } from '../support/scratch.ts';
import { marStudio, type Run, recipePath } from './command-line.ts';

const example = ['pack', '--recipe', recipePath];

function documentOf({ code, stdout, stderr }: Run) {
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

test('--json is one document of the shape that the contract names', async (t) => {
  const cwd = await scratchFolder(t);
  const document = documentOf(await marStudio([...example, '--json'], { cwd }));
  const keys = ['schema', 'output', 'size', 'sha256', 'manifest', 'entries', 'findings', 'seconds'];
  assert.deepEqual(Object.keys(document), keys);
  assert.equal(document.schema, 'mar-studio.pack/1');
  assert.equal(document.output, join(cwd, 'digits.mar'));
  const { size, sha256 } = await fileFacts(document.output);
  assert.deepEqual([document.size, document.sha256], [size, sha256]);
  for (const entry of document.entries) {
    const entryKeys = ['path', 'size', 'compressedSize', 'method', 'crc32', 'modified', 'mode', 'role'];
    assert.deepEqual(Object.keys(entry), entryKeys);
    assert.match(entry.crc32, /^[0-9a-f]{8}$/);
    assert.equal(new Date(entry.modified).toISOString(), entry.modified);
  }
});

test('for people the summary says where, how large, how many, which hash, and what was found', async (t) => {
  const cwd = await scratchFolder(t);
  const { code, stdout, stderr } = await marStudio(example, { cwd });
  assert.equal(code, 0);
  assert.equal(stderr, '');
  const { sha256 } = await fileFacts(join(cwd, 'digits.mar'));
  for (const word of ['Packed digits 1.0', join(cwd, 'digits.mar'), sha256, 'entries', 'KiB', 'findings']) {
    assert.ok(stdout.includes(word), word);
  }
});

test('a dry run prints the plan in the same schema and writes nothing', async (t) => {
  const cwd = await scratchFolder(t);
  const plan = documentOf(await marStudio([...example, '--dry-run', '--json'], { cwd }));
  assert.deepEqual(await readdir(cwd), []);
  assert.deepEqual([plan.dryRun, plan.size, plan.sha256], [true, null, null]);
  const { dryRun, estimate, ...planned } = plan;
  assert.deepEqual(Object.keys(estimate), ['size', 'seconds', 'how']);
  const packed = documentOf(await marStudio([...example, '--json'], { cwd }));
  assert.ok(Math.abs(estimate.size - packed.size) < 0.02 * packed.size);
  assert.deepEqual(Object.keys(planned), Object.keys(packed));
  assert.deepEqual(planned.manifest, packed.manifest);
  assert.deepEqual(planned.findings, packed.findings);
  const facts = ({ path, size, method, role }: Record<string, unknown>) => [path, size, method, role];
  assert.deepEqual(planned.entries.map(facts), packed.entries.map(facts));
  for (const entry of planned.entries) assert.deepEqual([entry.crc32, entry.compressedSize], [null, null]);
});

test('a dry run shows people the manifest, every entry and the total', async (t) => {
  const cwd = await scratchFolder(t);
  const { stdout } = await marStudio([...example, '--dry-run'], { cwd });
  assert.match(stdout, /"modelName": "digits"/);
  for (const name of ['handler.py', 'digits.pt', 'index_to_name.json', 'MAR-INF/MANIFEST.json']) {
    assert.match(stdout, new RegExp(`B {2}.* {2}${name.replace('.', '\\.')}$`, 'm'));
  }
  assert.match(stdout, /^7 entries, \d+\.\d KiB, .*Nothing was written\.$/m);
  assert.match(stdout, /^About \d+\.\d KiB when packed, in about .*\. An estimate: all files are small/m);
});

test('flags win over the recipe, and paths of the recipe start at the recipe', async (t) => {
  const cwd = await scratchFolder(t);
  const flags = ['--model-name', 'other', '-v', '2', '--archive-format', 'tgz', '--export-path', 'store'];
  const document = documentOf(await marStudio([...example, ...flags, '--json'], { cwd }));
  assert.equal(document.output, join(cwd, 'store', 'other.tar.gz'));
  assert.equal(document.manifest.model.modelVersion, '2');
  assert.equal(document.manifest.model.handler, 'handler.py');
});

test('a saved recipe packs the same bytes again, from another folder', async (t) => {
  const cwd = await scratchFolder(t);
  await mkdir(join(cwd, 'deeper'));
  const save = ['--write-recipe', join('deeper', 'again.yaml'), '--compression', 'deflate'];
  const first = documentOf(await marStudio([...example, ...save, '--json'], { cwd }));
  const again = ['pack', '--recipe', 'again.yaml', '--export-path', 'out', '--json'];
  const second = documentOf(await marStudio(again, { cwd: join(cwd, 'deeper') }));
  assert.equal(second.sha256, first.sha256);
  assert.notEqual(dirname(second.output), dirname(first.output));
});

test('a recipe is not overwritten without --force, and nothing is packed then', async (t) => {
  const cwd = await scratchFolder(t);
  await writeFile(join(cwd, 'mine.yaml'), 'mine');
  const refused = await marStudio([...example, '--write-recipe', 'mine.yaml'], { cwd });
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /^error OUTPUT_EXISTS: .*mine\.yaml/);
  assert.deepEqual(await readdir(cwd), ['mine.yaml']);
  assert.equal(await readFile(join(cwd, 'mine.yaml'), 'utf8'), 'mine');

  const forced = await marStudio([...example, '--write-recipe', 'mine.yaml', '--force'], { cwd });
  assert.match(forced.stderr, /^error OUTPUT_NOT_RECIPE: .*mine\.yaml/);
  assert.deepEqual(await readdir(cwd), ['mine.yaml']);
  await writeFile(join(cwd, 'mine.yaml'), 'model-name: older\n');
  assert.equal((await marStudio([...example, '--write-recipe', 'mine.yaml', '--force'], { cwd })).code, 0);
  assert.match(await readFile(join(cwd, 'mine.yaml'), 'utf8'), /model-name: digits/);
});

test('a recipe never replaces the archive or an input, and makes no folder', async (t) => {
  const cwd = await scratchFolder(t);
  const model = ['pack', '--model-name', 'm', '-v', '1', '--handler', 'h.py', '--extra-files', 'src', '-f'];
  await writeFile(join(cwd, 'h.py'), 'def handle(data, context):\n    return data\n');
  await mkdir(join(cwd, 'src'));
  const before = await readdir(cwd, { recursive: true });
  for (const place of ['m.mar', 'h.py', 'src/r.yaml', 'none/r.yaml', join('none', 'deeper', 'r.yaml')]) {
    const { code, stderr } = await marStudio([...model, '--write-recipe', place], { cwd });
    assert.equal(code, 2, place);
    assert.match(stderr, /^error (USAGE|OUTPUT_IS_INPUT|OUTPUT_NOT_RECIPE): /, place);
    assert.deepEqual(await readdir(cwd, { recursive: true }), before);
  }
});

test('a dry run may save the recipe, and that alone', async (t) => {
  const cwd = await scratchFolder(t);
  const { code, stdout } = await marStudio([...example, '--dry-run', '--write-recipe', 'r.yaml'], { cwd });
  assert.equal(code, 0);
  assert.match(stdout, /Only the recipe r\.yaml was written\./);
  assert.deepEqual(await readdir(cwd), ['r.yaml']);
});

test('a dry run shows the plan although an archive is there already', async (t) => {
  const cwd = await scratchFolder(t);
  await writeFile(join(cwd, 'digits.mar'), 'old');
  const { code, stdout } = await marStudio([...example, '--dry-run'], { cwd });
  assert.equal(code, 0);
  assert.match(stdout, /info OUTPUT_EXISTS\n.*--force/);
  assert.equal(await readFile(join(cwd, 'digits.mar'), 'utf8'), 'old');
});

test('a folder that is no unpacked model is never replaced', async (t) => {
  const cwd = await scratchFolder(t);
  await mkdir(join(cwd, 'digits'));
  await writeFile(join(cwd, 'digits', 'thesis.txt'), 'years');
  const args = [...example, '--archive-format', 'no-archive', '-f'];
  assert.match((await marStudio(args, { cwd })).stderr, /^error OUTPUT_NOT_MODEL: /);
  assert.equal(await readFile(join(cwd, 'digits', 'thesis.txt'), 'utf8'), 'years');
  await rm(join(cwd, 'digits', 'thesis.txt'));
  for (const _ of ['an empty folder', 'a model']) assert.equal((await marStudio(args, { cwd })).code, 0);
});

test('an archive is not replaced without --force', async (t) => {
  const cwd = await scratchFolder(t);
  await writeFile(join(cwd, 'digits.mar'), 'old');
  const refused = await marStudio(example, { cwd });
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /^error OUTPUT_EXISTS: .*\nhint: .*--force/);
  assert.equal(await readFile(join(cwd, 'digits.mar'), 'utf8'), 'old');
  assert.equal((await marStudio([...example, '-f'], { cwd })).code, 0);
});

test('--extra-files may be repeated, and nothing of it is lost', async (t) => {
  const cwd = await scratchFolder(t);
  for (const name of ['a.txt', 'b.txt', 'c.txt']) await writeFile(join(cwd, name), name);
  const args = ['pack', '--model-name', 'm', '-v', '1', '--handler', 'base_handler', '--json', '--dry-run'];
  const plan = documentOf(
    await marStudio([...args, '--extra-files', 'a.txt,b.txt', '--extra-files', 'c.txt=>d/c.txt'], { cwd }),
  );
  const names = plan.entries.map((entry: { path: string }) => entry.path);
  assert.deepEqual(names.sort(), ['MAR-INF/MANIFEST.json', 'a.txt', 'b.txt', 'd/c.txt']);
});

test('--output - streams an archive, and the summary goes to standard error', async (t) => {
  const cwd = await scratchFolder(t);
  const { code, bytes, stderr } = await marStudio([...example, '--output', '-'], { cwd });
  assert.equal(code, 0, stderr);
  assert.deepEqual(await readdir(cwd), []);
  assert.match(stderr, /Packed digits 1\.0/);
  const zip: ZipFile = await promisify<Buffer, ZipFile>(fromBuffer)(bytes);
  const names: string[] = [];
  await new Promise<void>((resolve, reject) => {
    zip
      .on('entry', (entry) => names.push(entry.fileName))
      .on('end', resolve)
      .on('error', reject);
  });
  assert.equal(names.length, 7);
});

test('a name from the disk cannot move the cursor', {
  skip: process.platform === 'win32' && 'such names do not exist on Windows',
}, async (t) => {
  const cwd = await scratchFolder(t);
  const name = 'a\u001b[2J\nerror FAKE: b.txt';
  await writeFile(join(cwd, name), 'x');
  const args = ['pack', '--model-name', 'm', '-v', '1', '--handler', 'base_handler', '--extra-files', name];
  for (const mode of [['--dry-run'], []]) {
    const { stdout, stderr } = await marStudio([...args, ...mode], { cwd });
    assert.ok(!stdout.includes('\u001b') && !stderr.includes('\u001b'));
    assert.doesNotMatch(stdout + stderr, /^error FAKE/m);
    assert.match(stdout + stderr, /a\\u\{1b\}\[2J\\u\{a\}error FAKE: b\.txt/);
  }
});
