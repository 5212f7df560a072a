import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { cliPath, marStudio, root } from './command-line.ts';
import { assertMisuse, packedModel } from './packed-model.ts';

test('an entry comes out byte for byte, with nothing else', async (t) => {
  const { archive } = await packedModel(t);
  for (const name of ['digits.pt', 'handler.py']) {
    const run = await marStudio(['cat', archive, name]);
    assert.equal(run.code, 0);
    assert.equal(run.stderr, '');
    assert.deepEqual(run.bytes, await readFile(join(root, 'examples', 'digits', name)));
  }
});

test('a missing entry is met with the nearest name', async (t) => {
  const { archive } = await packedModel(t);
  const run = await marStudio(['cat', archive, 'handlr.py']);
  assert.equal(run.code, 2);
  assert.equal(run.stdout, '');
  assert.match(run.stderr, /^error ENTRY_MISSING: .*\nhint: did you mean handler\.py\?\n$/);
});

test('a reader that goes away is no failure', async (t) => {
  const { archive } = await packedModel(t);
  const child = spawn(process.execPath, [cliPath, 'cat', archive, 'digits.pt'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  await new Promise((resolve) => child.once('close', resolve));
  assert.doesNotMatch(said, /INTERNAL|\n\s+at /);
});

test('misuse is told', async (t) => {
  const { archive, cwd } = await packedModel(t);
  await assertMisuse(
    {
      'no entry': { args: ['cat', archive], says: /an archive and one entry/ },
      'two entries': { args: ['cat', archive, 'a', 'b'], says: /one entry/ },
    },
    cwd,
  );
  const json = await marStudio(['cat', archive, 'handler.py', '--json']);
  assert.equal(json.code, 2);
  assert.equal(JSON.parse(json.stdout).code, 'USAGE');
  assert.doesNotMatch((await marStudio(['cat', '--help'])).stdout, /--json/);
});
