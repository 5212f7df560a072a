/** What opening says of the two lists of a ZIP. The codes, one by one, are held by the hostile corpus. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Archive } from '../../../core/archive.ts';
import { Problem } from '../../../core/contract/errors.ts';
import { openArchive } from '../../../core/open.ts';
import { joined } from '../../hostile/pieces.ts';
import { deflated, withDescriptor, type ZipEntry, zip, zipEntry } from '../../hostile/zip-builder.ts';
import { randomOf } from '../../support/random.ts';
import { codesOf, openScratch, readAll } from '../../support/zip-file.ts';

const text = 'some text that deflates well, '.repeat(20);
const entries = [
  deflated('MAR-INF/MANIFEST.json', '{"model":{"modelName":"m"}}'),
  zipEntry('model.pt', Buffer.from(Array.from({ length: 300 }, (_, at) => at % 251))),
  zipEntry('lib/', ''),
  deflated('lib/naïve.py', text),
];
const whole = joined(zip(entries));

test('an archive that is right has no findings, and both views are the same', async (t) => {
  const archive = await openScratch(t, [whole]);
  assert.deepEqual(archive.findings, []);
  assert.equal(archive.served.error, null);
  const files = archive.entries.filter(({ type }) => type === 'file');
  assert.deepEqual(
    archive.served.files.map(({ entry }) => entry),
    files,
  );
  assert.deepEqual(
    archive.served.files.map(({ name, size }) => [name, size]),
    files.map(({ name, size }) => [name, size]),
  );
});

test('an archive cut at any byte is refused as cut off, with both sizes', async () => {
  await inFolder(async (path) => {
    for (let length = 4; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      await assert.rejects(openArchive(path), (error) => {
        assert.ok(error instanceof Problem, `${length}: ${error}`);
        assert.equal(error.code, 'ZIP_TRUNCATED', `${length}: ${error.message}`);
        const [, found, needed] = /has ([\d,]+) bytes and needs at least ([\d,]+);/.exec(error.message) ?? [];
        const number = (digits: string | undefined) => Number(digits?.replaceAll(',', ''));
        assert.equal(number(found), length);
        assert.ok(number(needed) > length && number(needed) <= whole.length, error.message);
        return true;
      });
    }
  });
});

test('a byte changed anywhere is told, or changes nothing that is read', async () => {
  const random = randomOf(7);
  await inFolder(async (path) => {
    writeFileSync(path, whole);
    const before = await contentsOf(path);
    for (let at = 0; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] as number) ^ (1 + random.pick(255));
      writeFileSync(path, bytes);
      const after = await contentsOf(path).catch((error) => {
        assert.ok(error instanceof Problem, `byte ${at}: ${error instanceof Error ? error.stack : error}`);
        return null;
      });
      if (after !== null && after.codes === '') {
        assert.equal(
          after.contents,
          before.contents,
          `byte ${at} changed what is read, and nothing was said`,
        );
      }
    }
  });
});

test('every gap, wherever it is, is told with its place and size', async (t) => {
  for (const [index, name] of entries.entries()) {
    const before = Buffer.alloc(16);
    const gapped = entries.map((entry, at) => (at === index ? { ...entry, before } : entry));
    const archive = await openScratch(t, zip(gapped));
    const code = index === 0 ? 'ZIP_PREFIX' : 'ZIP_GAP';
    assert.deepEqual(codesOf(archive), [code]);
    const offset = joined(zip(entries.slice(0, index))).length - directoryBytes(entries.slice(0, index));
    const place = `16 bytes from 0x${offset.toString(16)} to 0x${(offset + 16).toString(16)} `;
    assert.ok(archive.findings[0]?.message.startsWith(place), archive.findings[0]?.message);
    // TorchServe stops there without a word.
    const served = gapped.slice(0, index).filter(({ local }) => !local?.name.toString().endsWith('/'));
    assert.equal(archive.served.files.length, served.length);
    assert.ok(name.local);
  }
});

test('one fault in thousands of entries is told a hundred times, and then counted', async (t) => {
  const many = Array.from({ length: 1500 }, (_, at) => zipEntry(`${at}.txt`, 'x', { both: { flags: 1 } }));
  const archive = await openScratch(t, zip(many));
  const told = archive.findings.filter(({ code }) => code === 'ZIP_ENCRYPTED');
  assert.equal(told.length, 101);
  assert.match(told.at(-1)?.message ?? '', /^1,400 more entries/);
  assert.match(archive.served.error ?? '', /^encrypted ZIP entry not supported, at 0\.txt$/);
});

test('sizes behind the content are followed in all the forms that TorchServe can read', async (t) => {
  for (const unsigned of [false, true]) {
    const streamed = entries.map((entry) =>
      entry.local?.method === 8 ? withDescriptor(entry, { unsigned }) : entry,
    );
    const archive = await openScratch(t, zip(streamed));
    assert.deepEqual(codesOf(archive), [unsigned ? 'ZIP_DESCRIPTOR_UNSIGNED' : 'ZIP_DESCRIPTOR']);
    assert.equal(archive.served.error, null);
    assert.equal(archive.served.files.length, 3);
    assert.equal((await readAll(archive, 3)).toString(), text);
  }
});

test('an entry that only TorchServe sees is found behind one whose size stands in a descriptor', async (t) => {
  const hidden = { ...withDescriptor(deflated('hidden.py', text)), central: null };
  const archive = await openScratch(t, zip([...entries, hidden, zipEntry('last.txt', 'last')]));
  assert.deepEqual(codesOf(archive), ['ZIP_UNLISTED_ENTRY']);
  assert.deepEqual(
    archive.served.files.slice(-2).map(({ name, size, entry }) => [name, size, entry?.name ?? null]),
    [
      ['hidden.py', text.length, null],
      ['last.txt', 4, 'last.txt'],
    ],
  );
});

test('of two entries with one name TorchServe keeps the last in the file', async (t) => {
  const archive = await openScratch(t, zip([zipEntry('h.py', 'first'), zipEntry('h.py', 'second one')]));
  assert.deepEqual(codesOf(archive), ['ZIP_DUPLICATE_NAME']);
  assert.deepEqual(
    archive.served.files.map(({ name, size, entry }) => [name, size, entry?.index]),
    [['h.py', 10, 1]],
  );
});

async function contentsOf(path: string): Promise<{ contents: string; codes: string }> {
  const archive = await openArchive(path);
  try {
    const contents: [string, string][] = [];
    for (const [index, { name, type }] of archive.entries.entries()) {
      if (type === 'file') contents.push([name, (await readAll(archive, index)).toString('hex')]);
    }
    return { contents: JSON.stringify([contents, servedOf(archive)]), codes: codesOf(archive).join() };
  } finally {
    await archive.close();
  }
}

const servedOf = ({ served }: Archive) => [served.error, served.files.map(({ name, size }) => [name, size])];

function directoryBytes(some: readonly ZipEntry[]): number {
  return some.reduce((sum, { central }) => sum + 46 + (central?.name.length ?? 0), 22);
}

async function inFolder(run: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mar-studio-zip-'));
  try {
    await run(join(folder, 'a.mar'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('two headers of one entry that differ are told by the field, as scripts look for it', async (t) => {
  const named = zipEntry('model.pt', 'x', { local: { name: Buffer.from('other.pt') } });
  const sized = zipEntry('labels.json', '{}', { local: { size: 9 } });
  const { findings } = await openScratch(t, [joined(zip([named, sized]))]);
  const told = findings.filter(({ code }) => code === 'ZIP_VIEW_MISMATCH').map(({ message }) => message);
  assert.ok(
    told.some((message) => message.includes('field=name other.pt')),
    told.join('\n'),
  );
  assert.ok(
    told.some((message) => message.includes('field=size 9')),
    told.join('\n'),
  );
});
