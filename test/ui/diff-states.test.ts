/** The states of a comparison: nothing chosen, nothing different, refused, out of date; and what is hostile in it. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import type { Page } from 'playwright';
import { samplesFolder } from '../../server/built-files.ts';
import { assertAccessible, notHere, openApp } from './app.ts';

const sample = (name: string) => join(samplesFolder() ?? '', name);
const digits = [sample('digits-1.0.mar'), sample('digits-1.1.mar')];
const changes = (page: Page) => page.getByRole('treegrid', { name: 'Changes' });
const rowOf = (page: Page, name: RegExp) => changes(page).getByRole('row', { name });

test('the same file twice, a file that is none, and an archive that changed are told', {
  skip: notHere,
}, async (t) => {
  const { page, folder, pick } = await openApp(t);
  for (const name of ['digits-1.0.mar', 'digits-1.1.mar']) await copyFile(sample(name), join(folder, name));
  await copyFile(sample('digits-1.0.mar'), join(folder, 'copy.mar'));
  await writeFile(join(folder, 'broken.mar'), (await readFile(sample('digits-1.0.mar'))).subarray(0, 400));

  const choose = async (side: 'Before' | 'After', name: string) => {
    const well = page.getByRole('region', { name: side });
    await pick([join(folder, name)], () => well.getByRole('button', { name: 'Choose archive…' }).click());
  };
  const again = async () => page.getByRole('button', { name: 'Compare', exact: true }).click();
  await again();
  for (const side of ['Before', 'After']) await page.getByRole('region', { name: side }).waitFor();
  await assertAccessible(page, 'two empty wells');
  await choose('Before', 'digits-1.0.mar');
  await choose('After', 'digits-1.0.mar');
  await page
    .getByRole('alert')
    .getByText(/Both sides are the same file/)
    .waitFor();

  await again();
  await choose('Before', 'digits-1.0.mar');
  await choose('After', 'copy.mar');
  await page.getByText(/^. ?Same contents by CRC-32 and size of \d+ entries/).waitFor();
  await page.getByText('No entry changed.').waitFor();
  await assertAccessible(page, 'two that are the same');

  await copyFile(sample('digits-1.1.mar'), join(folder, 'copy.mar'));
  await page.evaluate('window.dispatchEvent(new Event("focus"))');
  const stale = page.getByRole('alert').filter({ hasText: 'An archive changed on disk' });
  await stale.waitFor();
  await assertAccessible(page, 'a comparison of what has changed since');
  await stale.getByRole('button', { name: 'Compare again' }).click();
  await rowOf(page, /handler\.py/).waitFor();
  await page.getByRole('searchbox').fill('no such name');
  await page.getByText('No change matches.').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).first().click();
  await rowOf(page, /handler\.py/).waitFor();

  await again();
  await choose('Before', 'digits-1.0.mar');
  await choose('After', 'broken.mar');
  await page.getByText('It is the one after the change:').waitFor();
  await assertAccessible(page, 'one that could not be opened');
  await page.getByRole('button', { name: 'Inspect the one before the change' }).click();
  await page.getByRole('row', { name: /handler\.py/ }).waitFor();
});

test('a policy tells each rule and what broke it; one with a mistake leaves what was found', {
  skip: notHere,
}, async (t) => {
  const { page, folder, pick } = await openApp(t, { opens: digits });
  const rules = [
    'rules:',
    '  - name: The handler stays',
    '    forbid: { role: handler }',
    '  - name: A change gets a new version',
    '    require-version-bump: true',
  ];
  await writeFile(join(folder, 'may.yaml'), rules.join('\n'));
  await writeFile(join(folder, 'wrong.yaml'), 'rules: 1');
  await changes(page).waitFor();

  await pick([join(folder, 'may.yaml')], () => page.getByRole('button', { name: 'Check a policy…' }).click());
  await page.getByRole('button', { name: 'Policy may.yaml: 1 rule broken' }).waitFor();
  await page.getByText('The handler stays').waitFor();
  await assertAccessible(page, 'a broken policy');
  await page.getByRole('button', { name: 'handler.py', exact: true }).click();
  await page.getByRole('region', { name: 'handler.py', exact: true }).waitFor();
  await rowOf(page, /Breaks the policy/).waitFor();

  await pick([join(folder, 'wrong.yaml')], () =>
    page.getByRole('button', { name: 'Another policy…' }).click(),
  );
  await page.getByRole('button', { name: 'Keep what was found before' }).click();
  await page.getByRole('button', { name: 'Policy may.yaml: 1 rule broken' }).waitFor();
});

test('a policy is started from a comparison, saved, and judged at once', { skip: notHere }, async (t) => {
  const { page, folder, pickSave } = await openApp(t, { opens: digits });
  await changes(page).waitFor();
  await pickSave(join(folder, 'policy.yaml'), () =>
    page.getByRole('button', { name: 'Start a policy…' }).click(),
  );
  await page.getByRole('button', { name: /^Policy policy\.yaml: / }).waitFor();
  await page.getByText('A change gets a new version').waitFor();
  const saved = await readFile(join(folder, 'policy.yaml'), 'utf8');
  assert.match(saved, /# - name: Only what changed this time changes\n.*\n.*role: \[.*handler.*\]/);
  await assertAccessible(page, 'a policy that was started here');
});

test('names and texts with markup, invisible characters and a script stay text', {
  skip: notHere,
}, async (t) => {
  const { page, folder, pick } = await openApp(t, { opens: [] });
  for (const side of ['old', 'new']) {
    await mkdir(join(folder, side));
    await writeFile(
      join(folder, side, '<img src=x onerror=alert(1)>.txt'),
      `<script>alert('${side}')</script>\n`,
    );
    await writeFile(join(folder, side, 'gnp\u202e.txt'), `\u200b${side}\n`);
  }
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  for (const [side, name] of [
    ['Before', 'old'],
    ['After', 'new'],
  ] as const) {
    const well = page.getByRole('region', { name: side });
    await pick([join(folder, name)], () => well.getByRole('button', { name: 'Choose folder…' }).click());
  }
  await rowOf(page, /onerror/).click();
  await page.locator('.rows').getByText('<script>').first().waitFor();
  await rowOf(page, /gnp/).click();
  await page.locator('.rows').getByText('\\u{200b}').first().waitFor();
  assert.equal(await page.locator('main img, main script').count(), 0);
});

test('the directories are listed before contents are compared, and stay listed when it is stopped', {
  skip: notHere,
}, async (t) => {
  const { page, folder, pick } = await openApp(t, { opens: [] });
  for (const side of ['old', 'new']) {
    await mkdir(join(folder, side));
    await writeFile(join(folder, side, 'handler.py'), `# ${side} handler${side === 'old' ? '' : ' now'}\n`);
    // Zeros that take no place on the disk, and minutes to read.
    const zeros = await open(join(folder, side, 'zeros.bin'), 'w');
    await zeros.truncate(100e9);
    await zeros.close();
  }
  await writeFile(join(folder, 'new', 'more.txt'), 'more\n');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  for (const [side, name] of [
    ['Before', 'old'],
    ['After', 'new'],
  ] as const) {
    const well = page.getByRole('region', { name: side });
    await pick([join(folder, name)], () => well.getByRole('button', { name: 'Choose folder…' }).click());
  }
  await rowOf(page, /handler\.py/).waitFor();
  await page.getByText('+1 added, ±1 modified so far; 1 entry of one size, not compared yet').waitFor();
  await rowOf(page, /more\.txt/).click();
  await page.getByText('Its content was not compared yet.').waitFor();
  await assertAccessible(page, 'a comparison that runs');
  await page.getByRole('main').getByRole('button', { name: 'Stop' }).click();
  await page.getByText(/^Stopped\. The list is partial/).waitFor();
  await rowOf(page, /handler\.py/).waitFor();
  await assertAccessible(page, 'a comparison that was stopped');
});
