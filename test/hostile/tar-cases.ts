/** What can be wrong with a tar.gz: the gzip member, the tar inside it, and how TorchServe cuts its names. */
import {
  error,
  evilText,
  type HostileCase,
  handlerText,
  manifestName,
  manifestText,
  refuse,
  refusedAs,
  warning,
} from './case.ts';
import { joined, type Piece } from './pieces.ts';
import {
  base256,
  endOfTar,
  gnuLongName,
  gzip,
  pax,
  paxRecord,
  type TarFields,
  tar,
  tarEntry,
} from './tar-builder.ts';

type TarParts = readonly (readonly Piece[])[];

const manifest = tarEntry(`model/${manifestName}`, manifestText);
const handler = tarEntry('model/handler.py', handlerText);
const good: TarParts = [manifest, handler];
const tgz = (entries: TarParts) => () => [gzip(joined(tar(entries)))];
const goodTar = () => joined(tar(good));
const withLast = (...parts: TarParts) => tgz([...good, ...parts]);
const notes = tarEntry('model/notes.txt', 'a note\n');

type More = Partial<HostileCase>;
const inTarGz = (more: More = {}) => ({ extension: '.tar.gz', ...more });

const special = (code: string, slug: string, because: string, changes: Partial<TarFields>) =>
  error(
    code,
    slug,
    inTarGz({ row: 54, because, contents: withLast(tarEntry('model/extra', '', changes)) }) as HostileCase,
  );
const refusedTar =
  (code: string, row: number) =>
  (slug: string, because: string, contents: HostileCase['contents'], more: More = {}) =>
    refuse(code, slug, { row, because, contents, ...inTarGz(more) });

const paxProblem = refusedTar('TAR_PAX', 55);
const numberProblem = refusedTar('TAR_NUMBER', 55);
const checksum = refusedTar('TAR_CHECKSUM', 56);
const trailing = refusedTar('TAR_TRAILING', 56);
const gzipTruncated = refusedTar('GZIP_TRUNCATED', 56);
const gzipTrailing = refusedTar('GZIP_TRAILING', 56);
const sparse = refusedTar('TAR_SPARSE', 58);
const gzipSum = refusedTar('GZIP_CRC', 56);
const gzipHeader = refusedTar('GZIP_HEADER', 56);
const oddTar = (code: string, slug: string, because: string, contents: HostileCase['contents']) =>
  warning(code, slug, { because, contents, extension: '.tar.gz' });
const sized = (size: Buffer) => withLast(tarEntry('model/data', 'x', { size }));
const rawPax = (bytes: Buffer) => withLast(tarEntry('PaxHeader', bytes, { type: 'x' }), notes);

const rootProblem = (slug: string, because: string, entries: TarParts, more: More = {}) =>
  error('TS_TAR_ROOT', slug, { row: 57, because, contents: tgz(entries), ...inTarGz(more) });

const named = (code: string, row: number, slug: string, because: string, name: string, more: More = {}) =>
  error(code, `tar-${slug}`, { row, because, contents: withLast(tarEntry(name, 'x')), ...inTarGz(more) });

export const tarCases: readonly HostileCase[] = [
  warning('TS_EXTENSION', 'tar-gz', {
    row: 61,
    because: 'A tar.gz under the name of a ZIP is unzipped, which finds no files and says nothing.',
    extension: '.mar',
    contents: tgz(good),
  }),
  special('LINK_FORBIDDEN', 'tar-link', 'TorchServe writes an empty file where a link was meant.', {
    type: '2',
    linkName: '/etc/passwd',
  }),
  special('LINK_FORBIDDEN', 'tar-link-inside', 'The same for a link to a neighbour.', {
    type: '2',
    linkName: 'handler.py',
  }),
  special('LINK_FORBIDDEN', 'tar-hard-link', 'A hard link is empty there as well.', {
    type: '1',
    linkName: 'model/handler.py',
  }),
  special('TAR_TYPE', 'character-device', 'A model holds no device.', { type: '3' }),
  special('TAR_TYPE', 'block-device', 'A model holds no device.', { type: '4' }),
  special('TAR_TYPE', 'fifo', 'A model holds no pipe; who reads it waits for ever.', { type: '6' }),

  paxProblem('path-against-gnu-name', 'Two names for one entry, in two records before it.', () =>
    tgz([...good, pax({ path: 'model/a.txt' }), gnuLongName('model/b.txt'), notes])(),
  ),
  paxProblem(
    'path-twice',
    'Two names for one entry, in one record.',
    rawPax(Buffer.concat([paxRecord('path', 'model/a.txt'), paxRecord('path', 'model/b.txt')])),
  ),
  paxProblem('global-path', 'One name for all entries that follow.', () =>
    tgz([pax({ path: 'model/handler.py' }, 'g'), ...good])(),
  ),
  paxProblem('global-size', 'One size for all entries that follow: readers part ways at once.', () =>
    tgz([pax({ size: '1' }, 'g'), ...good])(),
  ),
  paxProblem(
    'nul-in-path',
    'C ends the name at NUL, Java does not.',
    withLast(pax({ path: 'model/a.py\0.txt' }), notes),
  ),
  paxProblem(
    'length-too-long',
    'The record says that it is longer than what is there.',
    rawPax(Buffer.from('99 path=model/a.txt\n')),
  ),
  paxProblem('length-no-number', 'A record without a length.', rawPax(Buffer.from('path=model/a.txt\n'))),
  paxProblem(
    'no-newline',
    'A record that does not end in a newline ends nowhere.',
    rawPax(Buffer.from('19 path=model/a.txtX')),
  ),
  paxProblem('size-no-number', 'A size of letters.', withLast(pax({ size: 'many' }), notes)),
  numberProblem(
    'negative-size',
    'A size below zero sent a reader back for ever (CVE-2025-8194).',
    sized(base256(-512n)),
  ),
  numberProblem(
    'base-256-2-to-70',
    'More bytes than any number of ours can count.',
    sized(base256(2n ** 70n)),
  ),
  numberProblem('letters', 'A size of letters.', sized(Buffer.from('0000000zz01\0'))),
  numberProblem('pax-size-negative', 'The same through pax.', withLast(pax({ size: '-512' }), notes), {
    also: ['TAR_PAX'],
  }),

  checksum(
    'wrong-sum',
    'The sum of the header is off by one.',
    withLast(tarEntry('model/extra', 'x', { checksumError: 1 })),
  ),
  checksum(
    'junk-between',
    'A block of letters where a header belongs.',
    withLast([Buffer.alloc(512, 'x')], notes),
  ),
  trailing(
    'entries-after-zero-blocks',
    'Java stops at the end mark; a lax reader goes on and finds another handler.',
    () => [gzip(Buffer.concat([goodTar(), joined(tar([tarEntry('model/handler.py', evilText)]))]))],
  ),
  trailing('junk-after-zero-blocks', 'Something that no reader shows.', () => [
    gzip(Buffer.concat([goodTar(), Buffer.alloc(512, 'x')])),
  ]),
  trailing(
    'one-zero-block-mid-way',
    'Some readers stop at one block of zeros, some at two.',
    withLast([Buffer.alloc(512)], notes),
  ),
  gzipTruncated('in-data', 'Half a download.', () => {
    const whole = gzip(goodTar());
    return [whole.subarray(0, whole.length - 60)];
  }),
  gzipTruncated('in-trailer', 'The sum and the size at the end are cut off.', () => {
    const whole = gzip(goodTar());
    return [whole.subarray(0, whole.length - 4)];
  }),
  gzipTruncated('in-header', 'Not even a whole header.', () => [gzip(goodTar()).subarray(0, 6)]),
  gzipTrailing('second-member', 'TorchServe stops after the first member, tar reads both.', () => [
    gzip(joined(good.flat())),
    gzip(Buffer.concat([joined(tarEntry('model/torch.py', evilText)), endOfTar])),
  ]),
  gzipTrailing('member-after-a-whole-tar', 'All is in the first member, and a second one follows.', () => [
    gzip(goodTar()),
    gzip(Buffer.from('hidden')),
  ]),
  gzipTrailing('junk', 'Bytes after the member that are no gzip.', () => [
    gzip(goodTar()),
    Buffer.from('appended\n'),
  ]),

  gzipSum('sum', 'The content is not what was compressed.', () => [gzip(goodTar(), { crc32: 1 })]),
  gzipSum('size', 'The content has another length than what was compressed.', () => [
    gzip(goodTar(), { size: 1 }),
  ]),
  refusedTar('GZIP_DEFLATE', 56)('broken', 'The stream breaks off with an invalid block.', () => {
    const whole = gzip(goodTar());
    whole.fill(0xff, 200);
    return [whole];
  }),
  gzipHeader('method', 'Only deflate was ever defined.', () => [gzip(goodTar(), { method: 7 })]),
  gzipHeader('reserved-flags', 'Flags that nobody knows may change all that follows.', () => [
    gzip(goodTar(), { flags: 0xe0 }),
  ]),
  refusedTar('TAR_TRUNCATED', 56)('in-entry', 'The gzip member is whole, and the tar in it is not.', () => [
    gzip(goodTar().subarray(0, 1024 + 512 + 20)),
  ]),
  oddTar('TAR_NO_END', 'cut-between-entries', 'Whether more entries followed, nobody can tell.', () => [
    gzip(joined(good.flat())),
  ]),
  oddTar('TAR_NAME_CHARSET', 'raw-utf8', 'Read by the locale of the server, which may not be UTF-8.', () => [
    gzip(joined(tar([...good, tarEntry('model/caf\u00e9.txt', 'x')]))),
  ]),
  warning('TS_TAR_PLAIN', 'not-compressed', {
    because: 'We can read it, and TorchServe says "Input is not in the .gz format".',
    extension: '.tar',
    contents: () => [goodTar()],
    also: ['LOAD_NOT_SCANNED'],
  }),
  rootProblem(
    'flat',
    'TorchServe cuts the first folder off every name: MAR-INF/MANIFEST.json becomes MANIFEST.json.',
    [tarEntry(manifestName, manifestText), tarEntry('handler.py', handlerText)],
    { also: ['MANIFEST_MISSING'] },
  ),
  rootProblem('two-roots', 'Two roots fall together, and the last handler wins.', [
    ...good,
    tarEntry('other/handler.py', evilText),
  ]),
  rootProblem(
    'dot-and-folder',
    'Only the "./" is cut, so the folder stays and the manifest is lost.',
    [tarEntry(`./model/${manifestName}`, manifestText), tarEntry('./model/handler.py', handlerText)],
    { also: ['MANIFEST_MISSING', 'PATH_NOT_NORMAL'] },
  ),
  sparse(
    'gnu-one-terabyte',
    'A map of holes promises 1 TB in 1 KB.',
    withLast(tarEntry('model/data', '', { type: 'S', magic: 'ustar  \0', size: 0 })),
  ),
  sparse(
    'pax-one-terabyte',
    'The same in the newer form.',
    withLast(
      pax({
        'GNU.sparse.major': '1',
        'GNU.sparse.minor': '0',
        'GNU.sparse.name': 'model/data',
        'GNU.sparse.realsize': '1099511627776',
      }),
      tarEntry('model/GNUSparseFile.0/data', '0\n'),
    ),
  ),
  refuse('ZIP_EMPTY_FILE', 'tar', {
    row: 1,
    because: 'The name says tar.gz, the content nothing.',
    contents: () => [],
    ...inTarGz(),
  }),

  named('PATH_TRAVERSAL', 46, 'parent', 'After the first folder is cut off it climbs out.', 'model/../../x'),
  named('PATH_ABSOLUTE', 45, 'absolute', 'From the root of the disk.', '/etc/x', {
    also: ['TS_TAR_ROOT', 'PATH_NOT_NORMAL'],
    ...refusedAs('TS_TAR_ROOT'),
  }),
  named(
    'PATH_BACKSLASH',
    48,
    'backslash',
    'One odd file on Linux, a file in a folder elsewhere.',
    'model/sub\\x',
  ),
  named('NAME_CONTROL_CHAR', 43, 'newline', 'In a list this is two names.', 'model/a\nb'),
  named(
    'ZIP_DUPLICATE_NAME',
    15,
    'duplicate',
    'The last handler wins on the server; 7z shows both.',
    'model/handler.py',
    { also: ['LOAD_NO_ENTRY_POINT'] },
  ),
  named(
    'NAME_FILE_DIR_CONFLICT',
    18,
    'file-and-folder',
    'A file and a folder of one name.',
    'model/handler.py/x',
  ),
];
