/**
 * `npm run test:electron`: the application in Electron itself, driven by Playwright: a short journey that needs the
 * shell. Those of test/ui/ run against `serve`. Where there is no Electron, it says so.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright';
import { ensureBundle } from './bundle.ts';
import { findElectron } from './electron-binary.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const found = findElectron();
if (found.path === null) {
  console.log(`not run here: the journeys in Electron: ${found.why}`);
  console.log("The shell's own code was tested against a stand-in: npm test -- electron");
} else {
  await ensureBundle();
  await takeShortJourney(found.path);
  console.log('ok    the short journey in Electron');
  console.log(
    'not run here: the journeys of test/ui/: they run against serve (npm test -- ui), and not in Electron yet',
  );
}

/** The window opens, is without Node, reaches its engine, and opens what the command line named. */
async function takeShortJourney(executablePath: string): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), 'mar-studio-electron-'));
  // Chromium refuses its sandbox to root, as which containers run.
  const forRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const sample = join(root, 'dist', 'samples', 'digits-1.0.mar');
  const electron = await _electron.launch({
    executablePath,
    args: [...forRoot, `--user-data-dir=${profile}`, root, sample],
  });
  try {
    const page = await electron.firstWindow();
    const wrong: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) wrong.push(message.text());
    });
    assert.match(page.url(), /^app:\/\/mar-studio\//);
    const seen = await page.evaluate(
      "[typeof process, typeof require, typeof Buffer, window.marStudio.kind, typeof window.ipcRenderer].join(' ')",
    );
    assert.equal(seen, 'undefined undefined undefined electron undefined');
    await page.getByText('MANIFEST.json').first().waitFor();
    assert.deepEqual(wrong, []);
  } finally {
    await electron.close();
    await rm(profile, { recursive: true, force: true });
  }
}
