/** Safetensors files of any content, and models of as many layers as a test wants. */

export interface MadeTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export function safetensors(
  tensors: readonly MadeTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Buffer {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let at = 0;
  for (const { name, dtype, shape, bytes } of tensors) {
    header[name] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...tensors.map(({ bytes }) => bytes)]);
}

export const f32 = (name: string, shape: readonly number[], value: (at: number) => number): MadeTensor => {
  const length = shape.reduce((product, size) => product * size, 1);
  const numbers = Float32Array.from({ length }, (_, at) => value(at));
  return { name, dtype: 'F32', shape, bytes: new Uint8Array(numbers.buffer) };
};

/** Like a transformer: an embedding, layers of nine tensors, a norm and a head. */
export function madeModel(
  layers: number,
  width: number,
  value: (layer: number, at: number) => number,
): MadeTensor[] {
  const square = (name: string, layer: number) => f32(name, [width, width], (at) => value(layer, at));
  const line = (name: string, layer: number) => f32(name, [width], (at) => 1 + value(layer, at));
  const tensors = [f32('model.embed_tokens.weight', [4 * width, width], (at) => value(-1, at))];
  for (let layer = 0; layer < layers; layer++) {
    const name = (part: string) => `model.layers.${layer}.${part}.weight`;
    for (const part of ['q', 'k', 'v', 'o']) tensors.push(square(name(`self_attn.${part}_proj`), layer));
    for (const part of ['gate', 'up', 'down']) tensors.push(square(name(`mlp.${part}_proj`), layer));
    for (const part of ['input', 'post_attention']) tensors.push(line(name(`${part}_layernorm`), layer));
  }
  tensors.push(line('model.norm.weight', layers));
  tensors.push(f32('lm_head.weight', [4 * width, width], (at) => value(layers, at)));
  return tensors;
}
