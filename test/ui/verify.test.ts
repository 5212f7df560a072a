/** Verify: the verdict, what speaks against an archive, and its reports. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { samplesFolder } from '../../server/built-files.ts';
import { zipEntry } from '../hostile/zip-builder.ts';
import { until } from '../support/until.ts';
import { assertAccessible, looks, notHere, openApp } from './app.ts';
import { writeLongArchive } from './long-archive.ts';

const digits = join(samplesFolder() ?? '', 'digits-1.0.mar');

test('a verification is accessible in every look', { skip: notHere }, async (t) => {
  for (const { name, ...look } of looks) {
    await t.test(name, async (t) => {
      const { page } = await openApp(t, { ...look, opens: [digits] });
      await page.getByRole('main').getByRole('button', { name: 'Verify', exact: true }).click();
      await page.getByRole('main').getByText('1 warning. TorchServe would load it').waitFor();
      await page.getByText(/checks passed/).click();
      await assertAccessible(page, 'the verdict');
      const width = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      assert.ok(width <= 0, `it is ${width} pixels too wide`);
    });
  }
});

test('a finding says why it matters and leads to its entry; a finished verification is not run again', {
  skip: notHere,
}, async (t) => {
  const { page } = await openApp(t, { opens: [digits] });
  await page.getByRole('main').getByRole('button', { name: 'Verify', exact: true }).click();
  const detail = page.getByRole('region', { name: 'The finding' });
  await detail.getByText('TorchServe calls pip').waitFor();
  await detail.getByRole('button', { name: 'requirements.txt' }).click();
  await page.getByRole('table', { name: 'Requirements' }).waitFor();
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Verify' }).click();
  await detail.waitFor();
  await page.getByRole('button', { name: 'Jobs' }).click();
  const jobs = page.getByRole('region', { name: 'Jobs' });
  await until(() => jobs.getByText('Verify', { exact: true }).count(), 1);
});

test('what TorchServe would load is told step by step, with the config that holds', {
  skip: notHere,
}, async (t) => {
  const { page } = await openApp(t, { opens: [digits] });
  await page.getByRole('main').getByRole('button', { name: 'Verify', exact: true }).click();
  const card = page.getByRole('region', { name: 'TorchServe would load' });
  await card.getByText(/its class DigitsHandler/).waitFor();
  await card.getByText(/installed by pip only where the server says/i).waitFor();
  await card.getByRole('row', { name: /batchSize/ }).waitFor();
  await card.getByRole('button', { name: 'Show handler.py' }).click();
  await page.getByText('class DigitsHandler').first().waitFor();
});

test('findings are filtered by words and by severity', { skip: notHere }, async (t) => {
  const { page } = await openApp(t, { opens: [digits] });
  await page.getByRole('main').getByRole('button', { name: 'Verify', exact: true }).click();
  const list = page.getByRole('region', { name: 'Findings' });
  await list.getByText('REQ_NEEDS_NETWORK').waitFor();
  await page.keyboard.press('Control+Shift+F');
  await page.locator('[type=search]:focus').waitFor();
  await page.keyboard.type('no such words');
  await list.getByText('No finding matches.').waitFor();
  await page.keyboard.press('Escape');
  await list.getByText('REQ_NEEDS_NETWORK').waitFor();
});

test('every report is saved where it is asked for', { skip: notHere }, async (t) => {
  const { page, folder, pickSave } = await openApp(t, { opens: [digits] });
  await page.getByRole('main').getByRole('button', { name: 'Verify', exact: true }).click();
  const begins = { HTML: '<!doctype html>', SARIF: '{', JUnit: '<?xml', Markdown: '#', JSON: '{' };
  for (const [format, start] of Object.entries(begins)) {
    await page.getByRole('button', { name: 'Export' }).click();
    const path = join(folder, `report.${format}`);
    await pickSave(path, () => page.getByRole('menuitem', { name: format }).click());
    await page.getByText(path).waitFor();
    assert.ok((await readFile(path, 'utf8')).startsWith(start), format);
  }
});

test('findings appear as they are found; what was found stays when the verification is stopped', {
  skip: notHere,
}, async (t) => {
  const { page, folder, pick } = await openApp(t);
  writeLongArchive(join(folder, 'large.mar'), [zipEntry('../evil.txt', [Buffer.from('x')])]);
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await pick([join(folder, 'large.mar')], () =>
    page.getByRole('button', { name: 'Choose archive…' }).click(),
  );
  const findings = page.getByRole('region', { name: 'Findings' });
  await findings.getByText('PATH_TRAVERSAL').waitFor();
  await page.getByText(/1 error.* so far/).waitFor();
  await page.getByRole('progressbar').first().waitFor();
  await assertAccessible(page, 'a verification that runs');
  await page.getByRole('main').getByRole('button', { name: 'Stop' }).click();
  await page.getByText(/^Stopped\. 1 error.* so far: the list is partial/).waitFor();
  await findings.getByText('PATH_TRAVERSAL').waitFor();
  assert.equal(await page.getByText('Ready to ship').count(), 0);
  await assertAccessible(page, 'a verification that was stopped');
});
