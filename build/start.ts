/**
 * `npm start`: sets up, builds, and opens the application: in Electron where its binary is, else in the system's
 * Chromium, Chrome or Edge as an app window, else at an address to open. `npm start -- a.mar b.mar` opens archives;
 * with a command (`npm start -- pack --help`) it is the command line.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { commands } from '../cli/commands.ts';
import { folderReadableBy, writeLaunchPage } from '../cli/launch-page.ts';
import { ensureBundle } from './bundle.ts';
import { findElectron } from './electron-binary.ts';
import { findBrowser } from './find-browser.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
// npm runs scripts in the project's folder and says in INIT_CWD where it was called.
const calledFrom = process.env.INIT_CWD ?? process.cwd();
const cli = join(root, 'dist', 'cli.js');
const args = process.argv.slice(2);

await ensureBundle();
if (isForCommandLine(args)) process.exitCode = await ended(runCommandLine(args, 'inherit'));
else process.exitCode = await openApplication(args.map((path) => resolve(calledFrom, path)));

function isForCommandLine([first]: readonly string[]): boolean {
  if (first === undefined || existsSync(resolve(calledFrom, first))) return false;
  return first.startsWith('-') || first === 'help' || commands.some(({ name }) => name === first);
}

function runCommandLine(words: readonly string[], stdout: 'inherit' | 'pipe'): ChildProcess {
  return endingWithUs(
    spawn(process.execPath, [cli, ...words], { cwd: calledFrom, stdio: ['inherit', stdout, 'inherit'] }),
  );
}

/** Ctrl-C reaches it too, and it knows how to end; the other signals reach only this process. */
function endingWithUs(child: ChildProcess): ChildProcess {
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return child;
}

async function ended(child: ChildProcess): Promise<number> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

async function openApplication(paths: readonly string[]): Promise<number> {
  const electron = findElectron();
  if (electron.path !== null) {
    console.log(`MAR Studio opens in Electron (${electron.path}).`);
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const options = { cwd: calledFrom, stdio: 'inherit' } as const;
    return ended(endingWithUs(spawn(electron.path, [...sandbox, root, ...paths], options)));
  }
  const server = runCommandLine(['serve', '--json', ...paths], 'pipe');
  const url = await addressOf(server);
  // It has said on standard error what kept it from starting.
  if (url === null) return ended(server);
  const browser = findBrowser();
  if (browser.path === null) {
    console.log(
      `MAR Studio waits at this address, because ${electron.why}, and ${browser.why}:\n\n  ${url}\n`,
    );
    console.log(`It can reach ${calledFrom} and what is dropped into it. Ctrl-C ends it.`);
    return ended(server);
  }
  console.log(`MAR Studio opens in ${browser.path} as an app window, because ${electron.why}.`);
  // Two windows with one profile would be one process, which ends at once where the other one runs.
  const within = folderReadableBy(basename(browser.path).replace(/-browser$/, ''));
  const profile = await mkdtemp(join(within, 'mar-studio-window-'));
  // Not the address itself: arguments can be read by everybody on this computer, and it holds the token.
  const page = await writeLaunchPage(url, profile);
  console.log(`Where it stays empty, open this address instead:\n\n  ${url}\n`);
  const window = spawn(browser.path, browser.argumentsFor(pathToFileURL(page.path).href, profile), {
    stdio: 'ignore',
  });
  const closed = once(window, 'exit').then(() => server.kill('SIGTERM'));
  const code = await ended(server);
  window.kill();
  await closed;
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  return code;
}

/** `serve --json` tells it in one document, in its first line or over several. */
async function addressOf(server: ChildProcess): Promise<string | null> {
  if (server.stdout === null) return null;
  let text = '';
  for await (const line of createInterface({ input: server.stdout })) {
    text += line;
    const told = readDocument(text);
    if (told !== null) return told;
  }
  return null;
}

function readDocument(text: string): string | null {
  try {
    const { url, message, hint } = JSON.parse(text);
    if (url === undefined) console.error(`error: ${message}\nhint: ${hint}`);
    return url ?? null;
  } catch {
    return null;
  }
}
