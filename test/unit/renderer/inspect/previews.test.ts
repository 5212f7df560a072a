/** What previews make of texts and bytes: tables, pages, trees, rows of bytes. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { asciiRuns, hexRuns } from '../../../../renderer/parts/hex-runs.ts';
import { kindOfBytes } from '../../../../renderer/views/inspect/first-bytes.ts';
import { valuesOf } from '../../../../renderer/views/inspect/preview/byte-values.ts';
import { readCsv } from '../../../../renderer/views/inspect/preview/csv.ts';
import { firstFrom, hitAt, patternOf } from '../../../../renderer/views/inspect/preview/find-pattern.ts';
import {
  byteAtLetter,
  lettersOf,
  parseOffset,
  RowScale,
} from '../../../../renderer/views/inspect/preview/hex-rows.ts';
import { cutLongLines } from '../../../../renderer/views/inspect/preview/long-lines.ts';
import { readMarkdown } from '../../../../renderer/views/inspect/preview/markdown.ts';
import { readTree } from '../../../../renderer/views/inspect/preview/value-tree.ts';

test('a table knows its separator, quotes and empty fields', () => {
  assert.deepEqual(readCsv('a,b\r\n1,"x, ""y""\nz"\n,\n').rows, [
    ['1', 'x, "y"\nz'],
    ['', ''],
  ]);
  assert.deepEqual(readCsv('a;b\n"1;2";3').rows, [['1;2', '3']]);
  assert.deepEqual(readCsv('a,b\n"x";y,2').rows, [['x;y', '2']]);
  assert.deepEqual(readCsv('a\tb\n1\t2').header, ['a', 'b']);
  assert.deepEqual(readCsv('').rows, []);
});

test('of a table a thousand rows are shown, and that there are more', () => {
  const long = readCsv(`n\n${'1\n'.repeat(1000)}`);
  assert.deepEqual([long.rows.length, long.isCut], [1000, false]);
  assert.deepEqual(readCsv(`n\n${'1\n'.repeat(1001)}`).isCut, true);
  assert.equal(readCsv('"never closed').header[0], 'never closed');
});

test('markdown is structure and words: no HTML, and links that lead nowhere', () => {
  const { blocks, isCut } = readMarkdown(
    '# A <b>\n\n[l](http://x) ![p](y.png)\n**s**\n\n- one\n\n```py\n<script>\n```',
  );
  const [heading, paragraph, item, code] = blocks;
  assert.equal(isCut, false);
  assert.deepEqual(heading, { is: 'heading', level: 1, spans: [{ is: 'text', text: 'A <b>' }] });
  assert.deepEqual(paragraph?.is === 'paragraph' && paragraph.spans, [
    { is: 'link', text: 'l', address: 'http://x' },
    { is: 'text', text: ' ' },
    { is: 'picture', text: 'p', address: 'y.png' },
    { is: 'text', text: ' ' },
    { is: 'strong', text: 's' },
  ]);
  assert.equal(item?.is, 'item');
  assert.deepEqual(code, { is: 'code', text: '<script>' });
});

test('no markdown is lost, and none takes long', () => {
  for (const sign of ['*', '[', '`', '![](', '**a', '#', '> ', '- ', '|']) {
    const text = sign.repeat(20_000);
    assert.ok(readMarkdown(text).blocks.length > 0, sign);
  }
});

test('a page has an end, however much markup it holds', () => {
  for (const between of ['\n', '\n\n', '\n- ']) {
    const { blocks, isCut } = readMarkdown(`**b** **b** **b**${between}`.repeat(55_000));
    const spans = blocks.reduce((sum, block) => sum + ('spans' in block ? block.spans.length : 0), 0);
    assert.ok(spans > 1000 && spans <= 20_000, String(spans));
    assert.equal(isCut, true);
  }
  assert.equal(readMarkdown(`${'x'.repeat(30_000)}\n\nlast`).blocks.length, 2);
});

test('a tree shows what is asked of it, and nothing below', () => {
  const tree = readTree('{"a": [1, "x", null], "b": {}}', 'json');
  assert.deepEqual(
    tree?.children(0, 9).map(({ key, kind, count }) => [key, kind, count]),
    [
      ['a', 'list', 3],
      ['b', 'object', 0],
    ],
  );
  assert.deepEqual(
    tree
      ?.children(0, 1)[0]
      ?.children(1, 3)
      .map(({ text }) => text),
    ['"x"', 'null'],
  );
  assert.equal(readTree('{"a": ', 'json'), null);
});

test('an alias of YAML stays an alias, however often it would unfold', () => {
  const tree = readTree('a: &a [1, 2]\nb: [*a, *a]\n? [k]\n: 1\n', 'yaml');
  assert.deepEqual(
    tree
      ?.children(1, 2)[0]
      ?.children(0, 2)
      .map(({ text }) => text),
    ['*a', '*a'],
  );
  assert.equal(readTree('a: [', 'yaml'), null);
  assert.equal(readTree('['.repeat(10_000), 'yaml'), null);
});

test('only lines that an editor could not hold are cut', () => {
  const short = `${'x'.repeat(10_000)}\r\ny`;
  assert.deepEqual(cutLongLines(short), { text: short, cut: 0 });
  const { text, cut } = cutLongLines(`a\n${'x'.repeat(10_500)}\nb`);
  assert.equal(cut, 1);
  assert.match(text, /^a\nx{10000} … 500 more characters\nb$/);
});

test('bytes are sixteen a row, and a short row keeps its columns', () => {
  const bytes = Uint8Array.of(0x41, 0, 0xff);
  const words = (runs: readonly { text: string }[]) => runs.map(({ text }) => text).join('');
  for (const perRow of [8, 16] as const) {
    assert.equal(words(hexRuns(bytes, perRow)).trimEnd(), '41 00 ff');
    const whole = words(hexRuns(new Uint8Array(perRow), perRow));
    assert.equal(words(hexRuns(bytes, perRow)).length, whole.length);
    assert.equal(lettersOf(perRow, 10), 8 + whole.length + perRow);
  }
  assert.equal(words(asciiRuns(bytes)), 'A··');
});

test('every row of a file of terabytes can be reached by the bar, and the bar stays where it is put', () => {
  for (const size of [0, 100, 1e6, 5e12]) {
    const scale = new RowScale(size, 20);
    const last = scale.lastFirst(400);
    assert.ok(scale.height <= 8_000_000);
    for (const row of [0, Math.floor(last / 3), last])
      assert.equal(scale.rowAt(scale.scrollTopOf(row, 400), 400), row, `${size}: ${row}`);
  }
});

test('an offset is a number as people write them', () => {
  assert.deepEqual(['4096', '0x1000', '1000h', '4,096', '', 'x', '-1', '1.5'].map(parseOffset), [
    ...[4096, 4096, 4096, 4096, null, null, null, null],
  ]);
});

test('what is no archive is named by its first bytes', () => {
  const words = (text: string) => kindOfBytes(Buffer.from(text, 'latin1'));
  assert.match(words('\x89PNG\r\n\x1a\n'), /89 50 4e 47 0d 0a 1a 0a: a PNG picture/);
  assert.match(words('hello'), /text/);
  assert.match(words('\0\0\0\0'), /zeros/);
  assert.equal(words(''), 'The file has 0 bytes.');
});

test('bytes that look alike are one run, and a letter of the row tells its byte', () => {
  const kindAt = (at: number) => (at === 7 || at === 8 ? 'found' : '');
  const runs = hexRuns(new Uint8Array(16), 16, kindAt);
  assert.deepEqual(
    runs.map(({ kind, text }) => [kind, text.length]),
    [
      ['', 21],
      ['found', 6],
      ['', 21],
    ],
  );
  for (const perRow of [8, 16] as const) {
    const letters = hexRuns(
      Uint8Array.from({ length: perRow }, (_, at) => at),
      perRow,
    )
      .map(({ text }) => text)
      .join('');
    for (let byte = 0; byte < perRow; byte++) {
      const at = letters.indexOf(byte.toString(16).padStart(2, '0'));
      assert.deepEqual([byteAtLetter(at, perRow), byteAtLetter(at + 1, perRow)], [byte, byte]);
    }
  }
});

test('what is typed to be found becomes bytes, or the reason why not', () => {
  assert.deepEqual(patternOf('50 4B 03 04', 'hex'), { bytes: '504b0304' });
  assert.deepEqual(patternOf('0x50,0x4b', 'hex'), { bytes: '504b' });
  assert.ok('why' in patternOf('50 4', 'hex'));
  assert.ok('why' in patternOf('no', 'hex'));
  assert.ok('why' in patternOf('ab'.repeat(257), 'hex'));
  assert.deepEqual(patternOf('aé', 'text'), { bytes: '61c3a9' });
  assert.ok('why' in patternOf('é'.repeat(129), 'text'));
});

test('a place is within what was found from its first byte to its last', () => {
  const offsets = [4, 10, 12];
  assert.deepEqual(
    [3, 4, 5, 6, 10, 11, 12, 13, 14].map((offset) => hitAt(offsets, 2, offset)),
    [-1, 0, 0, -1, 1, 1, 2, 2, -1],
  );
  assert.equal(hitAt([], 2, 0), -1);
  assert.deepEqual([firstFrom(offsets, 0), firstFrom(offsets, 11), firstFrom(offsets, 99)], [0, 2, 3]);
});

test('bytes are numbers in both orders, as far as there are enough of them', () => {
  const bytes = Uint8Array.of(0xff, 0xfe, 0, 0, 0, 0, 0x80, 0x3f);
  const [one, two, , eight] = valuesOf(bytes, true);
  assert.deepEqual([one?.unsigned, one?.signed, two?.unsigned], ['255', '-1', '65279']);
  assert.equal(valuesOf(bytes, false)[1]?.unsigned, '65534');
  assert.equal(valuesOf(bytes, false)[3]?.signed, String(Buffer.from(bytes).readBigInt64BE()));
  assert.equal(eight?.float, String(Buffer.from(bytes).readDoubleLE()));
  assert.equal(valuesOf(Uint8Array.of(0, 0, 0x80, 0x3f), true)[2]?.float, '1');
  assert.equal(valuesOf(Uint8Array.of(0xcd, 0xcc, 0xcc, 0x3d), true)[2]?.float, '0.1');
  assert.deepEqual(valuesOf(Uint8Array.of(1), true)[1], { bits: 16, unsigned: '', signed: '', float: '' });
});
