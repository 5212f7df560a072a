import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, mkdir, open, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Archive, ArchiveEntry } from '../../../core/archive.ts';
import { pack } from '../../../core/pack.ts';
import { listingBefore } from '../../../core/refused.ts';
import { openTar } from '../../../core/tar/open-tar.ts';
import { type Hook, withHook } from '../../faults/inject.ts';
import { deflatedZeros } from '../../hostile/good-cases.ts';
import { joined, type Piece, writePieces } from '../../hostile/pieces.ts';
import { gzip, tar, tarEntry } from '../../hostile/tar-builder.ts';
import { type JavaView, startJavaViews } from '../../support/java-views.ts';
import { type PythonEntry, pythonMissing, writeTarsWithPython } from '../../support/python-tar.ts';
import { type Random, randomOf } from '../../support/random.ts';
import { scratchFolder } from '../../support/scratch.ts';

const noop = join(import.meta.dirname, '../../fixtures/torchserve/noop.tar.gz');

const codesOf = ({ findings }: Archive) => findings.map(({ code }) => code);

async function contentOf(archive: Archive, entry: ArchiveEntry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of archive.read(entry)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function openParts(t: Parameters<typeof scratchFolder>[0], parts: readonly (readonly Piece[])[]) {
  const path = join(await scratchFolder(t), 'model.tar.gz');
  await writeFile(path, gzip(joined(tar(parts))));
  const archive = await openTar(path);
  t.after(() => archive.close());
  return archive;
}

/** A model folder as people have them, with names of every length and some types that have no place in it. */
function randomEntries({ pick, oneOf, text }: Random, characters: string): PythonEntry[] {
  const names = new Set<string>();
  while (names.size < 1 + pick(12)) {
    const parts = Array.from({ length: 1 + pick(3) }, () => text(characters, 1 + pick(oneOf([6, 40]))));
    names.add(`model/${parts.join('/')}`);
  }
  return [...names].map((name) => {
    const type = oneOf(['file', 'file', 'file', 'file', 'folder', 'link', 'hard link', 'fifo'] as const);
    const isLink = type === 'link' || type === 'hard link';
    return {
      name,
      type,
      mode: oneOf([0o644, 0o755, 0o600, 0o4755]),
      modified: pick(2 ** 31),
      linkTarget: isLink ? text('abc/', 1 + pick(90)) : null,
      content:
        type === 'file' ? Buffer.alloc(oneOf([0, 1, 511, 512, 513, 5000]), text('xyz', 3)) : Buffer.alloc(0),
    };
  });
}

test('what Python writes in any of its formats is listed as Python lists it, and reads back', async (t) => {
  const missing = pythonMissing();
  if (missing) return t.skip(missing);
  const folder = await scratchFolder(t);
  const random = randomOf(20_240_601);
  const tars = Array.from({ length: 60 }, (_, at) => {
    const format = random.oneOf(['USTAR_FORMAT', 'GNU_FORMAT', 'PAX_FORMAT'] as const);
    const characters = format === 'PAX_FORMAT' ? 'abc_.猫é😀' : 'abc_.';
    const mode = random.oneOf(['w', 'w:gz'] as const);
    return { path: join(folder, `${at}`), format, mode, entries: randomEntries(random, characters) };
  });
  const listings = await writeTarsWithPython(tars);
  for (const [at, { path, format, mode, entries }] of tars.entries()) {
    const archive = await openTar(path);
    const shown = archive.entries.map(({ name, type, size, mode, modified, linkTarget }) => {
      return { name, type, size, mode, modified: modified.getTime() / 1000, linkTarget };
    });
    assert.deepEqual(shown, listings[at], `${format} ${mode}`);
    assert.equal(archive.container, mode === 'w' ? 'tar' : 'tar.gz');
    for (const entry of archive.entries) {
      if (entry.type !== 'file') continue;
      assert.deepEqual(await contentOf(archive, entry), entries[entry.index]?.content, entry.name);
    }
    await archive.close();
  }
});

/** Trees of every kind: several roots, none, links, files in the place of folders, the same name again. */
function randomParts({ pick, oneOf, text }: Random): Piece[][] {
  return Array.from({ length: 1 + pick(5) }, () => {
    const name =
      oneOf(['m/', 'm/', 'm/', './', 'n/', '', '/', 'm//']) +
      text(['a', 'b', '/c', 'd/e', '猫'], 1 + pick(3));
    const isGnu = pick(3) === 0;
    const magic = isGnu ? 'ustar  \0' : 'ustar\x0000';
    if (pick(6) > 0) return tarEntry(name, text('xy', pick(600)), { magic });
    return tarEntry(name, '', { magic, type: oneOf(['1', '2', '5', '6', '7']), linkName: 'm/a' });
  });
}

test('what TorchServe would load is what its own code unpacks', { timeout: 120_000 }, async (t) => {
  const java = await startJavaViews();
  if ('missing' in java) return t.skip(java.missing);
  t.after(() => java.stop());
  if (!java.isServer) return t.skip("no jar of TorchServe's front end");
  const path = join(await scratchFolder(t), 'model.tar.gz');
  const random = randomOf(7);
  for (let sample = 0; sample < 200; sample++) {
    const raw = joined(tar(randomParts(random)));
    await writeFile(path, gzipSync(raw));
    const archive = await openTar(path);
    const served = new Map<string, { size: number; sha256: string }>();
    for (const { name, size, entry } of archive.served.files) {
      const content = entry === null ? Buffer.alloc(0) : await contentOf(archive, entry);
      served.set(name, { size, sha256: createHash('sha256').update(content).digest('hex') });
    }
    await archive.close();
    const view: JavaView = await java.view('tar.gz', path);
    assert.equal(archive.served.error !== null, view.error !== null, `sample ${sample}: ${view.error}`);
    if (view.error === null) assert.deepEqual(served, new Map(view.files), `sample ${sample}`);
  }
});

test('the archive of the reference opens without a word, and TorchServe would load five files', async (t) => {
  const archive = await openTar(noop);
  t.after(() => archive.close());
  assert.deepEqual(archive.findings, []);
  assert.deepEqual(
    archive.served.files.map(({ name, size }) => [name, size]),
    [
      ['model.pt', 0],
      ['service.py', 3367],
      ['extra1.txt', 0],
      ['sub1/sub1_test1.py', 0],
      ['MAR-INF/MANIFEST.json', 220],
    ],
  );
  const manifest = archive.served.files.at(-1)?.entry;
  assert.ok(manifest);
  assert.match((await contentOf(archive, manifest)).toString(), /"modelName": "noop"/);
  assert.equal(await archive.openInPlace(manifest), null, 'what is compressed has no place');
});

test('what pack writes is listed as pack tells it, and TorchServe would load just that', async (t) => {
  const folder = await scratchFolder(t);
  await writeFile(join(folder, 'handler.py'), 'def handle(data, context):\n    return data\n');
  await writeFile(join(folder, 'model.pt'), Buffer.alloc(3_000_000, 'weights'));
  const packed = await pack({
    modelName: 'net',
    version: '1.0',
    handler: join(folder, 'handler.py'),
    serializedFile: join(folder, 'model.pt'),
    exportPath: folder,
    archiveFormat: 'tgz',
  });
  const archive = await openTar(packed.output);
  t.after(() => archive.close());
  assert.deepEqual(archive.findings, []);
  const meant = packed.entries.map(({ path, size }) => [path, size]);
  assert.deepEqual(
    archive.served.files.map(({ name, size }) => [name, size]),
    meant,
  );
  assert.deepEqual(
    archive.entries.map(({ name, size }) => [name, size]),
    meant.map(([path, size]) => [`net/${path}`, size]),
  );
});

test('reading all entries in their order inflates the file once, and any other order gives the same', async (t) => {
  const bodies = Array.from({ length: 40 }, (_, at) => createHash('sha512').update(`${at}`).digest());
  const archive = await openParts(
    t,
    bodies.map((body, at) => tarEntry(`m/${at}`, Buffer.concat(Array(300).fill(body)))),
  );
  const handle = await open(noop);
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const { read } = prototype;
  let bytes = 0;
  t.after(() => Object.assign(prototype, { read }));
  prototype.read = async function (...given: unknown[]) {
    const result = await read.apply(this, given);
    bytes += result.bytesRead;
    return result;
  };
  const hasRightBody = async (entry: ArchiveEntry) => {
    const content = await contentOf(archive, entry);
    assert.equal(content.length, 300 * 64);
    assert.deepEqual(content.subarray(-64), bodies[entry.index]);
  };
  for (const entry of archive.entries) await hasRightBody(entry);
  assert.ok(bytes < archive.size + 200_000, `${bytes} bytes were read of ${archive.size}`);
  Object.assign(prototype, { read });

  for (const entry of [...archive.entries].reverse().slice(0, 10)) await hasRightBody(entry);
  await Promise.all(archive.entries.slice(0, 10).map(hasRightBody));
  for (const entry of archive.entries.slice(0, 10)) {
    for await (const _ of archive.read(entry)) break; // Whoever stops half way harms no other reading.
    await hasRightBody(entry);
  }
});

test('an entry of a plain tar is read where it lies', async (t) => {
  const path = join(await scratchFolder(t), 'model.tar');
  await writeFile(path, joined(tar([tarEntry('m/a', 'first'), tarEntry('m/b', 'second')])));
  const archive = await openTar(path);
  t.after(() => archive.close());
  assert.deepEqual(codesOf(archive), ['TS_TAR_PLAIN']);
  assert.deepEqual(archive.served, { files: [], error: 'Input is not in the .gz format' });
  const place = await archive.openInPlace(archive.entries[1] as ArchiveEntry);
  assert.equal((await place?.read(2, 100))?.toString(), 'cond');
  assert.equal((await contentOf(archive, archive.entries[0] as ArchiveEntry)).toString(), 'first');
});

test('a file past 8 GiB in a plain tar is listed without being read', async (t) => {
  const path = join(await scratchFolder(t), 'model.tar');
  const size = 9 * 2 ** 30;
  const wide = Buffer.alloc(12);
  wide[0] = 0x80;
  wide.writeBigUInt64BE(BigInt(size), 4);
  writePieces(
    path,
    tar([
      [...tarEntry('m/big', '', { size: wide, magic: 'ustar  \0' }), { holeBytes: size }],
      tarEntry('m/a', 'x'),
    ]),
  );
  const archive = await openTar(path);
  t.after(() => archive.close());
  assert.deepEqual(
    archive.entries.map((entry) => [entry.name, entry.size]),
    [
      ['m/big', size],
      ['m/a', 1],
    ],
  );
});

test('a file that changes while the archive is open is a problem, not a hybrid', async (t) => {
  const folder = await scratchFolder(t);
  for (const [name, bytes] of [
    ['model.tar.gz', await readFile(noop)],
    ['model.tar', joined(tar([tarEntry('m/service.py', 'x')]))],
  ] as const) {
    const path = join(folder, name);
    await writeFile(path, bytes);
    const archive = await openTar(path);
    t.after(() => archive.close());
    const entry = archive.entries.find((one) => one.name.endsWith('service.py')) as ArchiveEntry;
    await contentOf(archive, entry);
    await appendFile(path, 'more');
    await assert.rejects(contentOf(archive, entry), { code: 'INPUT_CHANGED' });
    await writeFile(path, bytes);
    await utimes(path, 1, 1);
    await assert.rejects(contentOf(archive, entry), { code: 'INPUT_CHANGED' });
  }
});

test('a file that is overwritten while it is opened is said to have changed, not to be broken', async (t) => {
  const path = join(await scratchFolder(t), 'model.tar.gz');
  await writeBomb(path, 2048);
  const file = await open(path, 'r+');
  t.after(() => file.close());
  const { size } = await file.stat();
  // Long ago, so that it is newer by any clock.
  await utimes(path, 1, 1);
  let isOverwritten = false;
  const overwriteFirst: Hook = async (read, args) => {
    if (!isOverwritten) {
      isOverwritten = true;
      await file.write(Buffer.alloc(2 ** 20, 0xff), 0, 2 ** 20, size - 2 ** 20);
    }
    return read(...args);
  };
  await withHook('handle.read', overwriteFirst, () =>
    assert.rejects(openTar(path), { code: 'INPUT_CHANGED' }),
  );
});

test('links, pipes and folders have no content, and an entry of another archive is a bug', async (t) => {
  const link = await openParts(t, [
    tarEntry('m/l', '', { type: '2', linkName: 'x' }),
    tarEntry('m/f/', '', { type: '5' }),
  ]);
  for (const entry of link.entries) {
    await assert.rejects(contentOf(link, entry), { code: 'ENTRY_TYPE' });
    await assert.rejects(link.openInPlace(entry), { code: 'ENTRY_TYPE' });
  }
  const other = await openParts(t, [tarEntry('m/l', 'x')]);
  await assert.rejects(contentOf(link, other.entries[0] as ArchiveEntry), /of another archive/);
});

test('names are judged without the "./" that tar puts before them, and beyond ASCII only pax is sure', async (t) => {
  const dot = await openParts(t, [
    tarEntry('./', '', { type: '5' }),
    tarEntry('./MAR-INF/MANIFEST.json', '{}'),
  ]);
  assert.deepEqual(dot.findings, []);
  assert.deepEqual(
    dot.served.files.map(({ name }) => name),
    ['MAR-INF/MANIFEST.json'],
  );
  const accent = await openParts(t, [tarEntry('m/é.txt', 'x')]);
  assert.deepEqual(codesOf(accent), ['TAR_NAME_CHARSET']);
  const invalid = await openParts(t, [tarEntry(Buffer.from([0x6d, 0x2f, 0xff]), 'x')]);
  assert.deepEqual(codesOf(invalid), ['TAR_NAME_CHARSET', 'NAME_ENCODING']);
});

test('an empty tar and one without an end mark are told', async (t) => {
  assert.deepEqual(codesOf(await openParts(t, [])), ['MAR_EMPTY']);
  const path = join(await scratchFolder(t), 'model.tar.gz');
  await writeFile(path, gzip(joined(tarEntry('m/a', 'x'))));
  const archive = await openTar(path);
  t.after(() => archive.close());
  assert.deepEqual(codesOf(archive), ['TAR_NO_END']);
});

test('what was listed before an archive was refused can still be shown', async (t) => {
  const path = join(await scratchFolder(t), 'model.tar.gz');
  const whole = gzip(joined(tar([tarEntry('m/a', 'x'), tarEntry('m/b', 'x')])));
  await writeFile(path, Buffer.concat([whole, gzip(Buffer.from('more'))]));
  const problem = await openTar(path).catch((error) => error);
  assert.equal(problem.code, 'GZIP_TRAILING');
  const { entries, served } = listingBefore(problem) ?? {};
  assert.deepEqual(
    entries?.map(({ name }) => name),
    ['m/a', 'm/b'],
  );
  assert.deepEqual(
    served?.files.map(({ name }) => name),
    ['a', 'b'],
    'TorchServe stops before what follows',
  );
});

test('only a regular file is opened', async (t) => {
  const folder = await scratchFolder(t);
  await mkdir(join(folder, 'x.tar'));
  await assert.rejects(openTar(join(folder, 'x.tar')), { code: 'INPUT_NOT_REGULAR' });
  await assert.rejects(openTar(join(folder, 'none')), { code: 'INPUT_MISSING' });
});

/** One entry of zeros, a thousand times as large as the file, and a checksum that is wrong at the very end. */
async function writeBomb(path: string, mebibytes: number): Promise<void> {
  const head = joined(tarEntry('m/zeros', '', { size: mebibytes * 2 ** 20 }));
  const storedBlock = Buffer.from([0, 0, 2, 0xff, 0xfd]);
  // The last mebibyte is the end mark.
  const data = Buffer.concat([storedBlock, head, deflatedZeros(mebibytes + 1)]);
  await writeFile(path, gzip(Buffer.alloc(0), { data }));
}

test('opening that is cancelled reads no further', async (t) => {
  const path = join(await scratchFolder(t), 'model.tar.gz');
  await writeBomb(path, 4096);
  const abort = new AbortController();
  let reads = 0;
  const count: Hook = (read, args) => {
    if (++reads === 5) setImmediate(() => abort.abort());
    return read(...args);
  };
  await withHook('handle.read', count, () =>
    assert.rejects(openTar(path, { signal: abort.signal }), { code: 'CANCELLED' }),
  );
  // All of it takes twenty.
  assert.ok(reads <= 8, `${reads} reads`);
});

test('memory stays flat while a hundred times as many bytes pass', async (t) => {
  const path = join(await scratchFolder(t), 'model.tar.gz');
  await writeBomb(path, 512);
  const before = process.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  t.after(() => clearInterval(timer));
  await assert.rejects(openTar(path), { code: 'GZIP_CRC' });
  assert.ok(peak - before < 64 * 2 ** 20, `memory grew by ${peak - before} bytes`);
});
