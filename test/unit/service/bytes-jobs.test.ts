/** The jobs that read bytes for the inspector: SHA-256 of entries, and where some bytes stand. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { EntrySum } from '../../../core/contract/api.ts';
import { pack } from '../../../core/pack.ts';
import { findBytes } from '../../../core/service/find-bytes.ts';
import { hashEntries } from '../../../core/service/hash-entries.ts';
import { inspectForWindow } from '../../../core/service/listing.ts';
import { OpenArchives } from '../../../core/service/open-archives.ts';
import { scratchFolder } from '../../support/scratch.ts';

const handler = 'def handle(data, context):\n    return data\n';
const never = new AbortController().signal;

async function opened(t: TestContext, archiveFormat: 'default' | 'tgz' | 'no-archive' = 'default') {
  const folder = await scratchFolder(t);
  const weights = Buffer.alloc(3 * 1024 * 1024, 1);
  // One at the very end of the first MiB, where a piece ends in its midst.
  for (const at of [0, 1024 * 1024 - 2, weights.length - 3]) weights.set([7, 8, 9], at);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'handler.py'), handler);
  await writeFile(join(folder, 'weights.pt'), weights);
  const { output } = await pack({
    ...{ modelName: 'm', version: '1', handler: join(folder, 'handler.py'), exportPath: join(folder, 'out') },
    ...{ serializedFile: join(folder, 'weights.pt'), archiveFormat },
  });
  const archives = new OpenArchives();
  t.after(() => archives.close());
  return { path: output, archives, weights, listed: await inspectForWindow(output, never) };
}

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

for (const format of ['default', 'tgz', 'no-archive'] as const) {
  test(`the SHA-256 of an entry is that of its content, and only of what was asked for: ${format}`, async (t) => {
    const { path, archives, weights, listed } = await opened(t, format);
    const at = (name: string) => listed.entries.path.findIndex((one) => one.endsWith(name));
    const ask = (entries: readonly number[] | null) =>
      hashEntries(archives, { path, stamp: listed.stamp, entries }, {});
    const one = await ask([at('handler.py')]);
    assert.deepEqual(one, { sums: [{ entry: at('handler.py'), sha256: sha256(handler) }] });
    const { sums } = await ask(null);
    const weightsSum = sums.find(({ entry }) => entry === at('weights.pt'));
    assert.deepEqual(weightsSum, { entry: at('weights.pt'), sha256: sha256(weights) });
    assert.equal(sums.length, listed.entries.type.filter((type) => type === 'file').length);
  });
}

test('what changed since it was listed is not hashed under the old numbers', async (t) => {
  const { path, archives, listed } = await opened(t);
  await appendFile(path, 'x');
  await assert.rejects(hashEntries(archives, { path, stamp: listed.stamp, entries: null }, {}), {
    code: 'INPUT_CHANGED',
  });
});

test('an entry that is damaged is told of, and the others have their sums', async (t) => {
  const { path, archives, listed } = await opened(t);
  const at = listed.entries.path.indexOf('weights.pt');
  const file = await open(path, 'r+');
  const place = (listed.entries.offset[at] as number) + 100;
  await file.write(Buffer.from([99, 98, 97]), 0, 3, place);
  await file.close();
  const { stamp } = await inspectForWindow(path, never);
  const { sums } = await hashEntries(archives, { path, stamp, entries: null }, {});
  assert.deepEqual(
    sums.filter((sum) => 'problem' in sum).map(({ entry }) => entry),
    [at],
  );
  assert.equal(sums.length, listed.entries.path.length);
});

test('what was read before it is stopped is told', async (t) => {
  const { path, archives, listed } = await opened(t);
  const stop = new AbortController();
  const told: EntrySum[] = [];
  const onSum = (sum: EntrySum) => {
    told.push(sum);
    if (listed.entries.path[sum.entry] === 'handler.py') stop.abort();
  };
  const options = { signal: stop.signal, onSum };
  await assert.rejects(hashEntries(archives, { path, stamp: listed.stamp, entries: null }, options), {
    code: 'CANCELLED',
  });
  const last = listed.entries.path.indexOf('handler.py');
  assert.deepEqual(told.at(-1), { entry: last, sha256: sha256(handler) });
  assert.ok(told.length < listed.entries.path.length, 'the rest is not read');
});

test('each entry of a ZIP tells where its local header begins; a tar and a folder have none', async (t) => {
  const { path, listed } = await opened(t);
  const file = await open(path, 'r');
  t.after(() => file.close());
  for (const offset of listed.entries.offset) {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, offset as number);
    assert.equal(buffer.toString('latin1'), 'PK\x03\x04');
  }
  for (const format of ['tgz', 'no-archive'] as const) {
    const other = await opened(t, format);
    assert.ok(other.listed.entries.offset.every((offset) => offset === null));
  }
});

test('bytes are found where they stand, also across the pieces that are read', async (t) => {
  const { path, archives, weights } = await opened(t);
  const find = (bytes: string, entry: string | null) => findBytes(archives, { path, entry, bytes }, {});
  const found = await find('070809', 'weights.pt');
  assert.deepEqual(found, { offsets: [0, 1024 * 1024 - 2, weights.length - 3], isCut: false });
  assert.deepEqual(await find('0a0b', 'weights.pt'), { offsets: [], isCut: false });
  const [first] = (await find('504b0304', null)).offsets;
  assert.equal(first, 0);
});

test('what is found does not reach into another one, and of millions the first are told', async (t) => {
  const { path, archives } = await opened(t);
  const { offsets, isCut } = await findBytes(archives, { path, entry: 'weights.pt', bytes: '0101' }, {});
  assert.deepEqual(offsets.slice(0, 3), [3, 5, 7]);
  assert.equal(offsets.length, 10_000);
  assert.ok(isCut);
});

test('a search that is cancelled ends', async (t) => {
  const { path, archives } = await opened(t);
  const gone = new AbortController();
  gone.abort();
  await assert.rejects(
    findBytes(archives, { path, entry: null, bytes: 'ff'.repeat(9) }, { signal: gone.signal }),
    { code: 'CANCELLED' },
  );
});
