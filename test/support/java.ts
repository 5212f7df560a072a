/** Compiles the small Java readers once, into .cache, for every test process. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { type Command, onPath, outputOf } from './commands.ts';
import { type Found, torchserveJars } from './venv.ts';

const supportFolder = import.meta.dirname;
const cacheFolder = resolve(supportFolder, '../../.cache/java');

/** Java's readers ask the platform for a charset where a file names none. The plain one hides no mistake. */
const plainLocale = { LC_ALL: 'C' };

export async function javaReadZip(args: readonly string[]): Promise<Command | { missing: string }> {
  return javaCommand('ReadZip', [], args);
}

export async function javaReadTarGz(args: readonly string[]): Promise<Command | { missing: string }> {
  const jars = await torchserveJars();
  if ('missing' in jars) return jars;
  return javaCommand('ReadTarGz', [join(jars.path, '*')], args);
}

async function javaCommand(
  main: string,
  libraries: readonly string[],
  args: readonly string[],
): Promise<Command | { missing: string }> {
  const java = onPath('java');
  if (!java) return { missing: 'no java on PATH' };
  const classes = await compiled(main, libraries);
  if ('missing' in classes) return classes;
  const classPath = [classes.path, ...libraries].join(delimiter);
  return { program: java, args: ['-cp', classPath, main, ...args], env: plainLocale };
}

const compiling = new Map<string, Promise<Found>>();

function compiled(main: string, libraries: readonly string[]): Promise<Found> {
  const known = compiling.get(main) ?? compile(main, libraries);
  compiling.set(main, known);
  return known;
}

async function compile(main: string, libraries: readonly string[]): Promise<Found> {
  const javac = onPath('javac');
  if (!javac) return { missing: 'no javac on PATH' };
  const sources = [`${main}.java`, 'Records.java'].map((name) => join(supportFolder, name));
  const key = createHash('sha256').update(await outputOf({ program: javac, args: ['-version'] }));
  for (const source of sources) key.update(await readFile(source));
  const path = join(cacheFolder, `${main}-${key.digest('hex').slice(0, 16)}`);
  if (existsSync(path)) return { path };

  const own = `${path}.${randomUUID()}`;
  await mkdir(cacheFolder, { recursive: true });
  const classPath = libraries.length > 0 ? ['-cp', libraries.join(delimiter)] : [];
  await outputOf({ program: javac, args: ['-encoding', 'UTF-8', ...classPath, '-d', own, ...sources] });
  try {
    await rename(own, path);
  } catch (error) {
    // Another process was faster; its classes are the same.
    await rm(own, { recursive: true, force: true });
    if (!existsSync(path)) throw error;
  }
  return { path };
}
