/** The corpus itself: that it covers what it must, and that the same sources build the same bytes. */
import assert from 'node:assert/strict';
import { lstatSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import test from 'node:test';
import { containerFamilies } from '../../core/audit/audit.ts';
import { allCases, buildCorpus } from './build.ts';
import { fileNameOf } from './case.ts';
import { joined } from './pieces.ts';

/** Rows of section 6 that no file can show; what shows them instead. */
const shownElsewhere: Readonly<Record<number, string>> = {
  69: 'pickles are read by an issue of their own',
  70: 'pickles are read by an issue of their own',
  71: 'pickles are read by an issue of their own',
  72: 'changing.test.ts',
  73: 'test/unit/mar/walk-folder.test.ts packs such folders',
  74: 'test/unit/mar/plan.test.ts',
  75: 'test/interop/reference.test.ts',
  76: 'test/faults',
  77: 'test/cli/signals.test.ts and test/faults',
};

const tableRows = [
  'STORED, sizes known',
  'STORED + data descriptor',
  'DEFLATE + descriptor (with or without signature)',
  'DEFLATE + 8-byte-size descriptor, small file',
  'same, with proper Zip64 local extra',
  'Zip64 local extra with only one 8-byte size (malo accept)',
  '4.4 GB STORED, Zip64 local extra (Python writer)',
  '4.4 GB DEFLATE zeros, Zip64 local extra (Python writer)',
  '4.4 GB STORED by yazl (descriptor)',
  '4.4 GB zeros DEFLATE by yazl, then small files (offset < 4 GiB)',
  '4.4 GB random DEFLATE by yazl, then small files',
  'local name handler.py, central name readme.txt',
  'extra local handler.py not in directory',
  'extra local sitecustomize.py not in directory',
  'directory entry whose local header is out of range',
  'duplicate handler.py, same order',
  'duplicate, directory order swapped',
  'trailing bytes after EOCD',
  'trailing bytes as declared comment',
  '15-byte prefix, offsets not adjusted',
  '15-byte prefix, offsets adjusted',
  '`PK 07 08` spanning marker first',
  '16 zero bytes between entries',
  'two zips concatenated (first E, second G)',
  'Zip64 EOCD confusion (malo)',
  'zip in zip (malo)',
  'absolute name',
  '`../x`',
  '`../<dest>-sibling/x`',
  '`a/../handler.py`',
  'symlink entry -> /etc/passwd',
  'symlink then write through it',
  '`sub\\handler.py`',
  'two directory entries sharing one local header',
  'quoted overlap (Fifield)',
  'wrong CRC in both headers',
  'wrong CRC in directory only',
  'wrong CRC in local only',
  'truncated in entry data',
  'truncated in directory',
  'local method 99, central 0',
  'local STORED size 13, central 260',
  'central size 0..7 of 8, local right (malo store_cdsize)',
  'central size smaller than deflate output',
  'extra bytes after the deflate stream',
  'encrypted flag both / local only / central only',
  '`handler.py<NUL>.txt`',
  'name flagged UTF-8 but invalid',
  'unflagged CP437 name (0x82)',
  'Unicode Path extra: raw readme.txt, extra handler.py',
  'name ends in `/` but has data',
  '`a` file and `a/b`',
  'EOCD count lower than real',
  'bzip2 method',
  '`H.py`/`h.py`, NFC/NFD pair',
  'CON, aux.py, `trail. `, `a:b.py`',
];

test('the corpus has at least 120 files, 15 of them good, each under a name of its own', () => {
  assert.ok(allCases.length >= 120, `${allCases.length} files`);
  assert.ok(allCases.filter(({ outcome }) => outcome === 'good').length >= 15);
  const names = allCases.map((one) => fileNameOf(one).toLowerCase());
  assert.equal(new Set(names).size, names.length);
});

test('every row of bad inputs is shown by a file, or elsewhere', () => {
  const rows = new Set(allCases.map(({ row }) => row));
  const missing = Array.from({ length: 78 }, (_, at) => at + 1).filter(
    (row) => !rows.has(row) && !(row in shownElsewhere),
  );
  assert.deepEqual(missing, []);
});

test('every row of the table of readers is shown by a file, and every named row is one', () => {
  const named = new Set(allCases.flatMap(({ table }) => table ?? []));
  assert.deepEqual([...named].sort(), [...tableRows].sort());
});

/** No user of this machine may be kept from reading, so that no file here can show it. */
const notToBeShown = ['FOLDER_UNREADABLE'];

test('every rule about containers has a file that breaks it', () => {
  const shown = new Set(allCases.flatMap(({ code, also = [] }) => [code, ...also]));
  const rules = containerFamilies.flatMap(({ rules }) => rules.map(({ code }) => code));
  assert.deepEqual(rules.filter((code) => !shown.has(code)).sort(), notToBeShown);
});

test('building twice gives the same bytes', () => {
  for (const one of allCases.filter(({ huge }) => !huge)) {
    const [first, second] = [one.contents(), one.contents()];
    if ('kind' in first || 'kind' in second) continue;
    assert.ok(joined(first).equals(joined(second)), fileNameOf(one));
  }
});

test('the folder holds exactly the files of the cases', () => {
  const corpus = buildCorpus();
  const folder = dirname(corpus[0]?.path as string);
  assert.deepEqual(readdirSync(folder).sort(), corpus.map(({ name }) => name).sort());
  const onDisk = corpus.reduce((sum, { path }) => sum + lstatSync(path).blocks * 512, 0);
  assert.ok(onDisk < 100e6, `${onDisk} bytes on the disk`);
});
