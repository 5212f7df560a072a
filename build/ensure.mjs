// The one plain JavaScript file of this project. It runs before anything is installed, on whatever Node is
// there (20.19 or later), so it can use neither TypeScript nor a package. It installs what package-lock.json
// pins when node_modules does not match it, then runs the given script with the pinned Node.
//
//   node build/ensure.mjs build/test.ts [arguments]

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.installed.json');
const pinnedNode = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

const [script, ...args] = process.argv.slice(2);
if (script === undefined) fail('no script was given', 'node build/ensure.mjs build/test.ts');

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(
    `this is Node ${process.versions.node}, and 20.19 or later is needed`,
    'install it from nodejs.org, then try again',
  );
}

const lockText = readFileSync(join(root, 'package-lock.json'));
const stamp = JSON.stringify({
  lock: createHash('sha256').update(lockText).digest('hex'),
  platform: process.platform,
  arch: process.arch,
});
if (readText(stampFile) !== stamp) {
  if (!installedAsLocked()) install();
  writeFileSync(stampFile, stamp);
}

const pinnedVersion = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.node;
const scriptPath = resolve(root, script);
if (process.versions.node === pinnedVersion) {
  process.argv.splice(1, 2, scriptPath);
  await import(pathToFileURL(scriptPath).href);
} else if (existsSync(pinnedNode)) {
  runWithPinnedNode();
} else {
  fail(
    `${pinnedNode} is missing: npm did not run the install script of the package "node"`,
    'npm rebuild node --ignore-scripts=false --foreground-scripts',
  );
}

/** npm's own record of what lies in node_modules, compared with the lock: an install made by hand is kept. */
function installedAsLocked() {
  const record = readText(join(modules, '.package-lock.json'));
  if (record === null) return false;
  const installed = JSON.parse(record).packages;
  const locked = Object.entries(JSON.parse(lockText.toString()).packages).filter(([place]) => place !== '');
  return locked.every(([place, { version, integrity, optional, os, cpu, libc }]) => {
    const found = installed[place];
    if (found !== undefined) return found.version === version && found.integrity === integrity;
    // Optional packages are builds for one platform, or parts of such. Only this platform's must be there.
    const forHere = os?.includes(process.platform) && cpu?.includes(process.arch) && libc === undefined;
    return optional === true && !forHere;
  });
}

function install() {
  console.error('Installing what package-lock.json pins (npm ci), this once ...');
  // `npm run` puts node_modules/.bin first in PATH. npm must not run on a Node that it is about to remove.
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !resolve(folder).startsWith(resolve(modules) + sep))
    .join(delimiter);
  // Said here, since `npm test --silent` would silence this npm too, and with it what went wrong.
  const { status, stdout, stderr, error } = spawnSync(
    'npm',
    // With NODE_ENV=production npm would leave out all that builds and tests.
    ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=warn'],
    {
      cwd: root,
      env: { ...process.env, PATH: path },
      encoding: 'utf8',
      shell: process.platform === 'win32',
    },
  );
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  fail(`npm ci failed${error ? `: ${error.message}` : ''}`, 'mend what npm says above, then try again');
}

function runWithPinnedNode() {
  const child = spawn(pinnedNode, [scriptPath, ...args], { stdio: 'inherit' });
  // A terminal sends SIGINT to both; other signals reach only this process and are passed on.
  const passOn = (signal) => child.kill(signal);
  process.on('SIGINT', () => {});
  process.on('SIGTERM', passOn);
  process.on('SIGHUP', passOn);
  child.on('error', (error) => fail(`${pinnedNode} can't be run: ${error.message}`, 'npm rebuild node'));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function fail(message, hint) {
  console.error(`error: ${message}\nhint: ${hint}`);
  process.exit(1);
}
