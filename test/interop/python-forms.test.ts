/** Python decides what a pattern matches and how JSON is spelled; here it is asked, thousands of times. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { compilePattern, expandPattern } from '../../core/mar/glob.ts';
import { buildManifest, serializeManifest } from '../../core/mar/manifest.ts';
import { compareNames } from '../../core/names.ts';
import { onPath } from '../support/commands.ts';
import { randomOf } from '../support/random.ts';
import { scratchFolder } from '../support/scratch.ts';

const python = onPath('python3');
const skip = python === null ? 'no python3 on PATH' : false;

/** Hands each value to a Python expression and returns what it made of it. */
async function askPython<T>(expression: string, values: unknown, cwd?: string): Promise<T> {
  const program = `import fnmatch, glob, json, sys\nvalues = json.load(sys.stdin)\nprint(json.dumps(${expression}))`;
  const asked = promisify(execFile)(python as string, ['-c', program], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    maxBuffer: 64 * 1024 * 1024,
  });
  asked.child.stdin?.end(JSON.stringify(values));
  return JSON.parse((await asked).stdout);
}

test('a name matches a pattern exactly where Python says so', { skip }, async () => {
  const { pick, text } = randomOf(1);
  const pairs = Array.from({ length: 20_000 }, () => {
    const name = text('ab-]!^é🐱', pick(5));
    return [name, text('aab-[[]]!^*?é🐱', pick(8))] as const;
  });
  const expected = await askPython<boolean[]>('[fnmatch.fnmatchcase(n, p) for n, p in values]', pairs);
  for (const [at, [name, pattern]] of pairs.entries()) {
    assert.equal(compilePattern(pattern)(name), expected[at], JSON.stringify({ name, pattern }));
  }
  assert.ok(expected.filter(Boolean).length > 500, 'the sample has enough matches to mean something');
});

test('a pattern expands to the paths that Python finds', { skip }, async (t) => {
  const folder = await scratchFolder(t);
  const names = ['a', 'b.txt', '.c', 'd/a', 'd/b.txt', 'd/.c/a', 'd/e/a', 'é/b.txt', '[x]/a', 'ab/ab/ab'];
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), '');
  }
  const { pick, text } = randomOf(2);
  const patterns = Array.from({ length: 3000 }, () =>
    text(['*', '*', '?', '/', 'a', 'b', 'd', '.', '[', '[a-d]', ']', '.txt'], 1 + pick(5)),
  ).filter((pattern) => /[*?[]/.test(pattern) && !pattern.startsWith('/'));
  const expected = await askPython<string[][]>('[glob.glob(p) for p in values]', patterns, folder);
  for (const [at, pattern] of patterns.entries()) {
    assert.deepEqual(await expandPattern(pattern, folder), expected[at]?.sort(compareNames), pattern);
  }
  assert.ok(expected.filter((paths) => paths.length > 0).length > 100, 'the sample has enough matches');
});

test("a manifest has the bytes of Python's json.dumps", { skip }, async () => {
  const { pick, text } = randomOf(3);
  const characters = [
    'a',
    '"',
    '\\',
    '/',
    '\u0000',
    '\n',
    '\u001f',
    '\u007f',
    '\u0080',
    'é',
    '\u2028',
    '\uffff',
    '🐱',
    '<',
  ];
  const manifests = Array.from({ length: 500 }, () =>
    buildManifest({
      createdOn: text(characters, pick(5)),
      runtime: 'python',
      modelName: text(characters, pick(5)),
      handler: text(characters, pick(5)),
      version: text(characters, pick(5)),
      ...(pick(2) ? { serializedFile: text(characters, pick(5)) } : {}),
      ...(pick(2) ? { configFile: text(characters, pick(5)) } : {}),
    }),
  );
  const expected = await askPython<string[]>('[json.dumps(m, indent=2) for m in values]', manifests);
  for (const [at, manifest] of manifests.entries()) {
    assert.equal(serializeManifest(manifest).toString('latin1'), expected[at]);
  }
});
