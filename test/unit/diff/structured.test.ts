import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StructuredDetails } from '../../../core/contract/diff.ts';
import { compareJson, compareYaml, type StructuredResult } from '../../../core/diff/structured.ts';
import { type Random, randomOf } from '../../support/random.ts';

function detailsOf(result: StructuredResult): StructuredDetails {
  assert.ok('details' in result, JSON.stringify(result));
  return result.details;
}

const json = (before: unknown, after: unknown) =>
  detailsOf(compareJson(JSON.stringify(before), JSON.stringify(after))).changes;

const fallbackOf = (result: StructuredResult) => ('fallback' in result ? result.fallback : assert.fail());

/** Any value; few keys and texts, so that sides have much in common. */
function anyValue(random: Random, depth: number): unknown {
  const kind = random.pick(depth > 3 ? 4 : 6);
  if (kind === 0) return random.pick(4);
  if (kind === 1) return random.oneOf(['a', 'b', '1', '']);
  if (kind === 2) return random.oneOf([true, false, null]);
  if (kind === 3) return random.pick(4) + 0.5;
  const items = Array.from({ length: random.pick(5) }, () => anyValue(random, depth + 1));
  if (kind === 4) return items;
  return Object.fromEntries(items.map((item) => [random.oneOf(['a', 'b', 'a.b', '__proto__', '0']), item]));
}

/** The same value with its keys in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, shuffled(item)] as const)
      .reverse(),
  );
}

test('no change is told of equal values, however they are laid out, and some of others', () => {
  for (let seed = 1; seed <= 800; seed++) {
    const random = randomOf(seed);
    const value = anyValue(random, 0);
    const other = anyValue(random, 0);
    const details = detailsOf(compareJson(JSON.stringify(value), JSON.stringify(shuffled(value), null, 3)));
    assert.deepEqual(details, { changes: [], sameMeaning: true }, `seed ${seed}`);
    const isEqual = JSON.stringify(sorted(value)) === JSON.stringify(sorted(other));
    assert.equal(json(value, other).length === 0, isEqual, `seed ${seed}`);
  }
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).map(([key, item]) => [key, sorted(item)] as const);
  return { members: members.sort(([a], [b]) => (a < b ? -1 : 1)) };
}

test('JSON and YAML tell the same of the same values', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = randomOf(seed);
    const [before, after] = [anyValue(random, 0), anyValue(random, 0)].map((value) =>
      JSON.stringify(value),
    ) as [string, string];
    assert.deepEqual(compareYaml(before, after), compareJson(before, after), `seed ${seed}`);
  }
});

test('the other way round, what was added is removed, and every change is its opposite', () => {
  for (let seed = 1; seed <= 1500; seed++) {
    const random = randomOf(seed);
    const [before, after] = [anyValue(random, 0), anyValue(random, 0)];
    const opposite: Record<string, string> = { added: 'removed', removed: 'added', changed: 'changed' };
    // A changed item of a list goes by its new place, which is the old one from the other side.
    const place = (path: string) => path.replace(/\[\d+\]/g, '[]');
    const there = json(before, after).map((one) =>
      JSON.stringify(['path' in one && place(one.path), one.change, one.how, one.before, one.after]),
    );
    const back = json(after, before).map((one) =>
      JSON.stringify([
        'path' in one && place(one.path),
        opposite[one.change],
        one.how,
        one.after,
        one.before,
      ]),
    );
    assert.deepEqual(there.sort(), back.sort(), `seed ${seed}`);
  }
});

test('changes are told by their key path', () => {
  assert.deepEqual(
    json({ a: { b: 1, gone: 2 }, list: [1, { x: 1 }] }, { a: { b: 2 }, list: [1, { x: 2 }], new: [] }),
    [
      { path: 'a.b', change: 'changed', before: 1, after: 2 },
      { path: 'a.gone', change: 'removed', before: 2, after: null },
      { path: 'list[1].x', change: 'changed', before: 1, after: 2 },
      { path: 'new', change: 'added', before: null, after: [] },
    ],
  );
  const paths = (before: unknown, after: unknown) =>
    json(before, after).map((change) => 'path' in change && change.path);
  assert.deepEqual(paths({ 'a.b': { 'c d': 1, '0': 1 } }, { 'a.b': { 'c d': 2, '0': 2 } }), [
    '["a.b"]["0"]',
    '["a.b"]["c d"]',
  ]);
  assert.deepEqual(paths(1, 2), ['.']);
  assert.deepEqual(paths([1], [1, 2]), ['[1]']);
});

test('another type is told apart from another value', () => {
  const how = (before: string, after: string) =>
    detailsOf(compareJson(before, after)).changes.map((change) => change.how ?? change.change);
  assert.deepEqual(how('8', '"8"'), ['type']);
  assert.deepEqual(how('8', '8.0'), ['type']);
  assert.deepEqual(how('[]', '{}'), ['type']);
  assert.deepEqual(how('null', '0'), ['type']);
  assert.deepEqual(how('1', '0.5'), ['changed']);
  assert.deepEqual(how('1e2', '100.0'), []);
});

test('long integers are compared to the last digit', () => {
  for (const compare of [compareJson, compareYaml]) {
    const details = detailsOf(compare('{"a": 12345678901234567890}', '{"a": 12345678901234567891}'));
    assert.deepEqual(details.changes, [
      { path: 'a', change: 'changed', before: '12345678901234567890', after: '12345678901234567891' },
    ]);
  }
});

test('the same items in another order are one change, and an item in front is one addition', () => {
  assert.deepEqual(json({ a: [1, 2, 3] }, { a: [3, 1, 2] }), [
    { path: 'a', change: 'changed', how: 'order', before: [1, 2, 3], after: [3, 1, 2] },
  ]);
  const items = Array.from({ length: 1000 }, (_, at) => ({ name: `layer ${at}`, size: at }));
  const changes = json(items, [{ name: 'first' }, ...items]);
  assert.deepEqual(changes, [{ path: '[0]', change: 'added', before: null, after: { name: 'first' } }]);
});

test('a changed item beside a new one is paired with the one it is most like', () => {
  const [a, b] = [
    { name: 'a', size: 1, kind: 'conv' },
    { name: 'b', size: 2, kind: 'pool' },
  ];
  assert.deepEqual(json([a], [b, { ...a, size: 3 }]), [
    { path: '[1].size', change: 'changed', before: 1, after: 3 },
    { path: '[0]', change: 'added', before: null, after: b },
  ]);
});

test('comments, quotes, anchors, merges and layout of YAML do not count', () => {
  const before =
    'base: &base {workers: 2, gpu: yes}\nsmall:\n  <<: *base\n  workers: 1 # few\nlist: [1, 2]\n';
  const after = 'list:\n- 1\n- 2\nsmall: {gpu: true, "workers": 1}\nbase:\n  gpu: on\n  workers: 0x2\n';
  assert.deepEqual(compareYaml(before, after), { details: { changes: [], sameMeaning: true } });
});

test('a parse error is told with its place, and for which side', () => {
  assert.match(
    fallbackOf(compareJson('{"a": 1}', '{\n  "a": }')),
    /^the new one is not valid JSON: .*\(line 2, column 8\)/,
  );
  assert.match(
    fallbackOf(compareYaml('a: [1', 'a: 1')),
    /^the old one is not valid YAML: .*\(line \d+, column \d+\)/,
  );
  assert.match(
    fallbackOf(compareJson('{"a": 1, "a": 2}', '{}')),
    /"a" stands here a second time \(line 1, column 10\)/,
  );
  assert.match(fallbackOf(compareYaml('a: 1\na: 2', 'a: 2')), /"a" a second time \(line 2, column 1\)/);
  assert.match(fallbackOf(compareYaml('a: 1', 'a: *b')), /anchor/);
});

test('bombs, depth and size end in a fallback', () => {
  const deep = '['.repeat(20_000) + ']'.repeat(20_000);
  assert.match(fallbackOf(compareJson(deep, deep)), /nested/);
  assert.match(fallbackOf(compareYaml(deep, deep)), /nested/);
  const long = JSON.stringify('x'.repeat(11_000_000));
  assert.match(fallbackOf(compareJson('1', long)), /too long/);
  assert.match(fallbackOf(compareYaml('1', long)), /bytes/);
  const bomb = ['a: &a [x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 9; level++)
    bomb.push(
      `k${level}: &k${level} [${Array(8)
        .fill(level === 1 ? '*a' : `*k${level - 1}`)
        .join(', ')}]`,
    );
  assert.match(fallbackOf(compareYaml('a: 1', bomb.join('\n'))), /aliases|unfolds/);
  assert.match(
    fallbackOf(compareYaml('a: 1', 'a: !!python/object/apply:os.system [x]')),
    /object of the type/,
  );
  const nested = Array.from(
    { length: 40 },
    (_, at) => `k${at}: &k${at} ${'['.repeat(100)}${at ? `*k${at - 1}` : 1}${']'.repeat(100)}`,
  );
  assert.match(fallbackOf(compareYaml('a: 1', nested.join('\n'))), /nested too deeply|unfolds/);
});

test('large values are told by their size', () => {
  const [change] = json({}, { a: Array(3000).fill(0), b: { long: 'x'.repeat(5000) } });
  assert.equal(change?.after, '[… 3,000 items]');
  const text = json('', 'x'.repeat(5000))[0]?.after as string;
  assert.equal(text.length, 1001);
});

test('lists that share too little to be aligned within the budget are compared all the same, and it is said', () => {
  const random = randomOf(5);
  const list = () => JSON.stringify(Array.from({ length: 4000 }, () => random.pick(3)));
  const details = detailsOf(compareJson(list(), list(), 100));
  assert.equal(details.budgetSpent, true);
  assert.ok(details.changes.length > 0);
});

test('a key named like a property of every object is a key like any other', () => {
  assert.deepEqual(
    detailsOf(compareJson('{"__proto__": 1, "constructor": 2}', '{"constructor": 2}')).changes,
    [{ path: '__proto__', change: 'removed', before: 1, after: null }],
  );
});
