/** Arguments of calls in a pickle: lists of values, whole numbers, sizes. */
import { isGlobal, isPickleObject, type PickleCall, type PickleValue } from '../pickle/values.ts';
import { mostDimensions } from '../tensor-of.ts';

/** torch.Size is called with a tuple. */
export function sizeOf(value: PickleValue | undefined): PickleValue | undefined {
  if (!isPickleObject(value ?? null)) return value;
  const call = value as PickleCall;
  return call.kind === 'call' && isGlobal(call.callee, 'torch', 'Size') ? itemsOf(call.args)?.[0] : value;
}

export function itemsOf(value: PickleValue | undefined): readonly PickleValue[] | null {
  if (value === undefined || !isPickleObject(value)) return null;
  return value.kind === 'tuple' || value.kind === 'list' ? value.items : null;
}

/** Of a shape or of strides: one more than a shape may have is told as such, and more would only take memory. */
export function numbersOf(value: PickleValue | undefined): number[] {
  return (itemsOf(sizeOf(value)) ?? []).slice(0, mostDimensions + 1).map(numberOf);
}

/** NaN where there is none, which no check lets pass. */
export function numberOf(value: PickleValue | undefined): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (value !== undefined && isPickleObject(value) && value.kind === 'float') return value.value;
  return Number.NaN;
}
