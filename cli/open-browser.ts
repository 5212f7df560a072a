/** Shows an address in the browser of this system. No shell sees it: an address may hold what a shell would act on. */
import { spawn } from 'node:child_process';

const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  // "start" is a word of the shell alone.
  win32: ['rundll32.exe', 'url.dll,FileProtocolHandler'],
};

/** False where there is nothing to open it with. */
export async function openBrowser(url: string): Promise<boolean> {
  const [program = '', ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  // The browser may stay as long as it likes.
  child.unref();
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
}
