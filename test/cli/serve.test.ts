import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { scratchFolder } from '../support/scratch.ts';
import { cliPath, marStudio } from './command-line.ts';

const skip = process.platform === 'win32' && 'Windows has no signals to send to one process';

interface Serving {
  readonly child: ChildProcess;
  /** All of standard output so far. */
  readonly said: () => string;
  readonly folder: string;
  readonly url: URL;
  readonly token: string;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** `mar-studio serve` in a folder of its own, up and running: it has printed its address. */
async function serve(t: TestContext, args: readonly string[] = [], env = {}): Promise<Serving> {
  const scratch = await scratchFolder(t);
  const folder = join(scratch, 'here');
  const temporary = join(scratch, 'tmp');
  for (const path of [folder, temporary]) await mkdir(path);
  await writeFile(join(folder, 'a.mar'), '');
  await writeFile(join(folder, 'b.mar'), '');
  const child = spawn(process.execPath, [cliPath, 'serve', ...args], {
    cwd: folder,
    env: { ...process.env, TMPDIR: temporary, MAR_STUDIO_STATE: join(scratch, 'state'), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'close');
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  while (!/#token=[\w-]{43}/.test(said) && child.exitCode === null)
    await Promise.race([once(child.stdout, 'data'), ended]);
  const url = new URL(/http:\/\/[^\s"]+/.exec(said)?.[0] ?? 'none:');
  const token = new URLSearchParams(url.hash.slice(1)).get('token') ?? '';
  const stop = async (signal: NodeJS.Signals = 'SIGINT') => {
    child.kill(signal);
    const [code] = await ended;
    assert.deepEqual(await readdir(temporary), [], 'something was left behind');
    return code;
  };
  return { child, said: () => said, folder: await realpath(folder), url, token, stop };
}

test('serve prints its address, what it can reach and how to end it, and ends with 0 leaving nothing', {
  skip,
}, async (t) => {
  const { said, folder, url, stop } = await serve(t);
  assert.equal(url.hostname, '127.0.0.1');
  assert.match(
    said(),
    /^MAR Studio runs on this computer only, at\n\n {2}http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}\n\n/,
  );
  assert.ok(said().includes(`It can reach ${folder} and what is dropped into it. Ctrl-C ends it.`));
  const answer = await fetch(url.origin);
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /<!doctype html>/i);
  assert.match(answer.headers.get('content-security-policy') ?? '', /^default-src 'none'/);
  assert.equal(await stop(), 0);
  await assert.rejects(fetch(url.origin));
});

test('SIGTERM ends it as well, with a window open and a file dropped', { skip }, async (t) => {
  const { url, token, stop } = await serve(t);
  const { origin, port } = url;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket`, { origin });
  await once(socket, 'open');
  socket.send(JSON.stringify({ token }));
  const answer = await fetch(`${origin}/upload/a.txt`, {
    method: 'PUT',
    body: 'dropped',
    headers: {
      Origin: origin,
      'Sec-Fetch-Site': 'same-origin',
      'Content-Type': 'application/octet-stream',
      'X-MAR-Studio-Token': token,
    },
  });
  assert.equal(answer.status, 201);
  socket.send(JSON.stringify({ id: 1, call: 'about', input: {} }));
  const [data] = await once(socket, 'message');
  const { grants, samples } = JSON.parse(data.toString()).output;
  // The folder that is served and the file that was dropped, beside the examples.
  assert.equal(grants.length - samples.length, 2);
  const closed = once(socket, 'close');
  assert.equal(await stop('SIGTERM'), 0);
  assert.equal((await closed)[0], 1001);
});

test('--json prints one document and nothing else', { skip }, async (t) => {
  const { said, folder, url, stop } = await serve(t, ['--json', 'a.mar']);
  assert.equal(await stop(), 0);
  const { schema, port, roots, url: printed, ...more } = JSON.parse(said());
  assert.deepEqual([schema, roots, more], ['mar-studio.serve/1', [folder], {}]);
  assert.equal(String(port), url.port);
  assert.equal(printed, url.href);
});

test('archives that are named are opened, and may be reached although they lie outside of the roots', {
  skip,
}, async (t) => {
  const outside = await scratchFolder(t);
  await writeFile(join(outside, 'c d.mar'), '');
  const { said, url, folder, stop } = await serve(t, ['a.mar', join(outside, 'c d.mar')]);
  const open = new URLSearchParams(url.hash.slice(1)).getAll('open');
  assert.deepEqual(open, [join(folder, 'a.mar'), join(outside, 'c d.mar')]);
  assert.match(said(), /, the archives named and what is dropped into it\./);
  const socket = new WebSocket(`ws://127.0.0.1:${url.port}/socket`, { origin: url.origin });
  await once(socket, 'open');
  socket.send(JSON.stringify({ token: new URLSearchParams(url.hash.slice(1)).get('token') }));
  socket.send(JSON.stringify({ id: 1, call: 'identify', input: { paths: open } }));
  const [data] = await once(socket, 'message');
  assert.deepEqual(
    JSON.parse(data.toString()).output.map(({ name }: { name: string }) => name),
    ['a.mar', 'c d.mar'],
  );
  assert.equal(await stop(), 0);
});

test('--open hands the browser a page of one use, and the token to no list of processes', {
  skip: process.platform !== 'linux' && 'xdg-open is how Linux does it',
}, async (t) => {
  const tools = await scratchFolder(t);
  const opened = join(tools, 'opened');
  await writeFile(
    join(tools, 'xdg-open'),
    `#!/bin/sh\nprintf '%s\\n' "$#" "$@" > '${opened}.part' && mv '${opened}.part' '${opened}'\n`,
    { mode: 0o755 },
  );
  const { url, token, stop } = await serve(t, ['--open', 'a.mar'], { PATH: `${tools}:${process.env.PATH}` });
  let text = '';
  while (text === '') {
    text = await readFile(opened, 'utf8').catch(() => '');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const [count, path = ''] = text.trim().split('\n');
  assert.equal(count, '1');
  assert.ok(!text.includes(token));
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal((await stat(dirname(path))).mode & 0o777, 0o700);
  const page = await readFile(path, 'utf8');
  const leads = /http-equiv="refresh" content="0;url=([^"]*)"/.exec(page)?.[1] ?? '';
  assert.equal(
    leads.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))),
    url.href,
  );

  // It goes with the first window, and is of no use to anybody after that.
  const socket = new WebSocket(`ws://127.0.0.1:${url.port}/socket`, { origin: url.origin });
  await once(socket, 'open');
  socket.send(JSON.stringify({ token }));
  while ((await stat(path).catch(() => null)) !== null)
    await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(await stop(), 0);
});

test('--open without a browser says so, and serves all the same', {
  skip: process.platform !== 'linux' && 'xdg-open is how Linux does it',
}, async (t) => {
  const empty = await scratchFolder(t);
  const { url, stop } = await serve(t, ['--open'], { PATH: empty });
  assert.equal((await fetch(url.origin)).status, 200);
  assert.equal(await stop(), 0);
});

test('--port listens there, and a port that is taken is a problem', { skip }, async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const cwd = await scratchFolder(t);
  const run = await marStudio(['serve', '--port', String(port), '--json'], { cwd, env: { TMPDIR: cwd } });
  assert.equal(run.code, 2);
  assert.equal(JSON.parse(run.stdout).code, 'PORT_TAKEN');
  assert.deepEqual(await readdir(cwd), []);

  other.close();
  await once(other, 'close');
  const { url, stop } = await serve(t, ['--port', String(port)]);
  assert.equal(url.port, String(port));
  assert.equal(await stop(), 0);
});

test('what can not be served is said before anything is: a root, an archive, a port, too many archives', async (t) => {
  const cwd = await scratchFolder(t);
  await copyFile(cliPath, join(cwd, 'file'));
  const fail = async (...args: string[]) => {
    const { code, stderr } = await marStudio(['serve', ...args], { cwd });
    assert.equal(code, 2, stderr);
    return stderr;
  };
  assert.match(await fail('--root', 'none'), /^error INPUT_MISSING: the root none does not exist/);
  assert.match(await fail('--root', 'file'), /^error USAGE: --root takes a folder/);
  assert.match(await fail('none.mar'), /^error INPUT_MISSING: the archive none.mar does not exist/);
  for (const port of ['65536', '-1', 'x', '1.5', '', ' 1'])
    assert.match(await fail(`--port=${port}`), /^error USAGE: --port takes a number/, port);
  assert.match(
    await fail('file', 'file', 'file'),
    /^error USAGE: serve opens one archive or compares two, and 3/,
  );
});
