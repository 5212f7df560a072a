import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkImports, checkLayers } from '../../../build/layers.ts';

test('the project keeps to its layers', async () => {
  assert.deepEqual(await checkLayers('.'), []);
});

test('an import that points the wrong way is named', () => {
  const wrong: [string, string][] = [
    ['core/contract/model.ts', "import { pack } from '../pack.ts';"],
    ['core/contract/model.ts', "import { readFile } from 'node:fs/promises';"],
    ['core/zip/writer.ts', "import { main } from '../../cli/main.ts';"],
    ['core/pack.ts', "const electron = await import('electron');"],
    ['cli/main.ts', "import { app } from '../electron/main.ts';"],
    ['server/host.ts', "import { usage } from '../cli/arguments.ts';"],
    ['electron/main.ts', "import { Host } from '../server/host.ts';"],
    ['renderer/App.svelte', "import { open } from '../core/zip/reader.ts';"],
    ['renderer/state/jobs.svelte.ts', "import { pack } from '../../core/pack.ts';"],
  ];
  for (const [path, source] of wrong)
    assert.equal(checkImports(path, source).length, 1, `${path}: ${source}`);
});

test('an import that points the right way is left alone', () => {
  const right: [string, string][] = [
    ['renderer/App.svelte', "import type { Entry } from '../core/contract/model.ts';"],
    ['core/zip/writer.ts', "import { Problem } from '../contract/errors.ts';"],
    ['cli/main.ts', "const { pack } = await import('../core/pack.ts');"],
    ['cli/commands/serve.ts', "const { Host } = await import('../../server/host.ts');"],
    ['electron/main.ts', "import { app } from 'electron';"],
    ['test/unit/x.test.ts', "import { main } from '../../cli/main.ts';"],
  ];
  for (const [path, source] of right) assert.deepEqual(checkImports(path, source), []);
});
