/** Models made for comparisons of their weights, and such a comparison. */
import type { TestContext } from 'node:test';
import type { DiffEntry, TensorChange } from '../../../core/contract/diff.ts';
import { type DiffInput, diff } from '../../../core/diff.ts';
import { safetensors as file, type MadeTensor } from '../../support/make-safetensors.ts';
import { makeArchive } from '../../support/models.ts';
import { randomOf } from '../../support/random.ts';
import { scratchFolder } from '../../support/scratch.ts';

export type Made = Omit<MadeTensor, 'name'>;
export type Model = Readonly<Record<string, Made>>;

const { pick } = randomOf(11);
export const random = (count: number, scale = 1) =>
  Float32Array.from({ length: count }, () => (scale * (pick(2 ** 20) - 2 ** 19)) / 2 ** 19);
export const bytesOf = (view: ArrayBufferView) =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
export const f32 = (numbers: Float32Array, shape: readonly number[] = [numbers.length]): Made => ({
  ...{ dtype: 'F32', shape, bytes: bytesOf(numbers) },
});

export const safetensors = (model: Model, about: Readonly<Record<string, string>> = {}): Buffer =>
  file(
    Object.entries(model).map(([name, made]) => ({ name, ...made })),
    about,
  );

export async function compare(t: TestContext, before: Buffer, after: Buffer, input: DiffInput = {}) {
  const folder = await scratchFolder(t);
  const archive = (weights: Buffer) =>
    makeArchive(folder, {
      'handler.py': 'def handle(data, context):\n    return data\n',
      'model.pt': weights,
    });
  const result = await diff(await archive(before), await archive(after), input);
  const entry = result.entries.find(({ path }) => path === 'model.pt') as DiffEntry;
  const changes = new Map((entry?.details.tensors ?? []).map((one) => [one.name, one]));
  const of = (name: string) => changes.get(name) as TensorChange;
  return { result, entry, of };
}

export function model(layers: number): Record<string, Made> {
  const made: Record<string, Made> = { 'embed.weight': f32(random(640), [20, 32]) };
  for (let layer = 0; layer < layers; layer++) {
    made[`model.layers.${layer}.attn.weight`] = f32(random(32 * 32), [32, 32]);
    made[`model.layers.${layer}.norm.weight`] = f32(new Float32Array(32).fill(1));
  }
  made['lm_head.weight'] = f32(random(640), [20, 32]);
  return made;
}

export const moved = ({ shape, bytes }: Made, by = 0.01): Made =>
  f32(
    new Float32Array(bytes.slice().buffer).map((value) => value + by * (pick(1000) / 1000 - 0.5)),
    shape,
  );
