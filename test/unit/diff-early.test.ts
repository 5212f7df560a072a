/** What a comparison tells before it is done. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EarlyDiff, EarlyItem } from '../../core/contract/early.ts';
import { diff } from '../../core/diff.ts';
import { makeArchive, plainFiles } from '../support/models.ts';
import { scratchFolder } from '../support/scratch.ts';

interface Told {
  readonly head: EarlyDiff;
  readonly items: readonly EarlyItem[];
}

/** The rows that are left once all is told. */
function rowsOf(told: readonly Told[]): Map<string, string> {
  const rows = new Map<string, string>();
  for (const item of told.flatMap(({ items }) => items)) {
    if ('gone' in item) rows.delete(item.gone);
    else rows.set(item.path, `${item.change} ${item.kind}`);
  }
  return rows;
}

const newFiles = {
  ...{ 'handler.py': 'def handle(data, context):\n    return [data]\n' },
  ...{ 'model.pt': Buffer.alloc(5000, 'weights'), 'names/labels.txt': 'cat\ndog\n', 'new.txt': 'new' },
};

test('of two ZIPs the directories tell all but the kinds, and the rest fills in', async (t) => {
  const folder = await scratchFolder(t);
  const before = await makeArchive(folder, { ...plainFiles, 'old.bin': 'old' });
  const after = await makeArchive(folder, newFiles, { version: '1.1' });
  const told: Told[] = [];
  const result = await diff(before, after, {}, { onEarly: (head, items) => told.push({ head, items }) });
  const [first] = told;
  assert.deepEqual([first?.head.before.modelVersion, first?.head.after.modelVersion], ['1.0', '1.1']);
  assert.deepEqual(first?.head.counts, {
    ...{ added: 1, removed: 1, modified: 2, renamed: 1, unchanged: 1, unread: 0 },
  });
  const shown = first?.items.map((item) =>
    'gone' in item ? item.gone : [item.path, item.change, item.kind],
  );
  assert.deepEqual(shown?.toSorted(), [
    ['MAR-INF/MANIFEST.json', 'modified', null],
    ['handler.py', 'modified', null],
    ['names/labels.txt', 'renamed', null],
    ['new.txt', 'added', null],
    ['old.bin', 'removed', null],
  ]);
  const final = new Map(result.entries.map(({ path, change, kind }) => [path, `${change} ${kind}`]));
  assert.deepEqual(new Map([...rowsOf(told)].sort()), new Map([...final].sort()));
  const { added, removed, modified, renamed, unchanged } = result.summary;
  assert.deepEqual(told.at(-1)?.head.counts, { added, removed, modified, renamed, unchanged, unread: 0 });
});

test('what has no checksum and one size is not judged before it was read', async (t) => {
  const folder = await scratchFolder(t);
  const files = { ...plainFiles, 'same.bin': 'abc', 'other.bin': 'abc' };
  const before = await makeArchive(folder, files, { archiveFormat: 'no-archive' });
  const after = await makeArchive(folder, { ...files, 'other.bin': 'xyz' }, { archiveFormat: 'tgz' });
  const told: Told[] = [];
  const result = await diff(before, after, {}, { onEarly: (head, items) => told.push({ head, items }) });
  assert.deepEqual(told[0]?.items, []);
  assert.ok((told[0]?.head.counts.unread ?? 0) >= 5);
  assert.deepEqual([...rowsOf(told).keys()], ['other.bin']);
  assert.deepEqual(
    result.entries.map(({ path }) => path),
    ['other.bin'],
  );
  assert.equal(told.at(-1)?.head.counts.unread, 0);
});

test('a manifest that differs in its date alone is no row in the end', async (t) => {
  const folder = await scratchFolder(t);
  const before = await makeArchive(folder, plainFiles);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const after = await makeArchive(folder, plainFiles);
  const told: Told[] = [];
  await diff(before, after, {}, { onEarly: (head, items) => told.push({ head, items }) });
  assert.deepEqual([...rowsOf(told)], []);
  assert.deepEqual(told.at(-1)?.head.counts.unchanged, 4);
});
