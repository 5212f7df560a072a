import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DiffEntry, DiffResult, PolicyRuleResult } from '../../../core/contract/diff.ts';
import { judgePolicy, parsePolicy, starterPolicy } from '../../../core/diff/policy.ts';
import { entryOf, identicalDiff, richDiff } from '../report/sample-diff.ts';

/** One rule, in YAML's flow form, judged on a result. */
function judge(rule: string, result: DiffResult): PolicyRuleResult {
  const [judged] = judgePolicy(parsePolicy(`rules:\n  - name: r\n    ${rule}`, 'p.yaml'), result).rules;
  assert.ok(judged);
  return judged;
}

const brokenBy = (rule: string, result: DiffResult) => judge(rule, result).broken.map(({ path }) => path);

function resultWith(entries: readonly DiffEntry[], more: Partial<DiffResult> = {}): DiffResult {
  return { ...identicalDiff, identical: false, entries, ...more };
}

const versions = (before: string | null, after: string | null): Partial<DiffResult> => ({
  before: { ...identicalDiff.before, modelVersion: before },
  after: { ...identicalDiff.after, modelVersion: after },
});

const size = (bytes: number) => ({ size: bytes, crc32: null, sha256: null });

test('two archives that are alike break no rule of the starter', () => {
  const { ok, path, rules } = judgePolicy(parsePolicy(starterPolicy(), 'p.yaml'), identicalDiff);
  assert.ok(ok);
  assert.equal(path, 'p.yaml');
  assert.ok(rules.every(({ asks, broken }) => asks.length > 10 && broken.length === 0));
});

test('what one rule allows and the same selector forbids are exactly all changes', () => {
  const selectors = [
    'role: weights',
    'path: "*.py"',
    'kind: [text, json]',
    'change: added',
    'role: extra, kind: text',
  ];
  const all = richDiff.entries.map(({ path }) => path).sort();
  for (const selector of selectors) {
    const others = brokenBy(`allow: {${selector}}`, richDiff);
    const chosen = brokenBy(`forbid: {${selector}}`, richDiff);
    assert.deepEqual([...others, ...chosen].sort(), all, selector);
    assert.ok(chosen.length > 0 && others.length > 0, selector);
  }
});

test('a list of selectors picks what any of them picks; the fields of one must all fit', () => {
  assert.deepEqual(brokenBy('forbid: [{change: added}, {change: removed}]', richDiff), [
    'data/new labels.csv',
    'notes.txt',
  ]);
  assert.deepEqual(brokenBy('forbid: {change: [added, removed], path: "*.csv"}', richDiff), [
    'data/new labels.csv',
  ]);
});

test('unchanged entries break nothing, and a renamed one is known by both of its names', () => {
  const entries = [
    entryOf('a.py', { change: 'unchanged' }),
    entryOf('b.txt', { change: 'renamed', from: 'old/b.py' }),
  ];
  assert.deepEqual(brokenBy('forbid: {path: "*.py"}', resultWith(entries)), ['b.txt']);
  assert.deepEqual(brokenBy('forbid: {path: "*.txt"}', resultWith(entries)), ['b.txt']);
});

test('neither a new name nor a new role takes an entry out of the reach of a rule', () => {
  const moved = resultWith([
    entryOf('docs/a.bin', { change: 'renamed', from: 'model.pt', role: 'extra', fromRole: 'weights' }),
  ]);
  for (const selector of ['role: weights', 'path: model.pt', 'role: extra', 'path: docs/']) {
    assert.deepEqual(brokenBy(`forbid: {${selector}}`, moved), ['docs/a.bin'], selector);
    assert.deepEqual(brokenBy(`allow: {${selector}}`, moved), ['docs/a.bin'], selector);
  }
  assert.deepEqual(brokenBy('allow: [{role: extra, path: docs/}, {role: weights}]', moved), []);
});

test('weights that were there before under another role are a change of weights', () => {
  const named = resultWith([entryOf('b.pt', { change: 'unchanged', role: 'weights', fromRole: 'extra' })]);
  assert.deepEqual(brokenBy('forbid: {role: weights}', named), ['b.pt']);
  assert.deepEqual(brokenBy('allow: {role: manifest}', named), ['b.pt']);
});

test('growth is judged in all or for each entry, in bytes or as a share, up to its bound and no further', () => {
  const grown = resultWith(
    [
      entryOf('a', { before: size(1_000), after: size(1_100) }),
      entryOf('b', { before: null, change: 'added', after: size(50) }),
      entryOf('c', { before: size(0), after: size(1) }),
      entryOf('d', { before: size(900), after: size(100) }),
      entryOf('e', { after: null, change: 'removed', before: size(100) }),
    ],
    { summary: { ...identicalDiff.summary, bytesBefore: 1_000, bytesAfter: 1_100 } },
  );
  assert.deepEqual(brokenBy('max-growth: {of: each, by: 100}', grown), []);
  assert.deepEqual(brokenBy('max-growth: {of: each, by: 99}', grown), ['a']);
  assert.deepEqual(brokenBy('max-growth: {of: each, by: 10%}', grown), ['c']);
  assert.deepEqual(brokenBy('max-growth: {of: each, by: 9.9 %}', grown), ['a', 'c']);
  assert.deepEqual(brokenBy('max-growth: {of: each, by: 0, change: added}', grown), ['b']);
  assert.deepEqual(brokenBy('max-growth: {of: total, by: 10%}', grown), []);
  assert.deepEqual(brokenBy('max-growth: {of: total, by: 0.09 KiB}', grown), [null]);
  assert.match(
    judge('max-growth: {of: total, by: 1%}', grown).broken[0]?.message ?? '',
    /100 B \(10\.0 %\).*at most 1%/,
  );
});

test('what changed asks for a higher version, in the order of numbers', () => {
  const changes = [entryOf('handler.py', { role: 'handler' })];
  const broken = (before: string | null, after: string | null) =>
    brokenBy('require-version-bump: true', resultWith(changes, versions(before, after))).length;
  assert.equal(broken('1.9', '1.10'), 0);
  assert.equal(broken(null, '1.0'), 0);
  for (const [before, after] of [
    ['1.0', '1.0'],
    ['1.10', '1.9'],
    ['1.0', null],
    ['red', 'blue'],
    ['1.0', '1.0.0'],
  ] as const)
    assert.equal(broken(before, after), 1, `${before} to ${after}`);
});

test('packing the same again asks for no new version, another field of the manifest does', () => {
  const manifestEntry = entryOf('MAR-INF/MANIFEST.json', { role: 'manifest' });
  const field = (path: string) => [{ path, change: 'changed' as const, before: 'a', after: 'b' }];
  const rule = 'require-version-bump: true';
  assert.ok(judge(rule, resultWith([manifestEntry], { manifest: field('createdOn') })).ok);
  const { broken } = judge(rule, resultWith([manifestEntry], { manifest: field('model.handler') }));
  assert.match(
    broken[0]?.message ?? '',
    /model\.handler of the manifest changed, and modelVersion is still 1\.4/,
  );
});

test('downgrades are found in packages and in the model, those that were asked about', () => {
  assert.deepEqual(brokenBy('forbid-downgrade: all', richDiff), ['requirements.txt']);
  assert.deepEqual(brokenBy('forbid-downgrade: [Torch]', richDiff), ['requirements.txt']);
  assert.deepEqual(brokenBy('forbid-downgrade: [numpy, modelVersion]', richDiff), []);
  const older = resultWith([], versions('2.0', '1.9'));
  assert.deepEqual(brokenBy('forbid-downgrade: all', older), [null]);
  assert.deepEqual(brokenBy('forbid-downgrade: [modelVersion]', older), [null]);
  assert.deepEqual(brokenBy('forbid-downgrade: [torch]', older), []);
});

test('requirements that could not be compared break a rule about downgrades', () => {
  const problem = { code: 'ZIP_CRC', message: 'the checksum is wrong' };
  for (const details of [{ problem }, { fallback: 'is no UTF-8' }, {}]) {
    const result = resultWith([
      entryOf('requirements.txt', { kind: 'requirements', role: 'requirements', details }),
    ]);
    assert.match(judge('forbid-downgrade: [torch]', result).broken[0]?.message ?? '', /can't be ruled out/);
  }
});

test('proof means SHA-256', () => {
  assert.ok(judge('require-proof: sha256', identicalDiff).ok);
  assert.ok(!judge('require-proof: sha256', richDiff).ok);
});

test('only new findings of the level error break the rule, each by its code', () => {
  assert.match(judge('forbid-new-errors: true', richDiff).broken[0]?.message ?? '', /^HANDLER_SYNTAX: /);
  const warned = resultWith([], {
    findings: richDiff.findings.map((finding) => ({ ...finding, severity: 'warning' })),
  });
  assert.ok(judge('forbid-new-errors: true', warned).ok);
});
