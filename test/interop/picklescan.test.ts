import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { scanPickles } from '../../core/weights/pickle/scan.ts';
import { sourceOfBytes } from '../../core/weights/pickle/source.ts';
import { venvTool } from '../support/venv.ts';
import { askPython, compareScanners, isFound, isTold, pageOf, pagePath } from './picklescan.ts';

const python = await venvTool('python');
const skip = 'missing' in python ? python.missing : false;
const path = 'missing' in python ? '' : python.path;

test('what picklescan finds is found here too, and the page says who finds what', { skip }, async () => {
  const rows = await compareScanners(path);
  assert.deepEqual(
    rows.filter(({ ours, theirs }) => isFound(theirs) && !isFound(ours)),
    [],
  );
  assert.deepEqual(
    rows.filter(({ ours }) => !isTold(ours)),
    [],
  );
  assert.ok(rows.length >= 80);
  assert.equal(readFileSync(pagePath, 'utf8'), pageOf(rows), 'run node test/interop/picklescan.ts');
});

interface Stream {
  readonly opcodes: number;
  readonly globals: readonly string[];
}

test('honest pickles have the opcodes and the globals that Python says', { skip }, async () => {
  const fixtures = resolve(import.meta.dirname, '../fixtures');
  // joblib lays arrays between the opcodes, which Python alone does not know.
  const files = ['pickles', 'weights']
    .flatMap((folder) => readdirSync(join(fixtures, folder)).map((name) => join(fixtures, folder, name)))
    .filter((file) => /\.(pkl|pt|ptl)$/.test(file) && !/joblib|legacy|\.tar\.pt$|exported/.test(file));
  assert.ok(files.length >= 30, `${files.length}`);
  const said = await askPython<readonly Stream[]>(path, 'streams', files);
  for (const file of files) {
    const streams = said[file] ?? [];
    const scan = await scanPickles(sourceOfBytes(readFileSync(file)));
    assert.equal(scan.streams, streams.length, file);
    assert.equal(
      scan.opcodes,
      streams.reduce((sum, { opcodes }) => sum + opcodes, 0),
      file,
    );
    const ours = new Set(scan.globals.map(({ module, name }) => `${module}.${name}`));
    assert.deepEqual([...ours].sort(), [...new Set(streams.flatMap(({ globals }) => globals))].sort(), file);
  }
});
