/** Reading content proves it: size, checksum and the end of the compressed stream, small and large. */
import assert from 'node:assert/strict';
import { appendFileSync, closeSync, openSync, writeSync } from 'node:fs';
import { describe, test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import type { ArchiveEntry } from '../../../core/archive.ts';
import { openArchive } from '../../../core/open.ts';
import { deflated, zip, zipEntry } from '../../hostile/zip-builder.ts';
import { randomOf } from '../../support/random.ts';
import { openScratch, readAll, writeScratch } from '../../support/zip-file.ts';

const bytesOf = (length: number) => Buffer.from(randomOf(length).text('abcdefgh', length));

// An entry is inflated at once up to 256 KiB, and in a stream beyond.
for (const [kind, length] of [
  ['small', 5_000],
  ['large', 700_000],
] as const) {
  const body = bytesOf(length);
  const packed = deflateRawSync(body);

  describe(`a ${kind} entry`, () => {
    test('is read as it was packed, stored and deflated, several at once', async (t) => {
      const archive = await openScratch(t, zip([zipEntry('a.bin', body), deflated('b.bin', body)]));
      const contents = await Promise.all([0, 1, 0, 1].map((index) => readAll(archive, index)));
      for (const content of contents) assert.ok(content.equals(body));
    });

    const lies = {
      ZIP_CRC: [
        zipEntry('a.bin', body, { both: { crc32: 1 } }),
        deflated('a.bin', body, { both: { crc32: 1 } }),
      ],
      ZIP_SIZE: [
        deflated('a.bin', body, { both: { size: length - 1 } }),
        deflated('a.bin', body, { both: { size: length + 1 } }),
        deflated('a.bin', body, { both: { size: 0 } }),
        zipEntry('a.bin', body, { both: { size: length - 1 } }),
      ],
      ZIP_DEFLATE: [
        deflated('a.bin', body, { data: [Buffer.alloc(packed.length, 0xff)] }),
        deflated('a.bin', body, {
          data: [packed.subarray(0, -3)],
          both: { compressedSize: packed.length - 3 },
        }),
      ],
      ZIP_TRAILING_COMPRESSED: [
        deflated('a.bin', body, {
          data: [packed, Buffer.from('hidden')],
          both: { compressedSize: packed.length + 6 },
        }),
      ],
    };
    for (const [code, entries] of Object.entries(lies)) {
      test(`with a lie ends in ${code}, and no byte too many was given out`, async (t) => {
        for (const entry of entries) {
          const archive = await openScratch(t, zip([entry]));
          const [listed] = archive.entries;
          let given = 0;
          await assert.rejects(
            async () => {
              for await (const chunk of archive.read(listed as ArchiveEntry)) given += chunk.length;
            },
            { name: 'Problem', code, path: 'a.bin' },
          );
          assert.ok(given <= (listed?.size ?? 0), `${given} bytes of ${listed?.size}`);
        }
      });
    }

    test('is read from its place while it is stored, and has no place when deflated', async (t) => {
      const archive = await openScratch(t, zip([zipEntry('a.bin', body), deflated('b.bin', body)]));
      const [stored, packedEntry] = archive.entries as [ArchiveEntry, ArchiveEntry];
      assert.equal(await archive.openInPlace(packedEntry), null);
      const place = await archive.openInPlace(stored);
      assert.equal(place?.size, length);
      assert.ok((await place?.read(10, 100))?.equals(body.subarray(10, 110)));
      assert.equal((await place?.read(length - 5, 100))?.length, 5, 'nothing beyond the entry is given out');
      assert.equal((await place?.read(length + 5, 100))?.length, 0);
      await place?.close();
      assert.ok((await readAll(archive, 0)).equals(body), 'closing the place leaves the archive open');
    });

    test('of a file that is written to meanwhile ends in INPUT_CHANGED, whatever it looks like', async (t) => {
      for (const entry of [zipEntry('a.bin', body), deflated('a.bin', body)]) {
        const path = await writeScratch(t, zip([entry]));
        const archive = await openArchive(path);
        t.after(() => archive.close());
        await new Promise((resolve) => setTimeout(resolve, 20));
        overwrite(path, Buffer.alloc(64, 0xff), 40);
        await assert.rejects(readAll(archive, 0), { code: 'INPUT_CHANGED' });
      }
    });

    test('is left when the job is cancelled', async (t) => {
      const archive = await openScratch(t, zip([zipEntry('a.bin', body), deflated('b.bin', body)]));
      for (const entry of archive.entries) {
        await assert.rejects(
          async () => {
            for await (const _ of archive.read(entry, AbortSignal.abort())) assert.fail('a chunk came');
          },
          { code: 'CANCELLED' },
        );
      }
    });
  });
}

test('leaving an entry early lets it be read again', async (t) => {
  const body = bytesOf(700_000);
  const archive = await openScratch(t, zip([deflated('a.bin', body)]));
  for await (const _ of archive.read(archive.entries[0] as ArchiveEntry)) break;
  assert.ok((await readAll(archive, 0)).equals(body));
});

test('a file that grew after it was opened is told when an entry is read', async (t) => {
  const path = await writeScratch(t, zip([zipEntry('a.bin', 'content', { both: { crc32: 1 } })]));
  const archive = await openArchive(path);
  t.after(() => archive.close());
  appendFileSync(path, 'more');
  await assert.rejects(readAll(archive, 0), { code: 'INPUT_CHANGED' });
});

test('what can not be read is refused with the code of its finding', async (t) => {
  const cases = {
    ZIP_ENCRYPTED: zipEntry('a.bin', 'x', { both: { flags: 1 } }),
    ZIP_METHOD: zipEntry('a.bin', 'x', { both: { method: 12 } }),
    ZIP_DANGLING_ENTRY: zipEntry('a.bin', 'x', { absent: true }),
  };
  for (const [code, entry] of Object.entries(cases)) {
    const archive = await openScratch(t, zip([zipEntry('b.bin', 'y'), entry]));
    assert.ok(
      archive.findings.some((finding) => finding.code === code),
      code,
    );
    await assert.rejects(() => readAll(archive, 1), { code });
  }
});

test('an entry of another archive is a bug, not a problem', async (t) => {
  const one = await openScratch(t, zip([zipEntry('a.bin', 'x')]));
  const other = await openScratch(t, zip([zipEntry('a.bin', 'x')]));
  assert.throws(() => one.read(other.entries[0] as ArchiveEntry), { name: 'Error' });
});

test('modes, times and types are told as the entry has them', async (t) => {
  const attributes = (unixMode: number) => ({ central: { externalAttributes: unixMode * 0x10000 } });
  const archive = await openScratch(
    t,
    zip([
      zipEntry('set-uid', '', attributes(0o104755)),
      zipEntry('link', 'target', attributes(0o120777)),
      zipEntry('folder/', '', attributes(0o040755)),
      zipEntry('dos', '', attributes(0)),
      zipEntry('pipe', '', attributes(0o010644)),
    ]),
  );
  assert.deepEqual(
    archive.entries.map(({ type, mode }) => [type, mode.toString(8)]),
    [
      ['file', '4755'],
      ['link', '777'],
      ['folder', '755'],
      ['file', '644'],
      ['fifo', '644'],
    ],
  );
  assert.equal(archive.entries[0]?.modified.toDateString(), new Date(1980, 0, 1).toDateString());
});

function overwrite(path: string, bytes: Buffer, position: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, position);
  closeSync(file);
}
