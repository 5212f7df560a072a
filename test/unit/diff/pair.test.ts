import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Archive, ArchiveEntry } from '../../../core/archive.ts';
import { Problem } from '../../../core/contract/errors.ts';
import { nameOf, pairEntries } from '../../../core/diff/pair.ts';
import type { Side, SideEntry } from '../../../core/diff/side.ts';

/** Names with a checksum each; larger than what is read to be held to others by its lines. */
function sideOf(contents: readonly (readonly [name: string, crc32: number])[]): Side {
  const entries = contents.map(([name, crc32], index): SideEntry => {
    const entry = { index, name, crc32, type: 'file', size: 1_000_000 } as ArchiveEntry;
    return { name, entry, role: 'extra' };
  });
  return {
    archive: {} as Archive,
    manifest: null,
    entries: new Map(entries.map((entry) => [entry.name, entry])),
  };
}

const named = async (before: Side, after: Side) =>
  (await pairEntries({ before, after, signal: undefined })).map((pair) => [
    pair.before?.name ?? null,
    pair.after?.name ?? null,
  ]);

test('of several with one content those with the same last name go together, the others in order', async () => {
  const before = sideOf([
    ['old/a', 1],
    ['old/b', 1],
    ['old/c', 1],
    ['same', 2],
  ]);
  const after = sideOf([
    ['new/c', 1],
    ['new/x', 1],
    ['new/y', 1],
    ['same', 3],
  ]);
  assert.deepEqual(await named(before, after), [
    ['old/c', 'new/c'],
    ['old/a', 'new/x'],
    ['old/b', 'new/y'],
    ['same', 'same'],
  ]);
});

test('two hundred thousand moved files with one content are paired without a search for each', async () => {
  const names = Array.from({ length: 200_000 }, (_, at) => `file-${at}`);
  const before = sideOf(names.map((name) => [`old/${name}`, 7]));
  const after = sideOf(names.toReversed().map((name) => [`new/${name}`, 7]));
  const pairs = await pairEntries({ before, after, signal: undefined });
  assert.equal(pairs.length, names.length);
  assert.ok(pairs.every((pair) => pair.before?.name.slice(4) === nameOf(pair).slice(4)));
});

test('what could not be read is paired by its name alone', async () => {
  const [before, after] = [sideOf([['a', 1]]), sideOf([['b', 1]])];
  const broken = after.entries.get('b');
  if (broken) broken.sums = { problem: Problem.of('CANCELLED', {}) };
  assert.deepEqual(await named(before, after), [
    ['a', null],
    [null, 'b'],
  ]);
});
