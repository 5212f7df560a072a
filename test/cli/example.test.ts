import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { onPath } from '../support/commands.ts';
import { fileFacts, scratchFolder } from '../support/scratch.ts';
import { marStudio, recipePath, root } from './command-line.ts';

const exec = promisify(execFile);
const digits = join(root, 'examples', 'digits');
const python = onPath('python3');

test('the weights of the example are what make-weights.py writes, byte for byte', {
  skip: python === null && 'there is no python3 here',
}, async (t) => {
  const folder = await scratchFolder(t);
  const made = join(folder, 'digits.pt');
  await exec(python as string, [join(digits, 'make-weights.py'), made]);
  assert.deepEqual(await fileFacts(made), await fileFacts(join(digits, 'digits.pt')));
});

test('the recipe names every file that belongs into the archive, and no finding is an error', async (t) => {
  const cwd = await scratchFolder(t);
  const { stdout } = await marStudio(['pack', '--recipe', recipePath, '--json'], { cwd });
  const { entries, findings } = JSON.parse(stdout);
  const beside = ['README.md', 'make-weights.py', 'recipe.yaml', '__pycache__'];
  const expected = (await readdir(digits)).filter((name) => !beside.includes(name));
  const packed = entries.map((entry: { path: string }) => entry.path);
  assert.deepEqual(packed.sort(), [...expected, 'MAR-INF/MANIFEST.json'].sort());
  assert.deepEqual(
    findings.filter((finding: { severity: string }) => finding.severity === 'error'),
    [],
  );
});

test('npm start packs the example from any folder, proves it and says what to try next', async (t) => {
  const cwd = await scratchFolder(t);
  const start = [join(root, 'build', 'ensure.mjs'), 'build/start.ts'];
  const { stdout, stderr } = await exec(process.execPath, start, {
    cwd,
    env: { ...process.env, INIT_CWD: cwd },
  });
  assert.equal(stderr, '');
  assert.deepEqual(await readdir(cwd), []);
  assert.match(stdout, /Read back/);
  assert.match(stdout, /npm test/);
  const { sha256 } = await fileFacts(join(root, '.cache', 'example', 'digits.mar'));
  assert.ok(stdout.includes(sha256));
  assert.ok(stdout.split('\n').length <= 40);
});

test('npm start -- ARGUMENTS is the command line, in the folder where it was called', async (t) => {
  const cwd = await scratchFolder(t);
  const start = [join(root, 'build', 'ensure.mjs'), 'build/start.ts', 'pack', '--recipe', recipePath];
  await exec(process.execPath, start, { cwd, env: { ...process.env, INIT_CWD: cwd } });
  assert.deepEqual(await readdir(cwd), ['digits.mar']);
  assert.match((await readFile(join(cwd, 'digits.mar'))).toString('latin1'), /^PK/);
  const failing = exec(process.execPath, [...start, '--no-such-option'], { cwd });
  await assert.rejects(failing, (error: { code: number }) => error.code === 2);
});
