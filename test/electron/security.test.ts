/** SECURITY.md 8, "Electron": what no page and no message can do. The fuses stand in package.test.ts. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { channels } from '../../electron/channels.ts';
import { frameOf, type StandInContents, StandInEvent } from './stand-in/pages.ts';
import { electron, lastPage, lastWindow, start } from './stand-in/start.ts';

test('every window is sandboxed, isolated and without Node, in so many words', async (t) => {
  await start(t);
  const { options } = await lastWindow();
  const { preload, additionalArguments, ...preferences } = options.webPreferences as Record<string, unknown>;
  assert.deepEqual(preferences, {
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: true,
  });
  assert.match(String(preload), /dist[/\\]electron[/\\]preload\.cjs$/);
  assert.deepEqual(additionalArguments, ['--mar-studio-manners=gnome']);
});

test('the packaged application has no developer tools, neither in its pages nor in its menu', async (t) => {
  const { menuTemplate } = await import('../../electron/menu.ts');
  await start(t);
  const { webPreferences } = await import('../../electron/window.ts');
  assert.equal(webPreferences('gnome', electron.app.isPackaged === true).devTools, false);
  const menu = menuTemplate({
    ...{ manners: 'gnome', state: { disabled: [], checked: [], keys: {} }, recents: [], hasDevTools: false },
    ...{ onCommand: () => {}, onNewWindow: () => {}, onOpenRecent: () => {} },
  });
  assert.doesNotMatch(JSON.stringify(menu), /toggleDevTools|reload/i);
});

test('the sandbox is enabled for everything, before the application is ready', async (t) => {
  await start(t);
  // The stand-in throws as Electron does where it is called later.
  assert.ok(electron.app.calls.includes('enableSandbox'));
});

test('the interface comes from a privileged scheme of our own, and is told what it may load', async (t) => {
  await start(t);
  assert.deepEqual(electron.protocol.privileged, [
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  const page = await electron.protocol.fetch('app://mar-studio/');
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<title>MAR Studio/);
  assert.equal(
    page.headers.get('Content-Security-Policy'),
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
      "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; " +
      "require-trusted-types-for 'script'",
  );
  assert.equal(page.headers.get('X-Content-Type-Options'), 'nosniff');
  const script = await electron.protocol.fetch('app://mar-studio/assets/index-B4c_x9.js?v=1#top');
  assert.equal(script.headers.get('Content-Type'), 'text/javascript; charset=utf-8');
});

const unserved = [
  'app://mar-studio/../package.json',
  'app://mar-studio/assets/../index.html',
  'app://mar-studio/%2e%2e/package.json',
  'app://mar-studio/%2E%2E%2Fpackage.json',
  'app://mar-studio/assets%5c..%5cindex.html',
  'app://mar-studio/assets\\..\\index.html',
  'app://mar-studio/index.html%00.js',
  'app://mar-studio/index.html\0',
  'app://mar-studio//index.html',
  'app://mar-studio/index%2ehtml',
  'app://mar-studio/electron/preload.cjs',
  'app://mar-studio/assets',
  'app://elsewhere/index.html',
  'app://mar-studio:80/index.html',
  'app://user@mar-studio/index.html',
  'app://mar-studio.evil.example/index.html',
  'app:index.html',
];

test('nothing is served but what is on the list, whatever the address says', async (t) => {
  await start(t);
  for (const address of unserved) {
    const { status, headers, body } = await electron.protocol.fetch(address);
    assert.equal(status, 404, address);
    assert.equal(body, null, address);
    assert.match(headers.get('Content-Security-Policy') ?? '', /default-src 'none'/);
  }
});

test('a page can only be read', async (t) => {
  await start(t);
  assert.equal((await electron.protocol.fetch('app://mar-studio/index.html', 'POST')).status, 405);
});

test('a page goes nowhere, opens no window, and holds no other page', async (t) => {
  await start(t);
  const { webContents } = await lastWindow();
  for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate', 'will-attach-webview']) {
    const event = new StandInEvent();
    webContents.emit(name, event);
    assert.ok(event.defaultPrevented, name);
  }
  assert.deepEqual(webContents.windowOpenHandler?.({ url: 'https://example.org/' }), { action: 'deny' });
});

test('no permission is given, no device, no download, and nothing is spell-checked from elsewhere', async (t) => {
  await start(t);
  const { defaultSession } = electron.session;
  for (const permission of [
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'openExternal',
    'hid',
  ]) {
    let given: boolean | null = null;
    defaultSession.permissionRequest?.(null, permission, (allowed) => {
      given = allowed;
    });
    assert.equal(given, false, permission);
  }
  assert.equal(defaultSession.permissionCheck?.(), false);
  assert.equal(defaultSession.devicePermission?.(), false);
  const download = new StandInEvent();
  defaultSession.emit('will-download', download);
  assert.ok(download.defaultPrevented);
  assert.equal(defaultSession.isSpellChecked, false);
});

test('every request that is not to our own page is stopped, and no name is looked up', async (t) => {
  await start(t);
  const isStopped = (url: string) => {
    let stopped: boolean | null = null;
    electron.session.defaultSession.beforeRequest?.({ url }, ({ cancel }) => {
      stopped = cancel;
    });
    return stopped;
  };
  assert.equal(isStopped('app://mar-studio/index.html'), false);
  for (const url of [
    'https://example.org/',
    'http://127.0.0.1:80/',
    'ws://localhost/',
    'file:///etc/passwd',
    'app://elsewhere/',
    'app://mar-studio.example.org/',
    'ftp://example.org/',
  ])
    assert.equal(isStopped(url), true, url);
  assert.equal(electron.app.switches.get('host-resolver-rules'), 'MAP * ~NOTFOUND');
  assert.ok(electron.app.switches.has('disable-background-networking'));
});

test('the shell opens nothing outside, loads no file address, and lets nobody run it as Node', async () => {
  const folder = new URL('../../electron/', import.meta.url).pathname;
  for (const name of await readdir(folder)) {
    const source = await readFile(join(folder, name), 'utf8');
    assert.doesNotMatch(
      source,
      /openExternal|shell\.openPath|file:\/\/|loadFile|child_process|\.remote\b|executeJavaScript|enableBlinkFeatures|experimentalFeatures|autoUpdater/,
      name,
    );
  }
});

test('the preload has no module but electron, and gives functions and never the means to send', async (t) => {
  await start(t);
  // It ran: the stand-in gives it a context in which there is no Node.
  const { abilities } = await lastPage();
  assert.equal(abilities.kind, 'electron');
  for (const [name, value] of Object.entries(abilities))
    assert.ok(typeof value === 'function' || ['kind', 'manners'].includes(name), name);
  const source = await readFile(new URL('../../dist/electron/preload.cjs', import.meta.url), 'utf8');
  const required = [...source.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name);
  assert.deepEqual([...new Set(required)], ['electron']);
});

test('exactly the channels of the list are heard', async (t) => {
  await start(t);
  assert.deepEqual(
    [...electron.ipcMain.handlers.keys()],
    Object.keys(channels).map((name) => `mar-studio:${name}`),
  );
  const { webContents } = await lastWindow();
  await assert.rejects(webContents.invoke('mar-studio:readFile', '/etc/passwd'), /No handler/);
});

test('a frame that is not the main frame of a window of ours is not heard', async (t) => {
  await start(t);
  const { webContents } = await lastWindow();
  const own = webContents.mainFrame;
  const foreign = frameOf('https://example.org/app://mar-studio/');
  const stranger = { id: 999, mainFrame: own };
  const senders: readonly (readonly [string, unknown, unknown])[] = [
    ['a frame that has gone', webContents, null],
    ['a frame within', webContents, frameOf('app://mar-studio/index.html', own)],
    ['another frame of our address', webContents, frameOf('app://mar-studio/index.html')],
    ['a window that we did not open', stranger, own],
  ];
  const ask = (sender: unknown, senderFrame: unknown) =>
    electron.ipcMain.ask('mar-studio:copyText', { sender, senderFrame }, ['stolen']);
  for (const [who, sender, frame] of senders)
    await assert.rejects(ask(sender, frame), /not a page of ours/, who);
  for (const frame of [foreign, frameOf('file:///tmp/index.html'), frameOf('app://elsewhere/')]) {
    webContents.mainFrame = frame;
    await assert.rejects(ask(webContents, frame), /not a page of ours/, frame.url);
  }
  webContents.mainFrame = own;
  assert.equal(electron.clipboard.text, '');
  await ask(webContents, own);
  assert.equal(electron.clipboard.text, 'stolen');
});

const wrong: readonly (readonly [string, readonly unknown[]])[] = [
  ['pickFiles', [{ title: 'Open', multiple: true, folders: false, startAt: null, extra: 1 }]],
  ['pickFiles', [{ title: 'Open', multiple: true, folders: false }]],
  ['pickFiles', [{ title: 'Open', multiple: 1, folders: false, startAt: null }]],
  ['pickFiles', [{ title: 'x'.repeat(201), multiple: true, folders: false, startAt: null }]],
  ['pickFiles', []],
  ['pickFiles', [{ title: 'Open', multiple: true, folders: false, startAt: null }, 'more']],
  ['pickSavePath', [{ title: 'Save', suggested: 'a\0b' }]],
  ['grantDropped', ['/etc']],
  ['grantDropped', [new Array(10_001).fill('/a')]],
  ['showInFolder', [['/etc']]],
  ['showInFolder', ['']],
  ['setProgress', [2]],
  ['setProgress', [Number.NaN]],
  ['setTheme', ['pink']],
  ['copyText', ['x'.repeat(2 ** 20 + 1)]],
  ['startDrag', [[{ path: '/etc' }]]],
  ['notify', [new Map([['title', 'x']])]],
  ['setMenuState', [{ disabled: ['x'], checked: null, keys: {} }]],
  ['setMenuState', [{ disabled: [], checked: [], keys: { prove: 'P' } }]],
  ['connect', [null]],
];
test('what has not exactly the shape of its channel is refused', async (t) => {
  await start(t);
  const { webContents } = await lastWindow();
  for (const [channel, given] of wrong) {
    const words = `${channel} ${JSON.stringify(given).slice(0, 80)}`;
    await assert.rejects(
      webContents.invoke(`mar-studio:${channel}`, ...given),
      /takes something else/,
      words,
    );
  }
});

test('a message of more than 1 MB is refused, even where each of its parts is allowed', async (t) => {
  await start(t);
  const { webContents } = await lastWindow();
  const paths = new Array(200).fill(`/${'x'.repeat(30_000)}`);
  await assert.rejects(webContents.invoke('mar-studio:keepGranted', paths), /too long/);
});

test('a page can not send the engine more than a request may be', async (t) => {
  await start(t);
  const page = await lastPage();
  assert.throws(() => page.send('x'.repeat(2 ** 20 + 1)), /too long/);
});

test('pages of windows that we did not make are guarded too', async (t) => {
  await start(t);
  const { StandInContents } = await import('./stand-in/pages.ts');
  const stray: StandInContents = new StandInContents({});
  electron.app.emit('web-contents-created', new StandInEvent(), stray);
  assert.deepEqual(stray.windowOpenHandler?.({ url: 'app://mar-studio/' }), { action: 'deny' });
  const event = new StandInEvent();
  stray.emit('will-navigate', event);
  assert.ok(event.defaultPrevented);
});
