import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { parseRequirements } from '../../../core/python/requirements.ts';

// In a process of its own, since a pattern that goes astray can't be stopped from within.
const probe = `
  const { parseRequirements } = await import('./core/python/requirements.ts');
  const [start, again, times, end] = process.argv.slice(1);
  parseRequirements(start + again.repeat(Number(times)) + end);
`;

test('lines made to keep the reading of requirements busy are judged at once', () => {
  const cases: readonly (readonly [start: string, again: string, times: number, end: string])[] = [
    ['a', ' ', 500, '!'],
    ['a', ' ', 1_000_000, '!'],
    ['', `a${' '.repeat(500)}!\n`, 2000, ''],
    ['a==1', ' ,==1', 200_000, '!'],
    ['a', '-', 1_000_000, '!'],
    ['', '[', 1_000_000, ' '],
    ['', `${'['.repeat(4000)}\n`, 250, ''],
    ['', ' #', 500_000, '\u2028x'],
    ['a', ' --hash', 140_000, '= !'],
    ['a', ' --hash=x', 100_000, ' !'],
    ['-r', ' -r', 300_000, '!'],
    ['', 'a\\\n', 300_000, '!'],
  ];
  for (const [start, again, times, end] of cases) {
    const { status, signal } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', probe, '--', start, again, String(times), end],
      { timeout: 30_000 },
    );
    const shown = JSON.stringify([start, again.slice(0, 20), times, end]);
    assert.deepEqual({ status, signal }, { status: 0, signal: null }, shown);
  }
});

test('a requirement with the hashes of a hundred wheels is no line too long', () => {
  const hashes = ` --hash=sha256:${'0f'.repeat(32)} \\\n   `.repeat(100);
  const [line] = parseRequirements(`numpy==2.1.0 \\\n${hashes}\n`);
  assert.deepEqual([line?.kind, line?.name, line?.pinned], ['named', 'numpy', true]);
  assert.equal(parseRequirements('numpy==2.1.0 --hash=sha256:00 more')[0]?.kind, 'invalid');
  assert.equal(parseRequirements(`numpy=="${'1'.repeat(5000)}"`)[0]?.kind, 'invalid');
});
