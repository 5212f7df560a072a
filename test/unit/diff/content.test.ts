import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Archive, ArchiveEntry } from '../../../core/archive.ts';
import { Problem } from '../../../core/contract/errors.ts';
import { Contents } from '../../../core/diff/content.ts';
import { diff } from '../../../core/diff.ts';
import { joined } from '../../hostile/pieces.ts';
import { zip, zipEntry } from '../../hostile/zip-builder.ts';
import { makeArchive, plainFiles } from '../../support/models.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { noise } from '../deflate/samples.ts';

/** A tar that counts how often each of its entries is read. */
function countingTar(contents: readonly (Buffer | Problem)[]) {
  const reads = contents.map(() => 0);
  const entries = contents.map((content, index) => ({
    ...{ index, name: `entry-${index}`, type: 'file' },
    size: content instanceof Problem ? 10 : content.length,
  })) as unknown as ArchiveEntry[];
  async function* read({ index }: ArchiveEntry) {
    reads[index] = (reads[index] ?? 0) + 1;
    const content = contents[index] as Buffer | Problem;
    if (content instanceof Problem) throw content;
    for (let at = 0; at < content.length; at += 500_000) yield content.subarray(at, at + 500_000);
  }
  const archive = { path: 'model.tar.gz', container: 'tar.gz', entries, read } as unknown as Archive;
  const sides = entries.map((entry) => ({ name: entry.name, entry, role: 'extra' as const }));
  return { archive, sides, reads };
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = join(await scratchFolder(t), 'tmp');
  mkdirSync(folder);
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  t.after(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  return folder;
}

test('of a tar each content is read once, whatever is asked of it afterwards, and nothing is left', async (t) => {
  const folder = await temporaryFolder(t);
  const inner = joined(zip([zipEntry('a.bin', noise(3_000_000)), zipEntry('b.txt', 'b')]));
  const { archive, sides, reads } = countingTar([noise(100), noise(2_500_000), inner, noise(5_000_000)]);
  const contents = new Contents(archive, undefined);
  await contents.readAhead(
    new Map(sides.map((side, at) => [side, at === 3 ? 'start' : 'whole'])),
    new AbortController().signal,
  );
  assert.equal(readdirSync(folder).length, 1, 'large ones lie in a temporary file');
  const [small, large, nested, last] = sides.map(({ entry }) => entry) as [
    ArchiveEntry,
    ArchiveEntry,
    ArchiveEntry,
    ArchiveEntry,
  ];
  for (let turn = 0; turn < 2; turn++) {
    assert.ok((await contents.whole(small)).equals(noise(100)));
    assert.ok((await contents.start(large)).equals(noise(2_500_000).subarray(0, 65_536)));
    assert.ok((await contents.whole(large)).equals(noise(2_500_000)));
    assert.ok((await contents.start(last)).equals(noise(5_000_000).subarray(0, 65_536)));
    const pieces: Buffer[] = [];
    for await (const piece of contents.stream(large)) pieces.push(piece);
    assert.ok(Buffer.concat(pieces).equals(noise(2_500_000)));
    const archive = await contents.open(nested);
    assert.deepEqual(
      archive?.entries.map(({ name }) => name),
      ['a.bin', 'b.txt'],
    );
    await archive?.close();
    assert.equal(await contents.open(large), null);
  }
  assert.deepEqual(reads, [1, 1, 1, 1]);
  await contents.close();
  assert.deepEqual(readdirSync(folder), []);
});

test('what breaks while it is kept is told when it is asked for, and not read again', async (t) => {
  await temporaryFolder(t);
  const problem = Problem.of('ENTRY_TYPE', { path: 'x', type: 'broken' });
  const { archive, sides, reads } = countingTar([problem, noise(10)]);
  const contents = new Contents(archive, undefined);
  await contents.readAhead(new Map(sides.map((side) => [side, 'whole'])), new AbortController().signal);
  const [broken, sound] = sides.map(({ entry }) => entry) as [ArchiveEntry, ArchiveEntry];
  await assert.rejects(contents.whole(broken), problem);
  await assert.rejects(contents.start(broken), problem);
  assert.ok((await contents.whole(sound)).equals(noise(10)));
  assert.deepEqual(reads, [1, 1]);
  await contents.close();
});

test('two tars with large contents are compared as two ZIPs are', async (t) => {
  const models = await scratchFolder(t);
  const folder = await temporaryFolder(t);
  const files = (turn: number) => ({
    ...plainFiles,
    'model.pt': joined(zip([zipEntry('x/data', noise(2_000_000, turn)), zipEntry('x/same', 'same')])),
    'one.bin': noise(1_500_000, turn + 2),
    'two.bin': noise(1_500_000, turn + 4),
  });
  const details = async (archiveFormat: 'tgz' | 'default') => {
    const before = await makeArchive(models, files(1), { archiveFormat });
    const after = await makeArchive(models, files(2), { archiveFormat });
    const { entries } = await diff(before, after);
    return entries.map(({ path, kind, change, details }) => [path, kind, change, details]);
  };
  const [tar, plain] = [await details('tgz'), await details('default')];
  assert.equal(tar.length, 3);
  assert.deepEqual(tar, plain);
  assert.ok(existsSync(folder));
  assert.deepEqual(readdirSync(folder), []);
});
