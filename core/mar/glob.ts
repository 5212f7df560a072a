/** Patterns as Python's glob expands them, since that is what torch-model-archiver's users know. */
import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { inputProblem } from '../fs/system-error.ts';
import { compareNames } from '../names.ts';

/** Whether the text can only be a pattern to the reference: it looks no further than these characters. */
export function looksLikePattern(text: string): boolean {
  return /[*?]/.test(text) || (text.includes('[') && text.includes(']'));
}

const hasMagic = (text: string) => /[*?[]/.test(text);

/** The folder part before the first pattern character: what the user named by hand. */
export function literalFolder(pattern: string): string {
  let folder = path.dirname(pattern);
  while (hasMagic(folder)) folder = path.dirname(folder);
  return folder;
}

/** Makes a path match itself alone. */
export function escapePattern(text: string): string {
  return text.replace(/[*?[]/g, '[$&]');
}

/** Paths that match, sorted; relative patterns give relative paths. `**` is no more than `*`, as in the reference. */
export async function expandPattern(pattern: string, cwd: string): Promise<string[]> {
  const matches = await expand(pattern, cwd, false);
  return matches.sort(compareNames);
}

async function expand(pattern: string, cwd: string, foldersOnly: boolean): Promise<string[]> {
  const [folder, base] = splitPattern(pattern);
  if (!hasMagic(pattern)) return (await exists(path.resolve(cwd, folder), base)) ? [pattern] : [];

  const folders = folder !== pattern && hasMagic(folder) ? await expand(folder, cwd, true) : [folder];
  const matches: string[] = [];
  for (const parent of folders) {
    const at = path.resolve(cwd, parent);
    const join = (name: string) =>
      parent === '' || /[/\\]$/.test(parent) ? parent + name : `${parent}/${name}`;
    if (hasMagic(base)) {
      for (const name of await matchingNames(at, base, foldersOnly)) matches.push(join(name));
    } else if (await exists(at, base)) {
      matches.push(join(base));
    }
  }
  return matches;
}

/** As os.path.split: the last part, and what is before it without the separator. */
function splitPattern(pattern: string): [folder: string, base: string] {
  const separators = path.sep === '\\' ? /[/\\][^/\\]*$/ : /\/[^/]*$/;
  const cut = pattern.search(separators);
  if (cut === -1) return ['', pattern];
  const folder = pattern.slice(0, cut + 1);
  const trimmed = folder.replace(path.sep === '\\' ? /[/\\]+$/ : /\/+$/, '');
  return [trimmed === '' || /^[A-Za-z]:$/.test(trimmed) ? folder : trimmed, pattern.slice(cut + 1)];
}

async function exists(folder: string, base: string): Promise<boolean> {
  // An empty base comes from a pattern that ends in "/": it asks for a folder.
  const found = await (base === '' ? stat(folder) : lstat(path.join(folder, base))).catch(() => null);
  return found !== null && (base !== '' || found.isDirectory());
}

async function matchingNames(folder: string, pattern: string, foldersOnly: boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw inputProblem(error, folder, 'extra folder');
  });
  const matches = compilePattern(pattern);
  const names: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.') && !pattern.startsWith('.')) continue;
    if (!matches(entry.name)) continue;
    if (foldersOnly && !entry.isDirectory()) {
      const target = await stat(path.join(folder, entry.name)).catch(() => null);
      if (!target?.isDirectory()) continue;
    }
    names.push(entry.name);
  }
  return names;
}

type Token = '*' | ((character: string) => boolean);

/** As Python's fnmatch, for one part of a path: `*`, `?`, `[a-z]`, `[!a-z]`; a lone `[` is itself. */
export function compilePattern(pattern: string): (name: string) => boolean {
  // Python folds case, and only there, where the system does.
  const fold = (text: string) => (path.sep === '\\' ? text.toLowerCase() : text);
  const tokens = parsePattern([...fold(pattern)]);
  return (name) => matchTokens(tokens, [...fold(name)]);
}

function parsePattern(characters: readonly string[]): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string;
    if (character === '*') tokens.push('*');
    else if (character === '?') tokens.push(() => true);
    else if (character === '[') {
      const negated = characters[at + 1] === '!';
      const start = at + (negated ? 2 : 1);
      // A "]" in first place belongs to the set.
      const end = characters.indexOf(']', start + 1);
      if (end === -1) tokens.push((other) => other === '[');
      else {
        const contains = parseSet(characters.slice(start, end));
        tokens.push((other) => contains(other) !== negated);
        at = end;
      }
    } else tokens.push((other) => other === character);
  }
  return tokens;
}

function parseSet(characters: readonly string[]): (character: string) => boolean {
  const ranges: [low: string, high: string][] = [];
  for (let at = 0; at < characters.length; at++) {
    const low = characters[at] as string;
    const high = characters[at + 1] === '-' ? characters[at + 2] : undefined;
    ranges.push([low, high ?? low]);
    if (high !== undefined) at += 2;
  }
  return (character) => ranges.some(([low, high]) => isBetween(low, character, high));
}

function isBetween(low: string, character: string, high: string): boolean {
  const value = character.codePointAt(0) as number;
  return (low.codePointAt(0) as number) <= value && value <= (high.codePointAt(0) as number);
}

/** Greedy with one step back to the last star: linear in practice, quadratic at worst, never exponential. */
function matchTokens(tokens: readonly Token[], characters: readonly string[]): boolean {
  let token = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < characters.length) {
    const wanted = tokens[token];
    if (wanted === '*') {
      star = token++;
      starAt = at;
    } else if (wanted?.(characters[at] as string)) {
      token++;
      at++;
    } else if (star !== -1) {
      token = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (tokens[token] === '*') token++;
  return token === tokens.length;
}
