import assert from 'node:assert/strict';
import test from 'node:test';
import { LaunchToken } from '../../server/launch-token.ts';

test('a token has 256 bits, fits an address as it is, and is another one each time', () => {
  const tokens = Array.from({ length: 50 }, () => new LaunchToken().text);
  assert.equal(new Set(tokens).size, 50);
  for (const text of tokens) {
    assert.match(text, /^[\w-]{43}$/);
    assert.equal(Buffer.from(text, 'base64url').length, 32);
  }
});

test('only the token itself is right', () => {
  const token = new LaunchToken();
  const { text } = token;
  assert.equal(token.judge(text), 'right');
  for (const given of [
    undefined,
    null,
    '',
    0,
    {},
    [text],
    text.slice(1),
    `${text} `,
    `${text}=`,
    text.toLowerCase(),
  ])
    assert.equal(token.judge(given), 'wrong');
});

test('thirty wrong ones make everybody wait, and a right one is taken when ten seconds have passed', () => {
  let now = 0;
  const token = new LaunchToken(() => now);
  for (let count = 0; count < 30; count++) assert.equal(token.judge('guess'), 'wrong');
  assert.equal(token.judge('guess'), 'too many');
  assert.equal(token.judge(token.text), 'too many');
  now = 10_000;
  assert.equal(token.judge(token.text), 'right');
});
