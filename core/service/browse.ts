/** Files and folders, for whoever picks one: what lies in a folder, and what may be done with what was dropped. */
import { lstat, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FolderItem, FolderListing, Identified } from '../contract/api.ts';
import { formatBytes } from '../contract/format.ts';
import type { Role } from '../contract/model.ts';
import { detectContainer, headBytes } from '../detect-container.ts';
import { inputProblem } from '../fs/system-error.ts';
import type { Guard } from './guard.ts';

const mostItems = 5000;
const atOnce = 16;

export async function listFolderFor(guard: Guard, path: string): Promise<FolderListing> {
  const folder = await guard.allow(path);
  const names = await readdir(folder).catch((error) => {
    throw inputProblem(error, folder, 'folder');
  });
  // Hidden files are no models, and a home folder is full of them.
  const shown = names.filter((name) => !name.startsWith('.')).sort(byName);
  const items: FolderItem[] = [];
  for (let at = 0; at < Math.min(shown.length, mostItems); at += atOnce) {
    const some = shown.slice(at, Math.min(at + atOnce, mostItems)).map((name) => describe(folder, name));
    for (const item of await Promise.all(some)) if (item !== null) items.push(item);
  }
  items.sort((a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || byName(a.name, b.name));
  const above = dirname(folder);
  const hasParent = above !== folder && (await guard.allows(above));
  return {
    path: folder,
    parent: hasParent ? above : null,
    items,
    more: Math.max(0, shown.length - mostItems),
  };
}

const collator = new Intl.Collator('en', { numeric: true });
const byName = (a: string, b: string) => collator.compare(a, b) || (a < b ? -1 : 1);

async function describe(folder: string, name: string): Promise<FolderItem | null> {
  const path = join(folder, name);
  const seen = await stat(path).catch(() => lstat(path).catch(() => null));
  if (seen === null) return null;
  const kind = seen.isDirectory() ? 'folder' : seen.isFile() ? 'file' : 'other';
  return { name, path, kind, size: seen.isFile() ? seen.size : 0, modified: seen.mtime.toISOString() };
}

export async function identifyFor(guard: Guard, path: string): Promise<Identified> {
  const at = await guard.allow(path);
  const name = basename(at);
  const base = { path: at, name, size: 0, role: null };
  const seen = await stat(at).catch((error: NodeJS.ErrnoException) => error.code ?? 'unknown');
  if (typeof seen === 'string') {
    if (seen === 'ENOENT' || seen === 'ENOTDIR')
      return { ...base, is: 'missing', words: 'it is not there any more' };
    return { ...base, is: 'unreadable', words: 'this user may not read it' };
  }
  if (seen.isDirectory()) {
    const isModel = await hasManifest(at);
    if (isModel) return { ...base, is: 'model folder', words: 'a folder with a manifest' };
    return { ...base, is: 'folder', words: 'a folder without a manifest' };
  }
  const size = seen.size;
  if (!seen.isFile()) return { ...base, size, is: 'unreadable', words: 'neither a file nor a folder' };
  if (size === 0) return { ...base, is: 'file', role: roleOf(name), words: 'a file of 0 bytes' };
  const found = detectContainer(await headOf(at, size));
  if ('container' in found && roleOf(name) !== 'weights') {
    return { ...base, size, is: 'archive', words: `an archive of ${formatBytes(size)}` };
  }
  const words = 'container' in found ? 'weights' : `it looks like ${found.looksLike}`;
  return { ...base, size, is: 'file', role: roleOf(name), words };
}

async function headOf(path: string, size: number): Promise<Buffer> {
  const file = await open(path).catch((error) => {
    throw inputProblem(error, path, 'archive');
  });
  try {
    const head = Buffer.alloc(Math.min(size, headBytes));
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function hasManifest(folder: string): Promise<boolean> {
  const isThere = (at: string) =>
    stat(join(at, 'MAR-INF', 'MANIFEST.json')).then(
      (seen) => seen.isFile(),
      () => false,
    );
  if (await isThere(folder)) return true;
  const inside = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const [only] = inside;
  return inside.length === 1 && only?.isDirectory() === true && isThere(join(folder, only.name));
}

/** A guess by name, for a wizard to fill in: it says that it guessed. */
function roleOf(name: string): Role {
  const lower = name.toLowerCase();
  if (/\.(pt|pth|bin|safetensors|onnx|ts|torchscript|pt2|ckpt|npz|gguf)$/.test(lower)) return 'weights';
  if (/^requirements.*\.txt$/.test(lower)) return 'requirements';
  if (/\.ya?ml$/.test(lower)) return 'config';
  if (/handler.*\.py$/.test(lower)) return 'handler';
  if (/model.*\.py$/.test(lower)) return 'model';
  return 'extra';
}
