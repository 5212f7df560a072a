/** Archives that look odd, are lawful, and load in TorchServe: whoever calls one of them broken is wrong. */
import { constants, deflateRawSync } from 'node:zlib';
import {
  good,
  goodEntries,
  type HostileCase,
  handlerEntry,
  handlerText,
  manifestEntry,
  manifestName,
  manifestText,
} from './case.ts';
import { joined, type Piece } from './pieces.ts';
import { gnuLongName, gzip, gzipHeaderCrc, pax, tar, tarEntry } from './tar-builder.ts';
import {
  deflated,
  extra,
  max16,
  max32,
  mode,
  u16,
  u32,
  unicodePath,
  zip,
  zip64Extra,
  zipEntry,
} from './zip-builder.ts';

const inZip = (
  slug: string,
  because: string,
  contents: () => readonly Piece[],
  more: Partial<HostileCase> = {},
) => good(slug, { because, contents, ...more });
const inTar = (slug: string, because: string, contents: () => readonly Piece[]) =>
  good(slug, { because, contents, extension: '.tar.gz' });
const tarManifest = (root: string) => tarEntry(`${root}/${manifestName}`, manifestText);
const tarHandler = (root: string) => tarEntry(`${root}/handler.py`, handlerText);
const goodTar = () => joined(tar([tarManifest('model'), tarHandler('model')]));

/** Python's way to write a file that may grow past 4 GiB: sizes in a Zip64 field, in the local header alone. */
const forcedZip64 = zipEntry('data.txt', 'x', {
  local: { compressedSize: max32, size: max32, needed: 45, extra: zip64Extra(1, 1) },
});

/** Zeros of any length, deflated by repeating one block: building it costs nothing. */
export function deflatedZeros(mebibytes: number): Buffer {
  const zeros = Buffer.alloc(1 << 20);
  const block = deflateRawSync(zeros, {
    dictionary: zeros.subarray(0, 32_768),
    finishFlush: constants.Z_SYNC_FLUSH,
  });
  const first = deflateRawSync(zeros, { finishFlush: constants.Z_SYNC_FLUSH });
  return Buffer.concat([first, ...Array<Buffer>(mebibytes - 1).fill(block), Buffer.from([3, 0])]);
}

export const goodCases: readonly HostileCase[] = [
  inZip(
    'stored',
    'The plainest archive there is.',
    () => zip([zipEntry(manifestName, manifestText), handlerEntry]),
    {
      table: 'STORED, sizes known',
    },
  ),
  inZip('deflated', 'All entries deflated.', () => zip([manifestEntry, deflated('handler.py', handlerText)])),
  inZip(
    'comment',
    'A comment is lawful, and every reader skips it.',
    () => zip(goodEntries, { end: { comment: Buffer.from('built at noon') } }),
    {
      table: 'trailing bytes as declared comment',
    },
  ),
  inZip('longest-comment', '65,535 bytes of comment, so the end record stands far from the end.', () =>
    zip(goodEntries, { end: { comment: Buffer.alloc(max16, '.') } }),
  ),
  inZip('forced-zip64-field', 'Python writes this for a file of unknown size.', () =>
    zip([...goodEntries, forcedZip64]),
  ),
  inZip('zip64-end-record', 'A Zip64 end record that a small archive does not need.', () =>
    zip(goodEntries, { wideEnd: {}, end: { entries: max16, directoryBytes: max32, directoryOffset: max32 } }),
  ),
  inZip(
    'zip64-end-record-unneeded',
    'A Zip64 record beside an end record that already says it all, and the same.',
    () => zip(goodEntries, { wideEnd: {} }),
  ),
  inZip(
    'zip64-in-directory',
    'All values of an entry moved into the Zip64 field of its directory record.',
    () =>
      zip([
        zipEntry(manifestName, manifestText, {
          central: {
            compressedSize: max32,
            size: max32,
            offset: max32,
            extra: zip64Extra(manifestText.length, manifestText.length, 0),
          },
        }),
        handlerEntry,
      ]),
  ),
  inZip('unix-times', 'Times of Unix: longer in the local header than in the directory, by design.', () => {
    const times = (count: number) =>
      extra(0x5455, Buffer.concat([Buffer.from([3]), ...Array<Buffer>(count).fill(u32(1_700_000_000))]));
    return zip([
      ...goodEntries,
      zipEntry('data.txt', 'x', { local: { extra: times(2) }, central: { extra: times(1) } }),
    ]);
  }),
  inZip('ntfs-times', 'Times of Windows, whole.', () => {
    const times = Buffer.concat([u32(0), u16(1), u16(24), Buffer.alloc(24, 1)]);
    return zip([...goodEntries, zipEntry('data.txt', 'x', { both: { extra: extra(0x000a, times) } })]);
  }),
  inZip('unknown-extra-field', 'A field that nobody knows is to be skipped.', () =>
    zip([...goodEntries, zipEntry('data.txt', 'x', { both: { extra: extra(0xcafe, Buffer.alloc(0)) } })]),
  ),
  inZip('same-unicode-path', 'A Unicode Path that says the same name.', () =>
    zip([
      ...goodEntries,
      zipEntry('data.txt', 'x', { both: { extra: unicodePath('data.txt', 'data.txt') } }),
    ]),
  ),
  inZip('entry-comment', 'A comment in the directory record.', () =>
    zip([...goodEntries, zipEntry('data.txt', 'x', { central: { comment: Buffer.from('PK') } })]),
  ),
  inZip('made-on-dos', 'No Unix modes, version 1.0, times of the epoch of DOS.', () =>
    zip(
      goodEntries.map((entry) => ({
        ...entry,
        central: entry.central && { ...entry.central, madeBy: 20, externalAttributes: 0x20 },
      })),
    ),
  ),
  inZip('times-differ', 'Times in the two headers are nothing that a reader acts on.', () =>
    zip([...goodEntries, zipEntry('data.txt', 'x', { local: { time: 0x6000 } })]),
  ),
  inZip('folders', 'Folders with entries of their own.', () =>
    zip([
      ...goodEntries,
      zipEntry('assets/', '', { central: { externalAttributes: mode(0o040755) + 0x10 } }),
      zipEntry('assets/a.txt', 'x'),
    ]),
  ),
  inZip('deflated-nothing', 'An empty file, deflated to two bytes.', () =>
    zip([...goodEntries, deflated('empty.txt', '')]),
  ),
  inZip('deflate-stored-blocks', 'Deflate that compresses nothing.', () =>
    zip([
      ...goodEntries,
      zipEntry('data.txt', handlerText, {
        method: 8,
        data: [deflateRawSync(Buffer.from(handlerText), { level: 0 })],
      }),
    ]),
  ),
  inZip('deflate-empty-blocks', 'Deflate with a hundred empty blocks in it.', () => {
    const empty = Buffer.from('000000ffff', 'hex');
    const data = [...Array<Buffer>(100).fill(empty), deflateRawSync(Buffer.from(handlerText))];
    return zip([...goodEntries, zipEntry('data.txt', handlerText, { method: 8, data })]);
  }),
  inZip(
    'stored-zip-inside',
    'A zip stored inside, as every model.pt is: its end record stands near the end.',
    () => zip([...goodEntries, zipEntry('data.zip', joined(zip(goodEntries)))]),
  ),
  inZip('signatures-in-data', 'All signatures of ZIP, as the content of a file.', () =>
    zip([
      ...goodEntries,
      zipEntry(
        'data.bin',
        Buffer.from('PK\x03\x04PK\x01\x02PK\x05\x06PK\x07\x08PK\x06\x06PK\x06\x07', 'latin1'),
      ),
    ]),
  ),
  inZip('names-of-the-world', 'Names in UTF-8, flagged.', () =>
    zip([
      ...goodEntries,
      ...[
        '\u6a21\u578b.txt',
        '\u043c\u043e\u0434\u0435\u043b\u044c.txt',
        'caf\u00e9.txt',
        '\u{1f600}.txt',
      ].map((name) => zipEntry(name, 'x')),
    ]),
  ),
  inZip('longest-name', 'A part of 255 bytes, 64 levels deep.', () =>
    zip([...goodEntries, zipEntry(`${'a'.repeat(251)}.txt`, 'x'), zipEntry(`${'a/'.repeat(63)}b`, 'x')]),
  ),
  inZip('dots-in-names', 'Two dots are a parent only as a whole part.', () =>
    zip([...goodEntries, zipEntry('..a/b..c/d...txt', 'x')]),
  ),
  inZip('utf8-flag-on-ascii', 'The flag for UTF-8 on plain ASCII.', () =>
    zip([...goodEntries, zipEntry('data.txt', 'x', { both: { flags: 1 << 11 } })]),
  ),
  inZip('level-bits', 'The bits that tell the deflate level.', () =>
    zip([...goodEntries, deflated('data.txt', handlerText, { both: { flags: 6 } })]),
  ),
  inZip('bomb-of-64-mb', 'Zeros pack well: 64 MB in 64 KB, and the header says so.', () =>
    zip([
      ...goodEntries,
      zipEntry('data.bin', Buffer.alloc(64 << 20), { method: 8, data: [deflatedZeros(64)] }),
    ]),
  ),
  inZip(
    'sixty-six-thousand-entries',
    'More entries than 16 bits count.',
    () => {
      const many = Array.from({ length: 66_000 }, (_, at) => zipEntry(`data/${at}.txt`, ''));
      return zip([...goodEntries, ...many], { wideEnd: {}, end: { entriesHere: max16, entries: max16 } });
    },
    { huge: true },
  ),

  inTar('tar-gz', 'The plainest tar.gz there is.', () => [gzip(goodTar())]),
  inTar('tar-with-folders', 'Folders with entries of their own.', () => [
    gzip(
      joined(
        tar([tarEntry('model/', '', { type: '5', mode: 0o755 }), tarManifest('model'), tarHandler('model')]),
      ),
    ),
  ]),
  inTar('tar-dot-root', 'The root is ".", and TorchServe cuts it off like any other.', () => [
    gzip(joined(tar([tarManifest('.'), tarHandler('.')]))),
  ]),
  inTar('tar-pax-name', 'A long name in pax.', () => [
    gzip(
      joined(
        tar([
          tarManifest('model'),
          tarHandler('model'),
          pax({ path: `model/${'a'.repeat(200)}.txt` }),
          tarEntry('model/a.txt', 'x'),
        ]),
      ),
    ),
  ]),
  inTar('tar-gnu-name', 'A long name in the way of GNU.', () => [
    gzip(
      joined(
        tar([
          tarManifest('model'),
          tarHandler('model'),
          gnuLongName(`model/${'a'.repeat(200)}.txt`),
          tarEntry('model/a.txt', 'x', { magic: 'ustar  \0' }),
        ]),
      ),
    ),
  ]),
  inTar('tar-ustar-prefix', 'A long name in two fields of the header.', () => [
    gzip(
      joined(
        tar([
          tarManifest('model'),
          tarHandler('model'),
          tarEntry(`${'b'.repeat(90)}.txt`, 'x', { prefix: `model/${'a'.repeat(100)}` }),
        ]),
      ),
    ),
  ]),
  inTar('tar-pax-comment', 'A pax record with a comment for all entries, as git archive writes it.', () => [
    gzip(joined(tar([pax({ comment: 'a commit' }, 'g'), tarManifest('model'), tarHandler('model')]))),
  ]),
  inTar('tar-padded', 'Zeros up to a whole record of 10,240 bytes.', () => [
    gzip(Buffer.concat([goodTar(), Buffer.alloc(10_240 - (goodTar().length % 10_240))])),
  ]),
  inTar('gzip-all-fields', 'A gzip header with an extra field, a name, a comment and a sum.', () => {
    const fields = Buffer.concat([u16(4), Buffer.from('AB\0\0'), Buffer.from('model.tar\0a comment\0')]);
    const head = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3]), fields]);
    return [gzip(goodTar(), { flags: 0x1e, fields: Buffer.concat([fields, gzipHeaderCrc(head)]) })];
  }),
];
