import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

// In a process of its own, since a pattern that goes astray can't be stopped from within.
const probe = `
  const { secrets } = await import('./core/audit/rules/secrets.ts');
  const text = Buffer.from(process.argv[1] + process.argv[2].repeat(12_000) + '!');
  const entry = { name: 'notes.txt', size: text.length, role: 'extra', readStart: async () => text, open: async () => null };
  await secrets.checkEntry(entry, () => {}, {});
`;

test('a text made to keep the search for keys busy is looked through at once', () => {
  const head = '-----BEGIN PRIVATE KEY-----\n';
  for (const [start, again] of [
    [head, 'a:  '],
    [head, 'a: \n'],
    ['-----BEGIN ', 'A '],
    ['', head],
  ] as const) {
    const { status, signal } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', probe, '--', start, again],
      { timeout: 30_000 },
    );
    assert.deepEqual({ status, signal }, { status: 0, signal: null }, JSON.stringify([start, again]));
  }
});
