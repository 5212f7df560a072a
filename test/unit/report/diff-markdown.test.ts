import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffMarkdown } from '../../../core/report/diff-markdown.ts';
import { entryOf, hostileDiff, identicalDiff, manyChanges, richDiff } from './sample-diff.ts';

const outsideOfFences = (markdown: string) => markdown.replace(/^(`{3,})diff\n[\s\S]*?\n\1$/gm, '');

test('the verdict comes first, then the counts, the policy and what changed', () => {
  const lines = diffMarkdown(richDiff).split('\n');
  assert.equal(lines[0], '### ❌ fraud 1.4 → fraud 1.5');
  assert.match(lines[2] ?? '', /^Weights unchanged\. Handler changed in 2 lines\./);
  assert.ok(lines.includes('| 2 | 1 | 7 | 1 | 482 |'));
  assert.ok(lines.some((line) => line.startsWith('- ❌ **Nothing is downgraded**')));
  assert.ok(lines.includes('-        image = data[0]["data"]'));
});

test('it fits a comment, whatever was compared, and says what did not fit', () => {
  for (const result of [richDiff, hostileDiff, identicalDiff, manyChanges(200), manyChanges(10_000)])
    assert.ok(Buffer.byteLength(diffMarkdown(result)) < 60_000);
  const many = diffMarkdown(manyChanges(10_000));
  const listed = many.match(/^- ± modified/gm)?.length ?? 0;
  const unlisted = Number(/([\d,]+) more entries not listed/.exec(many)?.[1]?.replaceAll(',', ''));
  assert.equal(listed + unlisted, 10_000);
  const folded = many.match(/<details>/g)?.length ?? 0;
  const left = Number(/The details of ([\d,]+) entries/.exec(many)?.[1]?.replaceAll(',', ''));
  assert.equal(folded + left, 10_000);
  assert.ok(folded > 10);
});

test('tables of long names and values, and a policy with many causes, leave room for the entries', () => {
  const name = 'n|'.repeat(50_000);
  const rows = Array.from({ length: 150 }, () => ({
    path: name,
    change: 'changed' as const,
    before: name,
    after: name,
  }));
  const rule = { name, ok: false, asks: name, broken: rows.map(() => ({ path: name, message: name })) };
  const markdown = diffMarkdown({
    ...richDiff,
    manifest: rows,
    policy: { ok: false, path: name, rules: rows.map(() => rule) },
    entries: [entryOf('handler.py')],
  });
  assert.ok(Buffer.byteLength(markdown) < 60_000);
  assert.match(markdown, /did not fit here/);
  assert.match(markdown, /\*\*handler\.py\*\*/);
});

test('hostile names are neither markup nor mentions nor links, and stay on their lines', () => {
  const markdown = diffMarkdown(hostileDiff);
  const outside = outsideOfFences(markdown);
  assert.doesNotMatch(outside, /<(?!\/?details>|\/?summary>|!-- -->)/);
  assert.doesNotMatch(outside, /@someone|\s#12|https?:\/\/|www\.example/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  assert.doesNotMatch(markdown, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
  const [opened, closed] = [outside.match(/^<details>$/gm)?.length, outside.match(/^<\/details>$/gm)?.length];
  assert.equal(opened, closed);
});

test('no line of a hunk can end the block that it stands in', () => {
  const fences = diffMarkdown(hostileDiff).match(/^`{3,}.*$/gm) ?? [];
  assert.ok(fences.length > 0 && fences.length % 2 === 0);
  for (const fence of fences) assert.match(fence, /^`{5}(diff)?$/);
});

test('paths of this machine are cut to names unless they are asked for', () => {
  for (const result of [richDiff, hostileDiff]) assert.ok(!diffMarkdown(result).includes('secret-project'));
});

test('identical archives are said to be so', () => {
  assert.match(diffMarkdown(identicalDiff), /^### ✅ .*\n\nSame contents\.\n/);
});
