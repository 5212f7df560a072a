import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostLimits } from '../../server/limits.ts';
import {
  type Answer,
  answerOn,
  openSocket,
  openWindow,
  type RunningHost,
  request,
  startHost,
  uploadHeaders,
} from './running-host.ts';

async function start(t: TestContext, limits: Partial<HostLimits> = {}): Promise<RunningHost> {
  const running = await startHost({ limits });
  t.after(() => running.close());
  return running;
}

function upload(running: RunningHost, name: string, body: string): Promise<Answer> {
  const headers = [...uploadHeaders(running), `Content-Length: ${body.length}`];
  return request(running.host.port, `PUT /upload/${name}`, headers, body);
}

const files = (folder: string) => readdir(folder, { recursive: true });

test('a dropped file lies in a private folder, whole, and may be named from then on', async (t) => {
  const running = await start(t);
  const answer = await upload(running, 'a%20b%C3%BC.txt', 'content');
  assert.equal(answer.status, 201);
  assert.match(answer.head, /^Content-Type: application\/json/m);
  const { path } = JSON.parse(answer.body);
  assert.equal(basename(path), 'a bü.txt');
  assert.equal(await readFile(path, 'utf8'), 'content');
  if (process.platform !== 'win32') {
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    for (let folder = dirname(path), depth = 0; depth < 3; folder = dirname(folder), depth++)
      assert.equal((await stat(folder)).mode & 0o777, 0o700, folder);
  }

  const window = await openWindow(running);
  const bytes = await window.call('readBytes', { path, entry: null, offset: 0, length: 100 });
  assert.equal(Buffer.from(bytes.base64, 'base64').toString(), 'content');
  await assert.rejects(window.call('listFolder', { path: dirname(path) }), { code: 'PATH_NOT_GRANTED' });
  window.close();
});

test('two files of one name are two files', async (t) => {
  const running = await start(t);
  const paths = [];
  for (const body of ['first', 'second']) {
    paths.push(JSON.parse((await upload(running, 'model.mar', body)).body).path);
  }
  assert.notEqual(paths[0], paths[1]);
  assert.equal(await readFile(paths[0], 'utf8'), 'first');
  assert.equal(await readFile(paths[1], 'utf8'), 'second');
});

test('a file without a byte is a file', async (t) => {
  const running = await start(t);
  const { status, body } = await upload(running, 'empty.mar', '');
  assert.equal(status, 201);
  assert.equal((await stat(JSON.parse(body).path)).size, 0);
});

test('a name that is more than a name is refused, and nothing is written', async (t) => {
  const running = await start(t);
  for (const name of [
    '',
    '.',
    '..',
    '%2e%2e',
    '..%2f..%2fevil',
    '%2fetc%2fpasswd',
    'a/b',
    'a%2fb',
    'a%5cb',
    '..%5cevil',
    'a%00.mar',
    'a%0a',
    'C%3A%5Cevil',
    'C%3Aevil',
    '%ff',
    '%',
    'x'.repeat(256),
  ]) {
    const { status, body } = await upload(running, name, 'x');
    assert.equal(status, 400, name);
    assert.equal(JSON.parse(body).code, 'UPLOAD_NAME', name);
  }
  assert.deepEqual(await files(running.host.uploadFolder), []);
});

test('what was dropped has a limit, all of it together, and a limit of its number', async (t) => {
  const running = await start(t, { uploadBytes: 10, uploads: 3 });
  assert.equal((await upload(running, 'a', '123456')).status, 201);
  const { status, body } = await upload(running, 'b', '12345');
  assert.equal(status, 413);
  assert.deepEqual([JSON.parse(body).code, JSON.parse(body).path], ['UPLOAD_TOO_LARGE', 'b']);
  assert.match(body, /has 5 bytes, and 4 more are taken/);
  assert.equal((await upload(running, 'c', '1234')).status, 201);
  assert.equal((await upload(running, 'd', '')).status, 201);
  assert.equal(JSON.parse((await upload(running, 'e', '')).body).code, 'UPLOAD_TOO_MANY');
  assert.equal((await files(running.host.uploadFolder)).length, 6);
});

test('several at once are counted before they have come', async (t) => {
  const running = await start(t, { uploadBytes: 10 });
  const first = await openSocket(running.host.port);
  const head = ['PUT /upload/slow HTTP/1.1', `Host: 127.0.0.1:${running.host.port}`, 'Content-Length: 8'];
  first.write(`${[...head, 'Connection: close', ...uploadHeaders(running)].join('\r\n')}\r\n\r\n1234`);
  const answer = answerOn(first);
  while ((await files(running.host.uploadFolder)).length === 0) await sleep(10);
  assert.equal((await upload(running, 'second', '123')).status, 413);
  first.write('5678');
  assert.equal((await answer).status, 201);
});

test('an upload that is broken off leaves nothing, and gives its room back', async (t) => {
  const running = await start(t, { uploadBytes: 10 });
  const socket = await openSocket(running.host.port);
  const head = ['PUT /upload/broken HTTP/1.1', `Host: 127.0.0.1:${running.host.port}`, 'Content-Length: 10'];
  socket.write(`${[...head, ...uploadHeaders(running)].join('\r\n')}\r\n\r\n12345`);
  while ((await files(running.host.uploadFolder)).length < 2) await sleep(10);
  socket.destroy();
  while ((await files(running.host.uploadFolder)).length > 0) await sleep(10);
  assert.equal((await upload(running, 'next', '1234567890')).status, 201);
});

test('an upload that stands still is ended, and leaves nothing', async (t) => {
  const running = await start(t, { idleMs: 200 });
  const socket = await openSocket(running.host.port);
  const head = ['PUT /upload/still HTTP/1.1', `Host: 127.0.0.1:${running.host.port}`, 'Content-Length: 10'];
  socket.write(`${[...head, ...uploadHeaders(running)].join('\r\n')}\r\n\r\n12345`);
  if (!socket.closed) await once(socket.resume(), 'close');
  while ((await files(running.host.uploadFolder)).length > 0) await sleep(10);
});

test('the end of the server breaks off what is coming, and removes all that came', async () => {
  const running = await startHost();
  const { uploadFolder, port } = running.host;
  await upload(running, 'whole', 'x');
  const socket = await openSocket(port);
  const head = ['PUT /upload/half HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Content-Length: 10'];
  socket.write(`${[...head, ...uploadHeaders(running)].join('\r\n')}\r\n\r\n12345`);
  while ((await files(uploadFolder)).length < 4) await sleep(10);
  await running.close();
  await assert.rejects(stat(dirname(uploadFolder)), { code: 'ENOENT' });
  socket.destroy();
});

test('a length has to be told beforehand', async (t) => {
  const running = await start(t);
  const headers = [...uploadHeaders(running), 'Transfer-Encoding: chunked'];
  const { status } = await request(running.host.port, 'PUT /upload/a', headers, '1\r\nx\r\n0\r\n\r\n');
  assert.equal(status, 411);
  assert.deepEqual(await files(running.host.uploadFolder), []);
});
