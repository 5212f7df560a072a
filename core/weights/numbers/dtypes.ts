/** The kinds of numbers that can be read: how many bytes each takes, and how its bytes are swapped. */

interface NumberKind {
  /** Of one number. */
  readonly bytes: number;
  /** What is turned round where the other end comes first: half of a complex number, else all of it. */
  readonly wordBytes: number;
  readonly isComplex: boolean;
}

const real = (bytes: number): NumberKind => ({ bytes, wordBytes: bytes, isComplex: false });
const complex = (bytes: number): NumberKind => ({ bytes, wordBytes: bytes / 2, isComplex: true });

const kinds: ReadonlyMap<string, NumberKind> = new Map(
  Object.entries({
    float64: real(8),
    float32: real(4),
    float16: real(2),
    bfloat16: real(2),
    float8_e4m3fn: real(1),
    float8_e4m3fnuz: real(1),
    float8_e5m2: real(1),
    float8_e5m2fnuz: real(1),
    float8_e8m0fnu: real(1),
    int64: real(8),
    int32: real(4),
    int16: real(2),
    int8: real(1),
    uint64: real(8),
    uint32: real(4),
    uint16: real(2),
    uint8: real(1),
    bool: real(1),
    complex128: complex(16),
    complex64: complex(8),
    complex32: complex(4),
    quint8: real(1),
    qint8: real(1),
    qint32: real(4),
  }),
);

/** Null of what has no number of whole bytes, or no number at all. */
export const numberKind = (dtype: string): NumberKind | null => kinds.get(dtype) ?? null;

export const isFloat = (dtype: string): boolean => /^(b?float|complex)/.test(dtype);
