import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { blockBytes, paddingBytes, type TarHead, writeTarHead } from '../../../core/tar/records.ts';
import { onPath, outputOf } from '../../support/commands.ts';
import { randomOf } from '../../support/random.ts';
import { scratchFolder } from '../../support/scratch.ts';

const gibi = 1024 ** 3;
const plain: TarHead = { name: 'model/handler.py', size: 12, modified: 1_700_000_000, mode: 0o644 };

const heads: Readonly<Record<string, { head: TarHead; blocks: number }>> = {
  plain: { head: plain, blocks: 1 },
  executable: { head: { ...plain, mode: 0o755 }, blocks: 1 },
  'with a name of 100 bytes': { head: { ...plain, name: 'n'.repeat(100) }, blocks: 1 },
  'with a name of 101 bytes': { head: { ...plain, name: 'n'.repeat(101) }, blocks: 3 },
  'with a long path': { head: { ...plain, name: `${'folder/'.repeat(150)}x` }, blocks: 5 },
  'with a Chinese name': { head: { ...plain, name: 'model/标签.json' }, blocks: 3 },
  // The 100th byte falls into the middle of a letter.
  'with a long Chinese name': { head: { ...plain, name: `m${'签'.repeat(200)}` }, blocks: 4 },
  'of just below 8 GiB': { head: { ...plain, size: 8 * gibi - 1 }, blocks: 1 },
  'of 8 GiB': { head: { ...plain, size: 8 * gibi }, blocks: 3 },
  'of 20 GiB, with a long name': { head: { ...plain, size: 20 * gibi, name: 'n'.repeat(300) }, blocks: 3 },
  'from before 1970': { head: { ...plain, modified: -5 }, blocks: 1 },
};

const script = `
import sys, tarfile
with tarfile.open(sys.argv[1], "r:") as archive:
    entry = archive.next()
    assert entry.isreg() and entry.uid == 0 and entry.gid == 0
    print(entry.name.encode().hex(), entry.size, int(entry.mtime), entry.mode, entry.offset_data)
`;

for (const [title, { head, blocks }] of Object.entries(heads)) {
  test(`a head ${title} takes ${blocks} blocks, and Python reads what was meant`, async (t) => {
    const bytes = writeTarHead(head);
    assert.equal(bytes.length, blocks * blockBytes);
    if (onPath('python3') === null) return t.skip('no python3 on PATH');
    const path = join(await scratchFolder(t), 'head.tar');
    await writeFile(path, Buffer.concat([bytes, Buffer.alloc(2 * blockBytes)]));
    const said = (await outputOf({ program: 'python3', args: ['-c', script, path] })).toString().trim();
    const name = Buffer.from(head.name).toString('hex');
    const modified = Math.max(0, head.modified);
    assert.equal(said, `${name} ${head.size} ${modified} ${head.mode} ${blocks * blockBytes}`);
  });
}

test('the blocks of any head carry their checksum, and names in them are ASCII', () => {
  const random = randomOf(9);
  for (let round = 0; round < 300; round++) {
    const name = random.text('ab/é签😀', 1 + random.pick(180));
    const size = random.pick(2 ** 30) * (1 + random.pick(40));
    const bytes = writeTarHead({
      name,
      size,
      modified: random.pick(2 ** 31),
      mode: random.oneOf([0o644, 0o755]),
    });
    assert.equal(bytes.length % blockBytes, 0);
    for (const block of [bytes.subarray(0, blockBytes), bytes.subarray(-blockBytes)]) {
      const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
      assert.equal(Number.parseInt(block.toString('latin1', 148, 154), 8), sum);
      assert.ok(block.subarray(0, 100).every((byte) => byte < 0x80));
    }
  }
});

test('the length of a pax record counts its own digits, also where one more digit is due to them', () => {
  for (let length = 101; length < 1100; length++) {
    const bytes = writeTarHead({ ...plain, name: 'x'.repeat(length) });
    const size = Number.parseInt(bytes.toString('latin1', 124, 135), 8);
    const record = bytes.toString('latin1', blockBytes, blockBytes + size);
    assert.equal(record, `${record.length} path=${'x'.repeat(length)}\n`);
  }
});

test('padding fills the last block', () => {
  for (const [size, padding] of [
    [0, 0],
    [1, 511],
    [511, 1],
    [512, 0],
    [513, 511],
    [2 ** 40 + 1, 511],
  ] as const) {
    assert.equal(paddingBytes(size), padding);
  }
});
