import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { defaultLimits, type HostLimits } from '../../server/limits.ts';
import { until } from '../support/until.ts';
import {
  answerOn,
  endOfSocket,
  openSocket,
  openWindow,
  type RunningHost,
  request,
  startHost,
} from './running-host.ts';

async function start(t: TestContext, limits: Partial<HostLimits> = {}): Promise<RunningHost> {
  const running = await startHost({ limits });
  t.after(() => running.close());
  return running;
}

const tokenOf = ({ host }: RunningHost) => JSON.stringify({ token: host.token.text });

test('a window that shows the token is answered, and told that it holds the roots', async (t) => {
  const running = await start(t);
  const window = await openWindow(running);
  const about = await window.call('about', {});
  assert.deepEqual(about.grants, [{ path: running.root, isFolder: true }]);
  window.close();
});

test('what is not granted is refused by a call itself, whatever leads there', async (t) => {
  const running = await start(t);
  const window = await openWindow(running);
  const refused = { code: 'PATH_NOT_GRANTED' };
  for (const path of ['/etc/passwd', join(running.root, '..', 'secret.txt'), `${running.root}/../secret.txt`])
    await assert.rejects(window.call('inspect', { path }), refused, path);
  await assert.rejects(window.call('listFolder', { path: '/' }), refused);
  await assert.rejects(
    window.call('readBytes', { path: '/etc/passwd', entry: null, offset: 0, length: 9 }),
    refused,
  );
  await writeFile(join(running.root, 'mine.txt'), 'x');
  const { items } = await window.call('listFolder', { path: running.root });
  assert.deepEqual(
    items.map(({ name }) => name),
    ['mine.txt'],
  );
});

test('a WebSocket of no page, of another page, or elsewhere than at /socket is not opened', async (t) => {
  const running = await start(t);
  const { origin } = running;
  assert.equal(await endOfSocket(running, {}), 403);
  assert.equal(await endOfSocket(running, { Origin: 'null' }), 403);
  assert.equal(await endOfSocket(running, { Origin: 'http://attacker.example' }), 403);
  assert.equal(await endOfSocket(running, { Origin: origin, Host: 'attacker.example' }), 421);
  assert.equal(await endOfSocket(running, { Origin: origin, 'Sec-Fetch-Site': 'cross-site' }), 403);
  for (const path of ['/', '/socket/', '/socket?token=x', '/index.html', '/%73ocket'])
    assert.equal(await endOfSocket(running, { Origin: origin }, path), 404, path);
  assert.equal((await request(running.host.port, 'GET /socket')).status, 404);
});

test('a wrong token ends the connection, in every form that is no token', async (t) => {
  const running = await start(t);
  const headers = { Origin: running.origin };
  const { text } = running.host.token;
  for (const message of [
    '{}',
    'null',
    '"x"',
    '',
    '{"token"',
    text,
    JSON.stringify({ token: '' }),
    JSON.stringify({ token: text.slice(1) }),
    JSON.stringify({ token: [text] }),
    JSON.stringify({ token: { length: text.length } }),
    JSON.stringify({ id: 1, call: 'about', input: {}, token: null }),
    Buffer.from(JSON.stringify({ token: text })),
  ])
    assert.equal(await endOfSocket(running, headers, '/socket', (socket) => socket.send(message)), 4401);
});

test('nothing is answered before the token, and nothing after a wrong one', async (t) => {
  const running = await start(t);
  const said: string[] = [];
  const code = await endOfSocket(running, { Origin: running.origin }, '/socket', (socket) => {
    socket.on('message', (data) => said.push(data.toString()));
    socket.send(JSON.stringify({ token: 'no' }));
    socket.send(tokenOf(running));
    socket.send(JSON.stringify({ id: 1, call: 'about', input: {} }));
  });
  assert.deepEqual([code, said], [4401, []]);
});

test('who guesses tokens has to wait, and so does everybody', async (t) => {
  // However slow the machine, all guesses come within the window.
  t.mock.method(performance, 'now', () => 1000);
  const running = await start(t);
  const guess = (message: string) =>
    endOfSocket(running, { Origin: running.origin }, '/socket', (socket) => socket.send(message));
  for (let count = 0; count < 30; count++) assert.equal(await guess('{}'), 4401);
  assert.equal(await guess('{}'), 4429);
  assert.equal(await guess(tokenOf(running)), 4429);
});

test('a token that does not come in time ends the connection', async (t) => {
  const running = await start(t, { tokenMs: 50 });
  assert.equal(await endOfSocket(running, { Origin: running.origin }), 4408);
});

test('a token in time keeps the connection for longer than that', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const running = await start(t);
  const window = await openWindow(running);
  // Whoever is answered was let in.
  await window.call('about', {});
  t.mock.timers.tick(2 * defaultLimits.tokenMs);
  assert.equal((await window.call('about', {})).grants.length, 1);
  window.close();
});

test('a message that is too long, or none of text, ends the connection', async (t) => {
  const running = await start(t, { frameBytes: 4096 });
  const endAfter = (message: string | Buffer) =>
    endOfSocket(running, { Origin: running.origin }, '/socket', (socket) => {
      socket.send(tokenOf(running));
      socket.send(message);
    });
  assert.equal(await endAfter('x'.repeat(4097)), 1009);
  assert.equal(await endAfter(Buffer.from('{}')), 1003);
  const first = await endOfSocket(running, { Origin: running.origin }, '/socket', (socket) =>
    socket.send('x'.repeat(4097)),
  );
  assert.equal(first, 1009);
});

test('a frame that only claims to be large is refused before it comes', async (t) => {
  const running = await start(t);
  const socket = await openSocket(running.host.port);
  const lines = [
    'GET /socket HTTP/1.1',
    `Host: 127.0.0.1:${running.host.port}`,
    `Origin: ${running.origin}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await once(socket, 'readable');
  // Final, text, masked, with a length of 2^40 in eight bytes.
  socket.write(Buffer.from([0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4]));
  const { status } = await answerOn(socket);
  assert.equal(status, 101);
});

test('nothing is compressed on the way, though the browser offers to', async (t) => {
  const running = await start(t);
  const socket = new WebSocket(`ws://127.0.0.1:${running.host.port}/socket`, { origin: running.origin });
  await once(socket, 'open');
  assert.equal(socket.extensions, '');
  socket.terminate();
});

test('a window that reads nothing is ended before it fills the memory, and another one notices nothing', {
  timeout: 60_000,
}, async (t) => {
  const running = await start(t, { unreadBeforeEnding: 1024 ** 2 });
  await writeFile(join(running.root, 'large.bin'), Buffer.alloc(1024 ** 2));
  const window = await openWindow(running);
  const other = await openWindow(running);
  window.socket.pause();
  const path = join(running.root, 'large.bin');
  const ended = once(window.socket, 'close');
  for (let count = 0; count < 40; count++) {
    window.call('readBytes', { path, entry: null, offset: 0, length: 1024 ** 2 }).catch(() => {});
  }
  // Asked last and by another window, so it is answered when most of the above has been.
  assert.equal((await other.call('readBytes', { path, entry: null, offset: 0, length: 9 })).size, 1024 ** 2);
  await until(() => running.host.openWindows, 1);
  window.socket.resume();
  await ended;
  assert.equal((await other.call('about', {})).grants.length, 1);
  other.close();
});

test('a window that does not answer a ping is ended, and not after the first', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const running = await start(t);
  const window = await openWindow(running);
  window.socket.pause();
  t.mock.timers.tick(2 * defaultLimits.idleMs);
  assert.equal(running.host.openWindows, 1);
  t.mock.timers.tick(defaultLimits.idleMs);
  await until(() => running.host.openWindows, 0);
  window.close();
});

test('a window that answers pings stays, however long it says nothing', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const running = await start(t);
  const window = await openWindow(running);
  for (let asked = 0; asked < 5; asked++) {
    const pinged = once(window.socket, 'ping');
    t.mock.timers.tick(defaultLimits.idleMs);
    await pinged;
    // It goes behind the answer to the ping, which has come when this is answered.
    assert.equal((await window.call('about', {})).grants.length, 1);
  }
  window.close();
});

test('the end of the server ends its windows, with the code for going away', async () => {
  const running = await startHost();
  const window = await openWindow(running);
  const ended = once(window.socket, 'close');
  await running.close();
  assert.equal((await ended)[0], 1001);
  await assert.rejects(openSocket(running.host.port));
});
