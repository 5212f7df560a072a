/** What can be wrong with one ZIP entry: descriptors, bodies, extra fields, flags and methods. */
import { deflateRawSync } from 'node:zlib';
import {
  error,
  goodEntries,
  type HostileCase,
  handlerText,
  manifestEntry,
  refuse,
  refusedAs,
  warning,
} from './case.ts';
import {
  deflated,
  type EntryChanges,
  extra,
  flag,
  max32,
  unicodePath,
  withDescriptor,
  type ZipEntry,
  zip,
  zip64Extra,
  zipEntry,
} from './zip-builder.ts';

/** A good model, the entry given, and a file after it: what is lost by a reader that stops shows. */
const modelWith = (entry: ZipEntry) => () => zip([...goodEntries, entry, zipEntry('notes.txt', 'last\n')]);
const text = 'one line of text, and then another line of text\n'.repeat(4);
const stored = (changes: EntryChanges) => modelWith(zipEntry('data.txt', text, changes));
const packed = (changes: EntryChanges) => modelWith(deflated('data.txt', text, changes));
const deflatedText = deflateRawSync(Buffer.from(text));
const described = (form: Parameters<typeof withDescriptor>[1] = {}, entry = deflated('data.txt', text)) =>
  modelWith(withDescriptor(entry, form));

/** Sizes that are moved into a Zip64 field, as Python does for a file that may grow past 4 GiB. */
const wideLocal = (field: Buffer): EntryChanges => ({
  local: { compressedSize: max32, size: max32, extra: field, needed: 45 },
});

const zip64 = (
  slug: string,
  because: string,
  contents: HostileCase['contents'],
  more: Partial<HostileCase> = {},
) => error('ZIP_ZIP64_EXTRA', slug, { row: 32, because, contents, ...more });

const extraField = (slug: string, because: string, field: Buffer, header: 'local' | 'central' | 'both') =>
  error('ZIP_EXTRA', slug, { row: 38, because, contents: stored({ [header]: { extra: field } }) });

const encrypted = (slug: string, because: string, changes: EntryChanges, more: Partial<HostileCase> = {}) =>
  error('ZIP_ENCRYPTED', slug, {
    row: 40,
    because,
    table: 'encrypted flag both / local only / central only',
    contents: stored(changes),
    ...more,
  });

const method = (id: number, name: string, more: Partial<HostileCase> = {}) =>
  error('ZIP_METHOD', `${id}-${name}`, {
    row: 41,
    because: 'TorchServe reads stored and deflated entries only.',
    contents: stored({ both: { method: id } }),
    ...more,
  });

const byReading = { seenBy: 'reading' } as const;

export const zipEntryCases: readonly HostileCase[] = [
  error('TS_STORED_DESCRIPTOR', 'signed', {
    row: 22,
    table: 'STORED + data descriptor',
    because: 'Java: "only DEFLATED entries can have EXT descriptor". Nothing of the archive loads.',
    contents: described({}, zipEntry('data.txt', text)),
    also: ['ZIP_DESCRIPTOR'],
  }),
  error('TS_STORED_DESCRIPTOR', 'unsigned', {
    row: 22,
    because: 'The same without the signature, as some streaming writers do.',
    contents: described({ unsigned: true }, zipEntry('data.txt', text)),
    also: ['ZIP_DESCRIPTOR', 'ZIP_DESCRIPTOR_UNSIGNED'],
  }),
  error('TS_ZIP64_DESCRIPTOR', 'without-zip64-field', {
    row: 23,
    table: 'DEFLATE + 8-byte-size descriptor, small file',
    because: 'JDK 17 expects 16 bytes for a small entry and reads the next header 8 bytes too early.',
    contents: described({ wide: true }),
    also: ['ZIP_DESCRIPTOR', 'ZIP_DESCRIPTOR_MISMATCH'],
  }),
  error('TS_ZIP64_DESCRIPTOR', 'with-zip64-field', {
    row: 23,
    table: 'same, with proper Zip64 local extra',
    because: 'Lawful, and JDK 17 still fails on it (JDK-8303866).',
    contents: () => {
      const entry = withDescriptor(deflated('data.txt', text), { wide: true });
      const local = entry.local && {
        ...entry.local,
        compressedSize: max32,
        size: max32,
        extra: zip64Extra(0, 0),
      };
      return zip([...goodEntries, { ...entry, local }, zipEntry('notes.txt', 'last\n')]);
    },
    also: ['ZIP_DESCRIPTOR'],
  }),
  warning('ZIP_DESCRIPTOR', 'signed', {
    row: 24,
    table: 'DEFLATE + descriptor (with or without signature)',
    because: 'Java can read it; a reader by headers alone has to guess where the entry ends.',
    contents: described(),
  }),
  warning('ZIP_DESCRIPTOR', 'every-entry', {
    row: 24,
    because: 'What every streaming writer makes.',
    contents: () =>
      zip([manifestEntry, deflated('handler.py', handlerText)].map((one) => withDescriptor(one))),
  }),
  warning('ZIP_DESCRIPTOR_UNSIGNED', 'plain', {
    row: 25,
    because: 'Without the signature the descriptor looks like data.',
    contents: described({ unsigned: true }),
    also: ['ZIP_DESCRIPTOR'],
  }),
  error('ZIP_DESCRIPTOR_MISMATCH', 'crc', {
    row: 26,
    because: 'Java compares the descriptor with what it read, and fails.',
    contents: described({ crc32: 1 }),
    also: ['ZIP_DESCRIPTOR'],
    ...byReading,
  }),
  error('ZIP_DESCRIPTOR_MISMATCH', 'size', {
    row: 26,
    because: 'The size behind the data is another than in the directory.',
    contents: described({ size: 7 }),
    also: ['ZIP_DESCRIPTOR'],
    ...byReading,
  }),
  error('ZIP_DESCRIPTOR_MISMATCH', 'compressed-size', {
    row: 26,
    because: 'The compressed size behind the data is another than in the directory.',
    contents: described({ compressedSize: 7 }),
    also: ['ZIP_DESCRIPTOR'],
    ...byReading,
  }),

  error('ZIP_CRC', 'stored', {
    row: 27,
    table: 'wrong CRC in both headers',
    because: 'One bit of the weights flipped on the way; yauzl says nothing.',
    contents: stored({ both: { crc32: 0x12345678 } }),
    ...byReading,
  }),
  error('ZIP_CRC', 'deflated', {
    row: 27,
    because: 'The stream inflates without an error, to other bytes.',
    contents: packed({ both: { crc32: 0x12345678 } }),
    ...byReading,
  }),
  error('ZIP_CRC', 'empty-entry', {
    row: 27,
    because: 'Nothing at all has the CRC 0.',
    contents: modelWith(zipEntry('empty.txt', '', { both: { crc32: 1 } })),
    ...byReading,
  }),
  error('ZIP_DEFLATE', 'invalid-block-type', {
    row: 28,
    because: 'Block type 3 does not exist.',
    contents: packed({ data: [Buffer.alloc(deflatedText.length, 0xff)] }),
    ...byReading,
  }),
  error('ZIP_DEFLATE', 'cut-short', {
    row: 28,
    because: 'The stream ends in the middle of a block.',
    contents: packed({ data: [deflatedText.subarray(0, 20)] }),
    also: ['ZIP_SIZE'],
    ...byReading,
  }),
  error('ZIP_DEFLATE', 'no-bytes', {
    row: 28,
    because: 'A deflated entry of no bytes is no stream: even nothing takes two.',
    contents: packed({ data: [] }),
    also: ['ZIP_SIZE'],
    ...refusedAs('ZIP_SIZE'),
    ...byReading,
  }),
  error('ZIP_DEFLATE', 'distance-too-far', {
    row: 28,
    because: 'A copy from before the beginning: in careless decoders the memory of something else.',
    contents: packed({ data: [Buffer.from('030200', 'hex')] }),
    also: ['ZIP_SIZE'],
    ...byReading,
  }),
  error('ZIP_TRAILING_COMPRESSED', 'three-bytes', {
    row: 29,
    table: 'extra bytes after the deflate stream',
    because: 'Java goes on where the stream ends, not where the size says.',
    contents: packed({ data: [deflatedText, Buffer.from('abc')] }),
    ...byReading,
  }),
  error('ZIP_TRAILING_COMPRESSED', 'second-stream', {
    row: 29,
    because: 'A whole second stream behind the first, which some readers would append.',
    contents: packed({ data: [deflatedText, deflatedText] }),
    ...byReading,
  }),
  error('ZIP_SIZE', 'output-longer', {
    row: 30,
    because: 'More comes out than both headers declare: the shape of a bomb.',
    contents: packed({ both: { size: 10 } }),
    ...byReading,
  }),
  error('ZIP_SIZE', 'output-shorter', {
    row: 30,
    because: 'Less comes out than both headers declare.',
    contents: packed({ both: { size: text.length + 1 } }),
    ...byReading,
  }),
  error('ZIP_SIZE', 'bomb-declared-as-ten-bytes', {
    row: 30,
    because: '64 MB of zeros behind a header that says 10: whoever trusts it writes them all.',
    contents: modelWith(deflated('data.bin', Buffer.alloc(64 << 20), { both: { size: 10 } })),
    ...byReading,
  }),
  error('ZIP_SIZE', 'declares-a-gigabyte', {
    row: 30,
    because: 'A reader that allocates by the declared size pays for 1 GB that is not there.',
    contents: packed({ both: { size: 2 ** 30 } }),
    ...byReading,
  }),
  error('ZIP_SIZE', 'stored-sizes-differ', {
    row: 31,
    because: 'Nothing changes by being stored, so both sizes must be one.',
    contents: stored({ both: { size: text.length - 5 } }),
  }),

  zip64(
    'one-size-only',
    'The other size is all ones as well, and has no value.',
    stored({ ...wideLocal(zip64Extra(text.length)) }),
    { table: 'Zip64 local extra with only one 8-byte size (malo accept)', also: ['ZIP_VIEW_MISMATCH'] },
  ),
  zip64(
    'missing',
    'Both sizes are all ones, and no Zip64 field tells the real ones.',
    stored({ both: { compressedSize: max32, size: max32 } }),
    {
      also: ['ZIP_OVERLAP'],
    },
  ),
  zip64(
    'short',
    'Four bytes where eight belong.',
    stored({ local: { compressedSize: max32, size: max32, extra: extra(1, Buffer.alloc(4)) } }),
    {
      also: ['ZIP_VIEW_MISMATCH'],
    },
  ),
  zip64(
    'long-in-directory',
    'More values than fields that are all ones: which belongs to which?',
    stored({ central: { size: max32, extra: zip64Extra(text.length, text.length, 0, 0) } }),
  ),
  zip64(
    'twice',
    'Two Zip64 fields with two sizes: readers take the first or the last.',
    stored({
      local: {
        compressedSize: max32,
        size: max32,
        extra: Buffer.concat([zip64Extra(text.length, text.length), zip64Extra(5, 5)]),
      },
    }),
    { also: ['ZIP_VIEW_MISMATCH'] },
  ),
  refuse('ZIP_NUMBER_RANGE', 'size-2-to-63', {
    row: 34,
    because: 'A negative number in Java, an inexact one in JavaScript.',
    contents: stored({
      central: { compressedSize: max32, size: max32, extra: zip64Extra(2n ** 63n, 2n ** 63n) },
    }),
  }),
  refuse('ZIP_NUMBER_RANGE', 'offset-overflows', {
    row: 34,
    because: 'Offset plus size passes 2^64.',
    contents: stored({ central: { offset: max32, extra: zip64Extra(2n ** 64n - 40n) } }),
  }),
  refuse('ZIP_MULTI_DISK', 'entry-on-disk-1', {
    row: 37,
    because: 'The entry lies in a part of the archive that is not here.',
    contents: stored({ central: { disk: 1 } }),
  }),

  extraField(
    'overruns-in-local-header',
    'The field says 200 bytes and has 2.',
    Buffer.from('fecac8000102', 'hex'),
    'local',
  ),
  extraField(
    'overruns-in-directory',
    'The field says 200 bytes and has 2.',
    Buffer.from('fecac8000102', 'hex'),
    'central',
  ),
  extraField('three-stray-bytes', 'Too few for a field, so they are nothing.', Buffer.from('abc'), 'both'),
  extraField(
    'short-ntfs-times',
    'Five bytes of NTFS times crashed a reader (CVE-2026-31988).',
    extra(0x000a, Buffer.alloc(5)),
    'central',
  ),

  error('ZIP_UNICODE_PATH', 'renames-readme-to-handler', {
    row: 39,
    table: 'Unicode Path extra: raw readme.txt, extra handler.py',
    because: 'unzip, 7z, bsdtar and yauzl show handler.py, Java and Python readme.txt.',
    contents: modelWith(
      zipEntry('readme.txt', 'x', { both: { extra: unicodePath('readme.txt', 'model.py') } }),
    ),
  }),
  error('ZIP_UNICODE_PATH', 'in-directory-only', {
    row: 39,
    because: 'Only readers of the directory meet the other name.',
    contents: modelWith(
      zipEntry('readme.txt', 'x', { central: { extra: unicodePath('readme.txt', '../x.py') } }),
    ),
    also: ['PATH_TRAVERSAL'],
  }),

  encrypted('both-headers', 'TorchServe has no password to give.', { both: { flags: flag.encrypted } }),
  encrypted(
    'local-header-only',
    'Java refuses what every other reader shows.',
    { local: { flags: flag.encrypted } },
    {
      also: ['ZIP_VIEW_MISMATCH'],
    },
  ),
  encrypted(
    'directory-only',
    'Java loads what every other reader calls encrypted.',
    { central: { flags: flag.encrypted } },
    {
      also: ['ZIP_VIEW_MISMATCH'],
    },
  ),
  encrypted('strong', 'The newer kind of encryption has a bit of its own.', {
    both: { flags: flag.encrypted | flag.strong, needed: 50 },
  }),
  encrypted('masked-headers', 'The directory itself is hidden, and its local headers say nothing.', {
    both: { flags: flag.encrypted | flag.strong | flag.masked },
  }),
  encrypted(
    'aes',
    'WinZip AES: method 99 and a field of its own.',
    {
      both: {
        flags: flag.encrypted,
        method: 99,
        extra: extra(0x9901, Buffer.from('0200414503080000', 'hex').subarray(0, 7)),
      },
    },
    { also: ['ZIP_METHOD'] },
  ),

  method(12, 'bzip2', { table: 'bzip2 method' }),
  method(9, 'deflate64'),
  method(14, 'lzma'),
  method(93, 'zstandard'),
  method(1, 'shrunk'),
  error('ZIP_DIR_WITH_DATA', 'folder-with-bytes', {
    row: 60,
    table: 'name ends in `/` but has data',
    because: 'All readers make a folder and drop the bytes: a place to carry something unseen.',
    contents: modelWith(zipEntry('assets/', 'payload\n')),
  }),
];
