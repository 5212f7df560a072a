/**
 * The Python tools that the tests compare with: the reference archivers, and TorchServe's own jars. They
 * live in one virtual environment under .cache, made on first use and shared by every test process.
 */
import { type ExecFileException, execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readlink, rm, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const projectRoot = resolve(import.meta.dirname, '../..');
const cacheFolder = join(projectRoot, '.cache', 'venv');
const windows = process.platform === 'win32';

/** Installed without their dependencies: the archivers' one is an empty shim, the server's are the worker's. */
const requirements = [
  'torch-model-archiver==0.12.0',
  'torch-workflow-archiver==0.2.15',
  'torchserve==0.12.0',
  'picklescan==1.0.5',
] as const;

export type Found = { readonly path: string } | { readonly missing: string };

/** The path of a command inside the environment, such as `torch-model-archiver`, or why there is none. */
export async function venvTool(name: string): Promise<Found> {
  const folder = await venvFolder();
  if ('missing' in folder) return folder;
  const path = join(folder.path, windows ? 'Scripts' : 'bin', windows ? `${name}.exe` : name);
  return existsSync(path) ? { path } : { missing: `the virtual environment has no ${name}` };
}

/** The folder with the jars of TorchServe's front end, or why there is none. */
export async function torchserveJars(): Promise<Found> {
  const python = await venvTool('python');
  if ('missing' in python) return python;
  const { stdout } = await run(python.path, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))']);
  const path = join(stdout.trim(), 'ts', 'frontend');
  return existsSync(path) ? { path } : { missing: `the torchserve wheel has no ${path}` };
}

let made: Promise<Found> | undefined;

function venvFolder(): Promise<Found> {
  made ??= makeVenv();
  return made;
}

async function makeVenv(): Promise<Found> {
  const python = windows ? 'python' : 'python3';
  let version: string;
  try {
    version = (await run(python, ['--version'])).stdout.trim();
  } catch (error) {
    return { missing: `no ${python}: ${lastLine(error)}` };
  }
  // Scripts in a virtual environment hold its absolute path, so a moved project needs a new one.
  const key = createHash('sha256').update([projectRoot, version, ...requirements].join('\n'));
  const name = key.digest('hex').slice(0, 16);
  const shared = join(cacheFolder, name);
  if (existsSync(shared)) return { path: shared };

  // Each process that finds none builds its own; the first to place the link wins, and the others use it.
  const own = `${shared}.${randomUUID()}`;
  try {
    await mkdir(cacheFolder, { recursive: true });
    await run(python, ['-m', 'venv', own], { timeout: 120_000 });
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--disable-pip-version-check'];
    const ownPython = join(own, windows ? 'Scripts' : 'bin', 'python');
    await run(ownPython, [...pip, '--retries', '1', ...requirements], { timeout: 300_000 });
    if (await placeLink(own, shared)) return { path: shared };
  } catch (error) {
    await rm(own, { recursive: true, force: true });
    return { missing: `the virtual environment could not be made: ${lastLine(error)}` };
  }
  await rm(own, { recursive: true, force: true });
  return { path: shared };
}

async function placeLink(target: string, link: string): Promise<boolean> {
  try {
    await symlink(target, link, 'junction');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (existsSync(link)) return false;
    // The link is there and what it points to is gone: someone cleaned half of the cache.
    throw new Error(`remove ${link}, which points to ${await readlink(link)}`, { cause: error });
  }
}

function lastLine(error: unknown): string {
  const { stderr, message } = error as ExecFileException;
  return (stderr || message).trim().split('\n').at(-1) ?? '';
}
