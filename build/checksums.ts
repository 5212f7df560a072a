/** SHA256SUMS, as `sha256sum --check` reads it: what a receiver without a network can hold a download to. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

const listName = 'SHA256SUMS';
/** What electron-builder leaves for itself. */
const notes = /^(builder-.*\.ya?ml|latest.*\.yml)$/;

/** Of every file in the folder and below, by name. */
export async function writeChecksums(folder: string): Promise<void> {
  const names = [];
  for (const item of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const name = relative(folder, join(item.parentPath, item.name)).split(sep).join('/');
    if (item.isFile() && name !== listName && !notes.test(name)) names.push(name);
  }
  const lines = [];
  for (const name of names.sort()) lines.push(`${await hashFile(join(folder, name))}  ${name}\n`);
  await writeFile(join(folder, listName), lines.join(''));
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
