import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDiff } from '../../cli/commands/diff-summary.ts';
import { styleWith } from '../../cli/style.ts';
import { hostileDiff, identicalDiff, manyChanges, richDiff } from '../unit/report/sample-diff.ts';

const plain = { all: false, details: false, style: styleWith(false) };

test('the verdict comes first, then counts and what changed, the weightiest first', () => {
  const text = formatDiff(richDiff, plain);
  assert.match(text, /^Weights unchanged\. Handler changed in 2 lines\. batchSize 4 to 8\. torch downgraded/);
  assert.ok(text.includes('+ 2 added   − 1 removed   ± 7 modified   → 1 renamed   = 482 unchanged'));
  assert.ok(text.includes('312 entries differ only in time, mode, order or compression.'));
  const order = ['MANIFEST.json', 'handler.py', 'requirements.txt', 'model-config.yaml', 'weights/model.pt'];
  const [, entries = ''] = text.split('\nEntries\n');
  const places = order.map((name) => entries.indexOf(name));
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  );
  assert.ok(text.includes('      +        image = data[0].get("body")'));
  assert.ok(text.includes('broken  Nothing is downgraded'));
});

test('without colour there is not one escape code, and with it the words are the same', () => {
  const coloured = formatDiff(richDiff, { ...plain, style: styleWith(true) });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what this takes out
  assert.equal(coloured.replace(/\x1b\[\d+m/g, ''), formatDiff(richDiff, plain));
  assert.notEqual(coloured, formatDiff(richDiff, plain));
});

test('nothing from an archive reaches the terminal that could move its cursor or turn a line around', () => {
  for (const details of [false, true]) {
    const text = formatDiff(hostileDiff, { ...plain, details });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
    assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
    assert.ok(text.includes('direction\\u{202e}txt.py'));
  }
});

test('thousands of changes are cut and counted; everything comes where it is asked for', () => {
  const many = manyChanges(3_000);
  const short = formatDiff(many, plain);
  assert.ok(short.includes('and 2,900 more entries (--all lists all)'));
  assert.equal(short.match(/± modified {2}/g)?.length, 100);
  assert.match(short, /and 8 more lines \(--verbose shows all\)/);
  const long = formatDiff(many, { ...plain, all: true, details: true });
  assert.equal(long.match(/^ {6}@@ /gm)?.length, 3_000);
  assert.ok(!long.includes('--verbose'));
});

test('identical archives are said to be so, with their proof', () => {
  const text = formatDiff(identicalDiff, plain);
  assert.match(text, /^Same contents\.\n/);
  assert.match(text, /SHA-256 proves 482 entries equal/);
  const none = { ...identicalDiff, summary: { ...identicalDiff.summary, unchanged: 0 } };
  assert.match(formatDiff(none, plain), /^No entry is equal on both sides\.$/m);
});
