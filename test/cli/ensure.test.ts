/** build/ensure.mjs against the real npm, in a small project of its own that needs no network. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { scratchFolder } from '../support/scratch.ts';
import { root } from './command-line.ts';

const skip = process.platform === 'win32' && 'the project is made with links';

/** Its pinned Node is a local package whose binary is a link to the Node that runs this test. */
async function smallProject(t: TestContext): Promise<string> {
  const folder = await scratchFolder(t);
  const project = { name: 'small', version: '1.0.0', devDependencies: { node: 'file:local' } };
  const packages = {
    '': project,
    local: { name: 'node', version: '1.0.0', dev: true },
    'node_modules/node': { resolved: 'local', link: true },
  };
  const files = {
    'package.json': project,
    'package-lock.json': { name: 'small', version: '1.0.0', lockfileVersion: 3, requires: true, packages },
    'local/package.json': { name: 'node', version: '1.0.0' },
  };
  await mkdir(join(folder, 'local', 'bin'), { recursive: true });
  await symlink(process.execPath, join(folder, 'local', 'bin', 'node'));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), JSON.stringify(content));
  }
  await mkdir(join(folder, 'build'));
  await copyFile(join(root, 'build', 'ensure.mjs'), join(folder, 'build', 'ensure.mjs'));
  return folder;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function ensure(
  folder: string,
  script: string,
  args: readonly string[] = [],
  onStdout?: (child: ChildProcess) => void,
) {
  return new Promise<Ended>((resolve, reject) => {
    const child = spawn(process.execPath, [join(folder, 'build', 'ensure.mjs'), script, ...args], {
      cwd: folder,
    });
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said.stdout += text;
      onStdout?.(child);
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said.stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...said }));
  });
}

test('what the lock pins is installed once, in one line, and again when the lock changes', {
  skip,
}, async (t) => {
  const folder = await smallProject(t);
  await writeFile(join(folder, 'script.mjs'), 'console.log(process.argv.slice(2).join("|"));');
  const first = await ensure(folder, 'script.mjs', ['a b', '--c']);
  assert.deepEqual([first.code, first.stdout], [0, 'a b|--c\n'], first.stderr);
  assert.match(first.stderr, /^Installing [^\n]+\n$/);

  const second = await ensure(folder, 'script.mjs');
  assert.deepEqual([second.code, second.stderr], [0, '']);

  // An install by hand leaves no stamp, and is found to be as the lock says.
  await rm(join(folder, 'node_modules', '.installed.json'));
  assert.equal((await ensure(folder, 'script.mjs')).stderr, '');

  const lockPath = join(folder, 'package-lock.json');
  const lock = JSON.parse(await readFile(lockPath, 'utf8'));
  lock.packages.more = { version: '1.0.0', extraneous: true };
  await writeFile(lockPath, JSON.stringify(lock));
  assert.match((await ensure(folder, 'script.mjs')).stderr, /^Installing /);
});

test('the exit code of the script is the exit code, and signals reach it', { skip }, async (t) => {
  const folder = await smallProject(t);
  await writeFile(join(folder, 'seven.mjs'), 'process.exitCode = 7;');
  assert.equal((await ensure(folder, 'seven.mjs')).code, 7);

  const waiting =
    'process.on("SIGTERM", () => { console.log("asked to end"); process.exit(9); }); setInterval(() => {}, 1000); console.log("up");';
  await writeFile(join(folder, 'waiting.mjs'), waiting);
  const { code, stdout } = await ensure(folder, 'waiting.mjs', [], (child) => child.kill('SIGTERM'));
  assert.equal(code, 9);
  assert.match(stdout, /asked to end/);
});

test('a Node that its package did not bring is named, with what to do', { skip }, async (t) => {
  const folder = await smallProject(t);
  await rm(join(folder, 'local', 'bin'), { recursive: true });
  const { code, stderr } = await ensure(folder, 'script.mjs');
  assert.equal(code, 1);
  assert.match(stderr, /node is missing.*\nhint: npm rebuild node/s);
});

test('what npm says is shown when it fails, and only then', { skip }, async (t) => {
  const folder = await smallProject(t);
  await writeFile(join(folder, 'package-lock.json'), '{ "lockfileVersion": 3, "packages": {} }');
  const { code, stderr } = await ensure(folder, 'script.mjs');
  assert.equal(code, 1);
  assert.match(stderr, /npm error/i);
  assert.match(stderr, /^error: npm ci failed\nhint: /m);
});
