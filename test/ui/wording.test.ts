/** The words on the screens: those of a window, not of the command line. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import type { Page } from 'playwright';
import { goodEntries } from '../hostile/case.ts';
import { writePieces } from '../hostile/pieces.ts';
import { zip, zipEntry } from '../hostile/zip-builder.ts';
import { notHere, openApp } from './app.ts';
import { forEachScreen } from './screens.ts';

/** What an archive holds is what it is, and so is what is copied as a command. */
const script = `[...document.querySelectorAll('body *')]
  .filter((one) => one.checkVisibility() && !one.closest('pre, code, .cm-editor, [role=table]'))
  .flatMap((one) => [...one.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data))
  .concat([...document.querySelectorAll('[title]')].map(({ title }) => title))`;

async function optionsIn(page: Page): Promise<readonly string[]> {
  const said = await page.evaluate<string[]>(script);
  return said.filter((line) => /(?<![\w-])--[a-z]|mar-studio (?!command)[a-z]/.test(line));
}

test('no screen names an option of the command line', { skip: notHere }, async (t) => {
  const app = await openApp(t);
  const { page } = app;
  const wrong: string[] = [];
  await forEachScreen(app, async (screen) => {
    for (const line of await optionsIn(page)) wrong.push(`${screen}: ${line}`);
  });
  assert.deepEqual(wrong, []);
});

test('what the command line says with its options, a window says otherwise', {
  skip: notHere,
}, async (t) => {
  const { page, folder, openArchives } = await openApp(t);
  const path = join(folder, 'littered.mar');
  writePieces(path, zip([...goodEntries, zipEntry('.env', 'TOKEN=1')]));
  await openArchives([path]);
  await page.getByRole('main').getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByText('SECRET_ENV_FILE').first().click();
  await page.getByText('Leave it out when you pack.').waitFor();
  assert.deepEqual(await optionsIn(page), []);
});
