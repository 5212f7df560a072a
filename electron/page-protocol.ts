/**
 * The interface comes from `app://mar-studio/`, never from `file:`. What it may get is a list made when the
 * application starts: a path is looked up, never decoded and never joined to a folder, so none can lead out.
 */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { protocol } from 'electron';
import { pageHeaders } from '../core/contract/page-headers.ts';

const pageScheme = 'app';
export const pageOrigin = `${pageScheme}://mar-studio`;
export const pageAddress = `${pageOrigin}/index.html`;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** By the path in an address, the file. */
export type PageFiles = ReadonlyMap<string, string>;

/** Must run before the application is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

export async function listPageFiles(folder: string): Promise<PageFiles> {
  const files = new Map<string, string>();
  for (const item of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(item.parentPath, item.name);
    // A type that we don't know was not built by us.
    if (item.isFile() && types[extname(path)] !== undefined)
      files.set(`/${relative(folder, path).split(sep).join('/')}`, path);
  }
  return files;
}

export function servePage(files: PageFiles): void {
  protocol.handle(pageScheme, (request) => answer(files, request));
}

/** Addresses of ours hold nothing that would need decoding: `%2e`, `%5c` and `%00` are no names of files here. */
const addressPattern = /^app:\/\/mar-studio(\/[A-Za-z0-9._/-]*)(?:[?#].*)?$/s;

async function answer(
  files: PageFiles,
  { url, method }: { readonly url: string; readonly method: string },
): Promise<Response> {
  if (method !== 'GET' && method !== 'HEAD') return refusal(405);
  const path = addressPattern.exec(url)?.[1];
  const file = path === undefined ? undefined : files.get(path === '/' ? '/index.html' : path);
  if (file === undefined) return refusal(404);
  const headers = { ...pageHeaders, 'Content-Type': types[extname(file)] ?? 'application/octet-stream' };
  return new Response(method === 'HEAD' ? null : await readFile(file), { headers });
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: pageHeaders });
}
