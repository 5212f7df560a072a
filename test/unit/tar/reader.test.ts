import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InflatedBytes } from '../../../core/tar/forward-bytes.ts';
import { readTar, type TarEntry } from '../../../core/tar/reader.ts';
import { joined, type Piece } from '../../hostile/pieces.ts';
import { base256, gnuLongName, pax, tar, tarEntry } from '../../hostile/tar-builder.ts';
import { randomOf } from '../../support/random.ts';

type Parts = readonly (readonly Piece[])[];

/** In pieces of any size, since nothing may depend on where a chunk ends. */
async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function entriesOf(raw: Buffer, pieceBytes = 4096): Promise<TarEntry[]> {
  const bytes = new InflatedBytes(inPieces(raw, pieceBytes), 'model.tar', 1e9);
  const entries: TarEntry[] = [];
  for await (const entry of readTar(bytes, { path: 'model.tar' })) entries.push(entry);
  return entries;
}

const read = (...parts: Parts) => entriesOf(joined(tar(parts)));
const file = tarEntry('m/a', 'x');
const octalSize = (text: string) => Buffer.from(text.padEnd(12, '\0'), 'latin1');

/** Right but for some bytes, with a checksum that fits. */
function patched(
  changes: Readonly<Record<number, string | Buffer>>,
  block = joined(tarEntry('m/a')),
): Piece[] {
  for (const [at, bytes] of Object.entries(changes)) Buffer.from(bytes as string).copy(block, Number(at));
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return [block];
}

const refusals: readonly (readonly [code: string, why: string, Parts])[] = [
  ['TAR_PAX', 'two pax records for one entry', [pax({ path: 'm/a' }), pax({ path: 'm/b' }), file]],
  ['TAR_PAX', 'two long names for one entry', [gnuLongName('m/a'), gnuLongName('m/b'), file]],
  ['TAR_PAX', 'a long name without an entry', [file, gnuLongName('m/b')]],
  ['TAR_PAX', 'a pax record without an entry', [file, pax({ path: 'm/b' })]],
  ['TAR_PAX', 'an empty long name', [gnuLongName(''), file]],
  ['TAR_PAX', 'a NUL within a long name', [gnuLongName('m/a\0b'), file]],
  ['TAR_PAX', 'an empty path', [pax({ path: '' }), file]],
  ['TAR_PAX', 'a link for all entries', [pax({ linkpath: 'x' }, 'g'), file]],
  ['TAR_PAX', 'a size that differs from the header', [pax({ size: '0' }), file]],
  ['TAR_PAX', 'a record without "="', [tarEntry('p', '7 path\n', { type: 'x' }), file]],
  ['TAR_PAX', 'a record of no length', [tarEntry('p', '0 path=a\n', { type: 'x' }), file]],
  ['TAR_PAX', 'a name that ends in the record behind', [tarEntry('p', '6 path=a\n', { type: 'x' }), file]],
  ['TAR_PAX', 'a record for Solaris, just as strictly', [tarEntry('p', 'path', { type: 'X' }), file]],
  ['TAR_PAX', 'a time of letters', [pax({ mtime: 'noon' }), file]],
  ['TAR_PAX', 'a record of more than a mebibyte', [pax({ comment: 'x'.repeat(2 ** 20) }), file]],
  ['TAR_PAX', 'a long name that is called a folder', [tarEntry('x/', 'm/a\0', { type: 'L' }), file]],
  ['TAR_PAX', 'bytes of GNU where others see a prefix', [patched({ 257: 'ustar  \0', 345: '01234567' })]],
  [
    'TAR_PAX',
    'a prefix in a tar from before there were any',
    [patched({ 257: '\0\0\0\0\0\0\0\0', 345: 'm' })],
  ],
  ['TAR_PAX', "a prefix that is longer than star's", [patched({ 345: 'p'.repeat(140), 508: 'tar\0' })]],
  [
    'TAR_PAX',
    'the same, told by pax',
    [pax({ 'SCHILY.archtype': 'exustar' }, 'g'), patched({ 345: 'p'.repeat(140) })],
  ],
  ['TAR_NUMBER', 'a size in base 256 that octal would hold', [tarEntry('m/a', 'x', { size: base256(1n) })]],
  ['TAR_NUMBER', 'a size with a sign', [tarEntry('m/a', 'x', { size: octalSize('+1') })]],
  ['TAR_NUMBER', 'a size behind a NUL', [tarEntry('m/a', 'x', { size: octalSize('\x001') })]],
  ['TAR_NUMBER', 'a size with a NUL inside', [tarEntry('m/a', 'x', { size: octalSize('1\x000') })]],
  ['TAR_NUMBER', 'a size with another first byte', [tarEntry('m/a', '', { size: Buffer.alloc(12, 0x81) })]],
  ['TAR_NUMBER', 'a folder with a body', [tarEntry('m/a', 'x', { type: '5' })]],
  ['TAR_NUMBER', 'a folder by its name, with a body', [tarEntry('m/a/', 'x')]],
  ['TAR_NUMBER', 'a folder by the name in its header', [pax({ path: 'm/a' }), tarEntry('m/a/', 'x')]],
  ['TAR_NUMBER', 'a link with a body', [tarEntry('m/a', 'x', { type: '2' })]],
  ['TAR_NUMBER', 'a hard link with a body', [tarEntry('m/a', 'x', { type: '1' })]],
  ['TAR_NUMBER', 'a time in base 256 past any calendar', [patched({ 136: base256(2n ** 60n) })]],
  ['TAR_NUMBER', 'a group that is no number', [patched({ 116: 'staff\0\0\0' })]],
  ['TAR_NUMBER', 'a pax user of forty digits', [pax({ uid: '9'.repeat(40) }), file]],
  ['TAR_SPARSE', 'a map of holes in pax', [pax({ 'GNU.sparse.map': '0,1' }), file]],
  ['TAR_SPARSE', "a file with holes in star's way", [pax({ 'SCHILY.filetype': 'sparse' }), file]],
];

for (const [code, why, parts] of refusals) {
  test(`${why} is refused as ${code}`, async () => {
    await assert.rejects(read(...parts), { code });
  });
}

test('names come from the header, its prefix, GNU or pax, and the kind of name is told', async () => {
  const long = `m/${'n'.repeat(150)}`;
  const entries = await read(
    tarEntry('m/plain'),
    tarEntry('file', '', { prefix: 'm/deep' }),
    [...gnuLongName(long), ...tarEntry('short', '')],
    [...pax({ path: `${long}é`, linkpath: 'there' }), ...tarEntry('short', '', { type: '2' })],
    tarEntry('m/é'),
  );
  assert.deepEqual(
    entries.map(({ rawName, isNamePortable }) => [rawName.toString(), isNamePortable]),
    [
      ['m/plain', true],
      ['m/deep/file', true],
      [long, true],
      [`${long}é`, true],
      ['m/é', false],
    ],
  );
  assert.equal(entries[3]?.rawLinkName.toString(), 'there');
});

test('a time comes from pax, with its fraction, else from pax for all, else from the header', async () => {
  const entries = await read(
    tarEntry('m/a', '', { modified: 1 }),
    pax({ mtime: '2' }, 'g'),
    tarEntry('m/b', ''),
    pax({ mtime: '-3.5' }),
    tarEntry('m/c', ''),
    tarEntry('m/d', ''),
  );
  assert.deepEqual(
    entries.map(({ modified }) => modified.getTime()),
    [1000, 2000, -3500, 2000],
  );
});

test('a size that outgrew its field is taken from base 256 or from pax', async () => {
  const wide = 9 * 2 ** 30;
  const inBase256 = joined(tarEntry('m/a', '', { size: base256(BigInt(wide)) }));
  const inPax = joined([...pax({ size: `${wide}` }), ...tarEntry('m/a')]);
  for (const raw of [inBase256, inPax]) {
    const bytes = new InflatedBytes(inPieces(raw, 512), 'model.tar', 1e9);
    const { value } = await readTar(bytes, { path: 'model.tar' }).next();
    assert.equal(value && 'size' in value && value.size, wide);
  }
});

test('the same entries are found wherever the pieces of the input end', async () => {
  const raw = joined(
    tar([pax({ path: `m/${'a'.repeat(600)}` }), tarEntry('x', 'y'.repeat(700)), tarEntry('m/b', 'z')]),
  );
  const whole = await entriesOf(raw, raw.length);
  assert.equal(whole.length, 2);
  for (const size of [1, 7, 511, 512, 513]) assert.deepEqual(await entriesOf(raw, size), whole);
});

test('a tar that is cut anywhere but between two entries is refused', async () => {
  const raw = joined([...tarEntry('m/a', 'x'.repeat(600)), ...gnuLongName('m/b'), ...tarEntry('x', 'y')]);
  const firstEnd = 512 + 1024;
  for (let end = 1; end < raw.length; end += 37) {
    await assert.rejects(entriesOf(raw.subarray(0, end)), { code: /^TAR_(TRUNCATED|PAX)$/ }, `cut at ${end}`);
  }
  assert.equal((await entriesOf(raw.subarray(0, firstEnd))).length, 1);
});

test('nothing but zeros may follow the end', async () => {
  assert.equal((await entriesOf(Buffer.concat([joined(tar([file])), Buffer.alloc(200_000)]))).length, 1);
  const hidden = Buffer.alloc(200_000);
  hidden[150_001] = 1;
  await assert.rejects(entriesOf(Buffer.concat([joined(tar([file])), hidden])), (error: Error) => {
    assert.match(error.message, new RegExp(`0x${(1024 + 1024 + 150_001).toString(16)} `));
    return 'code' in error && error.code === 'TAR_TRAILING';
  });
});

test('there are no more entries than any model needs', async () => {
  const entry = joined(tarEntry('m/a'));
  async function* many() {
    for (let at = 0; at < 200; at++) yield Buffer.concat(Array<Buffer>(1000).fill(entry));
    yield entry;
  }
  const bytes = new InflatedBytes(many(), 'model.tar', 1e9);
  let count = 0;
  await assert.rejects(
    async () => {
      for await (const _ of readTar(bytes, { path: 'model.tar' })) count++;
    },
    { code: 'LIMIT_ENTRIES' },
  );
  assert.equal(count, 200_000);
});

test('no more bytes are inflated than the limit, counted and not declared', async () => {
  const bytes = new InflatedBytes(
    inPieces(joined(tar([tarEntry('m/a', 'x'.repeat(5000))])), 100),
    'model.tar',
    3000,
  );
  await assert.rejects(
    async () => {
      for await (const _ of readTar(bytes, { path: 'model.tar' }));
    },
    { code: 'LIMIT_OUTPUT' },
  );
  assert.ok(bytes.position <= 3000);
});

test('whatever bytes are changed, the answer is a list or a coded problem', async () => {
  const { pick, oneOf } = randomOf(11);
  const good = joined(
    tar([
      tarEntry('m/', '', { type: '5' }),
      pax({ path: 'm/a' }),
      tarEntry('a', 'x'),
      [...gnuLongName('m/b'), ...file],
    ]),
  );
  const codes = new Map<string, number>();
  for (let sample = 0; sample < 3000; sample++) {
    const raw = Buffer.from(good);
    const start = pick(raw.length / 512) * 512;
    for (let change = pick(3); change >= 0; change--)
      raw[start + pick(512)] = oneOf([0, 0x20, 0x37, 0x80, 0xff, pick(256)]);
    // Without a right checksum nearly all of them would end there.
    if (pick(8) > 0) patched({}, raw.subarray(start, start + 512));
    const code = await entriesOf(raw).then(
      () => 'listed',
      (error) => error.code ?? String(error),
    );
    assert.match(code, /^(?:listed|(?:TAR|LIMIT)_[A-Z]+)$/);
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  assert.ok(codes.size > 4, [...codes.keys()].join());
});
