/**
 * Patterns for the names of entries: `*` and `?` stay within one part of a name, `**` goes across, and one
 * without a "/" is sought everywhere. Whoever names a folder means all that lies in it.
 */
import { compilePattern } from './mar/glob.ts';

type Part = '**' | ((part: string) => boolean);

/** A function that tells whether a name, or a folder above it, is one that the pattern describes. */
export function compileGlob(pattern: string): (name: string) => boolean {
  const meansFolder = pattern.endsWith('/');
  const texts = pattern.split('/').filter((text) => text !== '' && text !== '.');
  if (texts.length === 1 && texts[0] !== '**' && !pattern.startsWith('/')) texts.unshift('**');
  const parts = texts.map((text): Part => (text === '**' ? '**' : compilePattern(text)));
  return (name) => {
    const names = name.split('/').filter((text) => text !== '' && text !== '.');
    const folders = name.endsWith('/') ? names.length : names.length - 1;
    return reaches(parts, names, meansFolder ? folders : names.length);
  };
}

/** Whether the parts describe the first names, or more of them, up to `most`; in time of parts times names. */
function reaches(parts: readonly Part[], names: readonly string[], most: number): boolean {
  // After each name: which parts may have been used up by then.
  let used = spread(new Set([0]), parts);
  if (parts.length === 0) return false;
  for (let at = 0; at < most; at++) {
    const next = new Set<number>();
    for (const count of used) {
      const part = parts[count];
      if (part === '**') next.add(count);
      else if (part?.(names[at] as string)) next.add(count + 1);
    }
    used = spread(next, parts);
    if (used.has(parts.length)) return true;
  }
  return false;
}

/** `**` may also stand for no name at all. */
function spread(used: Set<number>, parts: readonly Part[]): Set<number> {
  for (const count of used) if (parts[count] === '**') used.add(count + 1);
  return used;
}
