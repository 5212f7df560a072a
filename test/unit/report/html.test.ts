import assert from 'node:assert/strict';
import { test } from 'node:test';
import { htmlReport } from '../../../core/report/html.ts';
import { tagsOf, unbalanced } from './page-tags.ts';
import { cleanResult, hostileResult } from './sample-result.ts';

const ours =
  /^\/?(html|head|meta|title|style|body|main|h1|h2|h3|p|span|dl|dt|dd|section|article|code|pre|strong|details|summary|ul|li)$|^!doctype$/;

test('nothing in a name becomes a tag, an attribute or a comment', () => {
  const html = htmlReport(hostileResult);
  for (const { name, attributes } of tagsOf(html)) {
    assert.match(name, ours);
    assert.doesNotMatch(attributes, /\bon\w+\s*=|javascript:|\b(?:src|href)\s*=/i);
  }
  assert.ok(!html.includes('<!--'));
  assert.equal(html.match(/</g)?.length, tagsOf(html).length + 2, 'a "<" that begins no tag of ours');
});

test('the page loads nothing, runs nothing and names no other host', () => {
  for (const result of [hostileResult, cleanResult]) {
    const html = htmlReport(result);
    assert.match(html, /Content-Security-Policy" content="default-src &#39;none&#39;/);
    assert.doesNotMatch(html, /<(script|link|img|iframe|object|embed|base|form|a)\b/i);
    assert.doesNotMatch(html.replace(/<style>[^<]*<\/style>/, ''), /\sstyle=/);
    assert.doesNotMatch(html.match(/<style>[^<]*<\/style>/)?.[0] ?? '', /@import|url\(/);
  }
});

test('what was opened is closed again, in the right order', () => {
  assert.deepEqual(unbalanced(htmlReport(hostileResult)), []);
});

test('invisible characters are shown, and can neither hide nor turn a name around', () => {
  const html = htmlReport(hostileResult);
  assert.doesNotMatch(html, /[\u202a-\u202e\u2066-\u2069\u200b]/u);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  assert.doesNotMatch(html, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  assert.ok(html.includes('direction\\u{202e}txt.py'));
});

test('light, dark and paper each have their colours', () => {
  const html = htmlReport(cleanResult);
  for (const media of ['(prefers-color-scheme: dark)', 'print']) assert.ok(html.includes(`@media ${media}`));
  assert.match(html, /:focus-visible/);
});

test('a path of this machine is cut to its name', () => {
  assert.ok(!htmlReport(hostileResult).includes('secret-project'));
});

test('every finding is there with its code, why it matters and what to do', () => {
  const html = htmlReport(hostileResult);
  assert.equal(html.match(/<article/g)?.length, hostileResult.findings.length);
  assert.equal(html.match(/What to do:/g)?.length, hostileResult.findings.length);
});
