/** A pickle that torch did not write: of its parts only NumPy's arrays are numbers that can be shown. */
import type { ReadContext, WeightsContent } from '../content.ts';
import type { WeightsBytes } from '../tensor.ts';
import { problemOf } from '../tensor-of.ts';
import { pickleProblems } from './pickle-problems.ts';
import { PickleStream } from './stream.ts';
import { resolveTensors } from './tensors.ts';
import { findTensors } from './walk.ts';

export async function readPlainPickle(bytes: WeightsBytes, { path }: ReadContext): Promise<WeightsContent> {
  const stream = new PickleStream(bytes, path, 'pickle');
  const pickle = await stream.pickle();
  const { found, cut } = findTensors(pickle.value, 'array');
  const nowhere = problemOf('TENSOR_STORAGE', 'a plain pickle has no storages');
  const tensors = await resolveTensors(found, { littleEndian: true, find: async () => nowhere });
  return { format: 'pickle', tensors, about: [], texts: [], problems: pickleProblems('', pickle, cut) };
}
