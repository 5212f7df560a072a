/** joblib's arrays: their bytes lie in the stream itself, right behind the object that stands for them. */
import { isGlobal, isPickleObject, type PickleCall, type PickleValue } from './values.ts';

export interface InlineArray {
  readonly start: number;
  /** Where the outer pickle goes on; null where the array is of objects, and so a pickle of its own. */
  readonly end: number | null;
}

/** Null where the object is no such array. */
export function arrayAfter(
  bytes: Buffer,
  target: PickleValue,
  state: PickleValue,
  start: number,
): InlineArray | null {
  if (!isWrapper(target) || !isPickleObject(state) || state.kind !== 'dict') return null;
  const fields = fieldsOf(state.pairs);
  const type = typeOf(fields.get('dtype'));
  const shape = fields.get('shape');
  if (type === null || shape === undefined || !isPickleObject(shape) || shape.kind !== 'tuple') return null;
  if (type.letter === 'O') return { start, end: null };
  let count = 1;
  for (const length of shape.items) {
    if (typeof length !== 'number' || length < 0) return null;
    count *= length;
  }
  // One byte says how many follow it, so that the array begins at a round place.
  const isAligned = typeof fields.get('numpy_array_alignment_bytes') === 'number';
  const padding = isAligned ? 1 + (bytes[start] ?? 0) : 0;
  return { start, end: start + padding + count * type.bytes };
}

function isWrapper(target: PickleValue): target is PickleCall {
  return (
    isPickleObject(target) &&
    target.kind === 'call' &&
    isGlobal(target.callee, 'joblib.numpy_pickle', 'NumpyArrayWrapper')
  );
}

function fieldsOf(pairs: readonly PickleValue[]): ReadonlyMap<PickleValue, PickleValue> {
  const fields = new Map<PickleValue, PickleValue>();
  for (let at = 0; at + 1 < pairs.length; at += 2) fields.set(pairs[at] ?? null, pairs[at + 1] ?? null);
  return fields;
}

/** numpy.dtype('f8', …); null for what is not known. */
function typeOf(type: PickleValue | undefined): { readonly letter: string; readonly bytes: number } | null {
  if (type === undefined || !isPickleObject(type) || type.kind !== 'call') return null;
  const [name] = isPickleObject(type.args) && type.args.kind === 'tuple' ? type.args.items : [];
  const parts = typeof name === 'string' ? /^[|<>=]?([biufcSUVmMO])(\d+)$/.exec(name) : null;
  if (!parts) return null;
  const letter = parts[1] ?? '';
  return { letter, bytes: Number(parts[2]) * (letter === 'U' ? 4 : 1) };
}
