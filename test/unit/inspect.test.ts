import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { Problem } from '../../core/contract/errors.ts';
import { inspect, inspectedBefore } from '../../core/inspect.ts';
import { pack } from '../../core/pack.ts';
import { writeTarHead } from '../../core/tar/records.ts';
import { formats, makeModel } from '../faults/model.ts';
import { scratchFolder } from '../support/scratch.ts';

for (const format of formats) {
  test(`${format}: inspect tells the same entries, manifest and roles that pack did`, async (t) => {
    const folder = await scratchFolder(t);
    const { input } = makeModel(join(folder, 'model'), 10_000);
    const packed = await pack({ ...input, archiveFormat: format, exportPath: join(folder, 'store') });
    const seen = await inspect(packed.output);

    const root = format === 'tgz' ? 'model/' : '';
    const byName = new Map(seen.entries.map((entry) => [entry.path, entry]));
    assert.equal(seen.entries.length, packed.entries.length);
    for (const wanted of packed.entries) {
      const found = byName.get(root + wanted.path);
      assert.equal(found?.role, wanted.role, wanted.path);
      for (const key of ['size', 'method', 'crc32', 'mode'] as const) {
        assert.equal(found?.[key], wanted[key], `${key} of ${wanted.path}`);
      }
    }
    assert.deepEqual(seen.manifest, packed.manifest);
    assert.equal(seen.size, packed.size);
    assert.equal(seen.totals.entries, packed.entries.length);
    assert.equal(
      seen.totals.size,
      packed.entries.reduce((sum, { size }) => sum + size, 0),
    );
    assert.equal(seen.totals.compressedSize === null, format === 'tgz');
    assert.equal(
      seen.kind,
      { default: 'mar', 'zip-store': 'mar', tgz: 'tgz', 'no-archive': 'directory' }[format],
    );
  });
}

test('an archive with a fault is listed whole, and the fault is told', async (t) => {
  const folder = await scratchFolder(t);
  const { input } = makeModel(join(folder, 'model'), 1000);
  const { output, entries } = await pack({ ...input, exportPath: folder });
  appendFileSync(output, 'more');
  const seen = await inspect(output);
  assert.equal(seen.entries.length, entries.length);
  assert.ok(seen.findings.some(({ code }) => code === 'ZIP_TRAILING_DATA'));
});

test('a manifest that does not fit its checksum is null and told, and all else is there', async (t) => {
  const folder = await scratchFolder(t);
  const { input } = makeModel(join(folder, 'model'), 1000);
  const { output } = await pack({ ...input, exportPath: folder, compression: 'store' });
  const bytes = readFileSync(output);
  bytes.write('X', bytes.indexOf('modelName'));
  writeFileSync(output, bytes);
  const seen = await inspect(output);
  assert.equal(seen.manifest, null);
  assert.deepEqual(
    seen.findings.map(({ code, path }) => [code, path]),
    [['ZIP_CRC', 'MAR-INF/MANIFEST.json']],
  );
  assert.ok(seen.entries.length > 4);
});

test('a tar that is cut off shows what came before the cut with its problem', async (t) => {
  const folder = await scratchFolder(t);
  const path = join(folder, 'model.tar');
  const head = (name: string, size: number) => writeTarHead({ name, size, modified: 0, mode: 0o644 });
  writeFileSync(path, Buffer.concat([head('model/a.txt', 0), head('model/b.txt', 600)]));
  appendFileSync(path, Buffer.alloc(100));
  const error = await inspect(path).catch((reason) => reason);
  assert.ok(error instanceof Problem);
  assert.equal(error.code, 'TAR_TRUNCATED');
  assert.deepEqual(
    inspectedBefore(error).map(({ path }) => path),
    ['model/a.txt', 'model/b.txt'],
  );
  truncateSync(path, 0);
  assert.equal(statSync(path).size, 0);
  assert.deepEqual(inspectedBefore(await inspect(path).catch((reason) => reason)), []);
});

test('a cancelled inspect is a cancelled one', async (t) => {
  const folder = await scratchFolder(t);
  const { input } = makeModel(join(folder, 'model'), 1000);
  const { output } = await pack({ ...input, exportPath: folder });
  await assert.rejects(inspect(output, { signal: AbortSignal.abort() }), { code: 'CANCELLED' });
});
