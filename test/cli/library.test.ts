import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { fileFacts } from '../support/scratch.ts';
import { root } from './command-line.ts';

const exec = promisify(execFile);

/** What a user would write, with every promise of the library in it. */
const consumer = `
import { dryRun, pack, Problem, type Finding, type PackInput, type PackPlan, type PackResult, type Progress } from 'mar-studio';

const input: PackInput = {
  modelName: 'consumer',
  version: '1.0',
  handler: 'base_handler',
  extraFiles: ['package.json=>notes/package.json'],
  exportPath: 'store',
  reproducible: true,
};
const seen: Progress[] = [];
const plan: PackPlan = await dryRun(input);
const result: PackResult = await pack(input, {
  signal: new AbortController().signal,
  onProgress: (progress) => seen.push(progress),
});
const findings: readonly Finding[] = result.findings;
let refused = '';
try {
  await pack(input);
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  refused = error.code;
}
// @ts-expect-error: the library's types are there, and they know what a version is.
const wrong: PackInput = { ...input, version: 1 };
console.log(JSON.stringify({
  entries: plan.entries.length, sha256: result.sha256, output: result.output,
  findings: findings.length, refused, last: seen.at(-1), wrong: typeof wrong.version,
}));
`;

let folder = '';

/** The project is packed as npm would publish it, and unpacked where npm would install it. */
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mar-studio-test-'));
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const shell = process.platform === 'win32';
  await exec(npm, ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root, shell });
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz')) as string;
  await exec('tar', ['-xzf', archive], { cwd: folder });
  const modules = join(folder, 'node_modules');
  await mkdir(modules);
  await cp(join(folder, 'package'), join(modules, 'mar-studio'), { recursive: true });
  await symlink(join(root, 'node_modules', '@types'), join(modules, '@types'), 'junction');
  await writeFile(join(folder, 'package.json'), '{ "name": "consumer", "type": "module" }');
  await writeFile(join(folder, 'consumer.ts'), consumer);
});

after(() => rm(folder, { recursive: true, force: true }));

test('what npm publishes is the bundles, their types, the licences and the documents, and nothing else', async () => {
  const names = await readdir(join(folder, 'package'), { recursive: true });
  for (const name of names) {
    assert.match(
      name,
      /^(dist|docs|package\.json|LICENSE|(README|CHANGELOG|ARCHITECTURE|SECURITY)\.md)($|[/\\])/,
    );
  }
  for (const name of ['mar-studio.cjs', 'cli.js', 'index.js', 'worker.js', 'THIRD-PARTY-LICENSES.txt']) {
    assert.ok(names.includes(join('dist', name)), name);
  }
});

test('a program that uses the library type-checks strictly against the published package', async () => {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  for (const module of ['nodenext', 'preserve']) {
    const options = [
      '--strict',
      '--module',
      module,
      '--target',
      'es2023',
      '--types',
      'node',
      '--outDir',
      'out',
    ];
    await exec(process.execPath, [tsc, ...options, 'consumer.ts'], { cwd: folder }).catch((error) => {
      assert.fail(`--module ${module}:\n${error.stdout}`);
    });
  }
});

test('that program packs, is told of progress, and gets problems by their code', async () => {
  const { stdout } = await exec(process.execPath, ['out/consumer.js'], { cwd: folder });
  const said = JSON.parse(stdout);
  assert.equal(said.entries, 2);
  assert.equal(said.refused, 'OUTPUT_EXISTS');
  assert.equal(said.last.doneBytes, said.last.totalBytes);
  assert.equal(said.sha256, (await fileFacts(said.output)).sha256);
});

test('the published command runs on the oldest Node it promises, with equal bytes', async (t) => {
  const { node, why } = await olderNode();
  if (node === null) return t.skip(why);
  const cli = join(folder, 'node_modules', 'mar-studio', 'dist', 'cli.js');
  const hashes = [];
  for (const runtime of [node, process.execPath]) {
    const args = ['pack', '--recipe', join(root, 'examples', 'digits', 'recipe.yaml'), '--force', '--json'];
    const { stdout } = await exec(runtime, [cli, ...args], { cwd: folder });
    hashes.push(JSON.parse(stdout).sha256);
  }
  assert.equal(hashes[0], hashes[1]);
});

/** npm puts the pinned Node first in PATH; another one may come after it. */
async function olderNode(): Promise<{ readonly node: string | null; readonly why: string }> {
  const node = (process.env.PATH ?? '')
    .split(delimiter)
    .map((place) => join(place, 'node'))
    .find((path) => !path.includes('node_modules') && existsSync(path));
  if (node === undefined) return { node: null, why: 'there is no Node beside the pinned one' };
  const { stdout } = await exec(node, ['--version']);
  const [major = 0, minor = 0] = stdout.slice(1).split('.').map(Number);
  if (major === 20 && minor >= 19) return { node, why: '' };
  return {
    node: null,
    why: `the Node beside the pinned one is ${stdout.trim()}, not one of 20 from 20.19 on`,
  };
}
