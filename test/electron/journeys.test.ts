/**
 * The specs of test/ui/ through the harness that drives Electron, where an executable stands for Electron's: the built
 * shell in Node, its pages in Chromium (browser-stand-in/). A few of them, since each is run against `serve` as well.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { scratchFolder } from '../support/scratch.ts';
import { noBrowser } from '../support/served-app.ts';
import { standInAddress } from './browser-stand-in/page-side.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const start = fileURLToPath(new URL('browser-stand-in/start.ts', import.meta.url));

/** By file, what its tests are called that are run here. */
const journeys = [
  ['window', 'abilities of the desktop|dragged out|the menu ticks'],
  ['pack', 'a recipe is saved'],
  ['resilience', 'the engine dies|whatever is dropped'],
  ['inspect', 'what is no archive'],
  ['link', 'two windows change'],
  ['commands', 'the menu is grey'],
] as const;

const skip = noBrowser || (process.platform === 'win32' && 'the stand-in is a script of a shell');

for (const [file, names] of journeys) {
  test(`the harness of Electron takes the journeys of ${file}`, { skip, timeout: 300_000 }, async (t) => {
    const folder = await scratchFolder(t);
    const electron = join(
      folder,
      process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron',
    );
    await writeFile(electron, `#!/bin/sh\nexec '${process.execPath}' --inspect=0 '${start}' "$@"\n`);
    await chmod(electron, 0o755);
    const { code, output } = await run(folder, [`--test-name-pattern=${names}`, `test/ui/${file}.test.ts`]);
    assert.equal(code, 0, output);
    assert.equal(output.match(/^ok \d/gm)?.length, names.split('|').length, output);
    assert.match(output, /# skipped 0/);
  });
}

function run(dist: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--test-reporter=tap', ...args], {
    cwd: root,
    env: {
      ...withoutRunner(),
      MAR_STUDIO_TEST_HOST: 'electron',
      MAR_STUDIO_STAND_IN_ADDRESS: standInAddress,
      ELECTRON_OVERRIDE_DIST_PATH: dist,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

/** A test that is run by a test would report to its runner instead of to us. */
function withoutRunner(): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return env;
}
