/** The Node that a user of this machine would get: not the one this project pins. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { outputOf } from './commands.ts';
import type { Found } from './venv.ts';

/** npm puts the pinned Node first in PATH; another major, 20.19 or later, may come after it. */
export async function otherNode(): Promise<Found> {
  const folders = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'));
  for (const path of folders.map((folder) => join(folder, 'node')).filter((path) => existsSync(path))) {
    const version = (await outputOf({ program: path, args: ['--version'] })).toString().trim();
    const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
    const isOther = `${major}` !== process.versions.node.split('.')[0];
    if (isOther && (major > 20 || (major === 20 && minor >= 19))) return { path };
  }
  return { missing: `no Node on PATH of another major than ${process.version}, from 20.19 on` };
}
