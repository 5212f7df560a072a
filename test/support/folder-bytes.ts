/** How many bytes all files below a folder have. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(folder, name)))
    .reduce((sum, seen) => sum + (seen.isFile() ? seen.size : 0), 0);
}
