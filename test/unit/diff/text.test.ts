import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TextDetails } from '../../../core/contract/diff.ts';
import { compareText } from '../../../core/diff/text.ts';
import { randomOf } from '../../support/random.ts';
import { applyHunks, bytes, longestCommon, randomPairs } from './samples.ts';

const compare = (before: string, after: string) => compareText(bytes(before), bytes(after));
const split = (text: string) => text.split(/\r?\n/).slice(0, /\n$|^$/.test(text) ? -1 : undefined);

test('applying the hunks to the first text gives the second, and nothing is counted that need not be', () => {
  for (const { before, after } of randomPairs(1500, ['\n', '\r\n'])) {
    const details = compare(before, after);
    const why = JSON.stringify([before, after]);
    assert.equal(applyHunks(before, details.hunks), after, why);
    const [old, new_] = [split(before), split(after)];
    const common = longestCommon(old, new_);
    assert.deepEqual(
      [details.deletions, details.additions],
      [old.length - common, new_.length - common],
      why,
    );
    assert.equal(details.budgetSpent, false);
  }
});

test('a text is equal to itself', () => {
  for (const { before } of randomPairs(50)) {
    const { hunks, form, additions, deletions, moved } = compare(before, before);
    assert.deepEqual([hunks, form, additions, deletions, moved], [[], [], 0, 0, []]);
  }
});

test('nothing is told of equal bytes alone, whatever bytes they are', () => {
  const pieces = [
    '\n',
    '\n',
    '\r',
    '\r\n',
    'a',
    'b',
    '\xe9',
    '\xc3\xa9',
    '\xef\xbb\xbf',
    '\xff\xfe',
    '\xfe\xff',
    '\0',
  ];
  for (let seed = 1; seed <= 20_000; seed++) {
    const random = randomOf(seed);
    const side = () =>
      bytes(
        random.oneOf(['', '\xef\xbb\xbf', '\xff\xfe', '\xfe\xff']) + random.text(pieces, random.pick(5)),
        'latin1',
      );
    const [before, after] = [side(), side()];
    const { hunks, form } = compareText(before, after);
    assert.equal(hunks.length + form.length === 0, before.equals(after), `seed ${seed}`);
  }
});

const turned: Record<string, string> = { '+': '-', '-': '+', ' ': ' ' };

/** The other way round: as it would have to be told if the second text had been the first. */
function mirrored(details: TextDetails) {
  return {
    ...details,
    additions: details.deletions,
    deletions: details.additions,
    form: details.form.map(({ what, before, after }) => ({ what, before: after, after: before })),
    moved: details.moved
      .map(({ before, after, lines }) => ({ before: after, after: before, lines }))
      .sort((a, b) => a.before - b.before),
    hunks: details.hunks.map((hunk) => ({
      beforeStart: hunk.afterStart,
      beforeLines: hunk.afterLines,
      afterStart: hunk.beforeStart,
      afterLines: hunk.beforeLines,
      lines: ['-', '+', ' '].map((sign) =>
        hunk.lines.filter((line) => turned[line.sign] === sign).map(({ text, words }) => ({ text, words })),
      ),
    })),
  };
}

const plain = (details: TextDetails) => ({
  ...details,
  hunks: details.hunks.map((hunk) => ({
    ...hunk,
    lines: ['-', '+', ' '].map((sign) =>
      hunk.lines.filter((line) => line.sign === sign).map(({ text, words }) => ({ text, words })),
    ),
  })),
});

test('comparing the other way round tells the same, mirrored', () => {
  for (const { before, after } of randomPairs(400, ['\n', '\r\n']))
    assert.deepEqual(plain(compare(after, before)), mirrored(compare(before, after)));
});

test('line ends, a BOM, an encoding and the last line end are told apart from content', () => {
  const text = 'eins\nzwei\ndrei é\n';
  const wide = (bigEndian: boolean) => {
    const units = Buffer.from(`\ufeff${text}`, 'utf16le');
    return bigEndian ? units.swap16() : units;
  };
  const cases: readonly [Buffer, string, string, string][] = [
    [bytes(text.replaceAll('\n', '\r\n')), 'line-ends', 'LF', 'CRLF'],
    [bytes(text.replaceAll('\n', '\r')), 'line-ends', 'LF', 'CR'],
    [bytes(text.replace('\n', '\r\n')), 'line-ends', 'LF', 'mixed: 1 CRLF, 2 LF'],
    [bytes(`\ufeff${text}`), 'bom', 'absent', 'present'],
    [wide(false), 'encoding', 'UTF-8', 'UTF-16 LE'],
    [wide(true), 'encoding', 'UTF-8', 'UTF-16 BE'],
    [bytes(text, 'latin1'), 'encoding', 'UTF-8', 'Latin-1 (not valid UTF-8)'],
    [bytes(text.slice(0, -1)), 'final-newline', 'present', 'absent'],
  ];
  for (const [other, what, before, after] of cases) {
    const details = compareText(bytes(text), other);
    assert.deepEqual([details.additions, details.deletions, details.whitespaceOnly], [0, 0, false], what);
    assert.deepEqual(details.form, [{ what, before, after }]);
    if (what !== 'final-newline') assert.deepEqual(details.hunks, [], what);
    else assert.equal(applyHunks(text, details.hunks), other.toString());
  }
});

test('line ends that differ on other lines are told though their counts are the same', () => {
  const details = compare('a\r\nb\nc\n', 'a\nb\r\nc\n');
  assert.deepEqual(details.form, [
    { what: 'line-ends', before: 'mixed: 1 CRLF, 2 LF', after: 'mixed: 1 CRLF, 2 LF, at other lines' },
  ]);
  assert.deepEqual(details.hunks, []);
});

test('an edit in a file of another encoding or other line ends is counted alone', () => {
  const { additions, deletions, form } = compareText(
    bytes('a\nb\nc'),
    Buffer.from('\ufeffa\r\nB\r\nc\r\n', 'utf16le'),
  );
  assert.deepEqual([additions, deletions], [1, 1]);
  assert.deepEqual(
    form.map(({ what }) => what),
    ['encoding', 'line-ends', 'final-newline'],
  );
});

test('a change of white space alone is told as such', () => {
  assert.equal(compare('if a:\n  b\n  c\n', 'if a:\n    b\n    c\n').whitespaceOnly, true);
  assert.equal(compare('a\nb\n', 'a\n\nb\n').whitespaceOnly, true);
  assert.equal(compare('a\nb\n', 'a\n\nb\nc\n').whitespaceOnly, false);
  assert.equal(compare('a b\n', 'ab\nc\n').whitespaceOnly, false);
});

test('a block that stands elsewhere is told with both its places', () => {
  const block = ['def moved(data):', '    step = data + 1', '', '    return step'];
  const rest = Array.from({ length: 20 }, (_, at) => `rest ${at}`);
  const { moved } = compare([...block, ...rest].join('\n'), [...rest, ...block].join('\n'));
  assert.deepEqual(moved, [{ before: 1, after: 21, lines: 4 }]);
});

test('braces and blank lines, and what comes twice, are no moved block', () => {
  const rest = Array.from({ length: 9 }, (_, at) => `rest ${at}`);
  const moved = (block: string[]) =>
    compare([...block, ...rest].join('\n'), [...rest, ...block].join('\n')).moved;
  assert.deepEqual(moved(['}', '', '}', '']), []);
  assert.deepEqual(moved(Array(7).fill('the same')), []);
});

test('what moved is equal on both sides and was changed on both', () => {
  for (const { before, after } of randomPairs(500)) {
    const [old, new_] = [split(before), split(after)];
    const { moved, hunks } = compare(before, after);
    const lines = hunks.flatMap((hunk) => hunk.lines);
    for (const { before: from, after: to, lines: count } of moved) {
      assert.ok(count >= 3);
      assert.deepEqual(old.slice(from - 1, from - 1 + count), new_.slice(to - 1, to - 1 + count));
      for (const text of old.slice(from - 1, from - 1 + count))
        assert.ok(['-', '+'].every((sign) => lines.some((line) => line.sign === sign && line.text === text)));
    }
  }
});

test('a new function begins with its first line, not with the last of the one before', () => {
  const def = (name: string) => [`def ${name}():`, '    x = 1', '    return x', ''];
  const { hunks } = compare(
    [...def('a'), ...def('c')].join('\n'),
    [...def('a'), ...def('b'), ...def('c')].join('\n'),
  );
  const added = hunks.flatMap(({ lines }) =>
    lines.filter(({ sign }) => sign === '+').map(({ text }) => text),
  );
  assert.deepEqual(added, def('b'));
});

test('the words that changed are marked, and only they', () => {
  const { hunks } = compare('batch = load(4, fast)\n', 'batch = load(8, fast)\n');
  const marked = hunks.flatMap(({ lines }) =>
    lines.map(({ text, words }) => words?.map(([start, end]) => text.slice(start, end))),
  );
  assert.deepEqual(marked, [['4'], ['8']]);
});

test('5,000 scattered changes in 100,000 lines are found exactly', () => {
  const random = randomOf(3);
  const before = Array.from({ length: 100_000 }, (_, at) =>
    random.pick(4) === 0 ? '    return x' : `value_${at} = ${random.pick(1000)}`,
  );
  const after = before.map((line, at) => (at % 20 === 7 ? `changed_${line}` : line));
  const details = compare(before.join('\n'), after.join('\n'));
  assert.deepEqual([details.additions, details.deletions, details.budgetSpent], [5000, 5000, false]);
  assert.equal(details.hunks.length, 5000);
  assert.equal(applyHunks(before.join('\n'), details.hunks), after.join('\n'));
});

test('two unrelated texts, and two long lines, end within the budget and say that it was spent', () => {
  const random = randomOf(9);
  const noise = () => Array.from({ length: 30_000 }, () => `word ${random.pick(3000)}`).join('\n');
  const [before, after] = [noise(), noise()];
  const details = compareText(bytes(before), bytes(after), { lines: 1_000_000, words: 1000 });
  assert.equal(details.budgetSpent, true);
  assert.equal(applyHunks(before, details.hunks), after);

  const line = 'x'.repeat(3_000_000);
  const long = compare(`${line} a ${line}b`, `${line} c ${line}d`);
  assert.deepEqual([long.additions, long.deletions, long.budgetSpent], [1, 1, true]);
});

test('lines of the same length that differ at their ends cost no more than others', () => {
  const lines = Array.from({ length: 600 }, (_, at) => `${'x'.repeat(20_000)}${at}`);
  const { additions, deletions } = compare(lines.join('\n'), lines.slice(1).join('\n'));
  assert.deepEqual([additions, deletions], [0, 1]);
});
