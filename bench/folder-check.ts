/** Holds an extracted folder to what was in the archive. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { crc32 } from 'node:zlib';
import { manifestName } from './archives.ts';
import type { Facts } from './inputs.ts';

/** Returns the bytes of its files. `reads` also reads them and holds them to their checksums. */
export async function assertFolder(folder: string, facts: Facts, reads: boolean): Promise<number> {
  const found = new Set<string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isDirectory())
      found.add(relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
  }
  if (!found.delete(manifestName)) throw new Error('the folder has no manifest');
  let total = 0;
  for (const [name, wanted] of Object.entries(facts)) {
    if (!found.delete(name)) throw new Error(`the folder has no ${name}`);
    const path = join(folder, name);
    const { size } = await stat(path);
    if (size !== wanted.size) throw new Error(`${name} has ${size} bytes instead of ${wanted.size}`);
    if (reads && (await crcOf(path)) !== wanted.crc32) throw new Error(`${name} has the wrong content`);
    total += size;
  }
  if (found.size > 0) throw new Error(`the folder has ${[...found][0]}, which the archive has not`);
  return total;
}

async function crcOf(path: string): Promise<number> {
  let crc = 0;
  for await (const bytes of createReadStream(path, { highWaterMark: 2 ** 20 })) crc = crc32(bytes, crc);
  return crc;
}
