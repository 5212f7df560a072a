/** A pickle that torch did not write: of its parts only NumPy's arrays are numbers that can be shown. */
import type { ReadContext, WeightsContent } from '../content.ts';
import { arrayAfter } from '../pickle/joblib.ts';
import type { PickleCall } from '../pickle/values.ts';
import type { WeightsBytes } from '../tensor.ts';
import { problemOf } from '../tensor-of.ts';
import { joblibArray } from './inline-array.ts';
import { pickleProblems } from './pickle-problems.ts';
import { PickleStream } from './stream.ts';
import { resolveTensors } from './tensors.ts';
import { findTensors } from './walk.ts';

export async function readPlainPickle(bytes: WeightsBytes, context: ReadContext): Promise<WeightsContent> {
  const stream = new PickleStream(bytes, context, 'pickle');
  // Of joblib the bytes of an array follow the object that stands for it.
  const arrays = new Map<unknown, Buffer>();
  const pickle = await stream.pickle((window) => ({
    built(target, state, next) {
      const array = arrayAfter(window, target, state, next);
      if (array === null || array.end === null) return null;
      arrays.set(target, window.subarray(next, array.end));
      return array.end;
    },
  }));
  const arrayOf = (call: PickleCall) => joblibArray(call, arrays.get(call));
  const { found, cut } = findTensors(pickle.value, { alone: 'array', arrayOf });
  const nowhere = problemOf('TENSOR_STORAGE', 'a plain pickle has no storages');
  const tensors = await resolveTensors(found, { littleEndian: true, find: async () => nowhere });
  return { format: 'pickle', tensors, about: [], texts: [], problems: pickleProblems('', pickle, cut) };
}
