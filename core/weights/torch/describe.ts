/** What torch's own functions would make of their arguments: tensors, told instead of made. */

import type { WeightsProblem } from '../../contract/weights.ts';
import {
  isPickleObject,
  type PickleCall,
  type PicklePersistent,
  type PickleValue,
} from '../pickle/values.ts';
import { countOf, problemOf } from '../tensor-of.ts';
import { itemsOf, numberOf, numbersOf, sizeOf } from './arguments.ts';
import { layoutOf, type SparseLayout, torchDtype } from './types.ts';

/** A tensor as a pickle has it: its numbers stand elsewhere, under what the persistent id names. */
export interface ToldTensor {
  readonly kind: 'strided';
  readonly storage: PicklePersistent;
  /** Of a storage without a type of its own; else the storage tells. */
  readonly dtype: string | null;
  /** In elements. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly quantiser?: ToldQuantiser;
}

export interface ToldQuantiser {
  readonly scale: readonly PickleValue[] | ToldTensor;
  readonly zeroPoint: readonly PickleValue[] | ToldTensor;
  readonly axis: number | null;
}

export interface SparseTensor {
  readonly kind: 'sparse';
  readonly layout: SparseLayout;
  readonly shape: readonly number[];
  /** Indices and values, the values last. */
  readonly parts: readonly ToldTensor[];
}

/** One that can't be shown as numbers in a storage. */
export interface OtherTensor {
  readonly kind: 'other';
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly problem: WeightsProblem;
}

export type AnyTensor = ToldTensor | SparseTensor | OtherTensor;

/** Null where the call makes no tensor. */
export function tensorOfCall(call: PickleCall, depth = 0): AnyTensor | null {
  const { callee } = call;
  if (call.by !== 'REDUCE' || !isPickleObject(callee) || callee.kind !== 'global') return null;
  return tensorBy(callee.module, callee.name, itemsOf(call.args) ?? [], depth);
}

/** Parameters around parameters are not written by torch; a few levels are forgiven. */
const deepest = 8;

function tensorBy(
  module: string,
  name: string,
  args: readonly PickleValue[],
  depth: number,
): AnyTensor | null {
  if (depth > deepest) return null;
  if (module === 'torch._tensor' && name === '_rebuild_from_type_v2') {
    const [by, , inner] = args;
    if (!isPickleObject(by ?? null) || (by as { kind: string }).kind !== 'global') return null;
    const { module: of, name: called } = by as { module: string; name: string };
    return tensorBy(of, called, itemsOf(inner) ?? [], depth + 1);
  }
  if (module !== 'torch._utils') return null;
  if (name === '_rebuild_parameter' || name === '_rebuild_parameter_with_state') {
    const [data = null] = args;
    return isPickleObject(data) && data.kind === 'call' ? tensorOfCall(data, depth + 1) : null;
  }
  const known = depth === deepest ? plain : rebuilds;
  return Object.hasOwn(known, name) ? (known[name]?.(args) ?? null) : null;
}

type Rebuild = (args: readonly PickleValue[]) => AnyTensor | null;

/** What a tensor of several parts may have for parts: not its like, which could hold itself. */
const plain: Readonly<Record<string, Rebuild>> = {
  _rebuild_tensor: strided,
  _rebuild_tensor_v2: strided,
  // The type comes after the hooks, where the storage is one of bytes.
  _rebuild_tensor_v3: (args) => {
    const tensor = strided(args);
    return tensor && { ...tensor, dtype: torchDtype(args[6]) ?? tensor.dtype };
  },
};

const rebuilds: Readonly<Record<string, Rebuild>> = {
  ...plain,
  _rebuild_qtensor: (args) => {
    const tensor = strided(args);
    const quantiser = quantiserOf(args[4]);
    return tensor && (quantiser === null ? tensor : { ...tensor, quantiser });
  },
  _rebuild_sparse_tensor: ([layout, data]) => sparse(layout, itemsOf(data) ?? []),
  _rebuild_sparse_csr_tensor: ([layout, data]) => sparse(layout, itemsOf(data) ?? []),
  _rebuild_meta_tensor_no_storage: ([dtype, shape]) =>
    other(
      torchDtype(dtype),
      shape,
      'TENSOR_META',
      'it was saved on the device "meta", where tensors have no numbers',
    ),
  _rebuild_wrapper_subclass: ([, dtype, shape]) =>
    other(
      torchDtype(dtype),
      shape,
      'TENSOR_WRAPPED',
      'it is of a class that wraps other tensors, and has no numbers of its own',
    ),
  _rebuild_nested_tensor: () =>
    other(null, undefined, 'TENSOR_NESTED', 'it is nested, of rows that differ in length'),
  _rebuild_device_tensor_from_cpu_tensor: ([data]) => plainTensor(data),
  _rebuild_device_tensor_from_numpy: () =>
    other(null, undefined, 'TENSOR_WRAPPED', 'it was saved by way of NumPy, as objects of Python'),
};

function strided([storage, offset, shape, strides]: readonly PickleValue[]): ToldTensor | null {
  if (!isPickleObject(storage ?? null) || (storage as { kind: string }).kind !== 'persistent') return null;
  return {
    kind: 'strided',
    storage: storage as PicklePersistent,
    dtype: null,
    offset: numberOf(offset),
    shape: numbersOf(shape),
    strides: numbersOf(strides),
  };
}

function plainTensor(value: PickleValue | undefined): ToldTensor | null {
  const tensor =
    value !== undefined && isPickleObject(value) && value.kind === 'call'
      ? tensorOfCall(value, deepest)
      : null;
  return tensor?.kind === 'strided' ? tensor : null;
}

/** Two kinds of indices, the values, the shape, whether the indices are in order. */
const mostParts = 8;

function sparse(layout: PickleValue | undefined, data: readonly PickleValue[]): AnyTensor | null {
  const kind = layoutOf(layout);
  if (kind === null) return null;
  const few = data.slice(0, mostParts);
  const tensors = few.map(plainTensor).filter((tensor) => tensor !== null);
  // torch.Size, or a tuple: what is no tensor and not whether the indices are in order.
  const size = few.find((value) => isPickleObject(value) && itemsOf(sizeOf(value)) !== null);
  return { kind: 'sparse', layout: kind, shape: numbersOf(size), parts: tensors };
}

function other(
  dtype: string | null,
  shape: PickleValue | undefined,
  code: string,
  message: string,
): OtherTensor {
  const sizes = numbersOf(shape);
  const isShape = typeof countOf(sizes) === 'number';
  return {
    kind: 'other',
    dtype: dtype ?? 'unknown',
    shape: isShape ? sizes : [],
    problem: problemOf(code, message),
  };
}

/** (torch.per_tensor_affine, scale, zero point), or (torch.per_channel_affine, scales, zero points, axis). */
function quantiserOf(value: PickleValue | undefined): ToldQuantiser | null {
  const [scheme, scale, zeroPoint, axis] = itemsOf(value) ?? [];
  if (scheme === undefined || !isPickleObject(scheme) || scheme.kind !== 'global') return null;
  if (scheme.name === 'per_tensor_affine') {
    return { scale: [scale ?? null], zeroPoint: [zeroPoint ?? null], axis: null };
  }
  if (!scheme.name.startsWith('per_channel_affine')) return null;
  const [scales, points] = [numbersOrTensor(scale), numbersOrTensor(zeroPoint)];
  return scales && points && { scale: scales, zeroPoint: points, axis: numberOf(axis) };
}

function numbersOrTensor(value: PickleValue | undefined): ToldQuantiser['scale'] | null {
  return itemsOf(value) ?? plainTensor(value);
}
