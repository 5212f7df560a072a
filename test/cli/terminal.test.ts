import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { onPath } from '../support/commands.ts';
import { scratchFolder } from '../support/scratch.ts';
import { cliPath, recipePath } from './command-line.ts';

const python = onPath('python3');
const skip =
  (process.platform === 'win32' || python === null) && 'a terminal is made with Python on Linux or macOS';

/** Runs a command with standard output and error on a terminal of that width; prints what the terminal saw. */
const onTerminal = `
import fcntl, os, pty, struct, sys, termios
columns, *command = sys.argv[1:]
parent, child = pty.openpty()
fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 40, int(columns), 0, 0))
pid = os.fork()
if pid == 0:
    os.dup2(child, 1)
    os.dup2(child, 2)
    os.execv(command[0], command)
os.close(child)
while True:
    try:
        data = os.read(parent, 65536)
    except OSError:
        break
    if not data:
        break
    os.write(1, data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

function seenOnTerminal(
  columns: number,
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly seen: string }> {
  const { NO_COLOR, FORCE_COLOR, ...inherited } = process.env;
  const command = [process.execPath, cliPath, ...args];
  const child = spawn(python as string, ['-c', onTerminal, String(columns), ...command], {
    cwd,
    env: { ...inherited, TERM: 'xterm-256color', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let seen = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    seen += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, seen }));
  });
}

async function modelOf(
  t: TestContext,
  bytes: number,
): Promise<{ readonly cwd: string; readonly args: readonly string[] }> {
  const cwd = await scratchFolder(t);
  const handle = await open(join(cwd, 'weights.pt'), 'w');
  await handle.truncate(bytes);
  await handle.close();
  const args = ['pack', '--model-name', 'm', '-v', '1', '--handler', 'base_handler'];
  return { cwd, args: [...args, '--serialized-file', 'weights.pt'] };
}

for (const columns of [20, 40, 80, 200]) {
  test(`on ${columns} columns the bar never wraps, shows the share, and is gone at the end`, {
    skip,
  }, async (t) => {
    const { cwd, args } = await modelOf(t, 120 * 1024 ** 2);
    const { code, seen } = await seenOnTerminal(columns, cwd, args);
    assert.equal(code, 0, seen);
    const frames = seen.split('\r\u001b[K');
    assert.ok(frames.length > 3, 'the bar was drawn');
    for (const frame of frames.slice(1, -1)) {
      assert.ok(frame.length < columns, `${frame.length} columns: ${frame}`);
      assert.ok(!frame.includes('\n'));
    }
    assert.match(frames[1] ?? '', /^plan/);
    assert.ok(frames.some((frame) => /\d %/.test(frame)));
    // What follows the last clearing is the summary, and no bar.
    assert.doesNotMatch(frames.at(-1) ?? '', /[█░]/);
    assert.match(frames.at(-1) ?? '', /Packed m 1/);
  });
}

test('--quiet, --progress json and a dumb terminal draw no bar', { skip }, async (t) => {
  const { cwd, args } = await modelOf(t, 20 * 1024 ** 2);
  const quiet = await seenOnTerminal(80, cwd, [...args, '--force', '--quiet']);
  const json = await seenOnTerminal(80, cwd, [...args, '--force', '--progress', 'json']);
  const dumb = await seenOnTerminal(80, cwd, [...args, '--force'], { TERM: 'dumb' });
  for (const { code, seen } of [quiet, json, dumb]) {
    assert.equal(code, 0);
    assert.ok(!seen.includes('\r\u001b[K'));
  }
});

test('a terminal gets colours, unless it is told not to or is dumb', { skip }, async (t) => {
  const cwd = await scratchFolder(t);
  const colored = async (args: readonly string[], env?: Record<string, string>) =>
    (await seenOnTerminal(80, cwd, args, env)).seen.includes('\u001b[1m');
  assert.equal(await colored(['--help']), true);
  assert.equal(await colored(['--help', '--no-color']), false);
  assert.equal(await colored(['--help'], { NO_COLOR: '1' }), false);
  assert.equal(await colored(['--help'], { TERM: 'dumb' }), false);
});

test('an archive is not streamed to a terminal', { skip }, async (t) => {
  const cwd = await scratchFolder(t);
  const { code, seen } = await seenOnTerminal(80, cwd, ['pack', '--recipe', recipePath, '--output', '-']);
  assert.equal(code, 2);
  assert.match(seen, /error USAGE:.*terminal/);
  assert.ok(!seen.includes('PK'));
});
