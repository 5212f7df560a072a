/** NumPy's arrays inside a pickle, their numbers with them. */

import type { WeightsProblem } from '../../contract/weights.ts';
import { numpyDtype } from '../numpy-dtype.ts';
import { isPickleObject, type PickleCall, type PickleValue, textEntries } from '../pickle/values.ts';
import { itemsOf, numbersOf } from './arguments.ts';

export interface InlineArray {
  readonly kind: 'inline';
  readonly dtype: string;
  readonly littleEndian: boolean;
  readonly problem: WeightsProblem | undefined;
  readonly shape: readonly number[];
  readonly inFortranOrder: boolean;
  readonly bytes: Buffer | null;
}

const multiarray = /^numpy\.(_core|core)\.multiarray$/;

/** Null where the call makes no array. */
export function numpyOfCall({ callee, args, state }: PickleCall): InlineArray | null {
  if (!isPickleObject(callee) || callee.kind !== 'global' || !multiarray.test(callee.module)) return null;
  if (callee.name === '_reconstruct') {
    // (version, shape, dtype, whether in Fortran order, bytes)
    const [, shape, dtype, order, bytes] = itemsOf(state) ?? [];
    return arrayOf(dtype, numbersOf(shape), order === true, bytes);
  }
  if (callee.name !== 'scalar') return null;
  const [dtype, bytes] = itemsOf(args) ?? [];
  return arrayOf(dtype, [], false, bytes);
}

/** An array of joblib: its shape and type are told in its state, and its bytes, padded, follow in the file. */
export function joblibArray({ state }: PickleCall, content: Buffer | undefined): InlineArray | null {
  if (content === undefined || state === undefined || !isPickleObject(state) || state.kind !== 'dict')
    return null;
  const fields = textEntries(state);
  const isPadded = typeof fields.get('numpy_array_alignment_bytes') === 'number';
  const bytes = content.subarray(isPadded ? 1 + (content[0] ?? 0) : 0);
  const value = { kind: 'bytes', bytes } as const;
  return arrayOf(fields.get('dtype'), numbersOf(fields.get('shape')), fields.get('order') === 'F', value);
}

function arrayOf(
  dtype: PickleValue | undefined,
  shape: readonly number[],
  inFortranOrder: boolean,
  content: PickleValue | undefined,
): InlineArray | null {
  const descr = descrOf(dtype);
  if (descr === null) return null;
  const bytes =
    content !== undefined && isPickleObject(content) && content.kind === 'bytes' ? content.bytes : null;
  const { dtype: name, littleEndian, problem } = numpyDtype(descr);
  return { kind: 'inline', dtype: name, littleEndian, problem, shape, inFortranOrder, bytes };
}

/** numpy.dtype('f4', False, True) with the state (3, '<', …). */
function descrOf(value: PickleValue | undefined): string | null {
  if (value === undefined || !isPickleObject(value) || value.kind !== 'call') return null;
  const { callee, args, state } = value;
  if (!isPickleObject(callee) || callee.kind !== 'global' || callee.module !== 'numpy') return null;
  const [code] = itemsOf(args) ?? [];
  if (callee.name !== 'dtype' || typeof code !== 'string') return null;
  const order = state === undefined ? undefined : itemsOf(state)?.[1];
  return `${order === '>' ? '>' : '<'}${code.replace(/^[<>|=]/, '')}`;
}
