import assert from 'node:assert/strict';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { handlerEntry, manifestEntry } from '../hostile/case.ts';
import { writePieces } from '../hostile/pieces.ts';
import { type ZipEntry, zip, zipEntry } from '../hostile/zip-builder.ts';
import { fileFacts, scratchFolder } from '../support/scratch.ts';
import { marStudio } from './command-line.ts';

const sample = fileURLToPath(new URL('../fixtures/torchserve/noop.mar', import.meta.url));

/** A folder with a model.mar of these entries; the good ones unless told otherwise. */
async function folderWith(t: TestContext, entries: readonly ZipEntry[] = [manifestEntry, handlerEntry]) {
  const cwd = await scratchFolder(t);
  writePieces(join(cwd, 'model.mar'), zip(entries));
  return cwd;
}
const climbing = [manifestEntry, handlerEntry, zipEntry('../evil.txt', 'x')];
const warned = [manifestEntry, handlerEntry, zipEntry('.env', 'A=1')];

test('the first line is the verdict, the last ones say what was proven', async (t) => {
  const cwd = await folderWith(t);
  const { code, stdout, stderr } = await marStudio(['verify', 'model.mar'], { cwd });
  assert.equal(code, 0);
  assert.equal(stderr, '');
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines[0], 'model.mar: TorchServe would load it as model 1.0');
  const { sha256 } = await fileFacts(join(cwd, 'model.mar'));
  assert.match(stdout, /\n\d+ bytes in 2 entries read, every CRC-32 proven, SHA-256 [0-9a-f]{64}\.\n/);
  assert.ok(stdout.includes(sha256));
  assert.match(lines.at(-1) ?? '', /^no findings; \d+ checks found nothing; [\d.]+ s\.$/);
});

test('an error is named with its entry and its hint, and makes the exit code 1', async (t) => {
  const cwd = await folderWith(t, climbing);
  const { code, stdout } = await marStudio(['verify', 'model.mar'], { cwd });
  assert.equal(code, 1);
  assert.match(stdout, /^model\.mar: TorchServe would not load it: /);
  assert.match(stdout, /\nerror PATH_TRAVERSAL {2}\.\.\/evil\.txt\n {2}.+\n {2}hint: .+\n/);
});

test('a hidden file is shown as what TorchServe would load', async (t) => {
  const hidden = zipEntry('hidden.py', '', { unlisted: true });
  const cwd = await folderWith(t, [manifestEntry, handlerEntry, hidden]);
  const { code, stdout } = await marStudio(['verify', 'model.mar'], { cwd });
  assert.equal(code, 1);
  assert.match(
    stdout,
    /\nTorchServe would load:\n {2}MAR-INF\/MANIFEST\.json\n {2}handler\.py\n {2}hidden\.py\n/,
  );
  assert.match(stdout, /would load it as model 1\.0, but 1 error should stop it \(ZIP_UNLISTED_ENTRY\)/);
});

test('--json is one document of the shape that the contract names, and --format json is the same', async (t) => {
  const cwd = await folderWith(t, climbing);
  const { code, stdout, stderr } = await marStudio(['verify', 'model.mar', '--json'], { cwd });
  assert.equal(code, 1);
  assert.equal(stderr, '');
  const document = JSON.parse(stdout);
  assert.deepEqual(Object.keys(document).slice(0, 5), ['schema', 'path', 'ok', 'sha256', 'findings']);
  assert.equal(document.schema, 'mar-studio.verify/1');
  assert.equal(document.path, 'model.mar');
  assert.equal(document.ok, false);
  for (const finding of document.findings) {
    assert.deepEqual(Object.keys(finding), ['code', 'severity', 'path', 'message', 'hint']);
  }
  const again = await marStudio(['verify', 'model.mar', '--format', 'json'], { cwd });
  const { seconds: _, ...rest } = document;
  const { seconds: __, ...other } = JSON.parse(again.stdout);
  assert.deepEqual(other, rest);
});

test('a warning fails only with --fail-on warning', async (t) => {
  const cwd = await folderWith(t, warned);
  const exitCodes = await Promise.all(
    [[], ['--fail-on', 'error'], ['--fail-on', 'warning']].map(
      async (more) => (await marStudio(['verify', 'model.mar', ...more], { cwd })).code,
    ),
  );
  assert.deepEqual(exitCodes, [0, 0, 1]);
});

for (const [format, start] of Object.entries({
  json: '{\n  "schema": "mar-studio.verify/1"',
  sarif: '{\n  "$schema"',
  junit: '<?xml',
  html: '<!doctype html>',
  markdown: '### ',
  text: 'model.mar: TorchServe',
})) {
  test(`--format ${format} goes to standard output, or to the file of --output with one line beside it`, async (t) => {
    const cwd = await folderWith(t, warned);
    const printed = await marStudio(['verify', 'model.mar', '--format', format], { cwd });
    assert.equal(printed.code, 0, printed.stderr);
    assert.ok(printed.stdout.startsWith(start), printed.stdout.slice(0, 80));
    assert.ok(!printed.stdout.includes('\u001b'));

    await writeFile(join(cwd, 'report'), 'an older report');
    const saved = await marStudio(['verify', 'model.mar', '--format', format, '--output', 'report'], { cwd });
    assert.equal(saved.code, 0, saved.stderr);
    const line =
      /^model\.mar: TorchServe would load it as .+; 1 warning.*\. The (\w+) report is in report\n$/;
    assert.equal(line.exec(saved.stdout)?.[1], format, saved.stdout);
    const file = await readFile(join(cwd, 'report'), 'utf8');
    assert.ok(file.startsWith(start));
    assert.deepEqual((await readdir(cwd)).sort(), ['model.mar', 'report']);
  });
}

test('--json beside --output: JSON on standard output, the other report in the file', async (t) => {
  const cwd = await folderWith(t);
  const args = ['verify', 'model.mar', '--json', '--format', 'junit', '--output', 'junit.xml'];
  const { code, stdout } = await marStudio(args, { cwd });
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).schema, 'mar-studio.verify/1');
  assert.match(await readFile(join(cwd, 'junit.xml'), 'utf8'), /^<\?xml/);
  const unclear = await marStudio(['verify', 'model.mar', '--json', '--format', 'junit'], { cwd });
  assert.equal(unclear.code, 2);
  assert.equal(JSON.parse(unclear.stdout).code, 'USAGE');
});

test('a report never takes the place of the archive, not even through a link', async (t) => {
  const cwd = await folderWith(t);
  await symlink('model.mar', join(cwd, 'link'));
  const before = await readFile(join(cwd, 'model.mar'));
  for (const output of ['model.mar', './model.mar', 'link']) {
    const { code, stderr } = await marStudio(['verify', 'model.mar', '-o', output], { cwd });
    assert.equal(code, 2);
    assert.match(stderr, /^error OUTPUT_IS_INPUT: /);
  }
  assert.deepEqual(await readFile(join(cwd, 'model.mar')), before);
});

test('a report is not saved into the folder that it is about, nor over the archive that holds the other', async (t) => {
  const cwd = await folderWith(t);
  await marStudio(['extract', 'model.mar', '--into', 'model'], { cwd });
  const { code, stderr } = await marStudio(['verify', 'model', '-o', 'model/report.txt'], { cwd });
  assert.equal(code, 2);
  assert.match(stderr, /^error OUTPUT_IS_INPUT: .+\nhint: save the report outside of the archives/);
  const before = await readFile(join(cwd, 'model.mar'));
  const inside = await marStudio(['verify', 'model.mar!model.pt', '-o', 'model.mar'], { cwd });
  assert.equal(inside.code, 2);
  assert.match(inside.stderr, /^error OUTPUT_IS_INPUT/);
  assert.deepEqual(await readFile(join(cwd, 'model.mar')), before);
});

test('--verbose lists what was looked for', async () => {
  const { stdout } = await marStudio(['verify', sample, '--verbose']);
  assert.match(stdout, /What TorchServe would load\n {2}runtime +python.*\n {2}handler +\S+: its /);
  assert.match(stdout, /Looked for, and not found\n {2}MAR_EMPTY +The archive holds no files\.\n/);
  assert.ok(!(await marStudio(['verify', sample])).stdout.includes('MAR_EMPTY'));
});

test('what could not be done is exit code 2 and one line, and no report is written', async (t) => {
  const cwd = await scratchFolder(t);
  await writeFile(join(cwd, 'text.mar'), 'hello');
  for (const [args, code] of [
    [['verify', 'none.mar'], 'INPUT_MISSING'],
    [['verify', 'text.mar', '--output', 'report'], 'ZIP_NOT_ZIP'],
    [['verify'], 'USAGE'],
    [['verify', 'a.mar', 'b.mar'], 'USAGE'],
    [['verify', 'text.mar', '--format', 'pdf'], 'USAGE'],
    [['verify', 'text.mar', '--fail-on', 'info'], 'USAGE'],
  ] as const) {
    const run = await marStudio(args, { cwd });
    assert.equal(run.code, 2);
    assert.equal(run.stdout, '');
    assert.match(run.stderr, new RegExp(`^error ${code}: .+\nhint: .+\n$`));
  }
  assert.deepEqual(await readdir(cwd), ['text.mar']);
});
