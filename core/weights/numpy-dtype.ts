/** NumPy's names of types, such as "<f4" or ">c16", which .npy files and pickled arrays share. */
import { showName } from '../contract/format.ts';
import type { WeightsProblem } from '../contract/weights.ts';
import { problemOf } from './tensor-of.ts';

export interface NumpyDtype {
  readonly dtype: string;
  readonly littleEndian: boolean;
  readonly problem?: WeightsProblem;
}

const kinds: Readonly<Record<string, string>> = {
  ...{ b1: 'bool', '?': 'bool' },
  ...{ i1: 'int8', i2: 'int16', i4: 'int32', i8: 'int64' },
  ...{ u1: 'uint8', u2: 'uint16', u4: 'uint32', u8: 'uint64' },
  ...{ f2: 'float16', f4: 'float32', f8: 'float64', f16: 'float128' },
  ...{ c8: 'complex64', c16: 'complex128', c32: 'complex256' },
};

export function numpyDtype(descr: unknown): NumpyDtype {
  if (typeof descr !== 'string') return refused('record', 'it holds records of several fields, not numbers');
  const [, order = '', code = ''] = /^([<>|=]?)(.*)$/s.exec(descr) ?? [];
  const littleEndian = order !== '>';
  const known = Object.hasOwn(kinds, code) ? kinds[code] : undefined;
  if (known !== undefined) return { dtype: known, littleEndian };
  if (/^[mM]8(\[|$)/.test(code))
    return { dtype: code[0] === 'M' ? 'datetime64' : 'timedelta64', littleEndian };
  if (code.startsWith('O')) return refused('object', 'it holds pickled objects of Python, not numbers');
  if (/^[SUa]\d+$/.test(code)) return refused('text', 'it holds texts, not numbers');
  // So does ml_dtypes save what NumPy has no name for, and the name is lost.
  if (/^V\d+$/.test(code)) return refused('bytes', 'it holds bytes whose type the file does not tell');
  return refused(showName(code).slice(0, 40), `the type ${showName(descr).slice(0, 40)} is not known`);

  function refused(dtype: string, message: string): NumpyDtype {
    return { dtype, littleEndian: true, problem: problemOf('TENSOR_NOT_NUMBERS', message) };
  }
}
