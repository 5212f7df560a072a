/** Weights that a test made, opened, and what is told of them. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openWeightsFile } from '../../../core/weights/open-weights.ts';
import type { Weights } from '../../../core/weights/tensor.ts';
import { scratchFolder } from '../../support/scratch.ts';

export async function read(t: TestContext, bytes: Buffer, name = 'weights'): Promise<Weights> {
  const path = join(await scratchFolder(t), name);
  await writeFile(path, bytes);
  const weights = await openWeightsFile(path);
  assert.ok(weights, 'it is weights');
  t.after(() => weights.close());
  return weights;
}

export const codes = ({ problems }: Weights) => problems.map(({ code }) => code);
export const told = ({ tensors }: Weights) =>
  Object.fromEntries(tensors.map(({ name, problem }) => [name, problem?.code ?? 'fine']));

/** A problem goes with values that can't be had, and only with such. */
export function assertHonest({ tensors }: Weights): void {
  for (const { name, values, problem } of tensors) {
    if (problem?.code !== 'TENSOR_OVERLAP') assert.equal(values === null, problem !== undefined, name);
  }
}
