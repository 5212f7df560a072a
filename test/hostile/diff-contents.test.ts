/** Contents made to take forever, to take all memory, or to be read as something else: compared within limits, and told. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { scratchFolder } from '../support/scratch.ts';
import { manifestEntry } from './case.ts';
import type { Compared, ComparisonQuestion } from './compared.ts';
import { Opener } from './opener.ts';
import { joined, writePieces } from './pieces.ts';
import { deflated, type ZipEntry, zip, zipEntry } from './zip-builder.ts';

const childPath = fileURLToPath(import.meta.resolve('./diff-in-child.ts'));
const limitMs = 30_000;
/** Every report of a line of 50 MB is made, of which JSON alone holds it twice. */
const memoryBytes = 1.5 * 2 ** 30;

interface Pair {
  readonly name: string;
  readonly before: string | Buffer;
  readonly after: string | Buffer;
  readonly kind: string;
  readonly fallback?: RegExp;
  readonly also?: readonly ZipEntry[];
}

const mebibyte = 2 ** 20;
const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
  .concat(Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(9)}]`))
  .join('\n');
/** Of JSON, and of YAML too. */
const deepJson = (inner: string) => `${'['.repeat(20_000)}${inner}${']'.repeat(20_000)}`;
const longLine = Buffer.alloc(50 * mebibyte, 'abcdefgh ');
const longLineChanged = Buffer.from(longLine);
longLineChanged[25 * mebibyte] = 0x5a;
const tooLong = longLine.subarray(0, 12 * mebibyte);
const tooLongChanged = Buffer.concat([tooLong, Buffer.from('z')]);
const noise = randomBytes(300_000);
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const nestedIn = (inner: Buffer, times: number): Buffer =>
  times === 0 ? inner : nestedIn(joined(zip([deflated('inner.zip', inner)])), times - 1);
const lines = (count: number, each: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => `${each(at)}\n`).join('');
const pngOfSize = (side: number, more: string) => {
  const header = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  const size = Buffer.alloc(8);
  size.writeUInt32BE(side, 0);
  size.writeUInt32BE(side, 4);
  return Buffer.concat([header, size, Buffer.from([8, 6, 0, 0, 0, 0, 0, 0, 0]), Buffer.from(more)]);
};

const pairs: readonly Pair[] = [
  { name: 'notes.txt', before: 'words\n', after: noise, kind: 'binary' },
  { name: 'long.txt', before: longLine, after: longLineChanged, kind: 'text' },
  { name: 'long.json', before: tooLong, after: tooLongChanged, kind: 'json', fallback: /too long/ },
  { name: 'long.yaml', before: tooLong, after: tooLongChanged, kind: 'yaml', fallback: /text/ },
  {
    name: 'requirements.txt',
    before: tooLong,
    after: tooLongChanged,
    kind: 'requirements',
    fallback: /too long/,
  },
  { name: 'bomb.yaml', before: bomb, after: `${bomb}\nb: 1`, kind: 'yaml', fallback: /compared as text/ },
  { name: 'model-config.yaml', before: bomb, after: `${bomb}\nb: 1`, kind: 'yaml', fallback: /as text/ },
  {
    name: 'deep.json',
    before: deepJson('1'),
    after: deepJson('2'),
    kind: 'json',
    fallback: /compared as text/,
  },
  {
    name: 'index_to_name.json',
    before: deepJson(''),
    after: deepJson('2'),
    kind: 'json',
    fallback: /as text/,
  },
  { name: 'deep.yaml', before: deepJson('1'), after: deepJson('2'), kind: 'yaml', fallback: /as text/ },
  {
    name: 'proto.json',
    before: '{"__proto__": {"a": 1}, "constructor": 1}',
    after: '{"__proto__": {"a": 2}, "toString": 1}',
    kind: 'json',
  },
  { name: 'latin.json', before: Buffer.from('{"a": "\xe9"}', 'latin1'), after: '{"a": "é"}', kind: 'json' },
  { name: 'wide.json', before: utf16('{"a": 1}'), after: utf16('{"a": 2}'), kind: 'json' },
  { name: 'wide.yaml', before: utf16('a: 1\n'), after: 'a: 2\n', kind: 'yaml' },
  {
    name: 'half.txt',
    before: Buffer.from('fffe61', 'hex'),
    after: Buffer.from('fffe6200', 'hex'),
    kind: 'text',
  },
  {
    name: 'hunks.txt',
    before: lines(100_000, (at) => `line ${at}`),
    after: lines(100_000, (at) => (at % 20 === 0 ? `changed ${at}` : `line ${at}`)),
    kind: 'text',
  },
  {
    name: 'two-kinds.txt',
    before: lines(200_000, (at) => (at % 3 === 0 ? 'a' : 'b')),
    after: lines(200_000, (at) => (at % 7 < 3 ? 'b' : 'a')),
    kind: 'text',
  },
  {
    name: 'all-new.txt',
    before: lines(300_000, (at) => `a${at}`),
    after: lines(300_000, (at) => `b${at}`),
    kind: 'text',
  },
  { name: 'empty-lines.txt', before: '\n'.repeat(3_000_000), after: '\n'.repeat(3_000_001), kind: 'text' },
  {
    name: 'list.json',
    before: JSON.stringify(Array.from({ length: 200_000 }, (_, at) => at % 97)),
    after: JSON.stringify(Array.from({ length: 200_000 }, (_, at) => at % 89)),
    kind: 'json',
  },
  {
    name: 'labels/index_to_name.json',
    before: JSON.stringify(Array.from({ length: 100_000 }, (_, at) => `c${at}`)),
    after: JSON.stringify(Array.from({ length: 100_000 }, (_, at) => `c${(at * 7) % 100_000}`)),
    kind: 'json',
  },
  {
    name: 'packages/requirements.txt',
    before: `a[${'b,'.repeat(200_000)}c]==1`,
    after: `a${' '.repeat(300_000)}==x`,
    kind: 'requirements',
  },
  { name: 'huge.png', before: pngOfSize(100_000, 'a'), after: pngOfSize(100_000, 'b'), kind: 'image' },
  { name: 'cut.png', before: pngOfSize(10, 'a'), after: pngOfSize(10, 'b'), kind: 'image' },
  {
    name: 'nested.zip',
    before: nestedIn(Buffer.from('one'), 12),
    after: nestedIn(Buffer.from('two'), 12),
    kind: 'binary',
  },
  {
    name: 'broken.zip',
    before: joined(zip([zipEntry('a.txt', 'one', { both: { crc32: 1 } })])),
    after: joined(zip([zipEntry('a.txt', 'two')])),
    kind: 'binary',
  },
  {
    name: 'zip.txt',
    before: 'PK\x03\x04',
    after: 'PK\x03\x04 and more words than a header needs, though no ZIP',
    kind: 'binary',
  },
];

test('contents of every kind are compared within limits, whatever is in them', async (t) => {
  const folder = await scratchFolder(t);
  const tmp = await scratchFolder(t);
  const asker = new Opener<ComparisonQuestion, Compared>(childPath, { TMPDIR: tmp });
  t.after(() => asker.stop());
  for (const [at, { name, before, after, kind, fallback }] of pairs.entries()) {
    await t.test(name, async () => {
      const place = (side: string, content: string | Buffer) => {
        const path = join(folder, `${at}-${side}.mar`);
        writePieces(path, zip([manifestEntry, deflated(name, content)]));
        return path;
      };
      const question = { before: place('before', before), after: place('after', after), proves: false };
      const compared = await asker.ask(question, limitMs);
      assert.deepEqual([compared.bug, compared.problem], [null, null]);
      assert.deepEqual(compared.changes, [`modified ${name}`]);
      assert.equal(compared.kinds[name], kind);
      if (fallback !== undefined) assert.match(compared.fallbacks[name] ?? '', fallback);
      assert.ok(compared.peakBytes < memoryBytes);
      assert.deepEqual(readdirSync(tmp), []);
      if (compared.peakBytes > 400 * mebibyte) return asker.stop();
      const mirrored = await asker.ask(
        { ...question, before: question.after, after: question.before },
        limitMs,
      );
      assert.deepEqual([mirrored.bug, mirrored.changes], [null, compared.changes]);
    });
  }
});
