import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWeightsFile } from '../../../core/weights/open-weights.ts';
import { fixture } from './expected.ts';

for (const name of ['current-types.onnx', 'current-checkpoint.pt', 'current-arrays.npz']) {
  test(`reading ${name} ends when it is cancelled`, async () => {
    const signal = AbortSignal.abort();
    await assert.rejects(openWeightsFile(fixture(name), { signal }), { code: 'CANCELLED' });
  });
}
