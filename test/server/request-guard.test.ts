import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import {
  type Answer,
  endOfSocket,
  type RunningHost,
  raw,
  request,
  startHost,
  uploadHeaders,
} from './running-host.ts';

let running: RunningHost;
let port: number;
before(async () => {
  running = await startHost();
  port = running.host.port;
});
after(() => running.close());

const get = (hosts: readonly string[], target = '/') =>
  raw(port, [`GET ${target} HTTP/1.1`, ...hosts, 'Connection: close', '', ''].join('\r\n'));

/** What no answer of ours may ever say or leave out. */
function assertGuarded({ head }: Answer, what: string): void {
  assert.match(head, /^Content-Security-Policy: default-src 'none'; script-src 'self'; /m, what);
  for (const line of [
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    'Referrer-Policy: no-referrer',
    'Cross-Origin-Opener-Policy: same-origin',
    'Cross-Origin-Resource-Policy: same-origin',
    'X-Frame-Options: DENY',
  ])
    assert.ok(head.includes(`\r\n${line}`), `${what}: ${line}`);
  assert.doesNotMatch(head, /access-control|set-cookie|x-powered-by/i, what);
}

test('the page is given under each of the three names of this computer, with every header', async () => {
  for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
    const answer = await get([`Host: ${name}:${port}`]);
    assert.equal(answer.status, 200, name);
    assert.equal(answer.body, '<!doctype html><title>MAR Studio</title>');
    assertGuarded(answer, name);
  }
});

test('nothing in the policy lets a page load, embed or make markup from what is not ours', async () => {
  const { head } = await request(port, 'GET /');
  const policy = /^Content-Security-Policy: (.*)$/m.exec(head)?.[1] ?? '';
  for (const rule of ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'", "object-src 'none'"])
    assert.ok(policy.includes(rule), rule);
  assert.match(policy, /require-trusted-types-for 'script'/);
  assert.doesNotMatch(policy, /unsafe|https?:|\*|blob:/);
});

test('any other name is refused with 421: as a rebound page, a proxy or a forger would send it', async () => {
  const hosts: Readonly<Record<string, readonly string[]>> = {
    'another name': [`Host: attacker.example:${port}`],
    'a name that was let point here': [`Host: 127.0.0.1.nip.io:${port}`],
    'no name': [],
    'an empty name': ['Host:'],
    'the name twice': [`Host: 127.0.0.1:${port}`, `Host: 127.0.0.1:${port}`],
    'a second, foreign name': [`Host: 127.0.0.1:${port}`, `Host: attacker.example`],
    'a trailing dot': [`Host: localhost.:${port}`],
    'a trailing dot behind the address': [`Host: 127.0.0.1.:${port}`],
    'a user before it': [`Host: me@127.0.0.1:${port}`],
    'ours as the user of another': [`Host: 127.0.0.1:${port}@attacker.example`],
    'another port': [`Host: 127.0.0.1:${port === 1 ? 2 : 1}`],
    'no port': ['Host: 127.0.0.1'],
    'a port with zeros': [`Host: 127.0.0.1:0${port}`],
    'another way to write the address': [`Host: 127.1:${port}`],
    'the address as a number': [`Host: 2130706433:${port}`],
    'the address that means all': [`Host: 0.0.0.0:${port}`],
    capitals: [`Host: LOCALHOST:${port}`],
    'IPv6 written out': [`Host: [0:0:0:0:0:0:0:1]:${port}`],
    'a list': [`Host: 127.0.0.1:${port}, attacker.example`],
  };
  for (const [what, lines] of Object.entries(hosts)) {
    for (const target of ['/', '/assets/main.js', '/nothing']) {
      const answer = await get(lines, target);
      assert.equal(answer.status, 421, `${what}, ${target}`);
      assertGuarded(answer, what);
    }
  }
});

test('a WebSocket and an upload under another name are refused with 421 too, before anything else', async () => {
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';
  for (const line of ['GET /socket', 'PUT /upload/a.mar', 'OPTIONS /upload/a.mar', 'DELETE /']) {
    const headers = line === 'GET /socket' ? [...upgrade, key] : ['Connection: close'];
    const lines = [
      `${line} HTTP/1.1`,
      'Host: attacker.example',
      'Origin: http://attacker.example',
      ...headers,
    ];
    assert.equal((await raw(port, `${lines.join('\r\n')}\r\n\r\n`)).status, 421, line);
  }
});

test('a page of another origin is refused with 403, whatever it asks for', async () => {
  const origins = [
    'http://attacker.example',
    'null',
    `https://127.0.0.1:${port}`,
    `http://127.0.0.1:${port + 1}`,
    'http://127.0.0.1',
    `http://localhost:${port}`,
    `http://127.0.0.1:${port}/`,
    `http://127.0.0.1:${port}.attacker.example`,
    '',
  ];
  const upload = uploadHeaders(running).slice(1);
  for (const origin of origins) {
    const line = `Origin: ${origin}`;
    assert.equal((await request(port, 'GET /', [line])).status, 403, origin);
    assert.equal((await request(port, 'GET /assets/main.js', [line])).status, 403, origin);
    const put = await request(port, 'PUT /upload/a.mar', [line, ...upload, 'Content-Length: 1'], 'x');
    assert.equal(put.status, 403, origin);
    assertGuarded(put, origin);
    assert.equal(await endOfSocket(running, { Origin: origin }), 403, origin);
  }
  assert.equal((await request(port, 'GET /', [`Origin: ${running.origin}`])).status, 200);
});

test('two Origin lines are none of ours, even if one is', async () => {
  const lines = [`Origin: ${running.origin}`, 'Origin: http://attacker.example'];
  assert.equal((await request(port, 'GET /', lines)).status, 403);
});

test('another page may link to ours, and can neither embed it nor its scripts', async () => {
  const from = (site: string, mode: string, dest: string) => [
    `Sec-Fetch-Site: ${site}`,
    `Sec-Fetch-Mode: ${mode}`,
    `Sec-Fetch-Dest: ${dest}`,
  ];
  assert.equal((await request(port, 'GET /', from('cross-site', 'navigate', 'document'))).status, 200);
  assert.equal((await request(port, 'GET /', from('none', 'navigate', 'document'))).status, 200);
  for (const site of ['cross-site', 'same-site']) {
    assert.equal((await request(port, 'GET /', from(site, 'navigate', 'iframe'))).status, 403);
    assert.equal((await request(port, 'GET /assets/main.js', from(site, 'no-cors', 'script'))).status, 403);
    assert.equal((await request(port, 'GET /assets/main.js', from(site, 'cors', 'empty'))).status, 403);
  }
});

test('a preflight is refused and told nothing, also one for a private network', async () => {
  for (const origin of ['http://attacker.example', running.origin]) {
    const answer = await request(port, 'OPTIONS /upload/a.mar', [
      `Origin: ${origin}`,
      'Access-Control-Request-Method: PUT',
      'Access-Control-Request-Headers: x-mar-studio-token',
      'Access-Control-Request-Private-Network: true',
    ]);
    assert.equal(answer.status, 403);
    assertGuarded(answer, origin);
  }
});

test('an upload needs the origin, the site, the token and the type, and is told which was missing', async () => {
  const [origin = '', site = '', type = '', token = ''] = uploadHeaders(running);
  const put = (headers: readonly string[]) =>
    request(port, 'PUT /upload/a.mar', [...headers, 'Content-Length: 1'], 'x');
  assert.equal((await put([site, type, token])).status, 403);
  assert.equal((await put([origin, type, token])).status, 403);
  assert.equal((await put([origin, 'Sec-Fetch-Site: none', type, token])).status, 403);
  assert.equal((await put([origin, site, type])).status, 401);
  assert.equal((await put([origin, site, type, 'X-MAR-Studio-Token:'])).status, 401);
  assert.equal((await put([origin, site, type, token.slice(0, -1)])).status, 401);
  assert.equal((await put([origin, site, type, token, token])).status, 401);
  assert.equal((await put([origin, site, token])).status, 415);
  assert.equal((await put([origin, site, 'Content-Type: text/plain', token])).status, 415);
  const wrongInQuery = `PUT /upload/a.mar?token=${running.host.token.text}`;
  assert.equal((await request(port, wrongInQuery, [origin, site, type, 'Content-Length: 0'])).status, 401);
});

test('methods that change something are refused where files are', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND']) {
    const answer = await request(port, `${method} /index.html`, [`Origin: ${running.origin}`]);
    assert.equal(answer.status, 405, method);
    assertGuarded(answer, method);
  }
  assert.equal((await request(port, 'CONNECT 127.0.0.1:80')).status, 0);
});

test('it listens on the loopback address alone', () => {
  assert.match(running.host.urlOpening([]), /^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/);
  assert.equal(running.host.address, '127.0.0.1');
});

test('archives to open stand in the fragment, encoded', () => {
  const url = new URL(running.host.urlOpening(['/a b/ü&token=x#.mar', '/c.mar']));
  const fragment = new URLSearchParams(url.hash.slice(1));
  assert.deepEqual(fragment.getAll('open'), ['/a b/ü&token=x#.mar', '/c.mar']);
  assert.deepEqual(fragment.getAll('token'), [running.host.token.text]);
  assert.equal(url.search, '');
});
