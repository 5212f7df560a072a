import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequirementChange } from '../../../core/contract/diff.ts';
import { compareRequirements } from '../../../core/diff/requirements.ts';
import { randomOf } from '../../support/random.ts';

const changes = (before: string, after: string) =>
  compareRequirements(before, after).changes as RequirementChange[];
const told = (before: string, after: string) =>
  changes(before, after).map(({ name, change, how, before: old, after: new_ }) => [
    name,
    how ?? change,
    old,
    new_,
  ]);

test('what a change does to a package is named', () => {
  const cases: readonly [string, string, ...unknown[][]][] = [
    ['', 'torch==2.4', ['torch', 'added', null, 'torch==2.4']],
    ['torch', '', ['torch', 'removed', 'torch', null]],
    ['torch==2.4', 'torch==2.10', ['torch', 'upgraded', '2.4', '2.10']],
    ['torch==2.4', 'torch==2.3.1', ['torch', 'downgraded', '2.4', '2.3.1']],
    ['torch==2.4', 'torch==2.4rc1', ['torch', 'downgraded', '2.4', '2.4rc1']],
    ['torch==2.4', 'torch==2.4+cu118', ['torch', 'upgraded', '2.4', '2.4+cu118']],
    ['torch', 'torch==2.4', ['torch', 'pinned', null, '==2.4']],
    ['torch==2.4', 'torch>=2.4', ['torch', 'unpinned', '==2.4', '>=2.4']],
    ['torch==2.4', 'torch==2.*', ['torch', 'unpinned', '==2.4', '==2.*']],
    ['torch>=2,<3', 'torch>=2', ['torch', 'constraint', '>=2,<3', '>=2']],
    ['torch~=2.2', 'torch~=2.2.0', ['torch', 'constraint', '~=2.2', '~=2.2.0']],
    ['a==1; os_name=="nt"', 'a==1', ['a', 'marker', 'os_name == "nt"', null]],
    ['a[x]==1', 'a[x,y]==1', ['a', 'extras', '[x]', '[x,y]']],
    ['a==1 --hash=sha256:aa', 'a==1 --hash=sha256:bb', ['a', 'hashes', 'sha256:aa', 'sha256:bb']],
    ['a==1', 'a==1 --hash=sha256:bb', ['a', 'hashes', null, 'sha256:bb']],
    ['a==1', 'a @ https://example.org/a.whl', ['a', 'source', '==1', 'https://example.org/a.whl']],
    ['a==1', './wheels/a-1-py3-none-any.whl', ['a', 'source', '==1', './wheels/a-1-py3-none-any.whl']],
    [
      'git+https://e.org/r@v1',
      'git+https://e.org/r@v2',
      ['git+https://e.org/r', 'source', 'git+https://e.org/r@v1', 'git+https://e.org/r@v2'],
    ],
    [
      '-i https://a.org',
      '--index-url=https://b.org',
      ['--index-url', 'source', 'https://a.org', 'https://b.org'],
    ],
    ['', '--pre', ['--pre', 'option', null, '']],
    ['-r a.txt', '-r b.txt', ['--requirement', 'option', 'a.txt', 'b.txt']],
    ['???', '!!!', ['!!!', 'added', null, '!!!'], ['???', 'removed', '???', null]],
  ];
  for (const [before, after, ...expected] of cases)
    assert.deepEqual(told(before, after), expected, `${before} to ${after}`);
});

test('spelling, order, comments and layout mean nothing', () => {
  const before =
    "Torch == 2.4.0 # pinned\nruamel_yaml>=1, <2; python_version<'3.9'\na[y, x]==1 \\\n --hash=sha256:BB --hash=sha256:aa\n-i https://e.org\n";
  const after =
    '--index-url https://e.org\nA[x,y]==1 --hash=sha256:aa --hash=sha256:bb\nruamel.yaml<2,>=1.0 ; python_version < "3.9"\ntorch==2.4\n';
  assert.deepEqual(compareRequirements(before, after), { changes: [], sameMeaning: true });
});

test('another version may have other hashes, but not none', () => {
  const how = (before: string, after: string) => changes(before, after).map((change) => change.how);
  assert.deepEqual(how('a==1 --hash=sha256:aa', 'a==2 --hash=sha256:bb'), ['upgraded']);
  assert.deepEqual(how('a==1 --hash=sha256:aa', 'a==2'), ['upgraded', 'hashes']);
});

test('lines for several systems are held against each other by their markers', () => {
  const before = 'a==1; os_name=="nt"\na==2; os_name=="posix"';
  const after = 'a==3; os_name=="posix"\na==1; os_name=="nt"';
  assert.deepEqual(told(before, after), [['a', 'upgraded', '2', '3']]);
});

test('where packages come from stands first', () => {
  const names = changes(
    'zlib==1\nx==1',
    'a==1\nzlib @ https://e.org/z\nx==2\n--extra-index-url https://evil.org\n--pre',
  ).map(({ name }) => name);
  assert.deepEqual(names, ['--extra-index-url', 'zlib', '--pre', 'a', 'x']);
});

test('the other way round, each change is its opposite', () => {
  const opposite: Record<string, string> = {
    upgraded: 'downgraded',
    downgraded: 'upgraded',
    pinned: 'unpinned',
    unpinned: 'pinned',
    added: 'removed',
    removed: 'added',
  };
  for (let seed = 1; seed <= 400; seed++) {
    const random = randomOf(seed);
    const line = () =>
      random.oneOf(['a', 'b', 'c-d', 'C_d']) +
      random.oneOf([
        '',
        '==1',
        '==2.0',
        '==2',
        '>=1',
        '<3',
        '[x]==1',
        ' @ https://e.org/x',
        '==1; os_name=="nt"',
        '==1 --hash=sha256:aa',
      ]);
    const text = () => Array.from({ length: random.pick(5) }, line).join('\n');
    const [before, after] = [text(), text()];
    const back = changes(after, before).map(({ name, change, how, before: old, after: new_ }) =>
      JSON.stringify([name, opposite[change] ?? change, how && (opposite[how] ?? how), new_, old]),
    );
    const there = changes(before, after).map(({ name, change, how, before: old, after: new_ }) =>
      JSON.stringify([name, change, how, old, new_]),
    );
    assert.deepEqual(there.sort(), back.sort(), JSON.stringify([before, after]));
    assert.equal(compareRequirements(before, before).sameMeaning, true);
  }
});

test('many lines of one package, long hashes and long lines are compared in no more than a moment', () => {
  const lines = Array.from({ length: 20_000 }, (_, at) => `a==${at}; os_name=="${at}" --hash=sha256:${at}`);
  assert.equal(changes(lines.join('\n'), lines.toReversed().join('\n')).length, 0);
  assert.equal(changes('', 'x'.repeat(100_000))[0]?.after?.length, 301);
});
