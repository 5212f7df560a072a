/** Sides that are missing, broken, or change while they are compared, and a comparison that is cancelled. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync, truncateSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../core/contract/errors.ts';
import { diff } from '../../core/diff.ts';
import { manifestEntry } from '../hostile/case.ts';
import { joined, writePieces } from '../hostile/pieces.ts';
import { deflated, zip, zipEntry } from '../hostile/zip-builder.ts';
import { makeArchive, plainFiles } from '../support/models.ts';
import { scratchFolder } from '../support/scratch.ts';
import { cliPath, marStudio } from './command-line.ts';

test('a side that is missing or broken is named with its code, whichever it is, and the other is shown', async (t) => {
  const cwd = await scratchFolder(t);
  const good = await makeArchive(cwd, plainFiles);
  await writeFile(join(cwd, 'empty.mar'), '');
  await writeFile(join(cwd, 'noise.mar'), Buffer.alloc(5000, 'noise'));
  writePieces(join(cwd, 'cut.mar'), [joined(zip([manifestEntry])).subarray(0, -5)]);
  for (const bad of ['missing.mar', 'empty.mar', 'noise.mar', 'cut.mar']) {
    for (const sides of [[good, bad] as const, [bad, good] as const]) {
      const { code, stdout, stderr } = await marStudio(['diff', ...sides], { cwd });
      assert.equal(code, 2);
      assert.match(stderr, /^error [A-Z_]+: .*\n(?:hint: .*\n)?$/);
      assert.ok(stderr.includes(bad), stderr);
      assert.match(stdout, /handler\.py/);
    }
    const { code, stdout } = await marStudio(['diff', good, bad, '--json'], { cwd });
    assert.equal(code, 2);
    assert.equal(JSON.parse(stdout).schema, 'mar-studio.error/1');
  }
});

test('a side that is cut short while it is read ends the comparison with INPUT_CHANGED', async (t) => {
  const folder = await scratchFolder(t);
  const paths = ['before.mar', 'after.mar'].map((name) => join(folder, name)) as [string, string];
  const weights = Buffer.alloc(24 * 2 ** 20, 'weights');
  for (const path of paths) writePieces(path, zip([manifestEntry, zipEntry('model.pt', weights)]));
  let isCut = false;
  const onProgress = () => {
    if (!isCut) truncateSync(paths[1], 5_000_000);
    isCut = true;
  };
  await assert.rejects(diff(...paths, { proves: true }, { onProgress }), (error) => {
    assert.ok(error instanceof Problem, `${error}`);
    return error.code === 'INPUT_CHANGED';
  });
  assert.ok(isCut);
});

const skip = process.platform === 'win32' && 'Windows has no signals to send to one process';

test('SIGINT while a nested archive is copied out leaves nothing in the temporary folder', {
  skip,
}, async (t) => {
  const cwd = await scratchFolder(t);
  const tmp = await scratchFolder(t);
  const inner = (text: string) =>
    joined(zip([zipEntry('a.txt', text), zipEntry('zeros', Buffer.alloc(200 * 2 ** 20))]));
  for (const name of ['one', 'two']) {
    writePieces(join(cwd, `${name}.mar`), zip([manifestEntry, deflated('model.pt', inner(name))]));
  }
  const args = [cliPath, 'diff', 'one.mar', 'two.mar', '--output', 'report.txt'];
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, TMPDIR: tmp }, stdio: 'ignore' });
  const ended = once(child, 'close');
  const copiedBytes = () => {
    const [copy] = readdirSync(tmp, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /content$/.test(name),
    );
    return copy === undefined ? 0 : (statSync(join(tmp, copy), { throwIfNoEntry: false })?.size ?? 0);
  };
  while (copiedBytes() === 0 && child.exitCode === null) await sleep(2);
  child.kill('SIGINT');
  const [code] = await ended;
  assert.equal(code, 130);
  assert.deepEqual(readdirSync(tmp), []);
  assert.deepEqual(readdirSync(cwd).sort(), ['one.mar', 'two.mar']);
});
