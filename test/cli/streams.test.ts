import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { scratchFolder } from '../support/scratch.ts';
import { cliPath, marStudio, recipePath } from './command-line.ts';

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs with a standard output that nobody reads any more. */
function withClosedReader(args: readonly string[], cwd: string): Promise<Ended> {
  const child = spawn(process.execPath, [cliPath, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stderr }));
  });
}

test('a reader that has seen enough of the help, the plan or the result is no error', async (t) => {
  const cwd = await scratchFolder(t);
  const pack = ['pack', '--recipe', recipePath];
  for (const args of [['--help'], ['pack', '--help'], [...pack, '--dry-run'], pack]) {
    assert.deepEqual(await withClosedReader(args, cwd), { code: 0, stderr: '' }, args.join(' '));
  }
  assert.deepEqual(await readdir(cwd), ['digits.mar']);
});

test('a reader that leaves a streamed archive is an error, because the archive is not whole', async (t) => {
  const cwd = await scratchFolder(t);
  const { code, stderr } = await withClosedReader(['pack', '--recipe', recipePath, '--output', '-'], cwd);
  assert.equal(code, 2);
  assert.match(stderr, /^error OUTPUT_CLOSED: .*\nhint: .*\n$/);
});

test('a full standard output is an error', {
  skip: !existsSync('/dev/full') && 'there is no /dev/full here',
}, async (t) => {
  const cwd = await scratchFolder(t);
  const full = await open('/dev/full', 'w');
  t.after(() => full.close());
  for (const more of [['--dry-run'], ['--output', '-']]) {
    const child = spawn(process.execPath, [cliPath, 'pack', '--recipe', recipePath, ...more], {
      cwd,
      stdio: ['ignore', full.fd, 'pipe'],
    });
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    assert.equal(await new Promise((resolve) => child.once('close', resolve)), 2);
    assert.match(said, /^error IO_\w+: /);
  }
});

test('progress as JSON never goes back, comes at most ten times a second, and ends complete', async (t) => {
  const cwd = await scratchFolder(t);
  const handle = await open(join(cwd, 'weights.pt'), 'w');
  await handle.truncate(512 * 1024 ** 2);
  await handle.close();
  const args = ['pack', '--model-name', 'm', '-v', '1', '--handler', 'base_handler'];
  const started = performance.now();
  const { code, stdout, stderr } = await marStudio(
    [...args, '--serialized-file', 'weights.pt', '--json', '--progress', 'json'],
    { cwd },
  );
  const seconds = (performance.now() - started) / 1000;
  assert.equal(code, 0);
  JSON.parse(stdout);
  const events = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.ok(events.length >= 2);
  // The first and the last one come whenever they come.
  assert.ok(events.length <= 10 * seconds + 2, `${events.length} events in ${seconds} s`);
  for (let i = 1; i < events.length; i++) assert.ok(events[i].doneBytes >= events[i - 1].doneBytes);
  const last = events.at(-1);
  assert.equal(last.doneBytes, last.totalBytes);
});

test('nothing but the result is written where nobody looks, or where --quiet asks for it', async (t) => {
  const cwd = await scratchFolder(t);
  for (const more of [[], ['--quiet'], ['-q', '--progress', 'json']]) {
    const { code, stderr } = await marStudio(['pack', '--recipe', recipePath, '--force', ...more], { cwd });
    assert.deepEqual([code, stderr], [0, '']);
  }
});

test('colours are for terminals, and FORCE_COLOR, NO_COLOR and --no-color are obeyed in that order', async () => {
  const colored = async (env: Record<string, string>, ...more: string[]) =>
    (await marStudio(['--help', ...more], { env })).stdout.includes('\u001b[');
  assert.equal(await colored({}), false);
  assert.equal(await colored({ FORCE_COLOR: '1' }), true);
  assert.equal(await colored({ FORCE_COLOR: '0' }), false);
  assert.equal(await colored({ FORCE_COLOR: '1', NO_COLOR: '1' }), false);
  assert.equal(await colored({ FORCE_COLOR: '1' }, '--no-color'), false);
});
