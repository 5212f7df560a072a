/** The built interface: a fixed list, read once. A request only ever picks from it, so no path can lead out of it. */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { Problem } from '../core/contract/errors.ts';

export interface StaticFile {
  readonly type: string;
  readonly bytes: Buffer;
}

/** By the ending of a name; what has no type here was not built by us, and is not given out. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** By the path that a request names, such as "/assets/index.js"; "/" is index.html. */
export type StaticFiles = ReadonlyMap<string, StaticFile>;

export async function readStaticFiles(folder: string): Promise<StaticFiles> {
  const files = new Map<string, StaticFile>();
  const items = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const item of items) {
    const path = join(item.parentPath, item.name);
    const type = types[extname(item.name)];
    if (!item.isFile() || type === undefined) continue;
    files.set(`/${relative(folder, path).split(sep).join('/')}`, { type, bytes: await readFile(path) });
  }
  const page = files.get('/index.html');
  if (page === undefined) throw Problem.of('INTERFACE_MISSING', { path: folder });
  return files.set('/', page);
}
