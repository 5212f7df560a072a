/** Names that lie, climb, collide or do not fit. Each stands in an archive that is otherwise right. */
import { error, goodEntries, type HostileCase, refusedAs, warning } from './case.ts';
import { type ZipEntry, zip, zipEntry } from './zip-builder.ts';

const withNames =
  (...names: readonly (string | Buffer)[]) =>
  () =>
    zip([...goodEntries, ...names.map((name, at) => zipEntry(name, `content ${at}\n`))]);
const withEntries =
  (...entries: readonly ZipEntry[]) =>
  () =>
    zip([...goodEntries, ...entries]);

type Name = string | Buffer;
type More = Partial<HostileCase>;

const bad =
  (row: number, code: string) =>
  (slug: string, name: Name, because: string, more: More = {}) =>
    error(code, slug, { row, because, contents: withNames(name), ...more });
const odd =
  (row: number, code: string) =>
  (slug: string, name: Name, because: string, more: More = {}) =>
    warning(code, slug, { row, because, contents: withNames(name), ...more });

const absolute = bad(45, 'PATH_ABSOLUTE');
const climbs = bad(46, 'PATH_TRAVERSAL');
const notNormal = bad(47, 'PATH_NOT_NORMAL');
const control = bad(43, 'NAME_CONTROL_CHAR');
const deceptive = odd(44, 'NAME_DECEPTIVE');
const windows = odd(50, 'NAME_WINDOWS');
const tooLong = bad(51, 'NAME_TOO_LONG');
const backslash = { also: ['PATH_BACKSLASH'], ...refusedAs('PATH_BACKSLASH') };

export const nameCases: readonly HostileCase[] = [
  error('NAME_COLLISION_UNICODE', 'composed-and-decomposed', {
    row: 16,
    table: '`H.py`/`h.py`, NFC/NFD pair',
    because: 'One name, spelled in two ways: macOS keeps only one of the files.',
    contents: withNames('caf\u00e9.txt', 'cafe\u0301.txt'),
  }),
  error('NAME_COLLISION_UNICODE', 'in-a-folder-name', {
    row: 16,
    because: 'The two spellings stand in a folder above the file.',
    contents: withNames('caf\u00e9/a.txt', 'cafe\u0301/a.txt'),
  }),
  warning('NAME_COLLISION_CASE', 'two-files', {
    row: 17,
    table: '`H.py`/`h.py`, NFC/NFD pair',
    because: 'Two files on Linux, one on macOS and Windows.',
    contents: withNames('H.py', 'h.py'),
  }),
  warning('NAME_COLLISION_CASE', 'beyond-ascii', {
    row: 17,
    because: 'Letters fold outside of ASCII too.',
    contents: withNames('\u00c4.txt', '\u00e4.txt'),
  }),
  error('NAME_FILE_DIR_CONFLICT', 'file-first', {
    row: 18,
    table: '`a` file and `a/b`',
    because: 'No folder can hold a file and a folder of one name.',
    contents: withNames('a', 'a/b'),
  }),
  error('NAME_FILE_DIR_CONFLICT', 'folder-first', {
    row: 18,
    because: 'The same in the other order.',
    contents: withNames('a/b', 'a'),
  }),
  error('NAME_FILE_DIR_CONFLICT', 'folder-entry', {
    row: 18,
    because: 'The folder has an entry of its own.',
    contents: withEntries(zipEntry('a/'), zipEntry('a', 'x')),
  }),

  bad(42, 'NAME_ENCODING')(
    'flagged-but-invalid',
    Buffer.from([0x61, 0xff, 0xfe, 0x2e, 0x70, 0x79]),
    'The flag promises UTF-8; Java fails on the whole archive.',
    {
      table: 'name flagged UTF-8 but invalid',
    },
  ),
  error('NAME_ENCODING', 'unflagged-cp437', {
    row: 42,
    table: 'unflagged CP437 name (0x82)',
    because: 'An accent in the encoding of DOS: Python shows it, Java fails on the whole archive.',
    contents: withEntries(zipEntry(Buffer.from([0x82, 0x2e, 0x70, 0x79]), 'x', { both: { flags: 0 } })),
  }),
  error('NAME_ENCODING', 'unflagged-utf8', {
    row: 42,
    because: 'UTF-8 without its flag is one name in Java and another in Python.',
    contents: withEntries(zipEntry('caf\u00e9.txt', 'x', { both: { flags: 0 } })),
  }),
  bad(42, 'NAME_ENCODING')(
    'overlong-slash',
    Buffer.from([0x61, 0xc0, 0xaf, 0x62]),
    'A slash in two bytes: to a lax decoder a path, to a strict one nothing.',
  ),
  bad(42, 'NAME_ENCODING')(
    'surrogate',
    Buffer.from([0x61, 0xed, 0xa0, 0x80]),
    'Half of a UTF-16 pair has no place in UTF-8.',
  ),

  control(
    'nul',
    'handler.py\0.txt',
    'C ends the name at NUL: handler.py to most readers, an error in Java.',
    {
      table: '`handler.py<NUL>.txt`',
    },
  ),
  control('newline', 'a\nb.py', 'In a log or a list this is two names.'),
  control('escape', 'a\x1b[2Kb.py', 'A terminal obeys it and erases the line.'),
  control('delete', 'a\x7f.py', 'Not to be seen.'),
  control('c1', 'a\u009b2K.py', 'A control sequence in one character.'),
  deceptive('bidi-override', 'model\u202eyp.txt', 'Shown as modeltxt.py.'),
  deceptive('zero-width-space', 'hand\u200bler.py', 'Looks like the handler, and is another file.'),
  deceptive('byte-order-mark', '\ufeffhandler.py', 'Looks like the handler, and is another file.'),

  absolute('slash', '/etc/cron.d/x', 'From the root of the disk.', { table: 'absolute name' }),
  absolute('unc', '\\\\host\\share\\x', 'A server of the attacker on Windows.', backslash),
  absolute('drive-relative', 'C:x.py', 'The current folder of drive C, wherever that is.', {
    also: ['NAME_WINDOWS'],
  }),
  absolute('drive-slash', 'C:/x.py', 'From the root of drive C.', { also: ['NAME_WINDOWS'] }),
  absolute('drive-backslash', 'C:\\x.py', 'From the root of drive C.', {
    also: ['NAME_WINDOWS', 'PATH_BACKSLASH'],
    ...refusedAs('PATH_BACKSLASH'),
  }),
  absolute('two-slashes', '//host/share/x', 'Windows takes slashes for backslashes.', {
    also: ['PATH_NOT_NORMAL'],
  }),
  climbs('parent', '../x', 'Zip Slip: out of the folder by one.', { table: '`../x`' }),
  climbs(
    'sibling-of-target',
    '../target-sibling/x',
    "TorchServe's own test is startsWith, so a sibling of the folder passes.",
    {
      table: '`../<dest>-sibling/x`',
    },
  ),
  climbs('down-and-up', 'a/../handler.py', 'Lands on the handler where the folder exists.', {
    table: '`a/../handler.py`',
    also: ['ZIP_DUPLICATE_NAME'],
  }),
  climbs('deep', 'a/b/../../../x', 'Down twice, up three times.'),
  climbs('backslash', '..\\x', 'Climbs on Windows alone.', backslash),
  climbs('mixed-slashes', 'a/..\\..\\x', 'Half of it hidden behind the other slash.', backslash),
  climbs('at-the-end', 'a/..', 'The folder itself, as a file.'),
  climbs('alone', '..', 'The folder above, as a file.'),
  climbs('folder', '../', 'The folder above, as a folder.', {
    contents: withEntries(zipEntry('../')),
    also: ['PATH_NOT_NORMAL'],
  }),
  notNormal('dot-slash', './x.py', 'Two names for one file.'),
  notNormal('two-slashes', 'a//b.py', 'An empty part.'),
  notNormal('dot-inside', 'a/./b.py', 'Two names for one file.'),
  notNormal('dot', '.', 'The target folder itself, as a file.'),
  notNormal(
    'hidden-duplicate',
    './handler.py',
    'Another spelling of the handler: no duplicate by bytes, and TorchServe overwrites it.',
    {
      also: ['ZIP_DUPLICATE_NAME', 'LOAD_HANDLER_SYNTAX'],
    },
  ),
  bad(48, 'PATH_BACKSLASH')(
    'inside',
    'sub\\handler.py',
    'One odd file on Linux, a file in a folder elsewhere, and in yauzl.',
    {
      table: '`sub\\handler.py`',
    },
  ),
  bad(49, 'NAME_EMPTY')('no-bytes', '', 'No name at all.'),
  windows('device', 'CON', 'A device since 1981.', { table: 'CON, aux.py, `trail. `, `a:b.py`' }),
  windows('device-with-extension', 'aux.py', 'An extension does not help.'),
  windows('trailing-dot-and-space', 'trail. ', 'Windows drops both.'),
  windows('stream', 'handler.py:hidden', 'A hidden stream of the handler on NTFS.'),
  windows('question-mark', 'what?.py', 'Not allowed in a name there.'),
  tooLong('part-of-256-bytes', `${'a'.repeat(253)}.py`, 'A part of a path has at most 255 bytes.'),
  tooLong('part-of-256-bytes-in-utf8', `${'\u00e4'.repeat(128)}`, '128 letters, and 256 bytes.'),
  tooLong(
    'path-of-5000-bytes',
    Array.from({ length: 25 }, () => 'a'.repeat(199)).join('/'),
    'No system takes such a path.',
  ),
  bad(52, 'LIMIT_DEPTH')(
    'sixty-five-levels',
    `${'a/'.repeat(64)}b`,
    'Deeper than anything that a person made.',
  ),
  error('NAME_CONTROL_CHAR', 'markup-and-tab', {
    row: 43,
    because: 'A page that shows names as markup would run this one.',
    contents: withNames('<img src=x onerror=alert(1)>\t.py'),
    also: ['NAME_WINDOWS'],
  }),
  error('PATH_TRAVERSAL', 'unlisted', {
    row: 46,
    because: 'The name that climbs stands in a local header alone, so only Java meets it.',
    contents: withEntries(zipEntry('../x.py', 'x', { unlisted: true })),
    also: ['ZIP_UNLISTED_ENTRY'],
    ...refusedAs('ZIP_UNLISTED_ENTRY'),
  }),
];
