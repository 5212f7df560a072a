import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listTar } from '../../../../core/weights/pickle/forms.ts';
import { joined } from '../../../hostile/pieces.ts';
import { tar, tarEntry } from '../../../hostile/tar-builder.ts';

async function namesIn(...entries: Parameters<typeof tar>[0]) {
  const bytes = joined(tar(entries));
  const source = {
    size: bytes.length,
    read: async (at: number, length: number) => bytes.subarray(at, at + length),
  };
  const { members, isWhole } = await listTar(source);
  return { members: members.map(({ name, size }) => `${name} ${size}`), isWhole };
}

const record = (text: string) => `${text.length + 4} ${text}\n`;

test('the size that a pax header gives counts, as it does for Python', async () => {
  const hidden = joined(tar([tarEntry('hidden', 'pickle')])).subarray(0, 1024);
  const pax = tarEntry('pax', record(`size=${hidden.length}`), { type: 'x' });
  // The header of the entry itself claims to have none: what reads by it takes the content for the next entry.
  const cover = tarEntry('cover', hidden, { size: 0 });
  const { members, isWhole } = await namesIn(pax, cover, tarEntry('last', 'x'));
  assert.deepEqual(members.slice(1), ['cover 1024', 'last 1']);
  assert.equal(isWhole, true);
});

test('a pax header that readers understand in two ways is followed as far as its entry tells, and told', async () => {
  const pax = tarEntry('pax', 'size=7', { type: 'x' });
  const { members, isWhole } = await namesIn(pax, tarEntry('a', 'content'));
  assert.deepEqual(members, ['pax 6', 'a 7']);
  assert.equal(isWhole, false);
});
