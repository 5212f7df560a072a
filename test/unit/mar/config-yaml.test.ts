import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { type ConfigEntry, parseConfigYaml } from '../../../core/mar/config-yaml.ts';

const entriesOf = (text: string): readonly ConfigEntry[] => {
  const read = parseConfigYaml(text);
  assert.ok('entries' in read, JSON.stringify(read));
  return read.entries;
};

const valuesOf = (text: string) => Object.fromEntries(entriesOf(text).map(({ key, value }) => [key, value]));

// In a process of its own, since a reading that goes astray can't be stopped from within.
const probe = `
  const { parseConfigYaml } = await import('./core/mar/config-yaml.ts');
  const [start, again, times, end] = process.argv.slice(1);
  const read = parseConfigYaml(start + again.repeat(Number(times)) + end);
  console.log(read.code ?? 'read');
`;

test('a file made of aliases is refused or read at once', () => {
  const cases: readonly (readonly [
    start: string,
    again: string,
    times: number,
    end: string,
    outcome: string,
  ])[] = [
    ['a: &x 1\nb: [', '*x ,', 240_000, '*x ]\n', 'YAML_UNSAFE'],
    ['a: &x [1]\nb: [', '*x ,', 240_000, '*x ]\n', 'YAML_UNSAFE'],
    ['b: [', '*x ,', 240_000, '*x ]\n', 'YAML_UNSAFE'],
    ['a: &x 1\nb:\n', '  - [*x ]\n', 6000, '', 'read'],
    ['a: &x 1\nb: [', '*x ,', 19_000, '*x ]\n', 'read'],
    ['a: &x 1\nb: [', '&x 1, *x ,', 9000, '*x ]\n', 'read'],
    ['a: &x [*x ]\nb: [', '*x ,', 10, '*x ]\n', 'YAML_UNSAFE'],
    ['a: ', '-   ', 240_000, '!\n', 'YAML_UNSAFE'],
    ['a: -', ' ', 900_000, '!\n', 'CONFIG_INVALID'],
  ];
  for (const [start, again, times, end, outcome] of cases) {
    const { status, signal, stdout } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', probe, '--', start, again, String(times), end],
      { timeout: 30_000, encoding: 'utf8' },
    );
    const shown = JSON.stringify([start, again, times, end]);
    assert.deepEqual({ status, signal, outcome: stdout.trim() }, { status: 0, signal: null, outcome }, shown);
  }
});

test('four thousand keys that each hold an alias are read at once', () => {
  const keys = Array.from({ length: 4000 }, (_, at) => `k${at}: [*x ]\n`).join('');
  const before = performance.now();
  assert.equal(entriesOf(`a: &x 1\n${keys}`).length, 4001);
  assert.ok(performance.now() - before < 10_000);
});

test('an alias stands for the last anchor before it', () => {
  assert.deepEqual(valuesOf('a: &x 1\nb: *x\nc: &x 2\nd: [*x , *x ]\n'), { a: 1, b: 1, c: 2, d: [2, 2] });
  assert.deepEqual(valuesOf('a: &x {k: 1, l: &y [2]}\nb: {<<: *x , k: 3}\nc: {<<: [*x ], m: *y }\n'), {
    a: { k: 1, l: [2] },
    b: { l: [2], k: 3 },
    c: { k: 1, l: [2], m: [2] },
  });
  const [, b] = entriesOf('a: &x 8.0\nb: *x\n');
  assert.deepEqual([b?.written, b?.place.line], ['8.0', 2]);
});

test('an alias before its anchor is no valid YAML', () => {
  for (const text of ['a: *x\nb: &x 1\n', 'a: [*x ]\nb: &x 1\n', 'a: {<<: *x }\nb: &x {c: 1}\n']) {
    const read = parseConfigYaml(text);
    assert.equal('code' in read && read.code, 'CONFIG_INVALID', text);
  }
});

test('fifty aliases to lists are read, one more is not, and aliases to texts are not counted so', () => {
  const aliases = (anchor: string, count: number) =>
    parseConfigYaml(`a: &x ${anchor}\nb: [${Array(count).fill('*x ').join(',')}]\n`);
  assert.ok('entries' in aliases('[1]', 50));
  assert.ok('code' in aliases('[1]', 51));
  assert.ok('entries' in aliases('one', 51));
});
