import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkJson } from '../../../core/json/check-json.ts';
import { randomOf } from '../../support/random.ts';

test('whatever JSON.stringify writes is good', () => {
  const values = [null, true, -0.5e-7, '', 'é\u2028"\\\n', [], {}, [[{}]], { a: [1, { b: 'c' }], '': null }];
  for (const value of values) {
    assert.deepEqual(checkJson(JSON.stringify(value)), []);
    assert.deepEqual(checkJson(` ${JSON.stringify(value, null, 2)}\r\n`), []);
  }
});

test('what JSON.parse refuses is refused, and the other way round', () => {
  const good = '{"model": {"name": "a\\u0041", "n": [1, 2.5, -3e2, true, null]}, "x": []}';
  const random = randomOf(7);
  let refused = 0;
  for (let round = 0; round < 5000; round++) {
    const at = random.pick(good.length);
    const text = good.slice(0, at) + '{}[]":,\\ux1e.-+ \n'[random.pick(17)] + good.slice(at + random.pick(3));
    let parses = true;
    try {
      JSON.parse(text);
    } catch {
      parses = false;
      refused++;
    }
    const flaws = checkJson(text).filter(({ kind }) => kind === 'syntax');
    assert.equal(flaws.length === 0, parses, text);
  }
  assert.ok(refused > 1000);
});

test('a flaw is told with its line and column', () => {
  const duplicate = checkJson('{\n  "a": 1,\n  "a": 2\n}');
  assert.deepEqual(
    duplicate.map(({ kind, line, column }) => [kind, line, column]),
    [['duplicate key', 3, 3]],
  );
  const syntax = checkJson('{"a": tru}');
  assert.deepEqual(
    syntax.map(({ kind, line, column }) => [kind, line, column]),
    [['syntax', 1, 7]],
  );
});

test('keys that are equal only once unescaped are duplicates', () => {
  assert.equal(checkJson('{"a": 1, "\\u0061": 2}')[0]?.kind, 'duplicate key');
});

test('a byte order mark, a prototype and great depth are told', () => {
  assert.equal(checkJson('\ufeff{}')[0]?.kind, 'byte order mark');
  assert.equal(checkJson('{"__proto__": {}}')[0]?.kind, 'forbidden key');
  assert.equal(checkJson('['.repeat(100_000))[0]?.kind, 'too deep');
  assert.deepEqual(checkJson(`${'['.repeat(64)}${']'.repeat(64)}`), []);
});

test('a long string is no burden', () => {
  assert.deepEqual(checkJson(JSON.stringify({ a: 'x'.repeat(5_000_000) })), []);
});

test('long strings, long numbers and a great many flaws are read in one pass', () => {
  assert.deepEqual(checkJson(JSON.stringify('x'.repeat(20_000_000))), []);
  assert.equal(checkJson('1'.repeat(5_000_000))[0]?.kind, 'syntax');
  const twice = checkJson(`{${Array(100_000).fill('"a":1').join(',\n')}}`);
  assert.deepEqual([twice.length, twice.at(-1)?.line, twice.at(-1)?.column], [99_999, 100_000, 1]);
});
