import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { DiffEntry } from '../../../core/contract/diff.ts';
import { Problem } from '../../../core/contract/errors.ts';
import { type Policy, parsePolicy, starterPolicy, starterPolicyFrom } from '../../../core/diff/policy.ts';

const refusalOf = (text: string): Problem => {
  try {
    parsePolicy(text, 'policy.yaml');
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error(`was not refused: ${text.slice(0, 200)}`);
};

const identicalEntry: DiffEntry = {
  ...{ path: 'x', change: 'unchanged', from: null, kind: 'text', role: 'extra' },
  ...{ before: null, after: null, wrapping: [], details: {} },
};

test('the starter is a policy with five kinds of rules', () => {
  const { rules } = parsePolicy(starterPolicy(), 'starter.yaml');
  assert.deepEqual(
    [...new Set(rules.map(({ kind }) => kind))],
    ['require-version-bump', 'forbid-downgrade', 'forbid-new-errors', 'max-growth', 'forbid'],
  );
});

/** What the starter says about its fields; no rule by itself. */
const explained = /^ +(?:role|path|kind|change): [a-z]+,.*\n|^ +path: a pattern.*\n/gm;

test('the starter with all its comments switched on is a policy as well', () => {
  const on = starterPolicy().replace(/^( {2})# (- name:| {2})/gm, '$1$2');
  assert.equal(parsePolicy(on.replace(explained, ''), 'starter.yaml').rules.length, 8);
});

test('every example of docs/policy.md is a policy', async () => {
  const page = await readFile(new URL('../../../docs/policy.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);
  assert.ok(examples.length >= 4);
  const policies = examples.map((example): Policy => parsePolicy(example, 'docs/policy.md'));
  assert.ok(policies.every(({ rules }) => rules.length > 0));
});

/** What is wrong, where, and a part of what is said about it. */
const faults: readonly (readonly [yaml: string, place: string, said: RegExp])[] = [
  ['', '1:1', /map with the key rules/],
  ['- name: a', '1:1', /map with the key rules/],
  ['rules: []', '1:8', /list with at least one rule/],
  ['rule:\n  - name: a', '1:1', /"rule" is not a key/],
  ['rules:\n  - forbid: {role: weights}', '2:5', /has no name/],
  ['rules:\n  - name: a', '2:5', /asks for nothing/],
  ['rules:\n  - name: a\n    forbid: {}', '3:13', /one or more of role, path, kind, change/],
  ['rules:\n  - name: a\n    forbid: {role: weight}', '3:20', /role can't be "weight"/],
  ['rules:\n  - name: a\n    forbid: {role: [weights, 8]}', '3:30', /role must be a text/],
  ['rules:\n  - name: a\n    forbid: {rolle: weights}', '3:14', /"rolle" is not a key of forbid/],
  ['rules:\n  - name: a\n    forbid: {role: x}\n    allow: {role: x}', '3:5', /both allow and forbid/],
  ['rules:\n  - name: a\n    forbid: {path: ["*.py", /]}', '3:29', /names no entry/],
  ['rules:\n  - name: a\n    require-proof: crc32', '3:20', /must be sha256/],
  ['rules:\n  - name: a\n    require-version-bump: false', '3:27', /must be true/],
  ['rules:\n  - name: a\n    require-version-bump: "true"', '3:27', /must be true/],
  ['rules:\n  - name: a\n    max-growth: 10%', '3:17', /is a map/],
  ['rules:\n  - name: a\n    max-growth: {by: 10%}', '3:17', /needs of/],
  ['rules:\n  - name: a\n    max-growth: {of: each}', '3:17', /needs by/],
  ['rules:\n  - name: a\n    max-growth: {of: each, by: -3}', '3:32', /number of bytes/],
  ['rules:\n  - name: a\n    max-growth: {of: each, by: 3 KB/s}', '3:32', /number of bytes/],
  [
    'rules:\n  - name: a\n    max-growth: {of: total, by: 1%, role: weights}',
    '3:37',
    /of: total, role can't be given/,
  ],
  ['rules:\n  - name: a\n    forbid-downgrade: [all]', '3:24', /all stands alone/],
  ['rules:\n  - name: a\n    forbid-downgrade: []', '3:23', /empty list/],
  ['rules:\n  - name: a\n    name: b', '3:5', /second time/],
  ['rules: [a, b', '1:13', /./],
  ['rules: *x', '1:8', /alias/],
  ['rules:\n  - name: !python/object x', '2:11', /./],
  ['a: 1\n---\nb: 2', '2:1', /second one begins/],
  [
    'rules:\n  - name: a\n    forbid-new-errors: true\n  - name: a\n    require-proof: sha256',
    '4:5',
    /two rules/,
  ],
  [
    'rules:\n  - name: a\n    allow: {role: config}\n  - name: b\n    allow: {role: handler}',
    '4:5',
    /one allow rule/,
  ],
];

test('every fault is refused with its place, what is wrong and what to do', () => {
  for (const [yaml, place, said] of faults) {
    const { code, message, hint } = refusalOf(yaml);
    assert.equal(code, 'POLICY_INVALID');
    assert.match(message, said);
    assert.ok(message.startsWith(`policy.yaml:${place}: `), `${message}, not at ${place}`);
    assert.ok(hint.length > 10);
  }
});

test('a slip is answered with what was meant', () => {
  assert.equal(refusalOf('rules:\n  - name: a\n    forbid: {change: add}').hint.includes('added'), true);
  assert.equal(refusalOf('rules:\n  - name: a\n    maxgrowth: {}').hint, 'did you mean max-growth?');
});

test('bombs are refused before they go off', () => {
  const levels = Array.from({ length: 20 }, (_, at) => `a${at}: &a${at} [${`*a${at - 1},`.repeat(9)}]`).join(
    '\n',
  );
  for (const text of [
    levels,
    '['.repeat(100_000),
    `${'- '.repeat(100_000)}a`,
    '{a: '.repeat(5_000),
    `rules: ${'x'.repeat(300_000)}`,
    `rules:\n${'  - {}\n'.repeat(10_000)}`,
    `rules:\n  - name: ${'x'.repeat(1_000)}\n    require-proof: sha256`,
  ])
    assert.equal(refusalOf(text).code, 'POLICY_INVALID');
});

test('keys that every object has are no keys of a policy', () => {
  for (const key of ['__proto__', 'constructor', 'toString'])
    assert.match(refusalOf(`rules:\n  - name: a\n    ${key}: {}`).message, /is not a key of a rule/);
});

test('a policy from a comparison has what changed in it as what may change, switched off', () => {
  const change = (role: 'handler' | 'weights' | 'extra', what: 'modified' | 'unchanged') =>
    ({ ...identicalEntry, role, change: what }) as const;
  const text = starterPolicyFrom([
    change('weights', 'modified'),
    change('handler', 'modified'),
    change('extra', 'unchanged'),
  ]);
  const namesOf = (yaml: string) => parsePolicy(yaml, 'p.yaml').rules.map(({ name }) => name);
  assert.deepEqual(namesOf(text), namesOf(starterPolicy()));
  const on = text.replace(/^( {2})# (- name:| {2})/gm, '$1$2').replace(explained, '');
  const rule = parsePolicy(on, 'p.yaml').rules.find(({ kind }) => kind === 'allow');
  assert.ok(rule?.kind === 'allow');
  assert.equal(rule.name, 'Only what changed this time changes');
  assert.deepEqual(rule.selectors[0]?.role, ['handler', 'weights']);
  assert.equal(starterPolicyFrom([change('extra', 'unchanged')]), starterPolicy());
});
