import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { parseDirectory, parseEnd, parseLocal } from '../../../core/zip/parse.ts';
import {
  type CentralRecord,
  centralFixedBytes,
  dosDateTime,
  fileMode,
  flagsFor,
  localFixedBytes,
  max16,
  max32,
  writeCentral,
  writeEnd,
  writeLocal,
  type ZipRecord,
} from '../../../core/zip/records.ts';
import { randomOf } from '../../support/random.ts';

const below = max32 - 1;
const gibi = 1024 ** 3;

const record: ZipRecord = {
  name: Buffer.from('model.pt'),
  flags: 0,
  method: 0,
  dosTime: 0,
  dosDate: 33,
  crc32: 0xdeadbeef,
  compressedSize: 7,
  size: 7,
};

const localExtraBytes = (of: ZipRecord) => writeLocal(of).length - localFixedBytes - of.name.length;
const centralExtraBytes = (of: CentralRecord) => writeCentral(of).length - centralFixedBytes - of.name.length;

test('a local header takes the Zip64 form from 0xffffffff bytes on, and parses back', () => {
  for (const [size, extraBytes] of [
    [0, 0],
    [7, 0],
    [below, 0],
    [max32, 20],
    [max32 + 1, 20],
    [2 ** 45, 20],
  ] as const) {
    for (const compressedSize of [size, Math.floor(size / 3)]) {
      const meant = { ...record, size, compressedSize };
      assert.equal(localExtraBytes(meant), extraBytes, `${size}`);
      const bytes = writeLocal(meant);
      assert.deepEqual(parseLocal(bytes), { record: meant, headerBytes: bytes.length });
      assert.equal(bytes.readUInt16LE(4), extraBytes > 0 ? 45 : 20, 'the version needed says so');
    }
  }
});

test('a local header is as long before the entry is known as after', () => {
  for (const size of [0, below, max32, 2 ** 40]) {
    const opening = { ...record, size, compressedSize: 0, crc32: 0 };
    const closing = { ...opening, method: 8, compressedSize: Math.min(size, 12_345), crc32: 0xffffffff };
    assert.equal(writeLocal(opening).length, writeLocal(closing).length);
  }
});

test('a directory record has a 64-bit value for each number that needs one, and parses back', () => {
  const numbers = [0, below, max32, max32 + 1];
  for (const size of numbers) {
    for (const compressedSize of numbers) {
      for (const localOffset of numbers) {
        const meant = { ...record, size, compressedSize, localOffset, unixMode: fileMode(0o755) };
        const long = [size, compressedSize, localOffset].filter((number) => number >= max32).length;
        assert.equal(centralExtraBytes(meant), long === 0 ? 0 : 4 + 8 * long);
        assert.deepEqual(parseDirectory(writeCentral(meant), 1), [meant]);
      }
    }
  }
});

test('random records parse back, alone and as a directory', () => {
  const random = randomOf(17);
  const number = () => random.oneOf([random.pick(1000), random.pick(2 ** 30), below, max32, gibi * 5000]);
  const records = Array.from({ length: 200 }, (): CentralRecord => {
    const name = Buffer.from(random.text('ab/é签😀 ', 1 + random.pick(400)));
    return {
      name,
      flags: flagsFor(name),
      method: random.oneOf([0, 8]),
      dosTime: random.pick(2 ** 16),
      dosDate: random.pick(2 ** 16),
      crc32: random.pick(2 ** 32),
      compressedSize: number(),
      size: number(),
      localOffset: number(),
      unixMode: fileMode(random.oneOf([0o644, 0o755])),
    };
  });
  assert.deepEqual(parseDirectory(Buffer.concat(records.map(writeCentral)), records.length), records);
  for (const { localOffset: _, unixMode: __, ...local } of records) {
    // A writer never compresses to more than the plain size.
    const meant = { ...local, compressedSize: Math.min(local.compressedSize, local.size) };
    assert.deepEqual(parseLocal(writeLocal(meant)).record, meant);
  }
});

test('the end takes its Zip64 form exactly where a number needs it, and parses back', () => {
  for (const entries of [0, 1, max16 - 1, max16, max16 + 1]) {
    for (const offset of [0, below, max32, max32 + 1]) {
      for (const bytes of [0, below, max32, max32 + 1]) {
        const needed = entries >= max16 || offset >= max32 || bytes >= max32;
        const end = writeEnd(entries, offset, bytes);
        assert.equal(end.length, needed ? 56 + 20 + 22 : 22, `${entries} entries, ${bytes} at ${offset}`);
        assert.deepEqual(parseEnd(end, offset + bytes + end.length), { entries, offset, bytes });
      }
    }
  }
});

test('only names beyond ASCII are marked as UTF-8', () => {
  assert.equal(flagsFor(Buffer.from('MAR-INF/MANIFEST.json ~')), 0);
  for (const name of ['é', 'a/标签', '😀']) assert.equal(flagsFor(Buffer.from(name)), 1 << 11);
});

test('a DOS time keeps what it can: even seconds, from 1980 to 2107', () => {
  const random = randomOf(6);
  for (let round = 0; round < 500; round++) {
    const time = new Date(Date.UTC(1980, 0, 1) + random.pick(2 ** 32) * 930);
    const { dosDate, dosTime } = dosDateTime(time, 'utc');
    const back = Date.UTC(
      (dosDate >> 9) + 1980,
      ((dosDate >> 5) & 15) - 1,
      dosDate & 31,
      dosTime >> 11,
      (dosTime >> 5) & 63,
      (dosTime & 31) * 2,
    );
    const lost = time.getTime() - back;
    assert.ok(lost >= 0 && lost < 2000, `${time.toISOString()} lost ${lost} ms`);
  }
  const first = { dosDate: (1 << 5) | 1, dosTime: 0 };
  const last = { dosDate: (127 << 9) | (12 << 5) | 31, dosTime: (23 << 11) | (59 << 5) | 29 };
  for (const year of [1970, 1979]) assert.deepEqual(dosDateTime(new Date(Date.UTC(year, 5)), 'utc'), first);
  assert.deepEqual(dosDateTime(new Date('1979-12-31T23:59:59Z'), 'utc'), first);
  assert.deepEqual(dosDateTime(new Date('1980-01-01T00:00:00Z'), 'utc'), first);
  assert.deepEqual(dosDateTime(new Date('2107-12-31T23:59:59Z'), 'utc'), last);
  assert.deepEqual(dosDateTime(new Date('2108-01-01T00:00:00Z'), 'utc'), last);
});

const zones: Readonly<Record<string, string>> = {
  UTC: '12:45:40',
  'Asia/Kolkata': '18:15:40',
  'America/St_Johns': '10:15:40',
  'Europe/Berlin': '14:45:40',
};

for (const [zone, shown] of Object.entries(zones)) {
  test(`in the zone ${zone} a local time is the wall clock's, and a UTC time is not moved`, async () => {
    const module = new URL('../../../core/zip/records.ts', import.meta.url);
    const script = `
      const { dosDateTime } = await import('${module}');
      const time = new Date('2024-07-01T12:45:40Z');
      const show = ({ dosTime }) => [dosTime >> 11, (dosTime >> 5) & 63, (dosTime & 31) * 2].join(':');
      console.log(show(dosDateTime(time, 'local')), show(dosDateTime(time, 'utc')));`;
    const env = { ...process.env, TZ: zone };
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { env });
    assert.equal(stdout, `${shown} 12:45:40\n`);
  });
}
