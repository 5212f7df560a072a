import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { RandomAccess } from '../../../core/audit/rule.ts';
import { Problem } from '../../../core/contract/errors.ts';
import { describeWeights, detectWeights, type WeightsKind } from '../../../core/weights/detect.ts';
import { fixture } from './expected.ts';
import * as files from './files.ts';

function accessTo(bytes: Buffer): RandomAccess & { readonly reads: number[] } {
  const reads: number[] = [];
  return {
    size: bytes.length,
    reads,
    read: async (position, length) => {
      reads.push(length);
      return bytes.subarray(position, position + length);
    },
    close: async () => {},
  };
}

const detect = (content: string | Buffer) => {
  const bytes = Buffer.from(content as string);
  return detectWeights(bytes.subarray(0, 64 * 1024), accessTo(bytes));
};

const kinds: Readonly<Record<string, [WeightsKind, string | Buffer]>> = {
  'a TorchScript file': ['torchscript', files.torchscript],
  'a state_dict of torch.save': ['torch-zip', files.stateDict],
  'a module of torch.save': ['torch-zip', files.wholeModule],
  'a file of torch.save before 1.6': ['torch-legacy', files.legacy],
  'a torch.package': ['torch-package', files.torchPackage],
  'an exported program': ['torch-export', files.exported],
  'an ExecuTorch program': ['executorch', files.executorch],
  'a plain pickle': ['pickle', files.plainPickle],
  safetensors: ['safetensors', files.safetensors],
  'an ONNX model': ['onnx', files.onnx],
  'a GGUF file': ['gguf', files.gguf],
  'an HDF5 file': ['hdf5', files.hdf5],
  'a NumPy array': ['numpy', files.numpy],
  'arrays of NumPy in a ZIP': ['npz', files.npz],
  'a model that holds the records of weights': ['zip', files.unpackedIntoModel],
  'an exported program of today': ['torch-export', readFileSync(fixture('current-exported.pt2'))],
  'the first form of torch.save, a tar': ['torch-tar', readFileSync(fixture('old-first-form.tar.pt'))],
  'an ELF library': ['library', files.library],
  'a Mach-O library': ['library', files.machLibrary],
  'another ZIP file': ['zip', files.plainZip],
  'a ZIP file cut off in the middle': ['zip-damaged', files.stateDict.subarray(0, 300)],
  'a gzip file': ['gzip', files.gzip],
  'a Git LFS pointer': ['lfs-pointer', files.lfsPointer],
  'a web page': ['html', files.html],
  'a text file': ['text', 'accuracy: 0.93\n'],
  'a text in Japanese that is cut inside a character': [
    'text',
    Buffer.from('重み'.repeat(2000)).subarray(0, 4097),
  ],
  'an empty file': ['empty', ''],
  'random bytes': ['unknown', Buffer.from('9f3c00d1aa07fe5510', 'hex')],
};

for (const [what, [kind, bytes]] of Object.entries(kinds)) {
  test(`${what} is known by its bytes`, async () => {
    assert.equal((await detect(bytes)).kind, kind);
  });
}

test('what the names in a pickle speak for tells a state_dict from a module', async () => {
  assert.equal(describeWeights(await detect(files.stateDict)), 'a pickled state_dict, not TorchScript');
  assert.equal(describeWeights(await detect(files.legacy)), 'a pickled state_dict, not TorchScript');
  assert.equal(describeWeights(await detect(files.wholeModule)), 'a pickled module, not TorchScript');
  const nameless = await files.zipOf({ 'm/data.pkl': '\x80\x02}.', 'm/version': '3' });
  assert.equal(describeWeights(await detect(nameless)), 'a pickled state_dict or module, not TorchScript');
});

test('a torch file whose directory cannot be reached is not judged further', async () => {
  for (const bytes of [files.torchscript, files.stateDict]) {
    assert.equal((await detectWeights(bytes, null)).kind, 'torch-unseen');
  }
  assert.equal((await detectWeights(files.plainZip, null)).kind, 'zip');
});

test('no file is read whole: a large one costs its start, its tail and its pickle', async () => {
  const large = await files.zipOf({
    'm/data.pkl': files.stateDictPickle,
    'm/data/0': Buffer.alloc(20 * 1024 * 1024),
    'm/version': '3',
  });
  const access = accessTo(large);
  assert.equal((await detectWeights(large.subarray(0, 64 * 1024), access)).kind, 'torch-zip');
  const bytesRead = access.reads.reduce((sum, length) => sum + length, 0);
  assert.ok(bytesRead < 2 * 1024 * 1024, `${bytesRead} bytes were read`);
});

test('a directory larger than the tail is still listed, in a few reads', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 9000 }, (_, index) => [`m/data/${'long'.repeat(20)}${index}`, Buffer.alloc(0)]),
  );
  const bytes = await files.zipOf({ ...many, 'm/data.pkl': files.stateDictPickle, 'm/constants.pkl': '' });
  const access = accessTo(bytes);
  assert.equal((await detectWeights(bytes.subarray(0, 64 * 1024), access)).kind, 'torchscript');
  assert.ok(access.reads.length < 10, `${access.reads.length} reads`);
});

test('every truncation of every kind is some kind, and nothing throws', async () => {
  for (const [, bytes] of Object.values(kinds)) {
    const whole = Buffer.from(bytes as string);
    for (let end = 0; end < Math.min(whole.length, 400); end++) {
      await detect(whole.subarray(0, end));
      // As a comparison asks, which has no more than the start at hand.
      await detectWeights(whole.subarray(0, end), null);
    }
  }
});

test('every flipped byte of a torch file is some kind, and nothing throws', async () => {
  for (let at = 0; at < files.stateDict.length; at++) {
    const damaged = Buffer.from(files.stateDict);
    damaged[at] = (damaged[at] ?? 0) ^ 0xff;
    await detect(damaged);
  }
});

test('a read that fails is told as what it is, not as a damaged file', async () => {
  const failing: RandomAccess = {
    size: files.stateDict.length,
    read: async () => {
      throw Problem.of('INPUT_CHANGED', { path: 'm.pt', detail: 'it was written to' });
    },
    close: async () => {},
  };
  await assert.rejects(detectWeights(files.stateDict, failing), { code: 'INPUT_CHANGED' });
});
