import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWeightsFile } from '../../../core/weights/open-weights.ts';
import { fixture } from './expected.ts';

const files = [
  ...['current-types.onnx', 'current-checkpoint.pt', 'current-arrays.npz', 'current-bare-legacy.pt'],
  ...['old-first-form.tar.pt', 'current-arrays.pkl'],
];

for (const name of files) {
  test(`reading ${name} ends when it is cancelled`, async () => {
    const signal = AbortSignal.abort();
    await assert.rejects(openWeightsFile(fixture(name), { signal }), { code: 'CANCELLED' });
  });
}
