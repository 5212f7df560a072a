/** A window of the desktop, from within its page: what it is given, and what it is without. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { samplesFolder } from '../../server/built-files.ts';
import { desktopOnly, openApp } from './app.ts';

test('a page has the abilities of the desktop, and nothing of Node', {
  skip: desktopOnly('a browser gives a page no abilities'),
}, async (t) => {
  const { page, address } = await openApp(t, { opens: [join(samplesFolder() ?? '', 'digits-1.0.mar')] });
  assert.ok(page.url().startsWith(address), page.url());
  await page.getByText('MANIFEST.json').first().waitFor();
  const seen = await page.evaluate<string>(
    "[typeof process, typeof require, typeof Buffer, window.marStudio.kind, typeof window.ipcRenderer].join(' ')",
  );
  assert.equal(seen, 'undefined undefined undefined electron undefined');
});
