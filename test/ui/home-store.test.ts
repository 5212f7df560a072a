/** The model store on Home, where its folder is not as it was. */
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { samplesFolder } from '../../server/built-files.ts';
import { until } from '../support/until.ts';
import { notHere, openApp, servedOnly } from './app.ts';

test('a store folder that is gone is looked for once, and again when asked', {
  skip: servedOnly('what is counted are messages of its WebSocket'),
}, async (t) => {
  let scans = 0;
  const { page, folder, stateFolder } = await openApp(t, {
    onPage: (page) =>
      page.on('websocket', (socket) =>
        socket.on('framesent', ({ payload }) => {
          if (String(payload).includes('scanStore')) scans++;
        }),
      ),
  });
  const path = join(folder, 'store');
  await mkdir(stateFolder, { recursive: true });
  await writeFile(join(stateFolder, 'store.json'), JSON.stringify({ path }));
  await page.reload();
  const store = page.getByRole('region', { name: 'Model store' });
  const again = store.getByRole('button', { name: 'Look again' });
  await again.waitFor();
  await store.getByRole('button', { name: 'Choose another folder…' }).waitFor();
  // An answer from the engine is behind whatever else was on its way.
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  await until(() => scans, 1);

  await mkdir(path);
  await page.getByRole('button', { name: 'Home', exact: true }).click();
  await again.waitFor();
  await again.click();
  await store.getByText('No archive').waitFor();
});

test('the store shows what comes into its folder and what goes, without being asked', {
  skip: notHere,
}, async (t) => {
  const { page, folder, stateFolder } = await openApp(t);
  const path = join(folder, 'store');
  const sample = (name: string) => join(samplesFolder() ?? '', name);
  await mkdir(stateFolder, { recursive: true });
  await mkdir(path);
  await copyFile(sample('digits-1.0.mar'), join(path, 'digits-1.0.mar'));
  await writeFile(join(stateFolder, 'store.json'), JSON.stringify({ path }));
  await page.reload();
  const store = page.getByRole('region', { name: 'Model store' });
  const first = store.getByRole('checkbox', { name: 'Choose digits-1.0.mar for comparing' });
  await first.check();

  await copyFile(sample('digits-1.1.mar'), join(path, 'digits-1.1.mar'));
  const second = store.getByRole('checkbox', { name: 'Choose digits-1.1.mar for comparing' });
  await second.waitFor();
  // What was chosen stays chosen.
  await until(() => first.isChecked());
  await store.getByText('only the index and the manifest were read').waitFor();
  await rm(join(path, 'digits-1.0.mar'));
  await first.waitFor({ state: 'detached' });

  // Not while nobody looks; and at once when somebody does again.
  await page.getByRole('button', { name: 'Settings' }).click();
  await copyFile(sample('hostile.mar'), join(path, 'hostile.mar'));
  await page.getByRole('button', { name: 'Home', exact: true }).click();
  await store.getByRole('checkbox', { name: 'Choose hostile.mar for comparing' }).waitFor();
});
