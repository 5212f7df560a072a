import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeText, isText, splitLines } from '../../../core/diff/decode-text.ts';
import { bytes } from './samples.ts';

test('text is told from what is not, whatever its name', () => {
  const texts = [
    bytes(''),
    bytes('a\tb\r\n'),
    bytes('é, 漢字'),
    bytes('caf\xe9', 'latin1'),
    bytes('\ufeffa', 'utf16le'),
  ];
  for (const text of texts) assert.equal(isText(text), true, text.toString('latin1'));
  const others = [
    bytes('a\0b'),
    bytes(`${'a'.repeat(1_000_000)}\0`),
    bytes('\x01\x02ab'),
    bytes('\x89PNG\r\n\x1a\n', 'latin1'),
    Buffer.from('\ufeffa\0b', 'utf16le'),
    Buffer.concat([Buffer.from('\ufeffab', 'utf16le'), bytes('\0')]),
    bytes(`${'a'.repeat(200_000)}${'\x02\x03\x80'.repeat(1000)}`, 'latin1'),
  ];
  for (const other of others) assert.equal(isText(other), false, other.toString('latin1').slice(0, 20));
});

test('a long text may hold an escape sequence', () => {
  assert.equal(isText(bytes(`${'word '.repeat(500)}\x01`)), true);
});

test('an encoding is what the bytes say, and no byte is lost', () => {
  assert.deepEqual(decodeText(bytes('abc')), { text: 'abc', encoding: 'ASCII', hasBom: false });
  assert.deepEqual(decodeText(bytes('\ufeffabc')), { text: 'abc', encoding: 'UTF-8', hasBom: true });
  assert.deepEqual(decodeText(bytes('\xe9', 'latin1')), {
    text: 'é',
    encoding: 'Latin-1 (not valid UTF-8)',
    hasBom: false,
  });
  const unpaired = [0xd800, 0xd801].map(
    (unit) => decodeText(Buffer.from([0xff, 0xfe, unit & 255, unit >> 8])).text,
  );
  assert.notEqual(unpaired[0], unpaired[1]);
});

test('lines are told from their ends', () => {
  const cases: readonly [string, string[], string, boolean][] = [
    ['', [], 'none', false],
    ['a', ['a'], 'none', false],
    ['\n', [''], 'LF', true],
    ['a\n\nb', ['a', '', 'b'], 'LF', false],
    ['a\r\nb\r\n', ['a', 'b'], 'CRLF', true],
    ['a\rb\r', ['a', 'b'], 'CR', true],
    ['a\nb\r\nc\rd\n', ['a', 'b', 'c\rd'], 'mixed', true],
    ['a\r\r\n', ['a\r'], 'CRLF', true],
  ];
  for (const [text, lines, ends, hasFinalNewline] of cases) {
    const split = splitLines(text);
    assert.deepEqual([split.lines, split.ends, split.hasFinalNewline], [lines, ends, hasFinalNewline], text);
  }
});
