import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { readStaticFiles } from '../../server/static-files.ts';
import { scratchFolder } from '../support/scratch.ts';
import { type RunningHost, raw, request, startHost } from './running-host.ts';

let running: RunningHost;
let port: number;
before(async () => {
  running = await startHost();
  port = running.host.port;
});
after(() => running.close());

test('built files come with their types, their whole length and no more; HEAD leaves the body out', async () => {
  const script = await request(port, 'GET /assets/main.js');
  assert.equal(script.body, 'export {};');
  assert.match(script.head, /^Content-Type: text\/javascript; charset=utf-8\r$/m);
  const head = await request(port, 'HEAD /assets/main.js');
  assert.deepEqual([head.status, head.body], [200, '']);
  assert.match(head.head, /^Content-Length: 10\r$/m);
});

test('no path leads out of the list: not with dots, however they are written, nor as a URL', async () => {
  const targets = [
    '/..',
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/assets/../index.html',
    '/./index.html',
    '//index.html',
    '/assets/',
    '/assets',
    '/%2e%2e/secret.txt',
    '/%2E%2E%2Fsecret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '/%252e%252e/secret.txt',
    '/index.html%00',
    '/index%2ehtml',
    '/index.html?x',
    '/index.html;x',
    '/INDEX.HTML',
    '/notes.unknown',
    '/etc/passwd',
    '//etc/passwd',
    `http://127.0.0.1:1/index.html`,
    'http://attacker.example/index.html',
    'index.html',
    '*',
    '/__proto__',
    '/constructor',
  ];
  for (const target of targets) {
    const { status, body } = await request(port, `GET ${target}`);
    assert.ok(status === 404 || status === 400, `${target}: ${status}`);
    assert.doesNotMatch(body, /outside|anybody|root:/, target);
  }
  const own = `http://127.0.0.1:${port}/index.html`;
  assert.equal((await request(port, `GET ${own}`)).status, 404);
});

test('bytes that belong into no address are refused', async () => {
  for (const target of ['/index.html\0', '/\x01', '/a b', '/\xff\xfe']) {
    const { status } = await raw(
      port,
      `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
    );
    assert.ok(status === 400 || status === 404, `${JSON.stringify(target)}: ${status}`);
  }
});

test('a link among the built files is not followed, and what has no known type is not given', async (t) => {
  const folder = await scratchFolder(t);
  await mkdir(join(folder, 'built', 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret.js'), 'x');
  await writeFile(join(folder, 'built', 'index.html'), 'x');
  await writeFile(join(folder, 'built', 'assets', 'a.css'), 'x');
  await writeFile(join(folder, 'built', '.env'), 'x');
  await symlink('../secret.js', join(folder, 'built', 'link.js'));
  const files = await readStaticFiles(join(folder, 'built'));
  assert.deepEqual([...files.keys()].sort(), ['/', '/assets/a.css', '/index.html']);
});

test('an interface that was not built is a problem, and not a server without a page', async (t) => {
  await assert.rejects(readStaticFiles(join(await scratchFolder(t), 'none')), { code: 'INTERFACE_MISSING' });
});
