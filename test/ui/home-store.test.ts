/** The model store on Home, where its folder is not as it was. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { openApp, servedOnly } from './app.ts';

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
  assert.equal(scans, 1);

  await mkdir(path);
  await page.getByRole('button', { name: 'Home', exact: true }).click();
  await again.waitFor();
  await again.click();
  await store.getByText('No archive').waitFor();
});
