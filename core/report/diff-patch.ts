/**
 * The text entries as a patch, with names as git writes them, for `patch -p1` or `git apply`. What a patch can't carry is
 * listed first, as comments that both of them pass over.
 */
import type { DiffEntry, DiffResult } from '../contract/diff.ts';
import { changeSigns } from '../contract/diff-words.ts';
import { showName } from '../contract/format.ts';

export function diffPatch(result: DiffResult): Buffer {
  const changed = result.entries.filter(({ change }) => change !== 'unchanged');
  const carried = changed.filter((entry) => whyNot(entry) === null);
  const others = changed.flatMap((entry) => {
    const why = whyNot(entry);
    return why === null ? [] : [`#   ${changeSigns[entry.change]} ${showName(entry.path)}: ${why}\n`];
  });
  const comments = others.length === 0 ? [] : ['# Not in this patch:\n', ...others];
  // What stands in the texts is bytes already; names are quoted to ASCII.
  return Buffer.concat([
    Buffer.from(comments.join(''), 'utf8'),
    ...carried.map((entry) => Buffer.from(patchOf(entry), 'latin1')),
  ]);
}

/** Why an entry can't be part of a patch, or null where it can. */
function whyNot({ path, from, change, kind, likeness, details }: DiffEntry): string | null {
  if (![path, from ?? path].every(isSafe)) return 'a patch may not leave its folder';
  if (details.problem) return `could not be read (${details.problem.code})`;
  if (details.patch !== undefined && details.patch !== '') return null;
  if (change === 'renamed' && likeness === 1) return null;
  // An empty file has no line that a patch could add or take.
  return details.patch === undefined ? `${kind}, ${change}` : `${change}, and empty`;
}

/** patch itself refuses such names, and then the rest of the file with them. */
function isSafe(name: string): boolean {
  return !/^[/\\]|^[A-Za-z]:|\0/.test(name) && !name.split(/[/\\]/).includes('..');
}

function patchOf({ path, from, change, likeness, details }: DiffEntry): string {
  const [before, after] = [quoteName(`a/${from ?? path}`), quoteName(`b/${path}`)];
  const { patch = '' } = details;
  const header = [`diff --git ${before} ${after}\n`];
  if (change === 'renamed')
    header.push(
      `similarity index ${Math.floor((likeness ?? 0) * 100)}%\n`,
      `rename from ${quoteName(from ?? path)}\n`,
      `rename to ${quoteName(path)}\n`,
    );
  if (change === 'added') header.push('new file mode 100644\n');
  if (change === 'removed') header.push('deleted file mode 100644\n');
  if (patch !== '') {
    header.push(`--- ${change === 'added' ? '/dev/null' : endName(before)}\n`);
    header.push(`+++ ${change === 'removed' ? '/dev/null' : endName(after)}\n`);
  }
  return header.join('') + patch;
}

/** A name with a space would end at it, unless a tab follows, as git writes it. */
const endName = (name: string) => (name.includes(' ') && !name.startsWith('"') ? `${name}\t` : name);

const escapes: ReadonlyMap<number, string> = new Map([
  [7, '\\a'],
  [8, '\\b'],
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\v'],
  [12, '\\f'],
  [13, '\\r'],
  [34, '\\"'],
  [92, '\\\\'],
]);

/** As git quotes: in C's way, byte by byte, where anything in it is odd. */
export function quoteName(name: string): string {
  if (/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(name)) return name;
  const quoted = [...Buffer.from(name)].map((byte) => {
    const known = escapes.get(byte);
    if (known !== undefined) return known;
    return byte < 32 || byte > 126 ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte);
  });
  return `"${quoted.join('')}"`;
}
