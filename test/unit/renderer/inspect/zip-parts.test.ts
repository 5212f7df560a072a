/** The parts of a ZIP file as the hex view colours them: each byte told as what it is, and nothing told of what is not known. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { EntryColumns } from '../../../../core/contract/api.ts';
import { ZipParts } from '../../../../renderer/views/inspect/preview/zip-parts.ts';

function header(name: string, extra: number, content: number): Buffer {
  const bytes = Buffer.alloc(30 + name.length + extra + content, 0xcc);
  bytes.writeUInt32LE(0x04034b50, 0);
  bytes.writeUInt16LE(name.length, 26);
  bytes.writeUInt16LE(extra, 28);
  bytes.write(name, 30);
  return bytes;
}

function record(name: string): Buffer {
  const bytes = Buffer.alloc(46 + name.length);
  bytes.writeUInt32LE(0x02014b50, 0);
  bytes.writeUInt16LE(name.length, 28);
  bytes.write(name, 46);
  return bytes;
}

function end(directoryBytes: number, comment = 0): Buffer {
  const bytes = Buffer.alloc(22 + comment);
  bytes.writeUInt32LE(0x06054b50, 0);
  bytes.writeUInt32LE(directoryBytes, 12);
  return bytes;
}

const columns = (
  entries: readonly (readonly [path: string, offset: number, packed: number])[],
): EntryColumns =>
  ({
    path: entries.map(([path]) => path),
    offset: entries.map(([, offset]) => offset),
    compressedSize: entries.map(([, , packed]) => packed),
  }) as unknown as EntryColumns;

const [a, b] = [header('a.py', 3, 10), header('b.py', 0, 5)];
const directory = Buffer.concat([record('a.py'), record('b.py')]);
const whole = Buffer.concat([a, b, directory, end(directory.length, 7)]);
// In another order than they lie in the file.
const listed = columns([
  ['b.py', a.length, 5],
  ['a.py', 0, 10],
]);
const read = (offset: number, length: number) => whole.subarray(offset, offset + length);

test('every byte of a sound file belongs to a part', () => {
  const parts = new ZipParts(listed, whole.length, read);
  const kinds = (from: number, bytes: number) =>
    new Set(Array.from({ length: bytes }, (_, at) => parts.at(from + at)?.kind));
  assert.deepEqual(kinds(0, 30), new Set(['header']));
  assert.deepEqual(kinds(30, 4), new Set(['name']));
  assert.deepEqual(kinds(34, 3), new Set(['extra']));
  assert.deepEqual(kinds(37, 10), new Set(['content']));
  assert.equal(parts.at(37)?.words, 'content of a.py');
  assert.equal(parts.at(a.length)?.words, 'local header of b.py');
  const start = a.length + b.length;
  assert.deepEqual(kinds(start, 46), new Set(['directory']));
  assert.deepEqual(kinds(start + 46, 4), new Set(['name']));
  assert.deepEqual(kinds(start + 50, 46), new Set(['directory']));
  assert.deepEqual(kinds(start + directory.length, 29), new Set(['end']));
});

test('what is not here yet, or not as it should be, is not guessed', () => {
  const nothing = new ZipParts(listed, whole.length, () => new Uint8Array());
  assert.equal(nothing.at(0), null);
  const elsewhere = new ZipParts(columns([['a.py', 5, 10]]), whole.length, read);
  assert.equal(elsewhere.at(6), null);
  const cut = whole.subarray(0, whole.length - 40);
  const truncated = new ZipParts(listed, cut.length, (offset, length) =>
    cut.subarray(offset, offset + length),
  );
  assert.equal(truncated.at(0)?.kind, 'header');
  assert.equal(truncated.at(cut.length - 1), null);
});

test('a directory that claims to be longer than the file is no directory', () => {
  const lying = Buffer.concat([a, end(1_000_000)]);
  const bytes = (offset: number, length: number) => lying.subarray(offset, offset + length);
  const parts = new ZipParts(columns([['a.py', 0, 10]]), lying.length, bytes);
  assert.equal(parts.at(0)?.kind, 'header');
  assert.equal(parts.at(lying.length - 1), null);
});
