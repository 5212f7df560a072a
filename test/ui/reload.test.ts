/** A page that is loaded again comes back to where it was; one that is opened with an address of its own begins there. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { samplesFolder } from '../../server/built-files.ts';
import { until } from '../support/until.ts';
import { notHere, openApp, servedOnly } from './app.ts';
import { goTo } from './screens.ts';

const sample = (name: string) => join(samplesFolder() ?? '', name);
const digits = sample('digits-1.0.mar');

test('a reload comes back to the archive and the entry that was looked at', {
  skip: notHere,
}, async (t) => {
  const { page } = await openApp(t, { opens: [digits] });
  await page.getByRole('row', { name: 'model.py' }).first().click();
  await page.getByRole('textbox', { name: 'model.py' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'digits-1.0.mar' }).waitFor();
  await page.getByRole('textbox', { name: 'model.py' }).waitFor();
  const row = page.getByRole('row', { name: 'model.py' }).first();
  await until(() => row.getAttribute('aria-selected'), 'true');
});

test('neither the token nor what is open is in the address, before a reload or after it', {
  skip: servedOnly('an address with a token is how a browser finds it'),
}, async (t) => {
  const { page, address } = await openApp(t, { opens: [digits] });
  await page.getByRole('row', { name: 'handler.py' }).first().waitFor();
  assert.equal(page.url(), address);
  const steps = await page.evaluate<number>('history.length');
  await page.reload();
  await page.getByRole('row', { name: 'handler.py' }).first().waitFor();
  assert.equal(page.url(), address);
  assert.equal(await page.evaluate<number>('history.length'), steps);
});

test('a reload comes back to a comparison, a verification and the settings', {
  skip: notHere,
}, async (t) => {
  const { page } = await openApp(t, { opens: [digits, sample('digits-1.1.mar')] });
  await page
    .getByText(/handler\.py/)
    .first()
    .waitFor();
  await page.reload();
  await page.getByRole('treegrid').getByText('handler.py').first().waitFor();
  await goTo(page, 'Settings');
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
});

test('a reload comes back to the bytes of an entry, and to the policy of a comparison', {
  skip: notHere,
}, async (t) => {
  const { page, folder, pick, openArchives } = await openApp(t, { opens: [digits] });
  await page.getByRole('row', { name: 'model.py' }).first().click();
  await page.getByRole('tab', { name: 'Hex' }).click();
  await page.getByRole('table', { name: 'Bytes of model.py' }).waitFor();
  await page.reload();
  await page.getByRole('table', { name: 'Bytes of model.py' }).waitFor();
  await goTo(page, 'Home');
  await goTo(page, 'Inspect');
  await page.getByRole('table', { name: 'Bytes of model.py' }).waitFor();

  const policy = join(folder, 'may.yaml');
  await writeFile(policy, 'rules:\n  - name: The handler stays\n    forbid: { role: handler }\n');
  await openArchives([digits, sample('digits-1.1.mar')]);
  await pick([policy], () => page.getByRole('button', { name: 'Check a policy…' }).click());
  const judged = page.getByRole('button', { name: /^Policy may\.yaml: / });
  await judged.waitFor();
  await page.reload();
  await judged.waitFor();
  await writeFile(policy, 'no policy');
  await page.reload();
  await page.getByText('POLICY_INVALID').waitFor();
  await page.getByRole('button', { name: 'Compare without a policy' }).click();
  await page.getByRole('button', { name: 'Check a policy…' }).waitFor();
});

test('a reload in the middle of a verification finds it, and begins no other', {
  skip: notHere,
}, async (t) => {
  const { page } = await openApp(t, { opens: [digits] });
  await page.getByRole('main').getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByRole('button', { name: 'Verify again' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Verify again' }).waitFor();
  await page.locator('footer').getByRole('button').click();
  const jobs = page.getByRole('region', { name: 'Jobs' });
  await until(() => jobs.getByText('digits-1.0.mar').count(), 1);
});

test('another tab, and an address that is opened anew, begin where they are told to', {
  skip: notHere,
}, async (t) => {
  const { page, openArchives, openWindow } = await openApp(t, { opens: [digits] });
  await page.getByRole('row', { name: 'handler.py' }).first().waitFor();
  const other = await openWindow();
  await other.getByRole('button', { name: 'Open archive…' }).waitFor();
  await openArchives([]);
  await page.getByRole('button', { name: 'Open archive…' }).waitFor();
});

test('of an archive that is gone a reload says so', { skip: notHere }, async (t) => {
  const { page } = await openApp(t, { opens: [digits] });
  await page.getByRole('row', { name: 'handler.py' }).first().waitFor();
  await page.evaluate(
    `sessionStorage.setItem('mar-studio-place', JSON.stringify({ screen: 'inspect', path: ${JSON.stringify(sample('gone.mar'))} }))`,
  );
  await page.reload();
  await page.getByRole('alert').first().waitFor();
  for (const nonsense of ['{', '{"screen":"constructor"}', '[]', '{"screen":"inspect","path":3}']) {
    await page.evaluate(`sessionStorage.setItem('mar-studio-place', ${JSON.stringify(nonsense)})`);
    await page.reload();
    await page.locator('main h1').first().waitFor();
  }
});
