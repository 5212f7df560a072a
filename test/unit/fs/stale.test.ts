import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { removeStale, temporaryName } from '../../../core/fs/stale.ts';
import { scratchFolder } from '../../support/scratch.ts';

/** No process has so large a number. */
const deadPid = 99_999_999;
const hourMs = 60 * 60 * 1000;

async function scene(t: TestContext) {
  const folder = await scratchFolder(t);
  const target = join(folder, 'model.mar');
  const nameOf = (pid: number, suffix: 'tmp' | 'old' = 'tmp') =>
    basename(temporaryName(target, suffix)).replace(`.${process.pid}.`, `.${pid}.`);
  const abroad = (name: string) => name.replace(/^(\.model\.mar\.)[0-9a-f]{8}/, '$100000000');
  const left = async () => (await readdir(folder)).sort();
  return { folder, target, nameOf, abroad, left };
}

test('temporary names differ each time and are hidden beside the target', () => {
  const names = new Set(Array.from({ length: 100 }, () => temporaryName('/some/where/model.mar')));
  assert.equal(names.size, 100);
  for (const name of names) {
    assert.match(name, new RegExp(`^\\.model\\.mar\\.[0-9a-f]{8}\\.${process.pid}\\.[0-9a-f]{8}\\.tmp$`));
  }
});

test('what a dead process left is removed, file or folder', async (t) => {
  const { folder, target, nameOf, left } = await scene(t);
  await writeFile(join(folder, nameOf(deadPid)), 'half');
  await mkdir(join(folder, nameOf(deadPid), 'MAR-INF'), { recursive: true });
  await removeStale(target);
  assert.deepEqual(await left(), []);
});

test('what a living process is at work on stays, as does our own', async (t) => {
  const { folder, target, nameOf, left } = await scene(t);
  const names = [nameOf(process.ppid), nameOf(process.pid), nameOf(process.pid)].sort();
  for (const name of names) await writeFile(join(folder, name), 'at work');
  await removeStale(target);
  assert.deepEqual(await left(), names);
});

test('a file with our number that is older than this process is of an earlier life', async (t) => {
  const { folder, target, nameOf, left } = await scene(t);
  const name = nameOf(process.pid);
  await writeFile(join(folder, name), 'half');
  const longAgo = new Date(Date.now() - process.uptime() * 1000 - 5000);
  await utimes(join(folder, name), longAgo, longAgo);
  await removeStale(target);
  assert.deepEqual(await left(), []);
});

test('what another machine left goes after an hour, whatever its numbers mean here', async (t) => {
  const { folder, target, nameOf, abroad, left } = await scene(t);
  const young = [abroad(nameOf(deadPid)), abroad(nameOf(process.ppid))];
  const old = [abroad(nameOf(deadPid)), abroad(nameOf(process.ppid))];
  for (const name of [...young, ...old]) await writeFile(join(folder, name), 'half');
  for (const [names, ageMs] of [
    [young, hourMs - 60_000],
    [old, hourMs + 60_000],
  ] as const) {
    const time = new Date(Date.now() - ageMs);
    for (const name of names) await utimes(join(folder, name), time, time);
  }
  await removeStale(target);
  assert.deepEqual(await left(), young.sort());
});

test('nothing else is touched, however alike it looks', async (t) => {
  const { folder, target, nameOf, left } = await scene(t);
  const dead = nameOf(deadPid);
  const names = [
    dead.replace('.model.mar', '.model2.mar'),
    dead.replace('.model.mar', '.model'),
    dead.slice(1),
    `${dead}.gz`,
    dead.replace(/tmp$/, 'swp'),
    dead.replace(`${deadPid}`, 'pid'),
    'model.mar',
    '.model.mar.tmp',
  ].sort();
  for (const name of names) await writeFile(join(folder, name), 'keep');
  await removeStale(target);
  assert.deepEqual(await left(), names);
});

test('a folder that stepped aside is put back where no target is, and removed where one is', async (t) => {
  const { folder, target, nameOf, left } = await scene(t);
  const stepAside = async () => {
    const aside = join(folder, nameOf(deadPid, 'old'));
    await mkdir(aside);
    await writeFile(join(aside, 'content'), 'old');
  };
  await stepAside();
  await removeStale(target);
  assert.deepEqual(await left(), ['model.mar']);
  assert.equal(await readFile(join(target, 'content'), 'utf8'), 'old');

  await writeFile(join(target, 'content'), 'new');
  await stepAside();
  await removeStale(target);
  assert.deepEqual(await left(), ['model.mar']);
  assert.equal(await readFile(join(target, 'content'), 'utf8'), 'new');
});

test('a folder that can not be listed is no reason to fail', async (t) => {
  const { folder } = await scene(t);
  await removeStale(join(folder, 'missing', 'model.mar'));
  assert.ok(!existsSync(join(folder, 'missing')));
});
