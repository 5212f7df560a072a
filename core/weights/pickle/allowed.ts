/** What a pickle may name: torch's own list for files of weights alone, and what NumPy and joblib need for plain arrays. */
import { dangerOf } from './dangerous.ts';
import { namedToday } from './python2-names.ts';

/** Told with every verdict: it changes with these lists. */
export const listVersion = '1';

/** allowed: torch.load takes it with weights_only; review: harmless only as it is used here; unknown: on no list. */
export type Standing = 'allowed' | 'review' | 'unknown' | 'dangerous';

export interface Judgement {
  readonly standing: Standing;
  /** To be read after the name: "runs commands"; null where it is allowed. */
  readonly reason: string | null;
}

const under = (module: string, names: string): string[] =>
  names.split(' ').map((name) => `${module}.${name}`);

const kinds = 'Double Float Half BFloat16 Long Int Short Char Byte Bool ComplexDouble ComplexFloat';
const quantised = 'QUInt8 QInt8 QInt32 QUInt4x2 QUInt2x4';
const withSuffix = (names: string, suffix: string) =>
  names
    .split(' ')
    .map((name) => `${name}${suffix}`)
    .join(' ');
const numbered = (name: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${name}${from + index}`).join(' ');

const torchNames: readonly string[] = [
  ...under('torch', withSuffix(`${kinds} ${quantised} Untyped Typed`, 'Storage')),
  ...under('torch.cuda', withSuffix(kinds, 'Storage')),
  ...under('torch.storage', 'UntypedStorage TypedStorage _UntypedStorage _TypedStorage'),
  ...['torch', 'torch.sparse', 'torch.cuda', 'torch.cuda.sparse'].flatMap((module) =>
    under(module, withSuffix(kinds.replace(/ Complex\w+/g, ''), 'Tensor')),
  ),
  ...under('torch', 'Size Tensor device'),
  ...under('torch', 'float64 float32 float16 bfloat16 complex128 complex64 complex32 bool'),
  ...under(
    'torch',
    'float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz float8_e8m0fnu float4_e2m1fn_x2',
  ),
  ...under('torch', `int64 int32 int16 int8 uint64 uint32 uint16 uint8 ${numbered('uint', 1, 7)}`),
  ...under('torch', `${numbered('int', 1, 7)} bits16 bits8 bits4x2 bits2x4 bits1x8`),
  ...under('torch', 'quint8 qint8 qint32 quint4x2 quint2x4'),
  ...under('torch', 'per_tensor_affine per_tensor_symmetric per_channel_affine per_channel_symmetric'),
  ...under('torch', 'per_channel_affine_float_qparams'),
  ...under('torch.nn.parameter', 'Parameter'),
  ...under('torch.serialization', '_get_layout'),
];

/** The functions that may be handed to `_rebuild_from_type_v2`. */
const rebuilds = under(
  'torch._utils',
  '_rebuild_parameter _rebuild_parameter_with_state _rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 ' +
    '_rebuild_qtensor _rebuild_sparse_tensor _rebuild_sparse_csr_tensor _rebuild_meta_tensor_no_storage ' +
    '_rebuild_wrapper_subclass _rebuild_device_tensor_from_numpy _rebuild_device_tensor_from_cpu_tensor',
);

const pythonNames: readonly string[] = [
  ...under('collections', 'OrderedDict Counter'),
  ...under('_codecs', 'encode'),
  ...under('builtins', 'set bytearray complex'),
];

const allowed: ReadonlySet<string> = new Set([...torchNames, ...rebuilds, ...pythonNames]);
const rebuildNames: ReadonlySet<string> = new Set(rebuilds);

const numpyCores = ['numpy.core', 'numpy._core'];

/** What builds plain arrays, and could be put to another use: judged by their arguments. */
const conditional: ReadonlySet<string> = new Set([
  'torch._tensor._rebuild_from_type_v2',
  ...numpyCores.flatMap((core) => [
    ...under(`${core}.multiarray`, '_reconstruct scalar'),
    ...under(`${core}.numeric`, '_frombuffer'),
  ]),
  ...under('numpy', 'ndarray dtype'),
  ...under('numpy', 'bool_ bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 intc uintc intp uintp'),
  ...under('numpy', 'float16 float32 float64 longdouble complex64 complex128 clongdouble longlong ulonglong'),
  ...under('numpy', 'str_ bytes_ object_ void datetime64 timedelta64'),
  'joblib.numpy_pickle.NumpyArrayWrapper',
  // The old protocols have no other way to write no bytes, and a set that does not change.
  ...under('builtins', 'bytes frozenset'),
]);

const torchScriptNames: ReadonlySet<string> = new Set(
  under(
    'torch.jit._pickle',
    'build_intlist build_tensorlist build_doublelist build_boollist build_tensor_from_id restore_type_tag',
  ),
);

export const isRebuild = (module: string, name: string): boolean => rebuildNames.has(`${module}.${name}`);

/** `isTorchScript`: the pickle is TorchScript's, where classes of the archive's own code are data. */
export function judgeGlobal(module: string, name: string, isTorchScript: boolean): Judgement {
  const today = namedToday(module, name);
  const danger = dangerOf(module, name) ?? (today && dangerOf(today.module, today.name));
  const written = `${module}.${name}`;
  const meant = today ? `${today.module}.${today.name}` : written;
  const isOwnClass = module === '__torch__' || module.startsWith('__torch__.');
  if (isTorchScript && (isOwnClass || torchScriptNames.has(written))) return fine;
  if (danger) return { standing: 'dangerous', reason: danger.does };
  // With a dot in it, a name may be written like one of the list, and lead elsewhere.
  if (name.includes('.')) return { standing: 'unknown', reason: 'is reached through another name' };
  if (allowed.has(meant)) return fine;
  if (conditional.has(meant)) return { standing: 'review', reason: null };
  return { standing: 'unknown', reason: 'is on no list of what is allowed' };
}

const fine: Judgement = { standing: 'allowed', reason: null };
