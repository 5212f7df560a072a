import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { scratchFolder } from '../support/scratch.ts';
import { until } from '../support/until.ts';
import { cliPath, marStudio } from './command-line.ts';

const skip = process.platform === 'win32' && 'Windows has no signals to send to one process';

/** A model that takes a while: its weights are a hole of 3 GiB, which costs no disk to read. */
async function largeModel(
  t: TestContext,
): Promise<{ readonly cwd: string; readonly args: readonly string[] }> {
  const cwd = await scratchFolder(t);
  const handle = await open(join(cwd, 'weights.pt'), 'w');
  await handle.truncate(3 * 1024 ** 3);
  await handle.close();
  const args = ['pack', '--model-name', 'm', '-v', '1', '--handler', 'base_handler'];
  return {
    cwd,
    args: [...args, '--serialized-file', 'weights.pt', '--compression', 'deflate', '--level', '9'],
  };
}

const started = /"phase":"write","doneBytes":\d{7,}/;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} in the middle ends with 130 and leaves nothing, the old archive untouched`, {
    skip,
  }, async (t) => {
    const { cwd, args } = await largeModel(t);
    await mkdir(join(cwd, 'store'));
    await writeFile(join(cwd, 'store', 'm.mar'), 'old');
    let sent = false;
    const run = await marStudio([...args, '--export-path', 'store', '--force', '--progress', 'json'], {
      cwd,
      onStderr: (said, child) => {
        if (sent || !started.test(said)) return;
        sent = true;
        child.kill(signal);
      },
    });
    assert.ok(sent);
    assert.equal(run.code, 130);
    assert.equal(run.stdout, '');
    assert.match(run.stderr, /^error CANCELLED: .*\nhint: .*\n$/m);
    assert.deepEqual(await readdir(join(cwd, 'store')), ['m.mar']);
    assert.equal(await readFile(join(cwd, 'store', 'm.mar'), 'utf8'), 'old');
  });
}

test('a cancelled job also takes back the folder it made, and --json says CANCELLED', { skip }, async (t) => {
  const { cwd, args } = await largeModel(t);
  const run = await marStudio([...args, '--export-path', 'new/store', '--json', '--progress=json'], {
    cwd,
    onStderr: (said, child) => {
      if (started.test(said)) child.kill('SIGINT');
    },
  });
  assert.equal(run.code, 130);
  assert.deepEqual(await readdir(cwd), ['weights.pt']);
  if (run.stdout !== '') assert.equal(JSON.parse(run.stdout).code, 'CANCELLED');
});

test('cancelling does not wait for a reader that takes nothing more', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const { cwd, args } = await largeModel(t);
  // Full at level 1 long before the end of the work.
  const child = spawn(process.execPath, [cliPath, ...args, '--level', '1', '--output', '-'], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  // Takes as much as a stream takes that nobody reads from, and then nothing.
  child.stdout.on('readable', () => {});
  await until(() => child.stdout.readableLength >= child.stdout.readableHighWaterMark);
  child.kill('SIGINT');
  // Whoever waited for the reader would do so for ever.
  assert.equal(await ended, 130);
  await until(() => said, /error CANCELLED/);
});
