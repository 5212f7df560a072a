/** Floating-point numbers of 16 and 8 bits: what each pattern stands for, and which of them a number is rounded to. */

/** Sign, exponent and mantissa as in IEEE 754; what the highest exponent means differs. */
interface FloatForm {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  /** `ieee`: infinities and NaNs; `fn`: one NaN, all bits set; `fnuz`: one NaN, in the place of minus zero. */
  readonly special: 'ieee' | 'fn' | 'fnuz';
}

const forms: Readonly<Record<string, FloatForm>> = {
  float16: { exponentBits: 5, mantissaBits: 10, bias: 15, special: 'ieee' },
  bfloat16: { exponentBits: 8, mantissaBits: 7, bias: 127, special: 'ieee' },
  float8_e5m2: { exponentBits: 5, mantissaBits: 2, bias: 15, special: 'ieee' },
  float8_e4m3fn: { exponentBits: 4, mantissaBits: 3, bias: 7, special: 'fn' },
  float8_e5m2fnuz: { exponentBits: 5, mantissaBits: 2, bias: 16, special: 'fnuz' },
  float8_e4m3fnuz: { exponentBits: 4, mantissaBits: 3, bias: 8, special: 'fnuz' },
};

const tables = new Map<string, Float32Array>();

/** The number of each pattern of bits. Those of 16 bits have a loop of their own, which is faster than a table. */
export function numbersByPattern(dtype: string): Float32Array {
  const known = tables.get(dtype);
  if (known !== undefined) return known;
  const table = dtype === 'float8_e8m0fnu' ? powersOfTwo() : tableOf(formOf(dtype));
  tables.set(dtype, table);
  return table;
}

function formOf(dtype: string): FloatForm {
  const form = forms[dtype];
  if (form === undefined) throw new Error(`${dtype} has no table`);
  return form;
}

function powersOfTwo(): Float32Array {
  return Float32Array.from({ length: 256 }, (_, bits) => (bits === 255 ? Number.NaN : 2 ** (bits - 127)));
}

function tableOf(form: FloatForm): Float32Array {
  const bits = 1 + form.exponentBits + form.mantissaBits;
  return Float32Array.from({ length: 2 ** bits }, (_, pattern) => numberOf(pattern, form));
}

function numberOf(pattern: number, { exponentBits, mantissaBits, bias, special }: FloatForm): number {
  const mantissa = pattern & (2 ** mantissaBits - 1);
  const highest = 2 ** exponentBits - 1;
  const exponent = (pattern >> mantissaBits) & highest;
  const sign = pattern >> (exponentBits + mantissaBits) === 0 ? 1 : -1;
  if (special === 'fnuz' && sign < 0 && exponent === 0 && mantissa === 0) return Number.NaN;
  if (exponent === highest) {
    if (special === 'ieee') return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    if (special === 'fn' && mantissa === 2 ** mantissaBits - 1) return Number.NaN;
  }
  if (exponent === 0) return sign * mantissa * 2 ** (1 - bias - mantissaBits);
  return sign * (2 ** mantissaBits + mantissa) * 2 ** (exponent - bias - mantissaBits);
}

/** Rounds to the nearest number of a kind, of two equally near ones to the even one; null where it is not known how. */
export function roundingTo(dtype: string): ((value: number) => number) | null {
  if (dtype === 'float64' || dtype === 'complex128') return (value) => value;
  if (dtype === 'float32' || dtype === 'complex64') return Math.fround;
  const form = forms[dtype === 'complex32' ? 'float16' : dtype];
  return form === undefined ? null : roundingToForm(form);
}

function roundingToForm(form: FloatForm): (value: number) => number {
  const { mantissaBits, bias, exponentBits, special } = form;
  const lowest = 1 - bias;
  const topExponent = 2 ** exponentBits - 1 - bias - (special === 'ieee' ? 1 : 0);
  // All bits set are the one NaN of `fn`.
  const largestMantissa = 2 ** (mantissaBits + 1) - (special === 'fn' ? 2 : 1);
  const largest = largestMantissa * 2 ** (topExponent - mantissaBits);
  const beyond = special === 'ieee' ? Number.POSITIVE_INFINITY : Number.NaN;
  return (value) => {
    if (!Number.isFinite(value)) return Number.isNaN(value) || special === 'ieee' ? value : Number.NaN;
    const size = Math.abs(value);
    const exponent = size === 0 ? lowest : Math.max(lowest, exponentOf(size));
    const step = 2 ** (Math.min(exponent, topExponent) - mantissaBits);
    const rounded = halfToEven(size / step) * step;
    const held = rounded > largest ? beyond : rounded;
    // There is no minus zero where its pattern is the NaN.
    if (held === 0 && special === 'fnuz') return 0;
    return value < 0 || Object.is(value, -0) ? -held : held;
  };
}

const bits = new DataView(new ArrayBuffer(8));

/** By its bits: a logarithm may round up to the next one. */
function exponentOf(size: number): number {
  bits.setFloat64(0, size);
  return ((bits.getUint32(0) >>> 20) & 0x7ff) - 1023;
}

function halfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
