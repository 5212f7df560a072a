import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffHtml } from '../../../core/report/diff-html.ts';
import { version } from '../../../core/version.ts';
import { tagsOf, unbalanced } from './page-tags.ts';
import { entryOf, hostileDiff, identicalDiff, manyChanges, richDiff, textDetails } from './sample-diff.ts';

const all = [richDiff, hostileDiff, identicalDiff];

const ours =
  /^\/?(html|head|meta|title|style|body|main|section|h1|h2|h3|p|a|b|i|span|strong|ul|li|dl|dt|dd|details|summary|table|caption|thead|tbody|tr|th|td|pre|ins|del|mark|code|div|figure|figcaption|img)$|^!doctype$/;

test('nothing in a name or a line becomes a tag, an attribute or a comment', () => {
  const html = diffHtml(hostileDiff);
  for (const { name, attributes } of tagsOf(html)) {
    assert.match(name, ours);
    // What an attribute holds is quoted; outside of the quotes nothing of others may stand.
    const bare = attributes.replace(/"[^"]*"/g, '""');
    assert.match(bare, /^(?:\s[a-z-]+(?:="")?)*$/);
    assert.doesNotMatch(bare, /\bon\w+=|\bstyle=/);
  }
  assert.ok(!html.includes('<!--'));
  assert.equal(html.match(/</g)?.length, tagsOf(html).length + 2, 'a "<" that begins no tag of ours');
});

test('the page runs nothing, loads nothing and leads nowhere but into itself', () => {
  for (const result of all) {
    const html = diffHtml(result);
    assert.match(html, /Content-Security-Policy" content="default-src &#39;none&#39;/);
    assert.doesNotMatch(html, /<(script|link|iframe|object|embed|base|form)\b/i);
    for (const { attributes } of tagsOf(html)) {
      for (const [, , where] of attributes.matchAll(/\s(href|src)="([^"]*)"/g))
        assert.match(where ?? '', /^#[a-z0-9]+$|^data:image\/png;base64,[A-Za-z0-9+/=]*$/);
    }
    assert.doesNotMatch(html.match(/<style>[^<]*<\/style>/)?.[0] ?? '', /@import|url\(/);
  }
});

test('pictures are allowed where there are some, and only from within the page', () => {
  assert.match(diffHtml(richDiff), /form-action &#39;none&#39;; img-src data:"/);
  assert.match(diffHtml(richDiff), /<img alt="[^"]+" src="data:image\/png;base64,iVBOR/);
  assert.ok(!diffHtml(identicalDiff).includes('img-src'));
});

test('a picture that is no picture is left out', () => {
  assert.ok(!diffHtml(hostileDiff).includes('<img'));
});

test('what was opened is closed again, in the right order', () => {
  for (const result of all) assert.deepEqual(unbalanced(diffHtml(result)), []);
});

test('every link leads to an anchor that is there, once', () => {
  for (const result of all) {
    const html = diffHtml(result);
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const [, id] of html.matchAll(/ href="#([^"]*)"/g)) assert.ok(ids.includes(id));
  }
  assert.match(diffHtml(richDiff), /<a href="#e2">Handler changed in 2 lines\.<\/a>/);
});

test('invisible characters are shown, in names, values and lines', () => {
  const html = diffHtml(hostileDiff);
  assert.doesNotMatch(html, /[\u202a-\u202e\u2066-\u2069\u200b]/u);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  assert.doesNotMatch(html, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  assert.ok(html.includes('direction\\u{202e}txt.py'));
});

test('paths of this machine are cut to names, in messages too, unless they are asked for', () => {
  for (const result of all) assert.ok(!diffHtml(result).includes('secret-project'));
  assert.ok(diffHtml(richDiff, { fullPaths: true }).includes('secret-project'));
});

test('changed words are marked where they are, and lines have sign and number', () => {
  const html = diffHtml(richDiff);
  assert.ok(html.includes('image = <mark>data[0][&quot;data&quot;]</mark></del>'));
  assert.ok(html.includes('image = data[0]<mark>.get(&quot;body&quot;)</mark></ins>'));
  assert.match(html, /<del><i> {3}42 {7}− {1,2}<\/i>/);
  assert.ok(html.includes('<i>\\ No newline at end of file</i>'));
});

test('colour is never alone: each status has its sign and its word', () => {
  const html = diffHtml(richDiff);
  for (const status of ['+ added', '− removed', '± modified', '→ renamed'])
    assert.ok(html.includes(`<span class="status">${status}</span>`));
});

test('it says how it was compared, by which version', () => {
  const html = diffHtml(richDiff);
  for (const fact of [`MAR Studio ${version}`, 'CRC-32 and size; what differs was read', 'contents only'])
    assert.ok(html.includes(fact), fact);
});

test('tens of thousands of changes make a page below five megabytes, which says what it left out', () => {
  for (const count of [10_000, 30_000]) {
    const html = diffHtml(manyChanges(count));
    assert.ok(Buffer.byteLength(html) < 5_000_000);
    assert.deepEqual(unbalanced(html), []);
    const told = (words: RegExp) => Number(words.exec(html)?.[1]?.replaceAll(',', '') ?? 0);
    const listed = html.match(/class="entry modified"/g)?.length ?? 0;
    assert.equal(listed + told(/([\d,]+) entries of [\d,]+ not listed/), count);
    const unfolded = html.match(/<pre class="lines">/g)?.length ?? 0;
    assert.equal(unfolded + told(/The details of ([\d,]+) entries were left out/), listed);
  }
});

test('long lines, many lines, long names and deep values stay within the page', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 50_000; level++) deep = [deep];
  const line = { sign: '+' as const, text: 'x'.repeat(5_000_000), words: [[1, 4_000_000]] as const };
  const lines = Array.from({ length: 5_000 }, () => line);
  const hunk = { beforeStart: 0, beforeLines: 0, afterStart: 1, afterLines: lines.length, lines };
  const html = diffHtml({
    ...richDiff,
    manifest: [{ path: 'k'.repeat(100_000), change: 'changed', before: deep, after: 'v'.repeat(100_000) }],
    entries: [entryOf('n'.repeat(60_000), { details: textDetails([hunk], { changes: richDiff.manifest }) })],
  });
  assert.ok(Buffer.byteLength(html) < 1_500_000);
  assert.match(html, /4,400 more lines not shown here/);
  assert.match(html, /too deep to be shown/);
});
