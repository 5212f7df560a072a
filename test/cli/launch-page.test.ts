/** The page that leads a browser to an address with a token, without the token in its arguments. */
import assert from 'node:assert/strict';
import promises, { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { folderReadableBy, writeLaunchPage } from '../../cli/launch-page.ts';
import { scratchFolder } from '../support/scratch.ts';

test('the page is for this user alone, whatever the address holds stays an address, and it goes whole', async (t) => {
  const within = await scratchFolder(t);
  const page = await writeLaunchPage(`http://127.0.0.1:1/#token=x&open='"><script>alert(1)</script>`, within);
  const text = await readFile(page.path, 'utf8');
  assert.doesNotMatch(text, /<script/);
  assert.ok(text.includes('url=http://127.0.0.1:1/#token=x&#38;open=&#39;&#34;&#62;&#60;script&#62;'));
  if (process.platform !== 'win32') {
    assert.equal((await stat(page.path)).mode & 0o777, 0o600);
    assert.equal((await stat(dirname(page.path))).mode & 0o777, 0o700);
  }
  await page.remove();
  await page.remove();
  assert.deepEqual(await readdir(within), []);
});

test('a page that a browser holds open ends no server', async (t) => {
  const page = await writeLaunchPage('http://127.0.0.1:1/', await scratchFolder(t));
  const held = t.mock.method(promises, 'rm', async () => {
    throw Object.assign(new Error('EBUSY: resource busy or locked'), { code: 'EBUSY' });
  });
  syncBuiltinESMExports();
  await page.remove().finally(() => {
    held.mock.restore();
    syncBuiltinESMExports();
  });
  assert.equal(held.mock.callCount(), 1);
});

test('a browser from a snap is given its page where it can read it', {
  skip: process.platform !== 'linux' && 'snaps are a thing of Linux',
}, async (t) => {
  const home = await scratchFolder(t);
  const { HOME } = process.env;
  process.env.HOME = home;
  t.after(() => {
    process.env.HOME = HOME;
  });
  assert.equal(folderReadableBy('firefox'), tmpdir());
  const own = join(home, 'snap', 'firefox', 'common');
  await mkdir(own, { recursive: true });
  assert.equal(folderReadableBy('firefox'), own);
  assert.equal(folderReadableBy('chromium'), tmpdir());
  assert.equal(folderReadableBy(null), tmpdir());
});
