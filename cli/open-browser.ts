/** Shows a page in the browser of this system. No shell sees its name, which may hold what a shell would act on. */
import { execFile, spawn } from 'node:child_process';

const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  // "start" is a word of the shell alone.
  win32: ['rundll32.exe', 'url.dll,FileProtocolHandler'],
};

/** False where there is nothing to open it with. */
export async function openBrowser(page: string): Promise<boolean> {
  const [program = '', ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, page], { stdio: 'ignore', detached: true });
  // The browser may stay as long as it likes.
  child.unref();
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
}

/** Which snap the browser of this system is from, such as "firefox"; null where it is from none, or that is not known. */
export function snapOfBrowser(): Promise<string | null> {
  if (process.platform !== 'linux') return Promise.resolve(null);
  return new Promise((resolve) => {
    // "firefox_firefox.desktop": the snap, then the program.
    execFile('xdg-settings', ['get', 'default-web-browser'], { timeout: 3000 }, (error, said) => {
      resolve(error === null ? (/^([a-z0-9-]+)_/.exec(said)?.[1] ?? null) : null);
    });
  });
}
