/** torch's names of types, storages, layouts and ways to quantise, as pickles have them. */

import type { TensorFacts } from '../../contract/weights.ts';
import { bitsOf } from '../dtypes.ts';
import { isGlobal, isPickleObject, type PickleValue } from '../pickle/values.ts';
import { itemsOf } from './arguments.ts';

const aliases: Readonly<Record<string, string>> = {
  ...{ float: 'float32', double: 'float64', half: 'float16', long: 'int64', int: 'int32', short: 'int16' },
  ...{ cfloat: 'complex64', cdouble: 'complex128', chalf: 'complex32' },
};

/** Of `torch.float32` and its like; null for what is none. */
export function torchDtype(value: PickleValue | undefined): string | null {
  if (value === undefined || !isPickleObject(value) || value.kind !== 'global' || value.module !== 'torch')
    return null;
  const name = Object.hasOwn(aliases, value.name) ? (aliases[value.name] as string) : value.name;
  return bitsOf(name) === null ? null : name;
}

const storages: Readonly<Record<string, string>> = {
  ...{ Double: 'float64', Float: 'float32', Half: 'float16', BFloat16: 'bfloat16' },
  ...{ Long: 'int64', Int: 'int32', Short: 'int16', Char: 'int8', Byte: 'uint8', Bool: 'bool' },
  ...{ ComplexDouble: 'complex128', ComplexFloat: 'complex64', ComplexHalf: 'complex32' },
  ...{ QInt8: 'qint8', QUInt8: 'quint8', QInt32: 'qint32', QUInt4x2: 'quint4x2', QUInt2x4: 'quint2x4' },
  ...{ Untyped: 'uint8', Float8_e4m3fn: 'float8_e4m3fn', Float8_e5m2: 'float8_e5m2' },
  ...{ UInt16: 'uint16', UInt32: 'uint32', UInt64: 'uint64' },
};

/** What the class of a storage says of its numbers; null for what is no such class. */
export function storageDtype(value: PickleValue | undefined): string | null {
  if (value === undefined || !isPickleObject(value) || value.kind !== 'global') return null;
  if (!/^torch(\.cuda|\.storage)?$/.test(value.module)) return null;
  const name = value.name.replace(/(Storage|Tensor)$/, '');
  return Object.hasOwn(storages, name) ? (storages[name] as string) : null;
}

export type SparseLayout = Exclude<TensorFacts['layout'], 'strided'>;

const layouts: ReadonlySet<string> = new Set([
  'sparse_coo',
  'sparse_csr',
  'sparse_csc',
  'sparse_bsr',
  'sparse_bsc',
]);

/** Of `torch.serialization._get_layout('torch.sparse_coo')`. */
export function layoutOf(value: PickleValue | undefined): SparseLayout | null {
  if (value === undefined || !isPickleObject(value) || value.kind !== 'call') return null;
  const [name] = itemsOf(value.args) ?? [];
  if (!isGlobal(value.callee, 'torch.serialization', '_get_layout') || typeof name !== 'string') return null;
  const layout = name.replace(/^torch\./, '');
  return layouts.has(layout) ? (layout as SparseLayout) : null;
}
