import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { DiffResult } from '../../core/contract/diff.ts';
import { diff } from '../../core/diff.ts';
import { f32, safetensors } from '../support/make-safetensors.ts';
import { makeArchive } from '../support/models.ts';
import { scratchFolder } from '../support/scratch.ts';
import * as make from './weights/builders.ts';

const numbers = (...values: readonly number[]) => Buffer.from(Float32Array.from(values).buffer);
const torch = make.torchZip({ w: make.tensor({ shape: [2n], strides: [1n] }) }, { 'data/0': numbers(1, 2) });
const same = safetensors([f32('w', [2], (at) => at + 1)]);
const moved = safetensors([f32('w', [2], (at) => at + 1.5)]);
const handler = { 'handler.py': 'def handle(data, context): pass\n' };

async function fileWith(t: TestContext, name: string, bytes: Buffer): Promise<string> {
  const path = join(await scratchFolder(t), name);
  await writeFile(path, bytes);
  return path;
}

async function tensorsBetween(before: string, after: string) {
  const { entries, ...result } = await diff(before, after);
  assert.deepEqual(
    entries.map(({ change, kind }) => [change, kind]),
    [['modified', 'weights']],
  );
  const { weights, tensors = [] } = entries[0]?.details ?? {};
  const changes = tensors.map(({ name, change, stats }) => [name, change, stats?.maxAbs ?? null]);
  return { ...result, path: entries[0]?.path, formats: [weights?.before, weights?.after], changes };
}

test('two files of weights are compared by their tensors, whatever they are called', async (t) => {
  const [before, after] = [
    await fileWith(t, 'a.safetensors', same),
    await fileWith(t, 'b.safetensors', moved),
  ];
  const found = await tensorsBetween(before, after);
  assert.deepEqual(found.changes, [['w', 'values', 0.5]]);
  assert.equal(found.path, 'b.safetensors');
  assert.deepEqual([found.before.path, found.before.kind], [before, 'weights']);
  assert.deepEqual([found.before.size, found.after.size], [same.length, moved.length]);
});

test('a file of torch is weights and no archive, also in comparison with another format', async (t) => {
  const before = await fileWith(t, 'a.pt', torch);
  const found = await tensorsBetween(before, await fileWith(t, 'b.safetensors', moved));
  assert.deepEqual(found.formats, ['torch-zip', 'safetensors']);
  assert.deepEqual(found.changes, [['w', 'values', 0.5]]);
  const converted = await tensorsBetween(before, await fileWith(t, 'c.safetensors', same));
  assert.deepEqual(converted.changes, [['w', 'unchanged', null]]);
});

test('weights inside an archive, compressed or not, are compared with such that lie by themselves', async (t) => {
  const after = await fileWith(t, 'new.safetensors', moved);
  for (const archiveFormat of ['zip-store', 'tgz'] as const) {
    const files = { ...handler, 'old.safetensors': same };
    const archive = await makeArchive(await scratchFolder(t), files, { archiveFormat });
    const { changes } = await tensorsBetween(`${archive}!old.safetensors`, after);
    assert.deepEqual(changes, [['w', 'values', 0.5]]);
  }
});

test('of two files of torch inside archives the members are compared, of one beside another format the tensors', async (t) => {
  const folder = await scratchFolder(t);
  const other = make.torchZip(
    { w: make.tensor({ shape: [2n], strides: [1n] }) },
    { 'data/0': numbers(1, 3) },
  );
  const [before, after] = [
    `${await makeArchive(folder, { ...handler, 'x.pt': torch })}!x.pt`,
    `${await makeArchive(folder, { ...handler, 'x.pt': other, 'x.safetensors': moved })}!x.pt`,
  ];
  const { entries } = await diff(before, after);
  assert.deepEqual(
    entries.map(({ path, change }) => [path.replace(/^[^/]+/, ''), change]),
    [['/data/0', 'modified']],
  );
  const { changes } = await tensorsBetween(before, after.replace(/pt$/, 'safetensors'));
  assert.deepEqual(changes, [['w', 'values', 0.5]]);
});

test('numbers that ONNX keeps beside the file are found there', async (t) => {
  const folder = await scratchFolder(t);
  const place = async (name: string, value: number, ...names: readonly string[]) => {
    const inside = join(folder, name);
    await mkdir(inside);
    for (const one of names) await writeFile(join(inside, one), numbers(value, 0));
    await writeFile(join(inside, 'm.onnx'), make.onnx(...names.map(make.externalTensor)));
    return join(inside, 'm.onnx');
  };
  const changesIn = ({ entries }: DiffResult) => entries.map(({ path, change }) => [path, change]);
  const grown = await diff(await place('old', 1, 'w'), await place('new', 3, 'w', 'v'));
  assert.deepEqual(changesIn(grown), [
    ['m.onnx', 'modified'],
    ['v', 'added'],
    ['w', 'modified'],
  ]);
  const tensors = grown.entries[0]?.details?.tensors ?? [];
  assert.deepEqual(
    tensors.map(({ name, change, stats }) => [name, change, stats?.maxAbs ?? null]),
    [
      ['w', 'values', 2],
      ['v', 'added', null],
    ],
  );
  const other = await fileWith(t, 'other.safetensors', same);
  assert.deepEqual(changesIn(await diff(join(folder, 'old', 'm.onnx'), other)), [
    ['other.safetensors', 'modified'],
  ]);
  const moved = await diff(await place('one', 1, 'w'), await place('other', 3, 'w'));
  assert.equal(moved.identical, false);
  assert.deepEqual(changesIn(moved), [['w', 'modified']]);
});

test('equal weights are told as such, and what is neither weights nor an archive as what it is', async (t) => {
  const path = await fileWith(t, 'a.safetensors', same);
  const { identical, verdict } = await diff(path, await fileWith(t, 'b.pt', same));
  assert.equal(identical, true);
  assert.equal(verdict[0]?.text, 'Same contents, proven by SHA-256.');
  const page = await fileWith(t, 'page.pt', Buffer.from('<!DOCTYPE html><html></html>'));
  await assert.rejects(diff(page, path), { code: 'ZIP_NOT_ZIP' });
  const pickle = await fileWith(t, 'pickle.mar', Buffer.from('\x80\x02}.', 'latin1'));
  await assert.rejects(diff(pickle, pickle), { code: 'ZIP_NOT_ZIP' });
  await assert.rejects(diff(path, join(page, '..', 'none.pt')), { code: 'INPUT_MISSING' });
  const archive = await makeArchive(await scratchFolder(t), handler);
  await assert.rejects(diff(path, `${archive}!none.pt`), { code: 'ENTRY_MISSING' });
});

test('a path into an archive never leads to a file that begins with the path of that archive', async (t) => {
  const folder = await scratchFolder(t);
  await mkdir(join(folder, 'inner!'));
  const other = await makeArchive(join(folder, 'inner!'), { ...handler, 'x.safetensors': same });
  // What was granted is the file before the first "!".
  await writeFile(join(folder, 'inner'), same);
  await assert.rejects(diff(`${other}!x.safetensors`, await fileWith(t, 'a.safetensors', same)), {
    code: 'ZIP_NOT_ZIP',
  });
});
