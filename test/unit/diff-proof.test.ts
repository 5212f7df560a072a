/** What may not be called equal, and what may not be called proven. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { diff } from '../../core/diff.ts';
import { writePieces } from '../hostile/pieces.ts';
import { zip, zipEntry } from '../hostile/zip-builder.ts';
import { scratchFolder } from '../support/scratch.ts';

const manifest = zipEntry('MAR-INF/MANIFEST.json', '{}');
const link = { central: { madeBy: 0x031e, externalAttributes: (0o120777 << 16) >>> 0 } };

test('a link in a ZIP that leads elsewhere is no equal one', async (t) => {
  const folder = await scratchFolder(t);
  const made = (name: string, target: string) => {
    const path = join(folder, name);
    writePieces(path, zip([manifest, zipEntry('link', target, link)]));
    return path;
  };
  const [before, after] = [made('old.mar', 'model.pt'), made('new.mar', '/etc/pwd')];
  for (const proves of [false, true]) {
    const { identical, entries } = await diff(before, after, { proves });
    assert.equal(identical, false);
    assert.deepEqual(
      entries.map(({ path, change }) => [path, change]),
      [['link', 'modified']],
    );
    const same = await diff(before, before, { proves });
    assert.deepEqual([same.identical, same.proof], [true, proves ? 'sha256' : 'crc32']);
  }
});

test('a large content that breaks does not spoil the hash of the next one', async (t) => {
  const folder = await scratchFolder(t);
  const [before, after] = [join(folder, 'old.mar'), join(folder, 'new.mar')];
  const large = Buffer.alloc(5 * 1024 * 1024, 'large');
  for (const path of [before, after]) {
    writePieces(path, zip([manifest, zipEntry('first.bin', large), zipEntry('second.bin', large)]));
  }
  const bytes = readFileSync(after);
  bytes.write('LARGE', bytes.indexOf('largelarge'));
  writeFileSync(after, bytes);
  const { entries, summary } = await diff(before, after, { proves: true });
  assert.deepEqual(
    entries.map(({ path, details }) => [path, details.problem?.code]),
    [['first.bin', 'ZIP_CRC']],
  );
  assert.equal(summary.unchanged, 2);
});
