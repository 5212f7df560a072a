/** What can be wrong around the entries of a ZIP: its beginning, its directory's end, and what follows. */
import {
  error,
  evilText,
  goodEntries,
  type HostileCase,
  handlerText,
  manifestEntry,
  refuse,
  refusedAs,
} from './case.ts';
import { cut, joined, type Piece, sizeOf } from './pieces.ts';
import { deflated, end, max16, max32, u32, u64, zip, zipEntry } from './zip-builder.ts';

const goodZip = () => zip(goodEntries);
/** Where the directory of the good archive begins, and where its end record does. */
const directoryAt = () => joined(goodZip()).indexOf(Buffer.from('PK\x01\x02', 'latin1'));
const firstBytes = (pieces: readonly Piece[], count: number): Piece[] => cut(pieces, sizeOf(pieces) - count);
const evilZip = () => zip([manifestEntry, deflated('handler.py', evilText)]);

const notZip = (slug: string, because: string, bytes: Buffer): HostileCase =>
  refuse('ZIP_NOT_ZIP', slug, { row: 2, because, contents: () => [bytes] });

const truncated = (row: 4 | 5, slug: string, because: string, contents: () => Piece[], table?: string) =>
  refuse('ZIP_TRUNCATED', slug, { row, because, contents, ...(table && { table }) });

export const zipEndCases: readonly HostileCase[] = [
  refuse('ZIP_EMPTY_FILE', 'no-bytes', {
    row: 1,
    because: 'A download that never began leaves a file of 0 bytes.',
    contents: () => [],
  }),
  notZip(
    'text',
    'An error page saved under the name of an archive.',
    Buffer.from('404 not found\n'.repeat(9)),
  ),
  notZip(
    'png',
    'A picture.',
    Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de', 'hex'),
  ),
  notZip(
    'pickle',
    'Bare weights, renamed instead of packed.',
    Buffer.from('\x80\x02}q\x00X\x01\x00\x00\x00aK\x01s.', 'latin1'),
  ),
  notZip('one-byte', 'Too short to be anything.', Buffer.from('P')),
  notZip('zeros', 'A file that a crash left behind: its length without its bytes.', Buffer.alloc(4096)),
  error('MAR_EMPTY', 'end-record-only', {
    row: 3,
    because: 'An archive without files is well formed, and TorchServe finds no model in it.',
    contents: () => zip([]),
    also: ['MANIFEST_MISSING'],
  }),

  truncated(
    4,
    'in-entry-data',
    'Half a download: the directory never came.',
    () => firstBytes(goodZip(), directoryAt() - 20),
    'truncated in entry data',
  ),
  truncated(4, 'in-first-header', 'Only 20 of the 30 bytes of a header.', () => firstBytes(goodZip(), 20)),
  truncated(4, 'after-signature', 'Four bytes of a ZIP.', () => firstBytes(goodZip(), 4)),
  truncated(
    5,
    'in-directory',
    'TorchServe reads all files of it; every other reader refuses.',
    () => firstBytes(goodZip(), directoryAt() + 50),
    'truncated in directory',
  ),
  truncated(5, 'at-directory', 'All entries, and nothing after them.', () =>
    firstBytes(goodZip(), directoryAt()),
  ),
  truncated(5, 'in-end-record', 'The last 5 bytes of the end record are missing.', () => cut(goodZip(), 5)),
  truncated(5, 'in-comment', 'The comment is shorter than the end record tells.', () =>
    cut(zip(goodEntries, { end: { comment: Buffer.from('built at noon') } }), 4),
  ),

  error('ZIP_PREFIX', 'text-offsets-not-adjusted', {
    row: 6,
    table: '15-byte prefix, offsets not adjusted',
    because: 'TorchServe reads from the first byte on and finds no entry at all.',
    contents: () => zip(goodEntries, { prefix: Buffer.from('#!/bin/sh -e\n#\n') }),
  }),
  error('ZIP_PREFIX', 'text-offsets-adjusted', {
    row: 6,
    table: '15-byte prefix, offsets adjusted',
    because: 'Lawful for a self-extractor, and TorchServe loads 0 files without an error.',
    contents: () => zip(goodEntries, { prefix: Buffer.from('#!/bin/sh -e\n#\n'), countsPrefix: true }),
  }),
  error('ZIP_PREFIX', 'spanning-marker', {
    row: 6,
    table: '`PK 07 08` spanning marker first',
    because: 'The marker of a split archive that became one: bsdtar skips it, Java stops.',
    contents: () => zip(goodEntries, { prefix: u32(0x08074b50) }),
  }),
  error('ZIP_PREFIX', 'temporary-spanning-marker', {
    row: 6,
    because: 'The other marker, "PK00", which a split that needed one disk leaves.',
    contents: () => zip(goodEntries, { prefix: Buffer.from('PK00'), countsPrefix: true }),
  }),
  error('ZIP_PREFIX', 'one-byte', {
    row: 6,
    because: 'One byte is enough to make every file vanish.',
    contents: () => zip(goodEntries, { prefix: Buffer.from('\n') }),
  }),

  error('ZIP_TRAILING_DATA', 'one-byte', {
    row: 7,
    because: 'A newline that a text mode transfer added; yauzl refuses, the others shrug.',
    contents: () => zip(goodEntries, { suffix: Buffer.from('\n') }),
  }),
  error('ZIP_TRAILING_DATA', 'text', {
    row: 7,
    table: 'trailing bytes after EOCD',
    because: 'Readers disagree about bytes after the end, and a signature could hide there.',
    contents: () => zip(goodEntries, { suffix: Buffer.from('appended by a tool that knows no ZIP\n') }),
  }),
  error('ZIP_TRAILING_DATA', 'padding-of-4096-zeros', {
    row: 7,
    because: 'A copy by blocks rounds the size up.',
    contents: () => zip(goodEntries, { suffix: Buffer.alloc(4096) }),
  }),
  error('ZIP_MULTIPLE_EOCD', 'end-record-in-comment', {
    row: 8,
    because: 'The comment ends in an end record of its own, and some readers take that one.',
    contents: () => zip(goodEntries, { end: { comment: end({ entries: 0, bytes: 0, offset: 0 }) } }),
    also: ['ZIP_TRAILING_DATA', 'ZIP_DIRECTORY', 'ZIP_UNLISTED_ENTRY', 'ZIP_GAP', 'ZIP_PREFIX'],
  }),
  error('ZIP_MULTIPLE_EOCD', 'whole-zip-in-comment', {
    row: 8,
    table: 'zip in zip (malo)',
    because: 'Python opens the inner archive, Java the outer one.',
    contents: () => zip(goodEntries, { end: { comment: joined(evilZip()) } }),
    also: ['ZIP_PREFIX', 'ZIP_GAP', 'ZIP_VIEW_MISMATCH', 'ZIP_DANGLING_ENTRY', 'ZIP_UNLISTED_ENTRY'],
  }),
  error('ZIP_MULTIPLE_EOCD', 'stored-end-record-claims-the-tail', {
    row: 8,
    because: 'A stored file holds an end record whose comment reaches to the last byte of the archive.',
    contents: () => {
      const build = (commentBytes: number) => {
        const quoted = end({ entries: 0, bytes: 0, offset: 0 }, { commentBytes });
        return zip([...goodEntries, zipEntry('notes.bin', quoted)]);
      };
      const whole = joined(build(0));
      const quotedEnd = whole.indexOf(Buffer.from('PK\x05\x06', 'latin1')) + 22;
      return build(whole.length - quotedEnd);
    },
  }),
  error('ZIP_MULTIPLE_EOCD', 'two-zips-joined', {
    row: 9,
    table: 'two zips concatenated (first E, second G)',
    because: 'Java loads the first archive, directory readers show the second.',
    contents: () => [...evilZip(), ...goodZip()],
    also: ['ZIP_GAP', 'ZIP_PREFIX', 'ZIP_UNLISTED_ENTRY', 'ZIP_VIEW_MISMATCH', 'ZIP_DANGLING_ENTRY'],
    ...refusedAs('ZIP_UNLISTED_ENTRY'),
  }),
  error('ZIP_MULTIPLE_EOCD', 'two-zips-joined-offsets-adjusted', {
    row: 9,
    because: 'The same, with offsets that count the first archive, so no reader has a reason to warn.',
    contents: () => zip(goodEntries, { prefix: joined(evilZip()), countsPrefix: true }),
    also: ['ZIP_GAP', 'ZIP_PREFIX', 'ZIP_UNLISTED_ENTRY'],
    ...refusedAs('ZIP_UNLISTED_ENTRY'),
  }),

  error('ZIP_ZIP64_EOCD', 'locator-points-elsewhere', {
    row: 33,
    because: 'The locator must point to the record right before it; CVE-2025-8291 was this.',
    contents: () => zip(goodEntries, { wideEnd: {}, locator: { offset: 0 }, end: { entries: max16 } }),
  }),
  error('ZIP_ZIP64_EOCD', 'all-ones-without-locator', {
    row: 33,
    because: 'The end record says "see the Zip64 record", and there is none.',
    contents: () => zip(goodEntries, { end: { directoryOffset: max32 } }),
    also: ['ZIP_GAP', 'ZIP_DIRECTORY'],
  }),
  error('ZIP_ZIP64_EOCD', 'record-without-locator', {
    row: 33,
    because: 'A Zip64 record that only a scan would find.',
    contents: () =>
      zip(goodEntries, {
        wideEnd: {},
        locator: null,
        end: { directoryOffset: max32 },
      }),
    also: ['ZIP_GAP', 'ZIP_DIRECTORY'],
  }),
  error('ZIP_ZIP64_EOCD', 'extensible-data', {
    row: 33,
    because: 'Room inside the record that no reader looks at, and where another record can hide.',
    contents: () => zip(goodEntries, { wideEnd: { extensible: Buffer.alloc(28) }, end: { entries: max16 } }),
  }),
  error('ZIP_ZIP64_EOCD', 'two-directories', {
    row: 33,
    table: 'Zip64 EOCD confusion (malo)',
    because: 'The plain end record names one directory, the Zip64 record another; Python takes the second.',
    contents: () => {
      const whole = joined(goodZip());
      const directory = whole.subarray(directoryAt(), whole.length - 22);
      const other = Buffer.from(directory.toString('latin1').replace('handler.py', 'readme.txt'), 'latin1');
      const offset = directoryAt();
      return zip(goodEntries, {
        beforeDirectory: other,
        wideEnd: { directoryOffset: offset, directoryBytes: other.length },
      });
    },
    also: ['ZIP_GAP', 'ZIP_VIEW_MISMATCH', 'ZIP_DIRECTORY'],
  }),
  error('ZIP_ZIP64_EOCD', 'counts-differ', {
    row: 33,
    because: 'Two records, two counts, neither of them all ones.',
    contents: () => zip(goodEntries, { wideEnd: { entries: 1 } }),
    also: ['ZIP_COUNT_MISMATCH'],
  }),
  refuse('ZIP_NUMBER_RANGE', 'directory-offset-2-to-60', {
    row: 34,
    because: 'A sum with this offset is no exact number in a double.',
    contents: () =>
      zip(goodEntries, { wideEnd: { directoryOffset: 2n ** 60n }, end: { directoryOffset: max32 } }),
  }),
  refuse('ZIP_NUMBER_RANGE', 'directory-end-overflows', {
    row: 34,
    because: 'Offset plus size passes 2^64 and comes out small again.',
    contents: () =>
      zip(goodEntries, {
        wideEnd: { directoryOffset: 2n ** 64n - 100n, directoryBytes: 200n },
        end: { directoryOffset: max32, directoryBytes: max32 },
      }),
  }),
  refuse('ZIP_COUNT_IMPOSSIBLE', 'sixty-thousand-in-a-small-file', {
    row: 35,
    because: 'A reader that allocates by the count pays for entries that are not there.',
    contents: () => zip(goodEntries, { end: { entries: 65_000 } }),
  }),
  refuse('ZIP_COUNT_IMPOSSIBLE', 'a-trillion-in-zip64', {
    row: 35,
    because: 'The same with 64 bits; CVE-2021-33196 was this.',
    contents: () => zip(goodEntries, { wideEnd: { entries: 2 ** 40 }, end: { entries: max16 } }),
  }),
  error('ZIP_DIRECTORY', 'size-too-small', {
    because: 'The end record says that the directory is shorter than its records are.',
    contents: () => zip(goodEntries, { end: { directoryBytes: 100 } }),
    also: ['ZIP_GAP', 'ZIP_COUNT_MISMATCH'],
  }),
  error('ZIP_DIRECTORY', 'offset-too-large', {
    because: 'The end record points into the directory instead of at its beginning.',
    contents: () => zip(goodEntries, { end: { directoryOffset: directoryAt() + 7 } }),
    also: ['ZIP_GAP', 'ZIP_COUNT_MISMATCH'],
  }),
  error('ZIP_DIRECTORY', 'broken-record', {
    because: 'A record in the directory whose first bytes are broken ends the list for most readers.',
    contents: () => zip([manifestEntry, zipEntry('handler.py', handlerText, { central: { signature: 0 } })]),
    also: ['ZIP_COUNT_MISMATCH', 'ZIP_UNLISTED_ENTRY', 'ZIP_GAP'],
  }),
  refuse('LIMIT_DIRECTORY', 'three-hundred-megabytes', {
    because: 'A directory that no model needs, made of holes: whoever reads it whole pays for it.',
    huge: true,
    contents: () => {
      const bytes = 300 << 20;
      const locals = joined(goodZip()).subarray(0, directoryAt());
      return [locals, { holeBytes: bytes }, end({ entries: 2, bytes, offset: locals.length })];
    },
  }),
  error('ZIP_COUNT_MISMATCH', 'count-too-low', {
    row: 36,
    table: 'EOCD count lower than real',
    because: 'yauzl shows only as many entries as are counted; the rest is hidden from it.',
    contents: () => zip(goodEntries, { end: { entries: 1 } }),
    also: ['ZIP_UNLISTED_ENTRY'],
  }),
  error('ZIP_COUNT_MISMATCH', 'count-too-high', {
    row: 36,
    because: 'One more than there are, though their bytes would have room for it.',
    contents: () => {
      const long = zipEntry(`${'a'.repeat(60)}.txt`, handlerText);
      return zip([...goodEntries, long], { end: { entries: 4 } });
    },
  }),
  error('ZIP_COUNT_MISMATCH', 'count-zero', {
    row: 36,
    because: 'Empty to a reader that trusts the count, a whole model to Java.',
    contents: () => zip(goodEntries, { end: { entries: 0 } }),
    also: ['ZIP_UNLISTED_ENTRY', 'MAR_EMPTY'],
  }),
  refuse('ZIP_MULTI_DISK', 'end-on-disk-1', {
    row: 37,
    because: 'One part of an archive that was split.',
    contents: () => zip(goodEntries, { end: { disk: 1, directoryDisk: 1 } }),
  }),
  refuse('ZIP_MULTI_DISK', 'counts-here-and-in-all-differ', {
    row: 37,
    because: 'Entries on this disk and in all must be one number.',
    contents: () => zip(goodEntries, { end: { entriesHere: 1, entries: 2 } }),
  }),
  refuse('ZIP_MULTI_DISK', 'two-disks-in-locator', {
    row: 37,
    because: 'The Zip64 locator counts two disks.',
    contents: () => zip(goodEntries, { wideEnd: {}, locator: { disks: 2 }, end: { entries: max16 } }),
  }),
  refuse('LIMIT_ENTRIES', 'two-hundred-thousand-and-one', {
    row: 52,
    because: 'More entries than any model has; each of them costs memory in every reader.',
    huge: true,
    contents: () => manyEntries(200_001),
  }),
];

/** One local header each, without the slow road through a builder for each. */
function manyEntries(count: number): Piece[] {
  const locals: Buffer[] = [];
  const records: Buffer[] = [];
  const sample = joined(zip([zipEntry('0000000', '')]));
  const local = sample.subarray(0, 37);
  const record = sample.subarray(37, 37 + 53);
  for (let at = 0; at < count; at++) {
    const name = String(at).padStart(7, '0');
    const oneLocal = Buffer.from(local);
    oneLocal.write(name, 30, 'latin1');
    const oneRecord = Buffer.from(record);
    oneRecord.write(name, 46, 'latin1');
    oneRecord.writeUInt32LE(at * 37, 42);
    locals.push(oneLocal);
    records.push(oneRecord);
  }
  const facts = { entries: max16, bytes: 53 * count, offset: 37 * count };
  const wide = Buffer.concat([
    Buffer.from('504b06062c000000000000002d002d000000000000000000', 'hex'),
    u64(count),
    u64(count),
    u64(facts.bytes),
    u64(facts.offset),
    Buffer.from('504b060700000000', 'hex'),
    u64(facts.offset + facts.bytes),
    u32(1),
  ]);
  return [Buffer.concat(locals), Buffer.concat(records), wide, end(facts)];
}
