/** Runs in a process of its own: lists what weights hold, and takes every word of it: what is said to be there is read. */
import { Problem } from '../../core/contract/errors.ts';
import { eachWeights } from '../../core/tensors.ts';
import { bitsOf, bytesOf } from '../../core/weights/dtypes.ts';
import { totalsOf } from '../../core/weights/shared.ts';
import type { Tensor } from '../../core/weights/tensor.ts';

export interface Listed {
  readonly problem: string | null;
  readonly bug: string | null;
  /** Of weights that were taken for such. */
  readonly tensors: number;
  readonly files: number;
  readonly peakBytes: number;
}

async function list(path: string): Promise<Omit<Listed, 'peakBytes'>> {
  let [tensors, files] = [0, 0];
  try {
    await eachWeights(path, {}, async (_, weights) => {
      files++;
      if ('code' in weights) return;
      for (const tensor of weights.tensors) await take(tensor);
      for (const text of weights.texts) await text.read().catch(onlyProblems);
      JSON.stringify(weights.about);
      const totals = totalsOf(weights.tensors);
      if (totals.tensors !== weights.tensors.length) throw new Error('the totals count other tensors');
      tensors += weights.tensors.length;
    });
    return { problem: null, bug: null, tensors, files };
  } catch (error) {
    if (error instanceof Problem) return { problem: error.code, bug: null, tensors, files };
    return { problem: null, bug: error instanceof Error ? `${error.stack}` : String(error), tensors, files };
  }
}

async function take({ name, shape, parameters, problem, values }: Tensor): Promise<void> {
  if (!Number.isSafeInteger(parameters)) throw new Error(`${name} has ${parameters} parameters`);
  if (problem === undefined && values === null)
    throw new Error(`${name} has no values, and nothing says why`);
  if (values === null || parameters === 0) return;
  const { storage, start, strides, dtype } = values;
  if (strides.length !== shape.length) throw new Error(`${name} has ${strides.length} strides`);
  const width = bitsOf(dtype);
  // Blocks of a few bits have no width of their own.
  const last = shape.reduce((sum, size, at) => sum + (size - 1) * (strides[at] as number), 0);
  const place = width === null ? start : start + Math.floor((last * width) / 8);
  const length = width === null ? 1 : bytesOf(1, width);
  for (const at of [start, place]) {
    const bytes = await storage.read(at, length).catch(onlyProblems);
    if (bytes && bytes.length !== length) throw new Error(`${name} ends behind the end of its storage`);
  }
}

function onlyProblems(error: unknown): null {
  if (!(error instanceof Problem)) throw error;
  return null;
}

process.on('message', async ({ path }: { readonly path: string }) => {
  process.send?.({ ...(await list(path)), peakBytes: process.resourceUsage().maxRSS * 1024 });
});
