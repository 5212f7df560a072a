import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { compareVersions, formatVersion, parseVersion, type Version } from '../../../core/python/pep440.ts';
import { onPath } from '../../support/commands.ts';
import { randomOf } from '../../support/random.ts';

const version = (text: string): Version => parseVersion(text) ?? assert.fail(text);

/** From old to new. */
const ascending = [
  '0.9',
  '1.dev0',
  '1.0.dev456',
  '1.0a1',
  '1.0a2.dev456',
  '1.0a12.dev456',
  '1.0a12',
  '1.0b1.dev456',
  '1.0b2',
  '1.0b2.post345.dev456',
  '1.0b2.post345',
  '1.0rc1.dev456',
  '1.0rc1',
  '1.0',
  '1.0+abc.5',
  '1.0+abc.7',
  '1.0+5',
  '1.0+5.1',
  '1.0.post456.dev34',
  '1.0.post456',
  '1.0.15',
  '1.1.dev1',
  '1.10',
  '99999999999999999999999',
  '99999999999999999999999.0.0.1',
  '1!0.1',
];

test('versions are ordered as PEP 440 orders them', () => {
  for (const [i, a] of ascending.entries())
    for (const [j, b] of ascending.entries())
      assert.equal(Math.sign(compareVersions(version(a), version(b))), Math.sign(i - j), `${a} and ${b}`);
});

test('spellings of one version are equal, and have one form', () => {
  const same = [
    ['1.0', '1', '1.0.0', 'v1.0', '01.00', ' 1.0 ', '0!1'],
    ['1.0a1', '1.0.alpha1', '1.0-ALPHA.01', '1.0_a_1', '1a1'],
    ['1.0rc1', '1.0c1', '1.0pre1', '1.0-preview-1'],
    ['1.0.post2', '1.0-2', '1.0.rev2', '1.0r2'],
    ['1.0.dev0', '1.0dev', '1-dev-0'],
    ['1.0+a.1', '1.0+A-01', '1.0+a_1'],
  ];
  for (const [first = '', ...others] of same) {
    for (const other of others) {
      assert.equal(compareVersions(version(first), version(other)), 0, `${first} and ${other}`);
      assert.equal(formatVersion(version(first)), formatVersion(version(other)));
    }
  }
  assert.equal(formatVersion(version('2.2.0'), true), '2.2.0');
});

test('what is no version is told', () => {
  for (const text of [
    '',
    'a',
    '1.',
    '1..0',
    '1.0+',
    '1.0+a+b',
    '2.*',
    '1.0.x',
    '1 .0',
    '１.0',
    '1'.repeat(300),
    '1.0+\u212a',
  ])
    assert.equal(parseVersion(text), null, text);
});

function randomVersion(seed: number): string {
  const random = randomOf(seed);
  const number = () => random.oneOf(['', '0', '1', '2', '10', '03']);
  const digits = () => random.oneOf(['0', '1', '2', '10', '03']);
  const separator = () => random.oneOf(['', '.', '-', '_']);
  const maybe = (part: () => string) => (random.pick(3) === 0 ? part() : '');
  return [
    maybe(() => random.oneOf(['v', '0!', '1!'])),
    Array.from({ length: 1 + random.pick(3) }, digits).join('.'),
    maybe(
      () =>
        separator() +
        random.oneOf(['a', 'b', 'c', 'rc', 'alpha', 'beta', 'pre', 'preview']) +
        separator() +
        number(),
    ),
    maybe(() =>
      random.oneOf([
        `-${digits()}`,
        `${separator()}post${separator()}${number()}`,
        `.rev${number()}`,
        `r${number()}`,
      ]),
    ),
    maybe(() => `${separator()}dev${number()}`),
    maybe(() => `+${random.oneOf(['a', '1', 'a.1', '01', 'b-2', 'abc', '1.b', '1a'])}`),
    random.pick(30) === 0 ? random.oneOf(['.', '+', 'x', '*']) : '',
  ].join('');
}

const script = `
import json, sys
try:
    from packaging.version import Version, InvalidVersion
except ImportError:
    print("null"); sys.exit()
def read(text):
    try: return Version(text)
    except InvalidVersion: return None
versions = [read(text) for text in json.load(sys.stdin)]
print(json.dumps([None if a is None or b is None else (a > b) - (a < b) for a, b in zip(versions, versions[1:])]))
`;

test("Python's packaging says the same of thousands of versions", (t) => {
  const python = onPath('python3');
  if (python === null) return t.skip('no python3 on PATH');
  const texts = Array.from({ length: 20_000 }, (_, seed) => randomVersion(seed + 1));
  const { stdout } = spawnSync(python, ['-c', script], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const theirs = JSON.parse(stdout) as (number | null)[] | null;
  if (theirs === null) return t.skip('python3 has no packaging');
  for (const [at, answer] of theirs.entries()) {
    const [a, b] = [texts[at] ?? '', texts[at + 1] ?? ''];
    const [left, right] = [parseVersion(a), parseVersion(b)];
    const ours = left && right ? Math.sign(compareVersions(left, right)) : null;
    assert.equal(ours, answer, `${a} and ${b}`);
  }
});
