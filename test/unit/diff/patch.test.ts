import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatHunks } from '../../../core/diff/hunks.ts';
import { patchBody } from '../../../core/diff/patch.ts';
import { compareText } from '../../../core/diff/text.ts';
import { onPath } from '../../support/commands.ts';
import { randomOf } from '../../support/random.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { bytes, type Pair, randomPairs } from './samples.ts';

const patch = onPath('patch');
const skip = patch === null ? 'no patch on PATH' : false;

/** What real `patch` makes of the first text; none of the hunks may have to be searched for. */
function patched(folder: string, pairs: readonly { before: Buffer; body: Buffer }[]): (Buffer | string)[] {
  return pairs.map(({ before, body }, at) => {
    if (body.length === 0) return before;
    const path = join(folder, `${at}`);
    const output = join(folder, `${at}.out`);
    writeFileSync(path, before);
    const input = Buffer.concat([bytes('--- a\n+++ b\n'), body]);
    const args = ['--binary', '--fuzz=0', '--force', '-o', output, path];
    const { status, stdout } = spawnSync('patch', args, { input, encoding: 'utf8' });
    if (status !== 0 || /offset/.test(stdout)) return stdout;
    return readFileSync(output);
  });
}

test('patch makes the second text of the first, with and without a last line end, LF and CRLF', {
  skip,
}, async (t) => {
  const pairs: Pair[] = [...randomPairs(100, ['\n', '\r\n'])].filter(({ after }) => after !== '');
  const results = patched(
    await scratchFolder(t),
    pairs.map(({ before, after }) => {
      const { hunks } = compareText(bytes(before), bytes(after));
      return {
        before: bytes(before),
        body: bytes(
          formatHunks(hunks)
            .map((line) => `${line}\n`)
            .join(''),
        ),
      };
    }),
  );
  for (const [at, { before, after }] of pairs.entries())
    assert.equal(results[at]?.toString(), after, JSON.stringify([before, after]));
});

test('the body for patch carries encodings, a BOM and mixed line ends too', { skip }, async (t) => {
  const texts = [
    bytes('eins\nzwei é\ndrei\n'),
    bytes('eins\r\nzwei é\ndrei'),
    bytes('\ufeffeins\nzwei\ndrei\n'),
    bytes('eins\nzwei é\nvier\n', 'latin1'),
    bytes('eins\rzwei\rdrei'),
    Buffer.from('\ufeffeins\nzwei\n', 'utf16le'),
  ];
  const combined = texts.flatMap((before) => texts.map((after) => ({ before, after })));
  for (let seed = 1; seed <= 80; seed++) {
    const pieces = ['\n', '\r\n', '\r', 'a', 'b', '\xe9', '\xef\xbb\xbf', '\\', '-', '+'];
    const random = randomOf(seed);
    const [before, after] = [random.text(pieces, 12), `${random.text(pieces, 9)}.`];
    combined.push({ before: bytes(before, 'latin1'), after: bytes(after, 'latin1') });
  }
  const pairs = combined.map((pair) => ({ ...pair, body: patchBody(pair.before, pair.after) }));
  const results = patched(await scratchFolder(t), pairs);
  for (const [at, { before, after }] of pairs.entries())
    assert.deepEqual(results[at], after, `${before.toString('latin1')} to ${after.toString('latin1')}`);
});

test('equal bytes need no patch', () => {
  assert.equal(patchBody(bytes('a\nb'), bytes('a\nb')).length, 0);
});
