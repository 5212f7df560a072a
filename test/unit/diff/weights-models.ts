/** Models made for comparisons of their weights, and such a comparison. */
import { readFile } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import type { Archive } from '../../../core/archive.ts';
import type { DiffEntry, TensorChange } from '../../../core/contract/diff.ts';
import { type DiffInput, diff } from '../../../core/diff.ts';
import { openNestedIn } from '../../../core/nested.ts';
import { safetensors as file, type MadeTensor } from '../../support/make-safetensors.ts';
import { makeArchive } from '../../support/models.ts';
import { randomOf } from '../../support/random.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { field } from '../weights/builders.ts';
import { zipOf } from '../weights/files.ts';

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

export const fixture = (name: string): Promise<Buffer> =>
  readFile(new URL(`../../fixtures/weights/${name}`, import.meta.url));

/** The same ZIP with other records below its root folder: a record is changed, left out where null stands, or added. */
export async function changedRecords(
  zip: Buffer,
  changes: Readonly<Record<string, ((text: string) => string) | null>>,
): Promise<Buffer> {
  const archive = (await openNestedIn(inMemory(zip), 'zip', undefined)) as Archive;
  const records = new Map<string, Buffer>();
  for (const entry of archive.entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of archive.read(entry)) chunks.push(Buffer.from(chunk));
    records.set(entry.name, Buffer.concat(chunks));
  }
  const root = (archive.entries[0]?.name ?? '').replace(/\/.*/s, '/');
  for (const [name, change] of Object.entries(changes)) {
    const old = records.get(root + name)?.toString('latin1') ?? '';
    if (change === null) records.delete(root + name);
    else records.set(root + name, Buffer.from(change(old), 'latin1'));
  }
  return zipOf(Object.fromEntries(records));
}

const inMemory = (bytes: Buffer) => ({
  size: bytes.length,
  read: async (position: number, length: number) => bytes.subarray(position, position + length),
  close: async () => {},
});

export const codeOf = ({ details }: DiffEntry) => (details.code ?? []).map(({ path }) => path);

/** NodeProto. */
export const onnxNode = (
  operator: string,
  name: string,
  inputs: readonly string[],
  outputs: readonly string[],
): Buffer =>
  Buffer.concat([
    ...inputs.map((text) => field(1, Buffer.from(text))),
    ...outputs.map((text) => field(2, Buffer.from(text))),
    field(3, Buffer.from(name)),
    field(4, Buffer.from(operator)),
  ]);
