/**
 * A page of one use, in a folder that only this user can look into: it leads to an address that holds a token. What a
 * browser is given as an argument stands in the list of processes, for everybody on this computer; of this only a path does.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

export interface LaunchPage {
  readonly path: string;
  /** It has done what it is for. Never rejects: a page that can't be removed ends no server, and leads nowhere after it. */
  remove(): Promise<void>;
}

export async function writeLaunchPage(url: string, within: string): Promise<LaunchPage> {
  // 0700, whatever the umask says.
  const folder = await mkdtemp(join(within, 'mar-studio-open-'));
  const path = join(folder, 'mar-studio.html');
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
  try {
    await writeFile(path, pageTo(url), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, remove };
}

/** A browser from a snap sees another /tmp than we do, and its own folder as we see it. */
export function folderReadableBy(browser: string | null): string {
  const ofSnap = browser === null ? '' : join(homedir(), 'snap', browser, 'common');
  return ofSnap !== '' && existsSync(ofSnap) ? ofSnap : tmpdir();
}

function pageTo(url: string): string {
  const escaped = url.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url=${escaped}">
<title>MAR Studio</title>
<p><a href="${escaped}">Open MAR Studio</a></p>
</html>
`;
}
