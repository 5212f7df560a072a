/** Coming back to what was left for another screen. */
import { join } from 'node:path';
import test from 'node:test';
import { samplesFolder } from '../../server/built-files.ts';
import { notHere, openApp } from './app.ts';

test('a comparison that was left goes on where somebody comes back to it', { skip: notHere }, async (t) => {
  const archives = ['digits-1.0.mar', 'digits-1.1.mar'].map((name) => join(samplesFolder() ?? '', name));
  const { page } = await openApp(t, { opens: archives });
  await page.getByRole('button', { name: /^Prove by SHA-256/ }).waitFor();
  await page.getByRole('button', { name: 'Home', exact: true }).click();
  for (const name of ['digits-1.0.mar', 'digits-1.1.mar'])
    await page.getByRole('checkbox', { name: `Choose ${name} for comparing` }).check();
  await page.getByRole('button', { name: 'Compare the two chosen' }).click();
  await page
    .getByRole('treegrid', { name: 'Changes' })
    .getByRole('row', { name: /handler\.py/ })
    .click();
  await page.getByRole('checkbox', { name: 'Viewed', exact: true }).check();
  await page.getByText('Viewed 1 of 5').waitFor();
});
