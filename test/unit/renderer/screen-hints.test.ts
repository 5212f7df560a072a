/** No window speaks of the command line's options: nobody has them there. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { allRules, containerFamilies } from '../../../core/audit/audit.ts';
import { Problem, type ProblemCode } from '../../../core/contract/errors.ts';
import { hintOf as hintOfForm } from '../../../renderer/forms/screen-hints.ts';
import { hintOf } from '../../../renderer/parts/screen-hints.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const ofCommandLine = /(?<![\w-])--[a-z]|\bmar-studio\b/;

test('every rule and every problem has a hint that fits a window', () => {
  const rules = [...allRules, ...containerFamilies.flatMap(({ rules }) => rules)];
  assert.ok(rules.some(({ hint }) => ofCommandLine.test(hint)));
  for (const { code, hint } of rules) {
    const shown = hintOf({ code, hint, path: 'a' });
    assert.doesNotMatch(shown, ofCommandLine, code);
    if (hint !== '') assert.notEqual(shown, '', code);
  }
  const table = ['errors.ts', 'weights-errors.ts']
    .map((name) => readFileSync(join(root, 'core/contract', name), 'utf8'))
    .join('\n');
  const codes = [...table.matchAll(/^ {2}([A-Z][A-Z0-9_]+): problem/gm)].map(
    ([, code]) => code as ProblemCode,
  );
  assert.ok(codes.length > 40);
  // Whatever is asked of it is "x", but for what a caller may leave out.
  const data = new Proxy(
    {},
    { get: (_, name) => (name === 'suggestion' ? undefined : 'x'), has: () => true },
  );
  for (const code of codes) {
    const problem = Problem.of(code, data as never);
    // Its words are those of whoever throws it.
    if (problem.hint === undefined) continue;
    for (const said of [hintOf(problem), hintOfForm(problem), problem.message]) {
      assert.doesNotMatch(said, ofCommandLine, code);
    }
    assert.notEqual(hintOf(problem), '', code);
  }
});

test('a hint that is put together, or new, loses at least what names an option', () => {
  const folder = join(root, 'core');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const literals = files.flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return [...text.matchAll(/(['"`])((?:(?!\1)[^\\\n]|\\.)*(?<![\w-])--[a-z](?:(?!\1)[^\\\n]|\\.)*)\1/g)];
  });
  assert.ok(literals.length > 30);
  for (const [, , hint = ''] of literals) {
    assert.doesNotMatch(hintOf({ code: 'NEW', hint, path: null }), ofCommandLine, hint);
  }
  const hint = "mend it; or leave it out: --remove 'a'";
  assert.equal(
    hintOf({ code: 'NEW', hint: 'mend it; see mar-studio pack, or pass --deep', path: null }),
    'mend it',
  );
  assert.match(
    hintOf({ code: 'TS_TAR_ROOT', hint: `say whose: --view directory; ${hint}`, path: null }),
    /whose reading/,
  );
});

test('what needs no other words is left as it is, evidence too', () => {
  for (const hint of ['rename one of them', 'did you mean a--b.txt?', 'field=name: a.py is b.py', '']) {
    assert.equal(hintOf({ code: 'ZIP_VIEW_MISMATCH', hint, path: 'a' }), hint);
  }
});

test('no part of the interface shows a hint as it came', () => {
  const folder = join(root, 'renderer');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(svelte|ts)$/.test(name),
  );
  for (const name of files) {
    const text = readFileSync(join(folder, name), 'utf8');
    assert.doesNotMatch(text, /sentence\((?:show(?:n)?Name\()?(?:\w+\.)*hint\b/, name);
  }
});
