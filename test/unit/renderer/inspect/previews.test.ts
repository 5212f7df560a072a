/** What previews make of texts and bytes: tables, pages, trees, rows of bytes. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { kindOfBytes } from '../../../../renderer/views/inspect/first-bytes.ts';
import { readCsv } from '../../../../renderer/views/inspect/preview/csv.ts';
import {
  asciiWords,
  hexWords,
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
  assert.equal(hexWords(bytes).trimEnd(), '41 00 ff');
  assert.equal(hexWords(bytes).length, hexWords(new Uint8Array(16)).length);
  assert.equal(asciiWords(bytes), 'A··');
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
