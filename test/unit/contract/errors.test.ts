import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Problem } from '../../../core/contract/errors.ts';

/** Thrown by pack alone, then one by diff and one by serve alone; all others may meet whoever uses another command. */
const ofOneCommand = new Set([
  ...['HANDLER_NAME', 'EXTRA_FILE_RULE', 'RECIPE_INVALID', 'CREATE_LINK', 'CREATE_COLLISION'],
  ...['OUTPUT_NOT_RECIPE', 'RECIPE_NOT_SAVED', 'OUTPUT_NOT_STREAMABLE', 'POLICY_INVALID'],
  'PATH_NOT_GRANTED',
]);
/** What every command that writes takes, and flags of git and tar. */
const allowed = new Set(['--force', '--format', '--sparse']);

test('no problem names a flag that the command which met it may not have', () => {
  const table = ['errors.ts', 'weights-errors.ts']
    .map((name) => readFileSync(new URL(`../../../core/contract/${name}`, import.meta.url), 'utf8'))
    .join('\n');
  const entries = [...table.matchAll(/^ {2}([A-Z][A-Z0-9_]+): problem([\s\S]*?)^ {2}\),$/gm)];
  assert.ok(entries.length > 40);
  for (const [, code = '', wording = ''] of entries) {
    if (ofOneCommand.has(code)) continue;
    const flags = (wording.match(/(?<![\w-])--[a-z][a-z-]+/g) ?? []).filter((flag) => !allowed.has(flag));
    assert.deepEqual(flags, [], code);
    assert.doesNotMatch(wording, /recipe/, code);
  }
});

test('the words of a problem that every command may meet fit all of them', () => {
  const { message, hint } = Problem.of('INPUT_MISSING', { path: 'a.mar', role: 'archive' });
  assert.equal(message, 'the archive a.mar does not exist');
  assert.doesNotMatch(hint, /recipe/);
  assert.doesNotMatch(Problem.of('EXPORT_PATH', { path: 'x' }).message, /export/);
});
