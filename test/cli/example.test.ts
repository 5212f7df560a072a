import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
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

test('npm start says where the application is and why there, and ends when it is asked to', {
  skip: process.platform === 'win32' && 'signals end nothing in order here',
  timeout: 120_000,
}, async (t) => {
  const cwd = await scratchFolder(t);
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...env } = process.env;
  const child = spawn(process.execPath, [join(root, 'build', 'ensure.mjs'), 'build/start.ts'], {
    cwd,
    env: { ...env, INIT_CWD: cwd, ELECTRON_OVERRIDE_DIST_PATH: cwd, MAR_STUDIO_STATE: join(cwd, 'state') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  for await (const text of child.stdout.setEncoding('utf8')) {
    said += text;
    if (said.includes('Ctrl-C ends it')) break;
  }
  assert.match(said, /waits at this address, because ELECTRON_OVERRIDE_DIST_PATH is .+, and .+:\n/);
  const [url = ''] = /http:\/\/127\.0\.0\.1:\d+\//.exec(said) ?? [];
  assert.match(await (await fetch(url)).text(), /<title>MAR Studio<\/title>/);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
  await assert.rejects(fetch(url));
  assert.deepEqual(await readdir(cwd), []);
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
