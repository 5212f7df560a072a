import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { constants, gzipSync } from 'node:zlib';
import { inflateMember } from '../../../core/gzip/member.ts';
import { openSource } from '../../../core/zip/source.ts';
import { gzip, gzipHeaderCrc } from '../../hostile/tar-builder.ts';
import { randomOf } from '../../support/random.ts';
import { scratchFolder } from '../../support/scratch.ts';

/** Inflates bytes as if they were a file, which is what they are for the moment. */
async function inflater(t: TestContext): Promise<(bytes: Buffer) => Promise<Buffer>> {
  const path = join(await scratchFolder(t), 'model.tar.gz');
  return async (bytes) => {
    await writeFile(path, bytes);
    const source = await openSource(path);
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of inflateMember(source)) chunks.push(chunk);
    } finally {
      await source.close();
    }
    return Buffer.concat(chunks);
  };
}

test('what any level and strategy of zlib makes comes back', async (t) => {
  const inflate = await inflater(t);
  const { pick } = randomOf(3);
  for (const size of [0, 1, 1000, 300_000, 3_000_000]) {
    const content = Buffer.alloc(size, 'abc, bc and 0123456789');
    for (let at = 0; at < size; at += 11) content[at] = pick(256);
    for (const options of [{ level: 0 }, { level: 9 }, { strategy: constants.Z_HUFFMAN_ONLY }]) {
      assert.ok((await inflate(gzipSync(content, options))).equals(content));
    }
  }
});

test('a member that is cut at any byte is truncated, never whole', async (t) => {
  const inflate = await inflater(t);
  const whole = gzip(Buffer.from('some content, and some content again'));
  for (let end = 2; end < whole.length; end++) {
    await assert.rejects(inflate(whole.subarray(0, end)), { code: 'GZIP_TRUNCATED' }, `cut at ${end}`);
  }
});

test('any field that a header may have is passed over, and its own checksum proven', async (t) => {
  const inflate = await inflater(t);
  const content = Buffer.from('content');
  const fields: Readonly<Record<number, Buffer>> = {
    4: Buffer.from('\x03\0abc'),
    8: Buffer.from('a name\0'),
    16: Buffer.from('a comment\0'),
  };
  for (let flags = 0; flags < 32; flags += 2) {
    const said = Buffer.concat([4, 8, 16].filter((bit) => flags & bit).map((bit) => fields[bit] as Buffer));
    const head = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]), said]);
    const sum = flags & 2 ? gzipHeaderCrc(head) : Buffer.alloc(0);
    assert.ok((await inflate(gzip(content, { flags, fields: Buffer.concat([said, sum]) }))).equals(content));
  }
  const wrong = gzip(content, { flags: 2, fields: Buffer.from([1, 2]) });
  await assert.rejects(inflate(wrong), { code: 'GZIP_HEADER' });
  await assert.rejects(inflate(gzip(content, { flags: 0x20 })), { code: 'GZIP_HEADER' });
  await assert.rejects(inflate(gzip(content, { method: 7 })), { code: 'GZIP_HEADER' });
  const endless = gzip(content, { flags: 8, fields: Buffer.alloc(200_000, 'x') });
  await assert.rejects(inflate(endless), { code: 'GZIP_HEADER' });
});

test('a checksum, a size or data that do not fit are told apart', async (t) => {
  const inflate = await inflater(t);
  const content = Buffer.from('content');
  await assert.rejects(inflate(gzip(content, { crc32: 1 })), {
    code: 'GZIP_CRC',
    message: /CRC-32 00000001/,
  });
  await assert.rejects(inflate(gzip(content, { size: 8 })), {
    code: 'GZIP_CRC',
    message: /8 bytes and inflates to 7/,
  });
  await assert.rejects(inflate(gzip(content, { data: Buffer.alloc(9, 0xff) })), { code: 'GZIP_DEFLATE' });
});

test('whatever follows the member is told, with its place', async (t) => {
  const inflate = await inflater(t);
  const member = gzip(Buffer.from('content'));
  const at = `0x${member.length.toString(16)}`;
  const follows = (tail: Buffer) => inflate(Buffer.concat([member, tail]));
  const another = { code: 'GZIP_TRAILING', message: new RegExp(`at ${at}.* with another one`) };
  await assert.rejects(follows(member), another);
  for (const size of [1, 7, 600_000]) {
    const message = new RegExp(`for ${size.toLocaleString('en-US')} bytes at ${at}`);
    await assert.rejects(follows(Buffer.alloc(size)), { code: 'GZIP_TRAILING', message });
  }
});
