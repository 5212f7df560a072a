/** How wide numbers are. Names as torch has them, without "torch."; formats with other names for them map to these. */

const bits: Readonly<Record<string, number>> = {
  ...{ float64: 64, float32: 32, float16: 16, bfloat16: 16 },
  ...{ float8_e4m3fn: 8, float8_e4m3fnuz: 8, float8_e5m2: 8, float8_e5m2fnuz: 8, float8_e8m0fnu: 8 },
  // Of the last, two numbers count as one element, for torch has no smaller element than a byte.
  ...{ float6_e2m3fn: 6, float6_e3m2fn: 6, float4_e2m1fn: 4, float4_e2m1fn_x2: 8 },
  ...{ complex128: 128, complex64: 64, complex32: 32 },
  ...{ int64: 64, int32: 32, int16: 16, int8: 8, int4: 4, int2: 2 },
  ...{ uint64: 64, uint32: 32, uint16: 16, uint8: 8, uint4: 4, uint2: 2 },
  bool: 8,
  ...{ qint32: 32, qint8: 8, quint8: 8, quint4x2: 4, quint2x4: 2 },
  ...{ bits1x8: 8, bits2x4: 8, bits4x2: 8, bits8: 8, bits16: 16 },
  // Of NumPy alone: the long double of the machine, and counts of days or nanoseconds.
  ...{ float128: 128, complex256: 256, datetime64: 64, timedelta64: 64 },
};

/** Null for what is no number, or none known here. */
export function bitsOf(dtype: string): number | null {
  return Object.hasOwn(bits, dtype) ? (bits[dtype] as number) : null;
}

/** The bytes that so many numbers take side by side. */
export function bytesOf(count: number, width: number): number {
  return Math.ceil((count * width) / 8);
}
