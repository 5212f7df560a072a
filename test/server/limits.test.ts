import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultLimits, type HostLimits } from '../../server/limits.ts';
import { until } from '../support/until.ts';
import {
  answerOn,
  openSocket,
  type RunningHost,
  raw,
  request,
  startHost,
  uploadHeaders,
} from './running-host.ts';

async function start(t: TestContext, limits: Partial<HostLimits> = {}): Promise<RunningHost> {
  const running = await startHost({ limits });
  t.after(() => running.close());
  return running;
}

test('the limits are those that the security page names', () => {
  const { headerBytes, idleMs, connections, tokenMs } = defaultLimits;
  assert.deepEqual(
    { headerBytes, idleMs, connections, tokenMs },
    {
      headerBytes: 16 * 1024,
      idleMs: 30_000,
      connections: 64,
      tokenMs: 5_000,
    },
  );
});

test('a head of more than 16 KB is refused, in one line or in many', async (t) => {
  const { host } = await start(t);
  const long = await request(host.port, 'GET /', [`X: ${'x'.repeat(17 * 1024)}`]);
  assert.equal(long.status, 431);
  const many = await request(
    host.port,
    'GET /',
    Array.from({ length: 2000 }, (_, at) => `X-${at}: x`),
  );
  assert.equal(many.status, 431);
  assert.equal((await request(host.port, `GET /${'x'.repeat(20_000)}`)).status, 431);
  assert.equal((await request(host.port, 'GET /', [`X: ${'x'.repeat(8 * 1024)}`])).status, 200);
});

test('a connection that says nothing is ended', async (t) => {
  const { host } = await start(t, { idleMs: 150 });
  const { status } = await answerOn(await openSocket(host.port));
  assert.ok(status === 0 || status === 408);
});

test('a head that comes byte by byte is ended, although it never pauses', { timeout: 60_000 }, async (t) => {
  const { host } = await start(t, { idleMs: 400 });
  const socket = await openSocket(host.port);
  const answer = answerOn(socket);
  socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nX-Slow: `);
  while (socket.writable) {
    socket.write('x');
    await sleep(20);
  }
  // 0 where this machine was so slow that the connection seemed idle.
  const { status } = await answer;
  assert.ok(status === 408 || status === 0, `${status}`);
});

test('a length that nobody has is refused, and so is a body where none belongs', async (t) => {
  const running = await start(t);
  const { port } = running.host;
  const headers = uploadHeaders(running);
  const put = (length: string) =>
    request(port, 'PUT /upload/a.mar', [...headers, `Content-Length: ${length}`]);
  assert.equal((await put('9007199254740991')).status, 413);
  for (const length of [
    '18446744073709551616',
    '99999999999999999999999999',
    '-1',
    '1e3',
    '0x10',
    '1, 2',
    'x',
  ])
    assert.equal((await put(length)).status, 400, length);
  const both = [...headers, 'Content-Length: 3', 'Transfer-Encoding: chunked'];
  assert.equal((await request(port, 'PUT /upload/a.mar', both, '0\r\n\r\n')).status, 400);
  assert.equal((await request(port, 'GET /', ['Content-Length: 9007199254740991'])).status, 413);
  assert.equal((await request(port, 'GET /', ['Transfer-Encoding: chunked'], '0\r\n\r\n')).status, 413);
});

test('what is sent without the token is refused while it is still coming', async (t) => {
  const running = await start(t);
  const headers = uploadHeaders(running).slice(0, 3);
  const answer = await request(running.host.port, 'PUT /upload/a.mar', [
    ...headers,
    'Content-Length: 1000000000',
  ]);
  assert.equal(answer.status, 401);
  assert.match(answer.head, /^Connection: close\r$/m);
});

test('who asks whether to go on is told not to', async (t) => {
  const running = await start(t);
  const headers = [...uploadHeaders(running), 'Content-Length: 5', 'Expect: 100-continue'];
  assert.equal((await request(running.host.port, 'PUT /upload/a.mar', headers)).status, 417);
  assert.equal((await request(running.host.port, 'GET /', ['Expect: everything'])).status, 417);
});

test('what is no HTTP gets a short answer and no more', async (t) => {
  const { host } = await start(t);
  for (const bytes of [
    '\r\n\r\nGET\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00',
    'GET / HTTP/9.9\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ]) {
    const { status, head } = await raw(host.port, bytes);
    assert.equal(status, 400, JSON.stringify(bytes));
    assert.match(head, /nosniff/);
  }
});

test('the 65th connection is not taken, and the next one is as soon as one has ended', async (t) => {
  const { host } = await start(t);
  const sockets: Socket[] = [];
  for (let count = 0; count < 64; count++) sockets.push(await openSocket(host.port));
  assert.equal((await request(host.port, 'GET /').catch(() => ({ status: 0 }))).status, 0);
  const [first, second, ...others] = sockets;
  for (const socket of [first, second]) {
    socket?.end(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nConnection: close\r\n\r\n`);
    socket?.resume();
    if (socket !== undefined) await once(socket, 'close');
  }
  // The server hears of an end a little later than we do.
  await until(async () => (await request(host.port, 'GET /').catch(() => ({ status: 0 }))).status, 200);
  for (const socket of others) socket.destroy();
});
