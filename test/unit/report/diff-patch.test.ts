import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { DiffEntry } from '../../../core/contract/diff.ts';
import { patchBody } from '../../../core/diff/patch.ts';
import { diffPatch, quoteName } from '../../../core/report/diff-patch.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { entryOf, hostileDiff, identicalDiff, richDiff } from './sample-diff.ts';

const has = (tool: string) => {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const patchOf = (before: string, after: string) =>
  patchBody(Buffer.from(before, 'latin1'), Buffer.from(after, 'latin1')).toString('latin1');

const entry = (path: string, before: string, after: string, more: Partial<DiffEntry> = {}) =>
  entryOf(path, { details: { patch: patchOf(before, after) }, ...more });

/** As the patch is: a character for each byte. */
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').toString('latin1');

const before: Readonly<Record<string, string>> = {
  'handler.py': 'one\ntwo\n',
  'with space.txt': 'a',
  'odd "name"\ttab\\ é.txt': 'x\n',
  'old.txt': 'gone\n',
  'windows.txt': 'one\r\ntwo\r\n',
  'ends.txt': 'one\r\ntwo\r\n',
  'wide.txt': utf16('one\ntwo\n'),
  'folder/from.txt': 'moved and\nchanged\n',
  'pure.bin': '\x01\x02',
};
const after: Readonly<Record<string, string>> = {
  'handler.py': 'one\nthree',
  'with space.txt': 'a\n-- b\n+++ c\n',
  'odd "name"\ttab\\ é.txt': 'y\n',
  'new/deep.txt': 'fresh\n',
  'windows.txt': 'one\r\nthree\r\n',
  'ends.txt': 'one\ntwo\n',
  'wide.txt': utf16('one\nthree\n'),
  'other/to.txt': 'moved and\nmended\n',
  'pure-2.bin': '\x01\x02',
};
const entries: readonly DiffEntry[] = [
  ...['handler.py', 'with space.txt', 'odd "name"\ttab\\ é.txt', 'windows.txt', 'ends.txt', 'wide.txt'].map(
    (path) => entry(path, before[path] as string, after[path] as string),
  ),
  entry('old.txt', before['old.txt'] as string, '', { change: 'removed' }),
  entry('new/deep.txt', '', after['new/deep.txt'] as string, { change: 'added' }),
  entry('other/to.txt', before['folder/from.txt'] as string, after['other/to.txt'] as string, {
    change: 'renamed',
    from: 'folder/from.txt',
    likeness: 0.5,
  }),
  entryOf('pure-2.bin', { change: 'renamed', from: 'pure.bin', likeness: 1, kind: 'binary' }),
  entryOf('blob.bin', { kind: 'binary' }),
];

async function treeOf(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const item of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(item.parentPath, item.name);
    if (item.isFile()) files[path.slice(folder.length + 1)] = await readFile(path, 'latin1');
  }
  return files;
}

for (const [tool, args] of [
  ['patch', ['-p1', '--binary', '--silent', '-i']],
  ['git', ['apply']],
] as const) {
  const skip = has(tool) ? false : `${tool} is not installed`;
  test(`${tool} makes the second tree from the first, with new, lost, renamed and oddly named files`, {
    skip,
  }, async (t) => {
    const folder = join(await scratchFolder(t), 'tree');
    for (const [name, text] of Object.entries(before)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text, 'latin1');
    }
    const file = join(folder, '..', 'change.patch');
    await writeFile(file, diffPatch({ ...identicalDiff, entries }));
    await new Promise<void>((done, fail) => {
      execFile(tool, [...args, file], { cwd: folder }, (error, out, err) =>
        error ? fail(new Error(`${out}${err}`)) : done(),
      );
    });
    assert.deepEqual(await treeOf(folder), after);
  });
}

test('what is no text, or could not be read, is listed before the first header', () => {
  const given = { ...richDiff, entries: [...richDiff.entries, entry('late.txt', 'a\n', 'b\n')] };
  const patch = diffPatch(given).toString();
  const [comments = ''] = patch.split('diff --git');
  assert.match(comments, /^# Not in this patch:\n/);
  assert.match(comments, /# {3}± weights\/model\.pt: weights, modified\n/);
  assert.match(patch, /\n--- a\/late\.txt\n\+\+\+ b\/late\.txt\n@@ -1 \+1 @@\n/);
});

test('names that leave the folder are never a header', () => {
  for (const path of ['../up.txt', '/etc/passwd', 'a/../../b', 'C:\\x', 'a\\..\\b', 'nul\0.txt']) {
    const patch = diffPatch({ ...identicalDiff, entries: [entry(path, 'a\n', 'b\n')] }).toString();
    assert.doesNotMatch(patch, /^(?:diff|---|\+\+\+)/m);
    assert.match(patch, /a patch may not leave its folder/);
  }
});

test('names from archives stay on their line, in comments and in headers', () => {
  for (const line of diffPatch(hostileDiff).toString().split('\n')) assert.match(line, /^(?:#.*)?$/);
  assert.equal(quoteName('a\nb"\\é\x07'), '"a\\nb\\"\\\\\\303\\251\\a"');
  assert.equal(quoteName('plain name.txt'), 'plain name.txt');
});

test('without a change there is nothing', () => {
  assert.equal(diffPatch(identicalDiff).length, 0);
});
