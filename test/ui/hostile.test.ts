/** Archives made to break whoever looks at them, in the inspector: an answer each, nothing run, nothing fetched. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import test from 'node:test';
import { buildCorpus } from '../hostile/build.ts';
import { assertAccessible, notHere, openApp } from './app.ts';
import { atRest } from './screens.ts';

/** All that play with names, which are what a screen shows, and a sample of the rest: each costs a page of its own. */
const chosen = buildCorpus()
  .filter(({ path, case: one }) => existsSync(path) && !one.huge)
  .filter(({ name }, at) => /--NAME_(?:CONTROL|TOO|ENC|EMPTY)/.test(name) || at % 12 === 0);

test('every hostile archive has an answer on the screen', { skip: notHere }, async (t) => {
  const folder = dirname(chosen[0]?.path ?? '');
  const app = await openApp(t, { roots: [folder] });
  const { page } = app;
  page.on('dialog', (dialog) => assert.fail(`a dialog: ${dialog.message()}`));
  for (const { name, path } of chosen) {
    await app.openArchives([path]);
    // The entries, or the problem in their place.
    const answer = page.getByRole('treegrid').or(page.getByRole('alert')).first();
    await answer.waitFor().catch(() => assert.fail(`${name} has no answer`));
    await atRest(page);
    const marked = await page.evaluate<number>(
      "document.querySelectorAll('main img[onerror], main script').length",
    );
    assert.equal(marked, 0, `${name} brought markup into the page`);
  }
});

test('a hostile archive is understood without a word of documentation', { skip: notHere }, async (t) => {
  const { page } = await openApp(t);
  await page.getByRole('button', { name: 'Verify a hostile one' }).click();
  await page
    .getByText(/2 errors/)
    .first()
    .waitFor();
  await page.getByText('leads out of the archive').first().waitFor();
  await assertAccessible(page, 'the findings');
});
