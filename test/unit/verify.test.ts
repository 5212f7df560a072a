import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Problem } from '../../core/contract/errors.ts';
import { archiveFormats, type Finding, type PackInput } from '../../core/contract/model.ts';
import type { Progress } from '../../core/contract/progress.ts';
import type { VerifyResult } from '../../core/contract/verification.ts';
import { pack } from '../../core/pack.ts';
import { verdictOf } from '../../core/report/verdict.ts';
import { verify } from '../../core/verify.ts';
import { goodEntries, handlerEntry, manifestEntry, manifestName, manifestText } from '../hostile/case.ts';
import { writePieces } from '../hostile/pieces.ts';
import { deflated, zip, zipEntry } from '../hostile/zip-builder.ts';
import { randomOf } from '../support/random.ts';
import { scratchFolder } from '../support/scratch.ts';
import { torchscript, zipOf } from './weights/files.ts';

const fixtures = fileURLToPath(new URL('../fixtures/torchserve/', import.meta.url));
const handler = 'def handle(data, context):\n    return data\n';

function randomBytes(seed: number, length: number): Buffer {
  const { pick } = randomOf(seed);
  return Buffer.from(Uint8Array.from({ length }, () => pick(256)));
}

async function packed(t: TestContext, more: Partial<PackInput> = {}, files: Record<string, Buffer> = {}) {
  const folder = await scratchFolder(t);
  const all = { 'handler.py': handler, 'model.bin': randomBytes(1, 200_000), ...files };
  for (const [name, content] of Object.entries(all)) await writeFile(join(folder, name), content);
  const at = (name: string) => join(folder, name);
  const input: PackInput = {
    modelName: 'digits',
    version: '1.2',
    handler: at('handler.py'),
    serializedFile: at('model.bin'),
    exportPath: join(folder, 'out'),
    ...more,
  };
  return (await pack(input)).output;
}

async function built(
  t: TestContext,
  name: string,
  pieces: Parameters<typeof writePieces>[1],
): Promise<string> {
  const path = join(await scratchFolder(t), name);
  writePieces(path, pieces);
  return path;
}

const codesOf = ({ findings }: VerifyResult, severity?: string) =>
  findings
    .filter((finding) => severity === undefined || finding.severity === severity)
    .map(({ code }) => code);

for (const archiveFormat of archiveFormats) {
  test(`what pack writes as ${archiveFormat} is verified without a finding`, async (t) => {
    const path = await packed(t, { archiveFormat });
    const result = await verify(path);
    assert.deepEqual(result.findings, []);
    assert.equal(result.ok, true);
    const { failure, unjudged, name, version, others, steps } = result.load;
    assert.deepEqual([failure, unjudged, name, version, others], [null, null, 'digits', '1.2', []]);
    assert.deepEqual(
      steps.map(({ what }) => what),
      ['runtime', 'handler', 'weights', 'requirements', 'config'],
    );
    assert.equal(result.served, null);
    assert.equal(result.manifest?.model?.modelName, 'digits');
    assert.equal(result.read.entries, 3);
    assert.ok(result.read.bytes > 200_000);
    const sha256 =
      archiveFormat === 'no-archive'
        ? null
        : createHash('sha256')
            .update(await readFile(path))
            .digest('hex');
    assert.equal(result.sha256, sha256);
    const hasChecksums = archiveFormat === 'default' || archiveFormat === 'zip-store';
    assert.equal(result.read.checksums, hasChecksums ? 3 : 0);
  });
}

const samples: Readonly<Record<string, { readonly as: string; readonly codes: readonly string[] }>> = {
  'custom_python_dep.mar': {
    as: 'custom_python_dep 1.0',
    codes: ['REQ_NEEDS_NETWORK', 'MANIFEST_LEGACY', 'REQ_UNPINNED'],
  },
  'echo.mar': { as: 'echo 1.0', codes: [] },
  'init-error.mar': { as: 'init-error 1.0', codes: ['CONFIG_TIMEOUT_TRAP'] },
  'noop.mar': { as: 'noop 1.11', codes: ['MANIFEST_LEGACY'] },
  'noop.tar.gz': { as: 'noop 1.0', codes: [] },
  noop_no_archive: { as: 'noop 1.11', codes: ['TS_FOLDER_ROOT', 'MANIFEST_LEGACY'] },
  'noop_entrypntfunc.mar': { as: 'noop_entrypntfunc 1.0', codes: [] },
  'noop_v2.mar': { as: 'noop 1.2.1', codes: ['MANIFEST_LEGACY'] },
  'respheader-test.mar': { as: 'respheader-test 1.0', codes: ['MANIFEST_LEGACY'] },
  'smtest.war': { as: 'smtest 1.0', codes: ['LOAD_WORKFLOW_RETIRED'] },
};

for (const [name, { as, codes }] of Object.entries(samples)) {
  test(`${name} of TorchServe's own tests loads, and only its true defects are named`, async () => {
    const result = await verify(join(fixtures, name));
    assert.equal(result.ok, true);
    assert.deepEqual(codesOf(result), codes);
    assert.equal(result.load.failure, null);
    assert.equal(`${result.load.name} ${result.load.version}`, as);
  });
}

test('a flipped bit is found at its entry, and the other entries are proven all the same', async (t) => {
  const path = await packed(t, { archiveFormat: 'zip-store' });
  const bytes = await readFile(path);
  const at = bytes.indexOf(randomBytes(1, 64)) + 100_000;
  bytes.writeUInt8((bytes[at] as number) ^ 1, at);
  await writeFile(path, bytes);
  const result = await verify(path);
  assert.equal(result.ok, false);
  assert.deepEqual(
    result.findings.map(({ code, path }) => [code, path]),
    [['ZIP_CRC', 'model.bin']],
  );
  assert.equal(result.read.entries, 2);
  assert.match(result.load.failure ?? '', /model\.bin/);
});

test('every byte of a small archive counts: none can be flipped unseen', async (t) => {
  // All of them stored: the last byte of a deflated entry has bits to spare.
  const entries = [zipEntry(manifestName, manifestText), handlerEntry, zipEntry('a.txt', 'aaaaaaaaaaaa')];
  const path = await built(t, 'model.mar', zip(entries));
  const good = await readFile(path);
  const unseen: number[] = [];
  for (let at = 0; at < good.length; at++) {
    const bytes = Buffer.from(good);
    bytes.writeUInt8((bytes[at] as number) ^ 0x20, at);
    await writeFile(path, bytes);
    const seen = await verify(path).then(
      ({ findings }) => findings.length > 0,
      (error) => error instanceof Problem,
    );
    if (!seen) unseen.push(at);
  }
  assert.deepEqual(
    unseen.filter((at) => !saysNothing(good, at)),
    [],
  );
});

/** Versions, unused flags, times and attributes: no content is read by them, and they are free to be anything. */
function saysNothing(archive: Buffer, at: number): boolean {
  const within = (signature: number, fields: readonly (readonly [number, number])[]) =>
    fields.some(([from, to]) => {
      for (let offset = from; offset < to; offset++) {
        if (at >= offset && archive.readUInt32LE(at - offset) === signature) return true;
      }
      return false;
    });
  const local = [
    [4, 7],
    [10, 14],
  ] as const;
  const central = [
    [4, 9],
    [12, 16],
    [36, 42],
  ] as const;
  return within(0x04034b50, local) || within(0x02014b50, central);
}

test('a warning fails where it is asked to, and only there', async (t) => {
  const path = await built(t, 'model.zip', zip([...goodEntries]));
  assert.deepEqual(codesOf(await verify(path)), ['TS_EXTENSION']);
  assert.equal((await verify(path)).ok, true);
  assert.equal((await verify(path, { failOn: 'error' })).ok, true);
  assert.equal((await verify(path, { failOn: 'warning' })).ok, false);
});

test('what TorchServe would load is told where it is not what is listed', async (t) => {
  const hidden = zipEntry('hidden.py', 'import os\n', { unlisted: true });
  const result = await verify(await built(t, 'model.mar', zip([...goodEntries, hidden])));
  assert.deepEqual(result.served, ['MAR-INF/MANIFEST.json', 'handler.py', 'hidden.py']);
  assert.deepEqual(codesOf(result), ['ZIP_UNLISTED_ENTRY']);
});

test('a file that is listed, and that TorchServe never comes to, is why the model does not load', async (t) => {
  const [manifest, code] = goodEntries;
  assert.ok(manifest && code);
  const gap = { ...code, before: Buffer.alloc(16) };
  const result = await verify(await built(t, 'model.mar', zip([manifest, gap])));
  assert.deepEqual(codesOf(result), ['ZIP_GAP']);
  assert.match(result.load.failure ?? '', /handler\.py/);
});

test('a handler that Python refuses for its bytes fails, and one that nobody can judge is not said to load', async (t) => {
  const judge = async (code: Buffer | string, format: 'default' | 'tgz') =>
    verify(await packed(t, { archiveFormat: format }, { 'handler.py': Buffer.from(code as string) }));
  const tangled = `${handler}x = ${'..'.repeat(200_000)}\n`;
  for (const format of ['default', 'tgz'] as const) {
    for (const code of [Buffer.from([0x22, 0xff, 0x22]), `${handler}\0`, `#${'\0'.repeat(500_000)}`]) {
      const { ok, load, findings } = await judge(code, format);
      assert.deepEqual([ok, findings.map(({ code }) => code)], [false, ['LOAD_HANDLER_SYNTAX']]);
      assert.match(load.failure ?? '', /^Python can't read handler\.py: it /);
    }
    for (const code of [tangled, `${handler}# ${'x'.repeat(2 ** 21)}\n`]) {
      const result = await judge(code, format);
      assert.deepEqual(codesOf(result), ['AUDIT_INCOMPLETE']);
      assert.equal(result.load.failure, null);
      assert.match(result.load.unjudged ?? '', /^handler\.py is not judged: it /);
      assert.match(verdictOf(result), /^Whether TorchServe would load it could not be judged \(handler\.py /);
    }
  }
});

test('TorchServe goes by the suffix: a tar.gz that ends in .mar is no ZIP, and does not load', async (t) => {
  const path = await packed(t, { archiveFormat: 'tgz' });
  const renamed = path.replace(/\.tar\.gz$/, '.mar');
  await rename(path, renamed);
  const result = await verify(renamed);
  assert.deepEqual(codesOf(result), ['TS_EXTENSION']);
  assert.match(result.load.failure ?? '', /digits\.mar ends in "\.mar" and is no ZIP/);
  assert.ok(result.checks.some(({ code }) => code === 'ZIP_DUPLICATE_NAME'));
});

test('findings in a tar name the entry as the tar does', async (t) => {
  const path = await packed(
    t,
    { archiveFormat: 'tgz', extraFiles: undefined },
    { 'handler.py': Buffer.from('x = = 1\n') },
  );
  const [finding, ...others] = (await verify(path)).findings;
  assert.deepEqual(others, []);
  assert.equal(finding?.path, 'digits/handler.py');
  assert.match(finding?.message ?? '', /^Python can't read handler\.py:1/);
});

test('a link in a folder stands beside the file that it points to, and hides neither', async (t) => {
  const path = await packed(t, { archiveFormat: 'no-archive' });
  await symlink('handler.py', join(path, 'json.py'));
  const { findings, load } = await verify(path);
  assert.equal(load.failure, null);
  assert.deepEqual(
    findings.map(({ code, path: at }) => [code, at]),
    [
      ['FOLDER_LINK', 'json.py'],
      ['LOAD_MODULE_SHADOWS', 'json.py'],
    ],
  );
});

test('weights that were deflated are still told apart by their directory', async (t) => {
  const base = 'from ts.torch_handler.base_handler import BaseHandler\n\n\nclass H(BaseHandler):\n    pass\n';
  // The record of 5 MiB keeps the start from telling: what makes it TorchScript is named at the end alone.
  const data = { 'model/data.pkl': 'N.', 'model/data/0': Buffer.alloc(5 * 1024 * 1024) };
  const kinds = { script: await zipOf({ ...data, 'model/constants.pkl': 'N.' }), dict: await zipOf(data) };
  const judge = async (weights: Buffer) => {
    const path = await packed(
      t,
      { compression: 'deflate' },
      { 'handler.py': Buffer.from(base), 'model.bin': Buffer.alloc(0) },
    );
    assert.ok(path);
    const entries = [
      deflated(manifestName, JSON.stringify(manifestFor('model.pt'))),
      zipEntry('handler.py', base),
      deflated('model.pt', weights),
    ];
    return codesOf(await verify(await built(t, 'model.mar', zip(entries))));
  };
  assert.deepEqual(await judge(kinds.script), []);
  assert.deepEqual(await judge(kinds.dict), ['LOAD_STATE_DICT_ONLY']);
  assert.deepEqual(await judge(torchscript), []);
});

const manifestFor = (serializedFile: string) => ({
  createdOn: '01/01/2024 00:00:00',
  runtime: 'python',
  model: { modelName: 'm', modelVersion: '1', handler: 'handler.py', serializedFile },
  archiverVersion: '0.12.0',
});

test('progress never goes back, and ends at the whole', async (t) => {
  const path = await packed(t);
  const seen: Progress[] = [];
  const { read } = await verify(path, { onProgress: (progress) => seen.push(progress) });
  assert.ok(seen.length > 0);
  const done = seen.map(({ doneBytes }) => doneBytes);
  assert.deepEqual(
    done,
    done.toSorted((a, b) => a - b),
  );
  assert.equal(seen.at(-1)?.doneBytes, read.bytes);
  assert.equal(seen.at(-1)?.totalBytes, read.bytes);
});

test('cancelling ends it, before it began and in its middle', async (t) => {
  const path = await packed(t, {}, { 'model.bin': randomBytes(2, 300_000) });
  await assert.rejects(verify(path, { signal: AbortSignal.abort() }), { code: 'CANCELLED' });
  const controller = new AbortController();
  const onProgress = () => controller.abort();
  await assert.rejects(verify(path, { signal: controller.signal, onProgress }), { code: 'CANCELLED' });
});

test('an archive that is written to meanwhile is no result, but a problem', async (t) => {
  const path = await packed(t, { archiveFormat: 'zip-store' });
  const change = appendFile.bind(null, path, 'x');
  let changed: Promise<void> | undefined;
  const onProgress = () => {
    changed ??= change();
  };
  await assert.rejects(verify(path, { onProgress }), { code: 'INPUT_CHANGED' });
  await changed;
});

test('the checks that found nothing are those of this container, and none that found something', async (t) => {
  const inZip = await verify(await built(t, 'model.mar', zip([manifestEntry])));
  assert.deepEqual(codesOf(inZip), ['MANIFEST_DANGLING']);
  const codes = inZip.checks.map(({ code }) => code);
  assert.ok(codes.includes('ZIP_CRC') && codes.includes('SECRET_TOKEN') && codes.includes('NAME_EMPTY'));
  assert.ok(!codes.includes('MANIFEST_DANGLING') && !codes.includes('TS_TAR_ROOT'));
  assert.equal(new Set(codes).size, codes.length);
});

test('a folder that is no model, and a file that is no archive, are told apart from broken ones', async (t) => {
  const folder = await scratchFolder(t);
  await mkdir(join(folder, 'empty'));
  assert.deepEqual(codesOf(await verify(join(folder, 'empty'))), ['MAR_EMPTY']);
  await writeFile(join(folder, 'a.mar'), 'hello');
  await assert.rejects(verify(join(folder, 'a.mar')), { code: 'ZIP_NOT_ZIP' });
  await assert.rejects(verify(join(folder, 'none.mar')), { code: 'INPUT_MISSING' });
});

test('what is found is told as it is found, and nothing that the result does not hold', async (t) => {
  const path = await built(
    t,
    'early.mar',
    zip([
      ...goodEntries,
      zipEntry('../evil.txt', [Buffer.from('x')]),
      zipEntry('broken.bin', 'content', { both: { crc32: 1 } }),
    ]),
  );
  const batches: (readonly Finding[])[] = [];
  const { findings } = await verify(path, { onFindings: (some) => batches.push(some) });
  const told = batches.flat();
  const textOf = ({ code, path, message }: Finding) => JSON.stringify([code, path, message]);
  assert.ok(
    batches[0]?.some(({ code }) => code === 'PATH_TRAVERSAL'),
    'names are judged on opening',
  );
  assert.ok(batches.length > 1, 'contents are judged later');
  assert.deepEqual(told.map(textOf).sort(), findings.map(textOf).sort());
});
