import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { VerifyResult } from '../../core/contract/verification.ts';
import { pack } from '../../core/pack.ts';
import { proofOf } from '../../core/report/verdict.ts';
import { verify } from '../../core/verify.ts';
import { goodEntries } from '../hostile/case.ts';
import { calling } from '../hostile/pickles/payloads.ts';
import { writePieces } from '../hostile/pieces.ts';
import { deflated, zip, zipEntry } from '../hostile/zip-builder.ts';
import { op, pickle } from '../support/pickle.ts';
import { randomOf } from '../support/random.ts';
import { scratchFolder } from '../support/scratch.ts';
import { stateDict, wholeModule, zipOf } from './weights/files.ts';

const system = calling('os', 'system');
const honest = pickle(op.PROTO(2), op.EMPTY_DICT(), op.STOP());

async function archiveOf(t: TestContext, entry: Parameters<typeof zip>[0][number]): Promise<string> {
  const path = join(await scratchFolder(t), 'model.mar');
  writePieces(path, zip([...goodEntries, entry]));
  return path;
}

const picklesIn = ({ findings }: VerifyResult) =>
  findings.filter(({ code }) => code.startsWith('PICKLE_')).map(({ code, path }) => [code, path]);

/** Numbers of which no sample holds the whole, nor deflate makes little. */
function noise(length: number): Buffer {
  const { pick } = randomOf(7);
  return Buffer.from(Uint8Array.from({ length }, () => pick(256)));
}

test('a dangerous pickle is an error, stored or deflated, and wherever it hides', async (t) => {
  const large = noise(3_000_000);
  const torch = await zipOf({ 'm/data/0': large, 'm/data.pkl': system, 'm/version': '3\n' });
  const behind = Buffer.concat([pickle(op.PROTO(4), op.BINBYTES(large), op.POP()), system.subarray(2)]);
  for (const [name, bytes] of [
    ['notes.txt', system],
    ['encoder.pt', torch],
    ['cache.bin', behind],
  ] as const) {
    for (const entry of [zipEntry(name, bytes), deflated(name, bytes)]) {
      const result = await verify(await archiveOf(t, entry));
      assert.equal(result.ok, false);
      assert.deepEqual(picklesIn(result), [['PICKLE_DANGEROUS', name]]);
      assert.equal(result.pickles.verdict, 'findings');
    }
  }
});

test('in a tar.gz and in a folder it is found too', async (t) => {
  const folder = await scratchFolder(t);
  const at = (name: string) => join(folder, name);
  const behind = pickle(op.PROTO(4), op.BINBYTES(noise(3_000_000)), op.POP(), system.subarray(2));
  await writeFile(at('handler.py'), 'def handle(data, context):\n    return data\n');
  await writeFile(at('model.bin'), behind);
  for (const archiveFormat of ['tgz', 'no-archive'] as const) {
    const { output, findings } = await pack({
      ...{ modelName: 'digits', version: '1', handler: at('handler.py'), serializedFile: at('model.bin') },
      ...{ archiveFormat, exportPath: at('out') },
    });
    assert.ok(findings.some(({ code }) => code === 'PICKLE_DANGEROUS'));
    const result = await verify(output as string);
    assert.equal(result.ok, false);
    assert.deepEqual(
      picklesIn(result).map(([code]) => code),
      ['PICKLE_DANGEROUS'],
    );
  }
});

test('classes of their own are a warning, which does not make an archive bad', async (t) => {
  const result = await verify(await archiveOf(t, zipEntry('net.pth', wholeModule)));
  assert.deepEqual(picklesIn(result), [['PICKLE_GLOBAL', 'net.pth']]);
  assert.equal(result.ok, true);
  assert.equal(result.pickles.verdict, 'findings');
});

test('what could not be read to its end is a warning', async (t) => {
  const result = await verify(await archiveOf(t, zipEntry('half.pkl', honest.subarray(0, -1))));
  assert.deepEqual(picklesIn(result), [['PICKLE_INCOMPLETE', 'half.pkl']]);
  assert.deepEqual([result.ok, result.pickles.verdict], [true, 'incomplete']);
});

test('where nothing is found, the reports say what was read, and by which list', async (t) => {
  const result = await verify(await archiveOf(t, zipEntry('weights.pth', stateDict)));
  assert.deepEqual(picklesIn(result), []);
  const { streams, opcodes, listVersion } = result.pickles;
  assert.equal(streams, 1);
  assert.match(
    proofOf(result),
    new RegExp(
      `; pickles: no disallowed globals found \\(1 stream, ${opcodes} opcodes, list version ${listVersion}\\)$`,
    ),
  );
  assert.ok(result.checks.some(({ code }) => code === 'PICKLE_DANGEROUS'));
  assert.doesNotMatch(JSON.stringify(result), /\bsafe\b/);
});

test('weights by themselves are scanned record by record, their storages known', async (t) => {
  const path = await archiveOf(t, zipEntry('weights.pth', stateDict));
  const clean = await verify(`${path}!weights.pth`);
  assert.deepEqual(picklesIn(clean), []);
  assert.equal(clean.pickles.streams, 1);
  const hostile = await archiveOf(t, zipEntry('w.pth', await zipOf({ 'm/data.pkl': system })));
  assert.deepEqual(picklesIn(await verify(`${hostile}!w.pth`)), [['PICKLE_DANGEROUS', 'm/data.pkl']]);
});
