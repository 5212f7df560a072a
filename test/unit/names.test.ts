import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareNames, judgeName, maxDepth } from '../../core/names.ts';
import { randomOf } from '../support/random.ts';

const codes = (name: string) => judgeName(name).map(({ code }) => code);

test('ordinary names have nothing to be said about them', () => {
  const good = [
    'a',
    'MAR-INF/MANIFEST.json',
    'src/a b.txt',
    '模型/标签.txt',
    'größe.txt',
    '.env',
    'a..b',
    '...x',
  ];
  for (const name of [
    ...good,
    '❤️.txt',
    'e\u0301',
    'console.py',
    'com10',
    'a'.repeat(255),
    'x-~!@#$%&()+,;=[]{}',
  ]) {
    assert.deepEqual(codes(name), [], name);
  }
});

test('a drive is called one, and a long name is shown by its ends', () => {
  const [drive] = judgeName('a:b.txt');
  assert.deepEqual([drive?.code, drive?.severity], ['PATH_ABSOLUTE', 'error']);
  assert.match(drive?.message ?? '', /a:, which Windows takes for a drive/);
  assert.match(drive?.hint ?? '', /rename/);
  const [long] = judgeName(`begin${'x'.repeat(5000)}end`);
  assert.match(long?.message ?? '', /^the name "begin.{10,200}end"/u);
});

test('each kind of bad name has its own code', () => {
  const table: [name: string, codes: string[]][] = [
    ['', ['NAME_EMPTY']],
    ['a\u0000b', ['NAME_CONTROL_CHAR']],
    ['a\u009bb', ['NAME_CONTROL_CHAR']],
    ['a\ufffdb', ['NAME_ENCODING']],
    ['a\ud800b', ['NAME_ENCODING']],
    ['a\\b', ['PATH_BACKSLASH']],
    ['/etc/passwd', ['PATH_ABSOLUTE']],
    ['\\\\host\\share', ['PATH_BACKSLASH', 'PATH_ABSOLUTE']],
    ['C:x', ['PATH_ABSOLUTE', 'NAME_WINDOWS']],
    ['C:/x', ['PATH_ABSOLUTE', 'NAME_WINDOWS']],
    ['..', ['PATH_TRAVERSAL']],
    ['a/../b', ['PATH_TRAVERSAL']],
    ['a\\..\\b', ['PATH_BACKSLASH', 'PATH_TRAVERSAL']],
    ['./a', ['PATH_NOT_NORMAL']],
    ['a//b', ['PATH_NOT_NORMAL']],
    ['a/', ['PATH_NOT_NORMAL']],
    ['a/./b', ['PATH_NOT_NORMAL']],
    ['a'.repeat(256), ['NAME_TOO_LONG']],
    ['é'.repeat(128), ['NAME_TOO_LONG']],
    [Array(50).fill('b'.repeat(90)).join('/'), ['NAME_TOO_LONG']],
    [
      Array(maxDepth + 1)
        .fill('d')
        .join('/'),
      ['LIMIT_DEPTH'],
    ],
    ['aux', ['NAME_WINDOWS']],
    ['dir/Con.txt', ['NAME_WINDOWS']],
    ['COM\u00b9', ['NAME_WINDOWS']],
    ['x.', ['NAME_WINDOWS']],
    ['x /y', ['NAME_WINDOWS']],
    ['dir/a:b', ['NAME_WINDOWS']],
    ['what?', ['NAME_WINDOWS']],
    ['a\u202eb', ['NAME_DECEPTIVE']],
    ['a\u200bb', ['NAME_DECEPTIVE']],
    ['a\u2028b', ['NAME_DECEPTIVE']],
    ['a\u{e0041}b', ['NAME_DECEPTIVE']],
  ];
  for (const [name, expected] of table) assert.deepEqual(codes(name), expected, JSON.stringify(name));
});

test('a deep name is allowed up to the limit, and an absolute one is not also called unclean', () => {
  assert.deepEqual(codes(Array(maxDepth).fill('d').join('/')), []);
  assert.deepEqual(codes('/a'), ['PATH_ABSOLUTE']);
  assert.deepEqual(codes('//a'), ['PATH_ABSOLUTE', 'PATH_NOT_NORMAL']);
});

test('a name of a million parts is too long, and is not taken apart', () => {
  assert.deepEqual(codes(`${'a/'.repeat(1_000_000)}a`), ['NAME_TOO_LONG']);
  assert.deepEqual(codes('/'.repeat(1_000_000)), ['PATH_ABSOLUTE', 'NAME_TOO_LONG']);
  assert.deepEqual(codes(`${'a/'.repeat(1_000_000)}..`), ['PATH_TRAVERSAL', 'NAME_TOO_LONG']);
});

test('errors come before warnings', () => {
  const severities = judgeName('../aux/\u200b').map(({ severity }) => severity);
  assert.deepEqual(severities, ['error', 'warning', 'warning']);
});

test('no message carries a character that could move a cursor', () => {
  const { pick, text } = randomOf(4);
  const pieces = ['\u001b[2J', '\n', '\u202e', '\u0000', '\\', '"', '/', '..', 'a', '\u009b', '\ufffd', '🐱'];
  for (let sample = 0; sample < 2000; sample++) {
    for (const { message, hint } of judgeName(text(pieces, pick(6)))) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
      assert.doesNotMatch(message + hint, /[\u0000-\u001f\u007f-\u009f\u202e]/);
    }
  }
});

test('names are ordered as their UTF-8 bytes are', () => {
  const { pick, text } = randomOf(5);
  const pieces = ['a', 'b', '/', '.', 'é', '\ue000', '\uffff', '🐱', '\u{10ffff}', '模'];
  for (let sample = 0; sample < 5000; sample++) {
    const [a, b] = [text(pieces, pick(5)), text(pieces, pick(5))];
    assert.equal(Math.sign(compareNames(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)), `${a} ${b}`);
  }
});
